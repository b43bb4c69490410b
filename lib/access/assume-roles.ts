/** `assumeRoles`: the caller's side of a role, derived from where the role is. */
import type { Context } from "../manifest/context.ts";
import { selectAccounts } from "./select.ts";
import { sortedSet } from "./sorted.ts";

/** A statement that allows assuming exactly these roles, in every account they are in whose id is known; else `null`. */
export function assumeRolesStatement(
  keys: readonly string[],
  context: Pick<Context, "manifest" | "accounts">,
): Record<string, unknown> | null {
  const arns = sortedSet(keys.flatMap((key) => arnsOf(key, context)));
  return arns.length === 0 ? null : { Sid: "AssumeRoles", Effect: "Allow", Action: ["sts:AssumeRole"], Resource: arns };
}

function arnsOf(key: string, { manifest, accounts }: Pick<Context, "manifest" | "accounts">): string[] {
  if (!Object.hasOwn(manifest.roles, key)) return [];
  const { in: selection, path, name = key } = manifest.roles[key]!;
  return [...selectAccounts(selection, accounts).keys()].flatMap((account) => {
    const { id, state } = manifest.accounts[account]!;
    return id === undefined || state !== "active" ? [] : [`arn:aws:iam::${id}:role${path}${name}`];
  });
}
