/** Manifests that would shut out those who have to mend them. */
import { groupBy } from "../group.ts";
import { parsePolicy } from "../iam/parse.ts";
import type { Policy } from "../iam/policy.ts";
import { perAllow } from "../iam/questions.ts";
import { error, warning } from "../manifest/problems.ts";
import type { Place, Problem } from "../problem.ts";
import type { AccessGraph, Account, Role, Trust } from "./graph.ts";
import { controlLevels, guardrails } from "./guardrails.ts";
import type { Steps } from "./reach/assume.ts";
import { decide, free, ofOrganization, type Verdict } from "./reach/decide.ts";
import type { Permissions } from "./reach/permissions.ts";

/** `no-break-glass`, `identity-center-unadministered`, `pipeline-locked-out`. */
export function lockouts(graph: AccessGraph, reach: () => Steps): Problem[] {
  return [...noBreakGlass(graph), ...unadministered(graph, reach), ...lockedOut(graph)];
}

/** Kinds of trust that people get through without Identity Center. */
const otherPeople: ReadonlySet<Trust["kind"]> = new Set(["users", "iamGroup", "saml"]);

function noBreakGlass({ accounts, assignments, iamUsers, roles }: AccessGraph): Problem[] {
  const management = accounts.find(({ management }) => management);
  if (management === undefined || !assignments.some(({ account }) => account === management.key)) return [];
  const isThere = ({ account }: { account: string }) => account === management.key;
  if (iamUsers.some(isThere) || roles.some((role) => isThere(role) && otherPeople.has(role.trust.kind))) return [];
  const message =
    "Identity Center is the only way into the management account: when it is down, only the root user is left";
  const hint = "add two break-glass users: breakGlass: { users: { first: { owner: ... }, second: { owner: ... } } }";
  return [warning("no-break-glass", management.place, message, { hint })];
}

/**
 * What it takes to change who may enter an account: for people by hand; for a pipeline, which applies permission sets too.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html
 */
const assigning = ["sso:CreateAccountAssignment", "sso:DeleteAccountAssignment"];
const applying = [...assigning, "sso:PutInlinePolicyToPermissionSet", "sso:ProvisionPermissionSet"];

function unadministered(graph: AccessGraph, reach: () => Steps): Problem[] {
  const management = graph.accounts.find(({ management }) => management);
  if (management === undefined || !graph.assignments.some(({ account }) => account === management.key)) return [];
  const delegated = graph.organization.delegatedAdministrators.filter(({ service }) => service === "sso.amazonaws.com");
  const offices = new Set([management.key, ...delegated.map(({ account }) => account)]);
  const pipelines = new Set(
    graph.roles.flatMap(({ key, account, trust }) => (pipelineKinds.has(trust.kind) ? `${account} ${key}` : [])),
  );
  const { principals, may } = reach();
  const someone = principals.some((principal) => {
    const { kind, key, account } = principal;
    if (!offices.has(account ?? "")) return false;
    const needed = kind === "role" && pipelines.has(`${account} ${key}`) ? applying : assigning;
    return needed.every((action) => may(principal, action, "*").answer !== "no");
  });
  if (someone) return [];
  const message =
    "nobody in the management account may assign permission sets, no pipeline either: only the root user could change access";
  const hint =
    "give a group a permission set with sso:* there, let the pipeline's role change it, or add break-glass users";
  return [warning("identity-center-unadministered", management.place, message, { hint })];
}

// -------------------------------------------------------------------------------------------------------- guardrails

/** Something that a role has to be able to do, and what denies it. */
interface Denial {
  role: string;
  account: string;
  /** `sts:AssumeRole (statement EnterShopAccounts)`, `iam:CreateRole`. */
  what: string;
  verdict: Verdict;
  place: Place;
}

function lockedOut(graph: AccessGraph): Problem[] {
  const policies = new Map(graph.organizationPolicies.map(({ key, place }) => [key, place]));
  const denials = [...pipelines(graph), ...executionRoles(graph)];
  const alike = groupBy(denials, ({ role, what, verdict }) => JSON.stringify([role, what, verdict.because]));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { role, what, verdict } = first;
    const more = same.length > 1 ? ` and ${same.length - 1} more` : "";
    const message = `role "${role}" in "${first.account}"${more} needs ${what}, and ${verdict.because}`;
    const hint = "exempt the role from the policy";
    const place = policies.get(verdict.policy ?? "");
    const related = place === undefined ? [] : [{ place, message: "by this policy" }];
    return [error("pipeline-locked-out", first.place, message, { hint, related })];
  });
}

const pipelineKinds: ReadonlySet<Trust["kind"]> = new Set(["github", "gitlab", "terraformCloud", "bitbucket"]);

/** Roles that pipelines come in as: of whatever a statement of theirs allows, guardrails have to leave something. */
function pipelines(graph: AccessGraph): Denial[] {
  const accounts = new Map(graph.accounts.map((account) => [account.key, account]));
  const levels = controlLevels(graph);
  return graph.roles.flatMap((role) => {
    const account = accounts.get(role.account);
    if (!pipelineKinds.has(role.trust.kind) || account === undefined) return [];
    const bound = levels(account);
    const documents = [role.inlinePolicy, ...role.ownPolicies.map(({ document }) => document)];
    const statements = documents.flatMap((document) =>
      document === null ? [] : perAllow(parsePolicy(document, "identity").policy),
    );
    return statements.flatMap(({ statement, alone }): Denial[] => {
      const wish = { ...asRole(role, account, graph), permissions: only(alone), action: null };
      if (decide({ ...wish, bound: free }).answer !== "yes") return [];
      const verdict = decide({ ...wish, bound });
      const [action = ""] = statement.actions.values;
      const what = statement.sid === null ? action : `${action} (statement ${statement.sid})`;
      return verdict.answer === "no"
        ? [{ role: role.key, account: account.key, what, verdict, place: role.place }]
        : [];
    });
  });
}

/** What Terraform does in an account, by what the manifest has there. */
const needs: readonly (readonly [of: (graph: AccessGraph) => readonly { account: string }[], actions: string[]])[] = [
  [({ roles }) => roles, ["iam:CreateRole", "iam:GetRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"]],
  [({ managedPolicies }) => managedPolicies.filter(({ document }) => document !== null), ["iam:CreatePolicy"]],
  [({ iamGroups }) => iamGroups, ["iam:CreateGroup", "iam:PutGroupPolicy"]],
  [({ iamUsers }) => iamUsers, ["iam:CreateUser"]],
  [({ passwordPolicies }) => passwordPolicies, ["iam:UpdateAccountPasswordPolicy"]],
  [({ bucketPolicies }) => bucketPolicies, ["s3:PutBucketPolicy"]],
];

/** The role that Terraform works with in member accounts: whatever it may do by itself, guardrails have to leave it. */
function executionRoles(graph: AccessGraph): Denial[] {
  const { executionRole: name } = graph.terraform;
  const wanted = groupBy(
    needs.flatMap(([of, actions]) =>
      [...new Set(of(graph).map(({ account }) => account))].flatMap((account) =>
        actions.map((action) => ({ account, action })),
      ),
    ),
    ({ account }) => account,
  );
  const levels = controlLevels(graph);
  const caps = guardrails(graph);
  const texts = graph.organizationPolicies.map(({ document }) => JSON.stringify(document)).join("\n");
  // thousands of accounts have the same guardrails: only those that policies speak of are decided one by one
  const alike = new Map<unknown, Map<string, Verdict>>();
  return graph.accounts.flatMap((account) => {
    const { id, key, place } = account;
    const asked = wanted.get(key) ?? [];
    if (id === null || account.state !== "active" || account.management || asked.length === 0) return [];
    const same = texts.includes(id) ? key : caps.get(key);
    const known = alike.get(same) ?? new Map<string, Verdict>();
    alike.set(same, known);
    const wish = {
      ...asRole({ name, path: "/" }, account, graph),
      permissions: only(),
      bound: levels(account),
      granted: true,
    };
    return asked.flatMap(({ action }): Denial[] => {
      const verdict = known.get(action) ?? decide({ ...wish, action });
      known.set(action, verdict);
      return verdict.answer === "no" ? [{ role: name, account: key, what: action, verdict, place }] : [];
    });
  });
}

function asRole({ name, path }: Pick<Role, "name" | "path">, { id }: Account, { organization }: AccessGraph) {
  return {
    callers: [{ kind: "role", account: id, name: `arn:aws:iam::${id}:role${path}${name}` }] as const,
    resource: null,
    where: ofOrganization(organization.id),
    granted: false,
  };
}

function only(...identity: Policy[]): Permissions {
  return { identity, boundaries: [], unknown: [] };
}
