/** Plan and apply apart: the role that plans is there, only reads, and what anybody may push does not reach the other. */
import { groupBy } from "../group.ts";
import { loadCatalog } from "../iam/catalog.ts";
import { paths } from "../iam/escalation.ts";
import type { Policy, Statement } from "../iam/policy.ts";
import { error } from "../manifest/problems.ts";
import type { Problem } from "../problem.ts";
import { accountParts } from "./account-parts.ts";
import type { AccessGraph, Role } from "./graph.ts";
import { monitoredAccounts } from "./monitoring/sites.ts";
import type { Steps } from "./reach/assume.ts";
import type { ManagedPolicies } from "./reach/permissions.ts";
import { type Principal, roleId } from "./reach/principals.ts";
import type { Way } from "./reach/ways.ts";
import { sortedSet } from "./sorted.ts";

/** `plan-role-missing`, `plan-role-writes`, `execution-role-open`; nothing without `terraform.planRole`. */
export async function planRoleProblems(
  graph: AccessGraph,
  managed: ManagedPolicies,
  reach: () => Steps,
  ways: () => readonly Way[],
): Promise<Problem[]> {
  const { planRole } = graph.terraform;
  if (planRole === null) return [];
  const plans = graph.roles.filter(({ name }) => name === planRole);
  return [...missing(planRole, plans, graph), ...(await writing(plans, managed, reach)), ...open(graph, reach, ways)];
}

// ------------------------------------------------------------------------------------------------------------ missing

/** Accounts that Terraform enters by a role: those with anything in them but the management account. */
export function enteredAccounts(graph: AccessGraph) {
  const { organization, accounts, monitoring } = graph;
  const held = Object.values(accountParts).flatMap((part) => part(graph).map(({ account }) => account));
  const entered = new Set([...held, ...monitoredAccounts(monitoring, organization.managementAccount)]);
  return accounts.filter(({ key, id, management }) => entered.has(key) && id !== null && !management);
}

function missing(planRole: string, plans: readonly Role[], graph: AccessGraph): Problem[] {
  // Terraform is told a name, and finds no role below a path
  const there = new Map(plans.map((role) => [role.account, role]));
  const without = enteredAccounts(graph).filter(({ key }) => there.get(key)?.path !== "/");
  const [first] = without;
  if (first === undefined) return [];
  const more = without.length > 1 ? ` and ${without.length - 1} more` : "";
  const message = `account "${first.key}"${more} has a stack, and no role of the name "${planRole}" with path / that could plan it`;
  const hint = 'put the role into each account: in: { all: true }, presets: "terraform-plan"';
  return [error("plan-role-missing", first.place, message, { hint })];
}

// ------------------------------------------------------------------------------------------------------------- writing

/** AWS keeps these to reading, action by action: hundreds of services need not be looked up for them. */
const readOnly = ["SecurityAudit", "job-function/ViewOnlyAccess", "ReadOnlyAccess"].map(
  (name) => `arn:aws:iam::aws:policy/${name}`,
);

/** Once for each role, of whatever accounts: what it may do is the same in all of them but for the ids. */
async function writing(plans: readonly Role[], managed: ManagedPolicies, reach: () => Steps): Promise<Problem[]> {
  const kept = new Set(readOnly.flatMap((arn) => managed.get(arn) ?? []));
  const roles = [...groupBy(plans, ({ key }) => key).values()].flatMap(([first]) => first ?? []);
  const found = await Promise.all(
    roles.map(async (role) => {
      const { principals, may } = reach();
      const principal = principals.find(({ id }) => id === roleId(role));
      const what = principal === undefined ? null : await firstWrite(role, principal, kept, may);
      if (what === null) return [];
      const message = `role "${role.key}" is there to plan, and ${what}`;
      const hint = "leave it what reads: presets: terraform-plan";
      return [error("plan-role-writes", role.place, message, { hint })];
    }),
  );
  return found.flat();
}

/** What it may do beyond reading, in words; `null` when it only reads. */
async function firstWrite(
  { permissionsBoundary }: Role,
  principal: Principal,
  kept: ReadonlySet<Policy>,
  may: Steps["may"],
): Promise<string | null> {
  const { identity, unknown } = principal.permissions();
  const hidden = unknown.find((name) => name !== permissionsBoundary);
  if (hidden !== undefined) return `what ${hidden} lets it do is not known here`;
  for (const action of await writes(identity.filter((policy) => !kept.has(policy)))) {
    const { answer } = may(principal, action, "*");
    if (answer !== "no") return `may ${answer === "yes" ? "" : "be able to "}call ${action}`;
  }
  return null;
}

/** Actions that statements speak of and that do not only read. Of one that names no service, those that lead furthest. */
async function writes(policies: readonly Policy[]): Promise<string[]> {
  const allows = policies
    .flatMap(({ statements }) => statements)
    .filter((one) => one.effect === "Allow" && !locks(one));
  const isWide = ({ values, not }: Statement["actions"]) => not || values.some((value) => /^[^:]*[*?]/.test(value));
  const wide = allows.some(({ actions }) => isWide(actions)) ? furthest : [];
  const named = allows.flatMap(({ actions }) => (isWide(actions) ? [] : actions.values));
  const catalog = await loadCatalog(named);
  const changing = named
    .flatMap((pattern) => catalog.actionsLike(pattern))
    .filter(({ accessLevel }) => accessLevel !== "List" && accessLevel !== "Read")
    .map(({ name }) => name);
  return [...wide, ...sortedSet(changing)];
}

const furthest = paths.flatMap(({ steps }) => steps.flatMap(({ actions }) => actions));

/** The lock of a state is all that a plan writes. */
const locks = ({ resources }: Statement) =>
  resources !== null && !resources.not && resources.values.every((arn) => arn.endsWith(".tfstate.tflock"));

// ---------------------------------------------------------------------------------------------------------------- open

/** How tokens are named that a run gets for what nobody has reviewed: pull requests, any branch, speculative plans. */
const unreviewed = /[*?]|:pull_request$|:run_phase:plan$/;

/** Ways from there to the role that applies, which the management account's roles may assume by AWS's own default. */
function open(graph: AccessGraph, reach: () => Steps, ways: () => readonly Way[]): Problem[] {
  const { executionRole } = graph.terraform;
  const isOpen = ({ trust }: Role) => "issuer" in trust && trust.subjects.some((subject) => unreviewed.test(subject));
  if (!graph.roles.some(isOpen)) return [];
  return ways()
    .filter(({ answer, from, steps: [first] }) => {
      return answer !== "no" && first !== undefined && isOpen(first.to.role) && unreviewed.test(from.name);
    })
    .filter(({ to: { role, account, principal } }) => {
      if (role.name === executionRole) return true;
      const arn = `arn:aws:iam::*:role/${executionRole}`;
      return account.management && reach().may(principal, "sts:AssumeRole", arn).answer !== "no";
    })
    .map(({ from, to: { role, account } }) => {
      const message = `${from.name} gets into role "${role.key}" in "${account.key}", and so to "${executionRole}", which applies`;
      const hint = "let it in from a protected environment or branch alone, or take away sts:AssumeRole on that role";
      return error("execution-role-open", role.place, message, { hint });
    });
}
