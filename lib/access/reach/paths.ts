/** Every way into one account. */
import { byCodeUnit } from "../../finding.ts";
import type { Place } from "../../problem.ts";
import { accessRows } from "../explain.ts";
import type { AccessGraph, Account, Role } from "../graph.ts";
import { controlLevels } from "../guardrails.ts";
import { assumeSteps, type Steps } from "./assume.ts";
import { decide, type Verdict, verdict } from "./decide.ts";
import { loadManagedPolicies } from "./permissions.ts";
import type { Principal } from "./principals.ts";
import { allWays, type Way } from "./ways.ts";

/** In the order in which they are shown: people first, then machines, then what is always there. */
const kinds = [
  "assignment",
  "user",
  "breakGlass",
  "identityCenter",
  "role",
  "delegatedAdministrator",
  "executionRole",
  "root",
] as const;
export type PathKind = (typeof kinds)[number];

/** A way into the account. */
export interface PathRow extends Verdict {
  kind: PathKind;
  /** Who gets in: a group, a user, a service, a vendor, a pipeline. */
  who: string;
  /** As what, or through which roles. */
  how: string;
  until: string | null;
  /** Where it is written, `null` for what the manifest does not make. */
  place: Place | null;
}

/** Gives all of them; `answer: "no"` is there for the root user alone, to show that it is shut out. */
export async function pathsTo(graph: AccessGraph, account: string): Promise<PathRow[]> {
  const target = graph.accounts.find(({ key }) => key === account);
  if (target === undefined) return [];
  const execution = executionRoles(graph, target);
  const reach = assumeSteps(graph, await loadManagedPolicies(graph), execution);
  const rows = [
    ...assignmentPaths(graph, account),
    ...userPaths(graph, account),
    ...throughIdentityCenter(graph, target, reach),
    ...rolePaths(target, reach, execution),
    ...delegatedAdministrators(graph, target),
    ...execution.map((role) => toExecutionRole(graph, role)),
    rootPath(graph, target),
  ];
  return rows.sort(
    (a, b) =>
      kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
      byCodeUnit(a.who, b.who) ||
      byCodeUnit(a.how, b.how) ||
      byCodeUnit(a.until ?? "", b.until ?? "") ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0),
  );
}

function assignmentPaths(graph: AccessGraph, account: string): PathRow[] {
  return accessRows(graph, { account: [account] }).map((row) => ({
    kind: "assignment",
    who: `${row.principalType === "GROUP" ? "group" : "user"} ${row.principal}`,
    how: row.permissionSet,
    ...(row.deferred ? verdict("undecided", "it waits for the account's id") : verdict("yes", row.why)),
    until: row.until,
    place: row.place,
  }));
}

function userPaths({ iamUsers }: AccessGraph, account: string): PathRow[] {
  return iamUsers
    .filter((user) => user.account === account)
    .map((user) => ({
      kind: user.breakGlass ? "breakGlass" : "user",
      who: `${user.breakGlass ? "break-glass user" : "IAM user"} ${user.key}`,
      how: user.mfaGuard === null ? "with a password" : "with a password and MFA",
      ...verdict("yes", user.owner === null ? "it is an IAM user of the account" : `it is kept by ${user.owner}`),
      until: null,
      place: user.place,
    }));
}

/** Who may assign permission sets may let himself in. Only the management account's people may do so for that account. */
function throughIdentityCenter(graph: AccessGraph, target: Account, { principals, may }: Steps): PathRow[] {
  const management = graph.organization.managementAccount;
  return principals
    .filter(({ account, kind }) => account === management && kind !== "breakGlass")
    .flatMap((principal): PathRow[] => {
      const { answer } = may(principal, "sso:CreateAccountAssignment", "*");
      if (answer === "no") return [];
      const because = `${answer === "yes" ? "it may" : "it may be able to"} assign any permission set here (sso:CreateAccountAssignment)`;
      return [
        { ...entry("identityCenter", principal), how: "through IAM Identity Center", ...verdict(answer, because) },
      ];
    })
    .filter(() => target.state === "active");
}

function rolePaths(target: Account, { steps }: Steps, execution: readonly Role[]): PathRow[] {
  // whoever can be assumed is no beginning: the way of who assumes it is shown
  const reached = new Set(steps.flatMap(({ to, verdict }) => (verdict.answer === "no" ? [] : [to.principal.id])));
  // of the management account's other users there is a row anyway
  const isKnown = ({ from, to }: Way) => !(from.kind === "users" && execution.includes(to.role));
  const begins = ({ from }: Way) => from.account !== target.key && !reached.has(from.id);
  return allWays(steps)
    .filter((way) => way.to.account.key === target.key && way.answer !== "no" && begins(way) && isKnown(way))
    .map(({ from, to, steps, answer, because, policy }) => ({
      ...entry(execution.includes(to.role) ? "executionRole" : "role", from),
      how: steps.map(({ to }) => to.principal.name).join(" -> "),
      answer,
      because,
      policy,
      place: to.role.place,
    }));
}

/**
 * Accounts that administer a service for the organization reach into every member account as far as that service does:
 * the one of Identity Center may let anybody in.
 */
function delegatedAdministrators(graph: AccessGraph, target: Account): PathRow[] {
  if (target.management) return [];
  const { accessAnalyzer, guardDuty, securityHub } = graph.monitoring;
  const watching = [
    { service: "access-analyzer.amazonaws.com", by: accessAnalyzer },
    { service: "guardduty.amazonaws.com", by: guardDuty },
    { service: "securityhub.amazonaws.com", by: securityHub },
  ].flatMap(({ service, by }) => (by === null ? [] : [{ service, account: by.administrator, place: by.place }]));
  const named = graph.organization.delegatedAdministrators.map((one) => ({ ...one, place: null }));
  const others = [...watching, ...named].filter(({ account }) => account !== target.key);
  const each = new Map(others.reverse().map((one) => [`${one.service} ${one.account}`, one]));
  return [...each.values()].map(({ service, account, place }) => ({
    kind: "delegatedAdministrator",
    who: `administrators of ${account}`,
    how: service,
    ...verdict("yes", "the account administers the service for the organization, as far as the service reaches"),
    until: null,
    place,
  }));
}

function entry(kind: PathKind, { name, people, place }: Principal): Omit<PathRow, keyof Verdict | "how"> {
  const keys = people.map(({ key }) => key).join(", ");
  return { kind, who: keys === "" ? name : `${keys} as ${name}`, until: null, place };
}

/** The role that AWS makes with a member account, unless the manifest makes one of the name itself. */
function executionRoles({ roles, terraform, accounts }: AccessGraph, target: Account): Role[] {
  const name = terraform.executionRole;
  const management = accounts.find(({ management }) => management)?.id ?? null;
  const own = roles.some((role) => role.account === target.key && role.name === name);
  if (target.management || target.id === null || management === null || own) return [];
  return [
    {
      key: name,
      renamedFrom: null,
      account: target.key,
      name,
      path: "/",
      description: "",
      trust: { kind: "users", accountIds: [management], mfa: false },
      maxSessionDuration: 3600,
      managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"],
      inlinePolicy: null,
      ownPolicies: [],
      permissionsBoundary: null,
      instanceProfile: false,
      tags: {},
      place: target.place,
    },
  ];
}

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html */
function toExecutionRole({ organization }: AccessGraph, { name, place }: Role): PathRow {
  return {
    kind: "executionRole",
    who: `administrators of ${organization.managementAccount}`,
    how: name,
    ...verdict("yes", "AWS makes the role with the account, for the management account; Terraform works with it"),
    until: null,
    place,
  };
}

/** Whether service control policies leave the account's root user anything. */
function rootPath(graph: AccessGraph, target: Account): PathRow {
  const decided = decide({
    callers: [{ kind: "root", account: target.id, name: `arn:aws:iam::${target.id}:root` }],
    permissions: { identity: [], boundaries: [], unknown: [] },
    bound: controlLevels(graph)(target),
    action: null,
    resource: null,
    where: [],
    granted: true,
  });
  const row = { kind: "root", who: "root user", how: target.email, until: null, place: target.place } as const;
  if (target.id === null) return { ...row, ...verdict("undecided", "the account has no id yet") };
  if (target.management) {
    return { ...row, ...verdict("yes", "no service control policy binds the management account") };
  }
  return { ...row, ...(decided.answer === "yes" ? verdict("yes", "no service control policy shuts it out") : decided) };
}
