/** The files of a team: which ones a pattern means, and how CODEOWNERS writes it. */
import { relativeTo } from "./references.ts";

/**
 * Whether `pattern`, written in the file `from`, means `file`. Case does not count: where the file system ignores it,
 * a file of other case is still the team's. What means a folder means everything below it, as in CODEOWNERS: a folder
 * `teams/shop.yaml` is as much the team's as a file of that name. Only `teams/*` ends at the files it names.
 */
export function isTeamFile(pattern: string, from: string, file: string): boolean {
  const wanted = relativeTo(from, pattern).toLowerCase();
  const name = file.toLowerCase();
  if (wanted.endsWith("/**")) return name.startsWith(wanted.slice(0, -2));
  if (wanted === "**") return !name.startsWith("../");
  if (wanted === "*" || wanted.endsWith("/*")) return isNamed(wanted, name);
  const steps = name.split("/");
  return steps.some((_, index) => isNamed(wanted, steps.slice(0, index + 1).join("/")));
}

/** Whether `wanted`, whose last part may hold a `*`, is this name. */
function isNamed(wanted: string, name: string): boolean {
  const [before = "", after] = wanted.split("*");
  if (after === undefined) return name === wanted;
  const middle = name.slice(before.length, name.length - after.length);
  return (
    name.length >= before.length + after.length &&
    name.startsWith(before) &&
    name.endsWith(after) &&
    !middle.includes("/")
  );
}

/** Whether one of the patterns, each with at most one `*`, means `word`. */
export function isOneOf(patterns: readonly string[], word: string): boolean {
  return patterns.some((pattern) => {
    const [before = "", after] = pattern.split("*");
    if (after === undefined) return word === pattern;
    return word.length >= before.length + after.length && word.startsWith(before) && word.endsWith(after);
  });
}
