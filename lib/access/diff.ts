/** What changes between two manifests: in people and accounts first, then in what they may do, then in all the rest. */
import type { Problem } from "../problem.ts";
import {
  type Access,
  accessOf,
  type ChangedAccess,
  compareAccess,
  compareMembers,
  comparePeople,
  type Difference,
  type Membership,
  type PersonAccess,
} from "./diff/access.ts";
import { lookalikes } from "./diff/lookalikes.ts";
import { type AccountChange, type AttachmentChange, compareAccounts, compareAttachments } from "./diff/organization.ts";
import { comparePermissions, type PermissionChange } from "./diff/permissions.ts";
import { compareSettings, type SettingChange } from "./diff/settings.ts";
import type { AccessGraph } from "./graph.ts";
import { withKeys } from "./keys.ts";
import { forward, type Rename, renamesBetween } from "./renames.ts";

export type * from "./diff/access.ts";
export type * from "./diff/organization.ts";
export type * from "./diff/permissions.ts";
export type * from "./diff/settings.ts";

export interface ManifestDiff {
  /** Declared by `renamedFrom`: under its new key a thing is the same as before, and nothing is gained or lost by it. */
  renames: readonly Rename[];
  /** `looks-renamed`: a rename that nobody declared, and what Terraform would destroy. */
  warnings: readonly Problem[];
  /** By group or user, permission set and account. */
  access: Difference<Access> & { changed: readonly ChangedAccess[] };
  /** By person, groups followed; empty where the identity provider knows the members. */
  people: Difference<PersonAccess>;
  members: Difference<Membership>;
  accounts: readonly AccountChange[];
  attachments: readonly AttachmentChange[];
  permissions: readonly PermissionChange[];
  settings: readonly SettingChange[];
}

/** Compares what two manifests mean; both have to be read as of the same day. Every list is sorted. */
export async function diffGraphs(before: AccessGraph, after: AccessGraph): Promise<ManifestDiff> {
  const renames = renamesBetween(before, after);
  // from here on both sides speak the new keys
  const old = withKeys(before, forward(renames));
  const access = compareAccess(accessOf(old), accessOf(after));
  const members = compareMembers(old, after);
  return {
    renames,
    warnings: lookalikes(old, after),
    access,
    people: comparePeople(old, after, access, members),
    members,
    accounts: compareAccounts(old, after, access),
    attachments: compareAttachments(old, after),
    permissions: await comparePermissions(old, after),
    settings: compareSettings(old, after),
  };
}

/** `true` when nothing at all is different. */
export function isSame({
  renames,
  access,
  members,
  accounts,
  attachments,
  permissions,
  settings,
}: ManifestDiff): boolean {
  const lists = [renames, access.gained, access.lost, access.changed, members.gained, members.lost];
  return [...lists, accounts, attachments, permissions, settings].every((list) => list.length === 0);
}
