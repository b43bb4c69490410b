/** The files that a manifest names. Read from the tree as written, so that they are known before anything is checked. */
import { posix } from "node:path";
import type { Place } from "../problem.ts";
import { keysAt, type Node, nodeAt, type Path } from "./node.ts";

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

/** Maps whose entries may name a policy document. */
const withFiles: readonly Path[] = [
  ["policies"],
  ["permissionSets"],
  ["managedPolicies"],
  ["iam", "groups"],
  ["iam", "users"],
  ["roles"],
];

/** The policy documents under `file`. */
export function policyFiles(root: Node): FileReference[] {
  return withFiles.flatMap((section) =>
    keysAt(root, section).flatMap((key) => {
      const node = nodeAt(root, [...section, key, "file"]);
      return node === null ? [] : textOf(node);
    }),
  );
}

/** The name of the file that `value` means in a manifest file called `from`. */
export function relativeTo(from: string, value: string): string {
  return posix.join(posix.dirname(from), value);
}

function textOf(node: Node): FileReference[] {
  return node.kind === "scalar" && typeof node.value === "string" ? [{ value: node.value, place: node.place }] : [];
}
