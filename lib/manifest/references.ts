/** The files that a manifest names. Read from the tree as written, so that they are known before anything is checked. */
import { posix } from "node:path";
import type { Place } from "../problem.ts";
import { keysAt, type Node, nodeAt, type Path } from "./node.ts";
import { policyTypeNames, policyTypes } from "./policy-types.ts";

export interface FileReference {
  /** As written: a glob for an include, a file name for a policy. */
  value: string;
  place: Place;
}

/** The patterns under `include`. */
export function includes(root: Node): FileReference[] {
  const node = nodeAt(root, ["include"]);
  if (node === null) return [];
  return (node.kind === "list" ? node.items : [node]).flatMap(textOf);
}

/** Where the names of files stand; `*` is any key. */
const documents: readonly Pattern[] = [
  ["permissionSets", "*", "file"],
  ["managedPolicies", "*", "file"],
  ["iam", "groups", "*", "file"],
  ["iam", "users", "*", "file"],
  ["roles", "*", "file"],
];
const texts: readonly Pattern[] = [
  ["identityProviders", "*", "saml", "file"],
  ["trustAnchors", "*", "bundle"],
  ["monitoring", "dashboards", "*", "file"],
  ["monitoring", "config", "conformancePacks", "*", "file"],
];
type Pattern = readonly string[];

/** The policy documents that are named. */
export function policyFiles(root: Node): FileReference[] {
  const access = organizationPolicies(root, (type) => !managementTypes.includes(type));
  return [...access, ...documents.flatMap((pattern) => named(root, pattern, []))];
}

/** The files that are taken as they are: metadata of identity providers, certificates, dashboards, management policies. */
export function textFiles(root: Node): FileReference[] {
  const management = organizationPolicies(root, (type) => managementTypes.includes(type));
  return [...management, ...texts.flatMap((pattern) => named(root, pattern, []))];
}

/** Types of organization policies that are not written in IAM's policy language. */
const managementTypes: readonly unknown[] = policyTypeNames.filter((name) => policyTypes[name].root !== null);

function organizationPolicies(root: Node, isMeant: (type: unknown) => boolean): FileReference[] {
  return keysAt(root, ["policies"]).flatMap((key) => {
    const type = nodeAt(root, ["policies", key, "type"]);
    const meant = isMeant(type?.kind === "scalar" ? type.value : null);
    return meant ? named(root, ["policies", key, "file"], []) : [];
  });
}

function named(root: Node, [step, ...rest]: Pattern, path: Path): FileReference[] {
  if (step === "*") return keysAt(root, path).flatMap((key) => named(root, rest, [...path, key]));
  if (step !== undefined) return named(root, rest, [...path, step]);
  const node = nodeAt(root, path);
  return node === null ? [] : textOf(node);
}

/** The name of the file that `value` means in a manifest file called `from`. */
export function relativeTo(from: string, value: string): string {
  return posix.join(posix.dirname(from), value);
}

function textOf(node: Node): FileReference[] {
  return node.kind === "scalar" && typeof node.value === "string" ? [{ value: node.value, place: node.place }] : [];
}
