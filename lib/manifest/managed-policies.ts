/** AWS managed policies by name. */
import { managedPolicyNames } from "../iam/managed/names.ts";
import { nearest } from "../suggest.ts";

/** `service-role/` by name, for all policies that can be attached. */
const paths: ReadonlyMap<string, string> = new Map(
  Object.entries(managedPolicyNames).flatMap(([path, names]) => names.split(" ").map((name) => [name, path] as const)),
);

/** The ARN of an AWS managed policy given by ARN, by `path/name`, or by name. */
export function managedPolicyArn(policy: string): string {
  return policy.startsWith("arn:") ? policy : `arn:aws:iam::aws:policy/${paths.get(policy) ?? ""}${policy}`;
}

/** Whether AWS has a managed policy of this ARN or name; a customer managed policy's ARN counts as one. */
export function isManagedPolicy(policy: string): boolean {
  const [, path = "", name = ""] =
    /^arn:aws[\w-]*:iam::aws:policy\/(.*\/)?([^/]+)$/.exec(managedPolicyArn(policy)) ?? [];
  return name === "" || paths.get(name) === path;
}

/** The policy that an unknown name is most likely meant for: the same under another path, one that begins with it, the nearest. */
export function similarManagedPolicy(policy: string): string | null {
  const name = policy.split("/").at(-1) ?? "";
  if (paths.has(name)) return name;
  const longer = [...paths.keys()].filter((known) => known.startsWith(name)).sort((a, b) => a.length - b.length);
  return longer[0] ?? nearest(name, paths);
}
