import { flatMap } from "../../lib/flat-map.ts";
import { oncePer } from "../../lib/iam/memo.ts";
import type { Patterns } from "../../lib/iam/policy.ts";
import { refOf, rule, type World } from "../rule.ts";

export default rule({
  id: "action-unknown",
  severity: "low",
  summary: "The policy names an action that no service has",
  why: "AWS takes any name as an action, misspelt ones too, and it matches nothing: an Allow does not grant what its author wanted, and a Deny does not protect.",
  levels:
    "Low in an Allow; medium in a Deny, and in an Allow with NotAction, which grants what it meant to leave out. Low confidence when nothing of a similar name exists: the service may be newer than this version of Gatehouse.",
  bad: `{
  "Effect": "Deny",
  "Action": ["cloudtrail:StopLoging", "cloudtrail:DeleteTrail"],
  "Resource": "*"
}`,
  good: `{
  "Effect": "Deny",
  "Action": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"],
  "Resource": "*"
}`,
  fix: "Write the action as the service authorization reference does; some operations are allowed by an action of another name (s3:ListObjects by s3:ListBucket).",
  references: [
    "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  ],
  on: "policy",
  kinds: ["identity", "resource", "trust"],
  also: ["limits"],
  concerns: ({ actions }, { facts }) => unknownTo(facts)(actions).length > 0,
  aboutWords: true,
  check({ policy }, { facts }) {
    return flatMap(policy.statements, (statement) => {
      const { effect, actions } = statement;
      const unknown = unknownTo(facts)(actions);
      if (unknown.length === 0) return [];
      const named = unknown.map((name) => ({ name, meant: facts.nearestAction(name) }));
      const message = named
        .map(({ name, meant }) => `no service has "${name}"${meant === null ? "" : `; did you mean "${meant}"?`}`)
        .join("; ");
      return [
        {
          statement: refOf(statement),
          message,
          severity: effect === "Deny" || actions.not ? ("medium" as const) : ("low" as const),
          ...(named.every(({ meant }) => meant === null) && { confidence: "low" as const }),
        },
      ];
    });
  },
});

/** The same lists of actions stand in many policies. */
const unknownTo = oncePer((facts: World["facts"]) =>
  oncePer(({ values }: Patterns): readonly string[] => values.filter((name) => facts.isAction(name) === false)),
);
