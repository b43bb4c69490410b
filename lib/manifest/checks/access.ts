/** Grants, groups and permission sets. */
import { documentSize } from "../../access/document-size.ts";
import { inlinePolicy, type OwnPermissions } from "../../access/inline-policy.ts";
import { selectAccounts } from "../../access/select.ts";
import { daysBetween } from "../../day.ts";
import { byCodeUnit } from "../../finding.ts";
import type { Problem } from "../../problem.ts";
import { type Allowance, allowance } from "../allowance.ts";
import type { Context } from "../context.ts";
import type { Selector } from "../fields.ts";
import { nodeAt, type Path } from "../node.ts";
import { error, warning, where } from "../problems.ts";
import type { Manifest } from "../schema.ts";
import { checkSelector } from "./selections.ts";

/**
 * `user-grant-without-reason`, `user-grant-without-end`, `grant-expired`, `grant-expiring`, `duplicate-grant`, `members-external`, and what
 * `checkSelection` reports.
 */
export function checkGrants(context: Context): Problem[] {
  const { manifest, asOf, soon, at } = context;
  const grants = manifest.access.flatMap((grant, index) => {
    const path = ["access", index];
    const problems = checkSelection(grant.to, [...path, "to"], "grant", context);
    if (grant.users.length > 0 && grant.reason === undefined) {
      problems.push(
        error("user-grant-without-reason", at([...path, "users"]), 'a grant to single users needs a "reason"', instead),
      );
    }
    if (grant.users.length > 0 && grant.until === undefined) {
      problems.push(
        error(
          "user-grant-without-end",
          at([...path, "users"]),
          'a grant to single users needs an end: "until"',
          instead,
        ),
      );
    }
    if (grant.until !== undefined && grant.until < asOf) {
      const message = `this grant ended on ${grant.until} and is left out`;
      problems.push(
        warning("grant-expired", at([...path, "until"]), message, {
          hint: `remove it, or set a new date; ${gave(grant, context)}`,
        }),
      );
    } else if (grant.until !== undefined && soon !== null && grant.until <= soon) {
      const days = daysBetween(asOf, grant.until);
      const message = `this grant ends on ${grant.until}, ${near[days] ?? `in ${days} days`}`;
      problems.push(
        warning("grant-expiring", at([...path, "until"]), message, { hint: "set a later date, or let it end" }),
      );
    }
    return problems;
  });
  return [...grants, ...duplicateGrants(context), ...externalMembers(context)];
}

/** What a grant was about: `it gave developers read-only in shop-dev`. */
function gave({ groups, users, permissionSets, to }: Manifest["access"][number], { accounts }: Context): string {
  const covered = [...selectAccounts(to, accounts).keys()];
  const more = covered.length > 5 ? ` and ${covered.length - 5} more accounts` : "";
  const where = covered.length === 0 ? "no account" : `${covered.slice(0, 5).join(", ")}${more}`;
  return `it gave ${[...groups, ...users].join(", ")} ${permissionSets.join(", ")} in ${where}`;
}

/** How days that are near are called, by how many lie between. */
const near = ["today", "tomorrow"];

/** Grants of the same to the same, whatever end and reason they have: the index of each, and of the first of its kind. */
export function repeatedGrants({ access }: Manifest): ReadonlyMap<number, number> {
  const first = new Map<string, number>();
  const repeated = new Map<number, number>();
  for (const [index, { groups, users, permissionSets, to }] of access.entries()) {
    const parts = [groups, users, permissionSets, to];
    const id = JSON.stringify(parts.map((part) => part.map((one) => JSON.stringify(one)).sort(byCodeUnit)));
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, index);
    else repeated.set(index, earlier);
  }
  return repeated;
}

function duplicateGrants({ manifest, at }: Context): Problem[] {
  return [...repeatedGrants(manifest)].map(([index, earlier]) => {
    const [here, there] = [at(["access", index]), at(["access", earlier])];
    const message = `this grant is written a second time; the first is at ${where(there, here)}`;
    const related = [{ place: there, message: "first written here" }];
    return warning("duplicate-grant", here, message, { hint: "remove one of them", related });
  });
}

const instead = { hint: "grant to a group, and put the users into it" };

function externalMembers({ manifest, written, at }: Context): Problem[] {
  const source = nodeAt(written, ["identity", "source"]);
  const meant = source?.kind === "scalar" ? source.value : manifest.identity.source;
  if (meant !== "external") return [];
  return Object.entries(manifest.identity.groups).flatMap(([key, { members }]) => {
    const message = `the members of group "${key}" come from the identity provider; they cannot be set here`;
    const hint = 'remove "members", or set "source: identity-store"';
    const path = ["identity", "groups", key, "members"];
    return members.length === 0 ? [] : [error("members-external", at(path), message, { hint })];
  });
}

/**
 * `selects-nothing`, `account-not-active`, `tag-not-carried`, `except-without-effect`.
 * @param what what makes the selection, for the message
 * @param empty how bad it is to cover no account
 */
export function checkSelection(
  selectors: readonly Selector[],
  path: Path,
  what: string,
  context: Context,
  empty: typeof error | typeof warning = warning,
): Problem[] {
  const { manifest, accounts, units, at } = context;
  return selectors.flatMap((selector, index) => {
    const named = selector.accounts ?? [];
    const inactive = named.flatMap((key, position) => {
      const state = Object.hasOwn(manifest.accounts, key) ? manifest.accounts[key]!.state : "active";
      if (state === "active") return [];
      const message = `account "${key}" is ${state}: this ${what} leaves it out`;
      return [warning("account-not-active", at([...path, index, "accounts", position]), message)];
    });
    const mistaken =
      named.some((key) => !Object.hasOwn(manifest.accounts, key)) ||
      selector.units?.some((named) => !units.some((unit) => unit.path === named));
    const doubtful = mistaken ? [] : checkSelector(selector, [...path, index], what, context);
    if (mistaken || selectAccounts([selector], accounts).size > 0) return [...inactive, ...doubtful];
    const isSaid = doubtful.some(({ severity }) => severity === "error");
    const nothing = isSaid ? [] : [empty("selects-nothing", at([...path, index]), `this ${what} covers no account`)];
    return [...inactive, ...doubtful, ...nothing];
  });
}

/** `invalid-name`, `too-many-managed-policies`, `inline-policy-too-large`. */
export function checkPermissionSets(context: Context): Problem[] {
  const { manifest, keyAt } = context;
  return Object.entries(manifest.permissionSets).flatMap(([key, set]) => {
    const path = ["permissionSets", key];
    const name = set.name ?? key;
    const message = `"${name}" is not a permission set name: at most 32 letters, digits and + = , . @ _ -`;
    const hint = 'give the permission set a shorter "name"';
    const named = /^[\w+=,.@-]{1,32}$/.test(name) ? [] : [error("invalid-name", keyAt(path), message, { hint })];
    const attached = set.managedPolicies.length + set.customerManagedPolicies.length;
    return [
      ...named,
      ...checkPermissions(
        path,
        set,
        attached,
        allowance(manifest, "managedPoliciesPerPermissionSet"),
        allowance(manifest, "permissionSetInlineSize"),
        context,
      ),
    ];
  });
}

/** `too-many-managed-policies`, `inline-policy-too-large`. */
export function checkPermissions(
  path: Path,
  own: OwnPermissions,
  attached: number,
  most: Allowance,
  size: Allowance,
  context: Context,
): Problem[] {
  const { at } = context;
  const problems: Problem[] = [];
  if (attached > most.value) {
    const message = `${attached} managed policies on a role; ${most.says}`;
    problems.push(error("too-many-managed-policies", at([...path, "managedPolicies"]), message));
  }
  const length = documentSize(inlinePolicy(path.map(String), own, context));
  if (length > size.value) {
    const message = `the inline policy is ${length} characters long; ${size.says} (${size.unit})`;
    problems.push(error("inline-policy-too-large", at(path), message, { hint: "use a managed policy" }));
  }
  return problems;
}
