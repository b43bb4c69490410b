/** CODEOWNERS: each team reviews its own files. */
import { byCodeUnit } from "../finding.ts";
import type { Delegation } from "./graph.ts";
import { sortedSet } from "./sorted.ts";

/**
 * Lines for GitHub and GitLab. The last line that matches a file counts, so the default owners come first; teams that
 * share a pattern share its line. A delegation without owners has no line: one without owners would free its files.
 *
 * @param folder the manifest's folder, and `nameOf` the name of a file or pattern, both from the root of the repository
 * @see https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 * @see https://docs.gitlab.com/user/project/codeowners/reference/
 */
export function codeOwners(
  delegations: readonly Delegation[],
  defaultOwners: readonly string[],
  folder: string,
  nameOf: (file: string) => string,
): string[] {
  const owners = new Map<string, string[]>();
  for (const delegation of delegations) {
    if (delegation.owners.length === 0) continue;
    for (const file of delegation.files) {
      const name = nameOf(file);
      owners.set(name, [...(owners.get(name) ?? []), ...delegation.owners]);
    }
  }
  const lines = [...owners].sort(([a], [b]) => byCodeUnit(a, b));
  return [
    ...(defaultOwners.length === 0 ? [] : [[folder === "" ? "**" : `${folder}/**`, defaultOwners] as const]),
    ...lines,
  ].map(([name, all]) => `/${escaped(name)} ${sortedSet(all).join(" ")}`);
}

/** A blank ends a pattern, and "#" begins a comment. */
function escaped(pattern: string): string {
  return pattern.replace(/[ #\\]/g, (character) => `\\${character}`);
}
