/** Delegations: whose files are whose. What the files may say, `validate` has checked. */
import type { Context } from "../manifest/context.ts";
import { relativeTo } from "../manifest/references.ts";
import type { Delegation } from "./graph.ts";
import { sortedEntries, sortedSet } from "./sorted.ts";

export function resolveDelegations({ manifest, at, keyAt }: Context): Delegation[] {
  return sortedEntries(manifest.delegations).map(([key, { files, owners = [] }]) => ({
    key,
    files: sortedSet(files.map((file, index) => relativeTo(at(["delegations", key, "files", index]).file, file))),
    owners: sortedSet(owners),
    place: keyAt(["delegations", key]),
  }));
}
