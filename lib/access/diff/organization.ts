/** Accounts that join, leave and move, and the organization policies that bind them. */
import { byCodeUnit } from "../../finding.ts";
import { groupBy } from "../../group.ts";
import { pathsAbove } from "../../manifest/units.ts";
import type { AccessGraph, Account, OrganizationPolicyType } from "../graph.ts";
import type { Access, Difference } from "./access.ts";

/** An organization policy and what it is attached to: `root`, the path of a unit, or an account. */
export interface Attachment {
  policy: string;
  type: OrganizationPolicyType;
  target: { kind: "root" | "unit" | "account"; key: string };
}

export interface AttachmentChange extends Attachment {
  change: "attached" | "detached";
  /** Keys of the accounts below, the management account left out: no organization policy binds it. */
  accounts: readonly string[];
}

export interface AccountChange {
  account: string;
  change: "added" | "removed" | "moved";
  /** Paths of units; `null` is the root, or that there is no account. */
  from: string | null;
  to: string | null;
  /** Policies that bind the account from now on, and no longer; with the unit that brings them. */
  policies: Difference<Attachment>;
  access: Difference<Access>;
}

/** Accounts that are new, gone, or in another unit, each with what it inherits and loses by that. */
export function compareAccounts(before: AccessGraph, after: AccessGraph, access: Difference<Access>): AccountChange[] {
  const [old, now] = [byKey(before.accounts), byKey(after.accounts)];
  const [bindingBefore, bindingAfter] = [binding(before), binding(after)];
  const gained = groupBy(access.gained, ({ account }) => account);
  const lost = groupBy(access.lost, ({ account }) => account);
  return [...new Set([...old.keys(), ...now.keys()])].sort(byCodeUnit).flatMap((key): AccountChange[] => {
    const [was, is] = [old.get(key) ?? null, now.get(key) ?? null];
    if (was !== null && is !== null && was.unit === is.unit) return [];
    return [
      {
        account: key,
        change: was === null ? "added" : is === null ? "removed" : "moved",
        from: was?.unit ?? null,
        to: is?.unit ?? null,
        policies: without(bindingBefore(was), bindingAfter(is)),
        access: { gained: gained.get(key) ?? [], lost: lost.get(key) ?? [] },
      },
    ];
  });
}

/** What is attached elsewhere now than before. */
export function compareAttachments(before: AccessGraph, after: AccessGraph): AttachmentChange[] {
  const [old, now] = [attachmentsOf(before), attachmentsOf(after)];
  const changes = (rows: ReadonlyMap<string, Attachment>, known: ReadonlyMap<string, Attachment>) =>
    [...rows].filter(([id]) => !known.has(id)).map(([, row]) => row);
  const told = (graph: AccessGraph, change: AttachmentChange["change"]) => {
    const covered = accountsBelow(graph);
    return (row: Attachment) => ({ ...row, change, accounts: covered(row.target) });
  };
  return [...changes(now, old).map(told(after, "attached")), ...changes(old, now).map(told(before, "detached"))];
}

function attachmentsOf(graph: AccessGraph): ReadonlyMap<string, Attachment> {
  const types = new Map(graph.organizationPolicies.map(({ key, type }) => [key, type]));
  const rows = (policies: readonly string[], target: Attachment["target"]) =>
    policies.flatMap((policy): [string, Attachment][] => {
      const type = types.get(policy);
      return type === undefined ? [] : [[`${target.kind} ${target.key} ${policy}`, { policy, type, target }]];
    });
  return new Map([
    ...rows(graph.organization.policies, { kind: "root", key: "root" }),
    ...graph.units.flatMap(({ path, policies }) => rows(policies, { kind: "unit", key: path })),
    ...graph.accounts.flatMap(({ key, policies }) => rows(policies, { kind: "account", key })),
  ]);
}

/** Gives the policies that bind an account: its own and those of all units above it. */
function binding(graph: AccessGraph): (account: Account | null) => readonly Attachment[] {
  const byTarget = groupBy(attachmentsOf(graph).values(), ({ target }) => `${target.kind} ${target.key}`);
  return (account) => {
    if (account === null || account.management) return [];
    const units = pathsAbove(account.unit).map((path) => `unit ${path}`);
    return ["root root", ...units, `account ${account.key}`].flatMap((target) => byTarget.get(target) ?? []);
  };
}

function accountsBelow({ accounts }: AccessGraph): (target: Attachment["target"]) => string[] {
  const members = accounts.filter(({ management }) => !management);
  return ({ kind, key }) =>
    members
      .filter(
        (account) =>
          kind === "root" || (kind === "account" ? account.key === key : pathsAbove(account.unit).includes(key)),
      )
      .map((account) => account.key);
}

/** A policy that comes from another unit and binds as before is neither new nor gone. */
function without(before: readonly Attachment[], after: readonly Attachment[]): Difference<Attachment> {
  const only = (rows: readonly Attachment[], others: readonly Attachment[]) => {
    const known = new Set(others.map(({ policy }) => policy));
    return rows.filter(({ policy }) => !known.has(policy));
  };
  return { gained: only(after, before), lost: only(before, after) };
}

function byKey(accounts: readonly Account[]): ReadonlyMap<string, Account> {
  return new Map(accounts.map((account) => [account.key, account]));
}
