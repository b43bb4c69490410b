import { flatMap } from "../../lib/flat-map.ts";
import { oncePer } from "../../lib/iam/memo.ts";
import type { Patterns } from "../../lib/iam/policy.ts";
import { switches } from "../../lib/iam/switches.ts";
import { fewOf } from "../../lib/iam/texts.ts";
import { action, mayReach, resource, UNNAMED, unnamedLike } from "../../lib/iam/unnamed.ts";
import { eachAllow, inHands, rule, type Violation, violationsIn, type World } from "../rule.ts";

export default rule({
  id: "guardrail-control",
  severity: "medium",
  summary: "The policy allows turning off what protects or records a whole account",
  why: "Who breaks in turns off the lights first: one call ends the record of API calls, threat detection or the block of public buckets for everything in the account, and what follows is seen by nobody. Most of these actions cannot be limited to resources.",
  levels:
    "Medium in every case. Not reported where one trail, detector or analyzer is named, nor of AWS managed policies. All actions of a service are service-admin, and everything is admin-access.",
  bad: `{
  "Effect": "Allow",
  "Action": ["guardduty:*Detector", "s3:PutAccountPublicAccessBlock"],
  "Resource": "*"
}`,
  good: `{
  "Effect": "Allow",
  "Action": ["guardduty:Get*", "guardduty:List*", "s3:GetAccountPublicAccessBlock"],
  "Resource": "*"
}`,
  fix: "Leave these actions to the role that sets the account up, and deny them to everybody else with a service control policy.",
  references: [
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html",
    "https://docs.aws.amazon.com/prescriptive-guidance/latest/aws-security-controls/security-controls.html",
  ],
  on: "policy",
  kinds: ["identity"],
  concerns: ({ effect, actions }, { facts }) => effect === "Allow" && !actions.not && heldIn(facts)(actions).length > 0,
  check: eachAllow(
    ({ statement, alone }, subject, world) => {
      const held = heldIn(world.facts)(statement.actions).filter(
        ({ on }) => statement.resources !== null && mayReach(statement.resources, on),
      );
      if (held.length === 0) return [];
      const found = inHands(subject, world, (ask) =>
        ask([alone], { actions: held.map(({ name }) => action(name)), resources: held.map(({ on }) => resource(on)) }),
      );
      return violationsIn(found, statement, alone, () => `can turn off ${listed(held)}`).map(aboutAccount);
    },
    ({ actions, resources }, { facts }) => !actions.not && resources !== null && heldIn(facts)(actions).length > 0,
  ),
});

interface Switch {
  name: string;
  /** One that nobody named; what only knows `*` is on nothing that has an ARN. */
  on: string;
}

/** The switches that actions hold, but for services that they hold as a whole. */
const heldIn = oncePer((facts: World["facts"]) =>
  oncePer(({ values }: Patterns): readonly Switch[] => {
    const names = flatMap(values, (pattern) =>
      /^[^:]+:\*+$/.test(pattern) ? [] : facts.actionsLike(pattern).map(({ name }) => name),
    );
    return [...new Set(names)]
      .filter((name) => switches.has(name))
      .map((name) => {
        const [one] = facts.resourcesOf(name);
        return { name, on: one ? unnamedLike(one.source) : UNNAMED };
      });
  }),
);

const listed = (held: readonly Switch[]): string => {
  const what = [...new Set(held.map(({ name }) => switches.get(name) ?? name))];
  return `${what.join(", ")} for the whole account, by ${fewOf(held.map(({ name }) => name))}`;
};

const aboutAccount = (violation: Violation): Violation =>
  violation.witness?.resource === UNNAMED
    ? { ...violation, witness: { ...violation.witness, resource: null } }
    : violation;
