/**
 * What resource control policies of the organization still refuse: they bind the resources and roles of member accounts,
 * whoever asks. A policy that is written too wide stays too wide, as they may go one day; until then nobody gets in by it.
 * Their Denies count like those of the policy itself.
 *
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
import type { Severity } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { servicesWithRcps } from "../lib/iam/catalog.ts";
import { oncePer } from "../lib/iam/memo.ts";
import { parsePolicy } from "../lib/iam/parse.ts";
import { deniesOf, type Policy, type Statement, withStatements } from "../lib/iam/policy.ts";
import { organizationsNamed } from "../lib/iam/questions.ts";
import type { PolicyChange, Subject } from "./model.ts";
import { membersFor } from "./possible.ts";
import type { Check, Rule, Violation } from "./rule.ts";
import type { World } from "./world.ts";

type Of<On extends Check["on"]> = Rule & Extract<Check, { on: On }>;
type Violations = readonly Violation[];

/** Gives what the rule says of a policy; what is refused all the same weighs less. */
export function saysOfPolicy(rule: Of<"policy">, subject: Subject, world: World): Violations {
  const found = rule.check(subject, world);
  const controls = found.length > 0 ? controlsOn(subject, world) : NONE;
  return weighed(rule, found, controls, {
    again: (some) => rule.check(bound(subject, some, world), world),
    isLeft: (one, other) => one.statement?.index === other.statement?.index,
  });
}

/** The same of a change: all that is new is refused, or nothing is said of it. */
export function saysOfChange(rule: Of<"policy change">, change: PolicyChange, world: World): Violations {
  const found = rule.check(change, world);
  const [subject] = change.after;
  const controls = found.length > 0 && subject ? controlsOn(subject, world) : NONE;
  return weighed(rule, found, controls, {
    again(some) {
      const policies = [...change.before, ...change.after].map(({ policy }) => policy);
      const all = [...some, ...posing([...policies, ...some], world)];
      const bind = (subjects: readonly Subject[]) => subjects.map((one) => bound(one, all, world));
      return rule.check({ ...change, before: bind(change.before), after: bind(change.after) }, world);
    },
    isLeft: () => true,
  });
}

interface Reasked {
  /** What is said where these refuse. */
  again(controls: readonly Policy[]): Violations;
  /** Whether what is said then is about the same. */
  isLeft(left: Violation, violation: Violation): boolean;
}

/** What is refused weighs less; what weighs low already stays. */
const less: Partial<Record<Severity, Severity>> = { critical: "high", high: "medium", medium: "low" };

/** An exception through which somebody gets changes nothing: the same is said again. */
function weighed(rule: Rule, found: Violations, controls: readonly Policy[], { again, isLeft }: Reasked): Violations {
  if (controls.length === 0 || !found.some(isBound)) return found;
  const leftBy = oncePer((some: readonly Policy[]) => again(some).filter(isOpen));
  const refuse = (violation: Violation) => (some: readonly Policy[]) =>
    !leftBy(some).some((left) => isLeft(left, violation));
  const each = controls.length === 1 ? [controls] : [...controls.map((control) => [control]), controls];
  return found.map((violation) => {
    if (!isBound(violation) || !refuse(violation)(controls)) return violation;
    const severity = violation.severity ?? rule.severity;
    const message = `${violation.message}; ${nameOf(each.find(refuse(violation)) ?? controls)} it`;
    return { ...violation, severity: less[severity] ?? severity, message };
  });
}

/** A request that is let in, or may be. */
const isOpen = ({ witness, confidence }: Violation): boolean => witness !== undefined || confidence === "low";

const NONE: readonly never[] = [];

function nameOf(controls: readonly Policy[]): string {
  const names = controls.map(({ id }) => id).join(" and ");
  return controls.length === 1
    ? `the resource control policy ${names} still refuses`
    : `the resource control policies ${names} still refuse`;
}

function controlsOn({ policy, limits, account }: Subject, world: World): readonly Policy[] {
  if (policy.kind === "identity" || limits || account === null) return NONE;
  return world.resourceControlPolicies.get(account) ?? NONE;
}

/** A request, by somebody and for something that they bind: neither service-linked roles nor who retires a grant of a key. */
const isBound = ({ witness }: Violation): boolean =>
  witness !== undefined &&
  !/:role\/aws-service-role\//.test(witness.principal) &&
  !/^kms:RetireGrant$/i.test(witness.action);

/** The policy with the Denies of what binds it, those that say of the request at hand what they say of others. */
function bound(subject: Subject, controls: readonly Policy[], { organizationId }: World): Subject {
  const { policy } = subject;
  const denies = flatMap(controls, policy.kind === "trust" ? deniesOfRoles : deniesIn).filter((statement) => {
    // in a policy of the older version, variables would be plain text
    if (policy.version !== "2012-10-17" && hasVariables(statement)) return false;
    // an account outside may be in another organization that is let in
    return [...organizationsNamed([withStatements(policy, [statement])])].every((id) => id === organizationId);
  });
  return { ...subject, policy: withStatements(policy, [...policy.statements, ...denies]) };
}

const hasVariables = ({ resources, conditions }: Statement): boolean =>
  [...(resources?.values ?? []), ...flatMap(conditions, ({ values }) => values)].some((value) => value.includes("${"));

const services = servicesWithRcps();

/** Only some services ask them; and none of the Denies is taken for a statement of the policy itself. */
const deniesIn = oncePer((control: Policy): readonly Statement[] =>
  flatMap(deniesOf(control), (statement, position) => {
    const { values, not } = statement.actions;
    const asked = values.filter((name) => services.has(name.split(":")[0]!.toLowerCase()));
    if (not || asked.length === 0) return NONE;
    return { ...statement, index: -1 - position, actions: { values: asked, not } };
  }),
);

/** A trust says nothing of resources: what is denied of some roles may leave this one out. */
const deniesOfRoles = oncePer((control: Policy): readonly Statement[] =>
  flatMap(deniesIn(control), (statement) =>
    statement.resources?.values.includes("*") && !statement.resources.not ? { ...statement, resources: null } : NONE,
  ),
);

/**
 * What nobody can ask: to be of the organization and in none of its accounts, or a service and of an organization.
 * @param policies tell accounts apart: one stands for all that they do not name
 */
function posing(policies: readonly Policy[], { organizationId, accounts }: World): readonly Policy[] {
  if (organizationId === null || accounts === null) return NONE;
  const ours = membersFor(accounts, policies);
  const conditions = [
    { StringEquals: { "aws:PrincipalOrgID": organizationId }, StringNotEquals: { "aws:PrincipalAccount": ours } },
    {
      ...{
        StringEquals: { "aws:SourceOrgID": organizationId },
        StringNotEquals: { "aws:SourceAccount": [...accounts] },
      },
      Null: { "aws:SourceAccount": "false" },
    },
    { Bool: { "aws:PrincipalIsAWSService": "true" }, Null: { "aws:PrincipalOrgID": "false" } },
  ];
  const Action = [...services].map((service) => `${service}:*`);
  const Statement = conditions.map((Condition) => ({
    ...{ Effect: "Deny", Principal: "*", Action, Resource: "*", Condition },
  }));
  return [parsePolicy({ Version: "2012-10-17", Statement }, "resource").policy];
}
