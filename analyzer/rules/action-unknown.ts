import { flatMap } from "../../lib/flat-map.ts";
import type { Glob } from "../../lib/iam/glob.ts";
import { oncePer } from "../../lib/iam/memo.ts";
import { disjoint } from "../../lib/iam/pick.ts";
import type { Patterns, Statement } from "../../lib/iam/policy.ts";
import { STAND_IN } from "../../lib/iam/texts.ts";
import { resource } from "../../lib/iam/unnamed.ts";
import { refOf, rule, type World } from "../rule.ts";

export default rule({
  id: "action-unknown",
  severity: "low",
  summary: "The policy names an action that no service has, or denies one where it never happens",
  why: "AWS takes any name as an action, misspelt ones too, and it matches nothing: an Allow does not grant what its author wanted, and a Deny does not protect. No more does a Deny of an action on buckets for the ARNs of objects.",
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
  concerns: ({ effect, actions }, { facts }) =>
    unknownTo(facts)(actions).length > 0 || (effect === "Deny" && typesOf(facts)(actions) !== null),
  aboutWords: true,
  check({ policy }, { facts }) {
    return flatMap(policy.statements, (statement) => {
      const { effect, actions } = statement;
      if (effect === "Deny" && isBeside(statement, facts)) {
        const [action] = actions.values;
        const [resource] = statement.resources?.values ?? [];
        const message = `denies nothing: ${action} is never about ${resource}`;
        return [{ statement: refOf(statement), message, severity: "medium" as const }];
      }
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

/** What all of the actions can be about; `null` where one of them can be about anything, or is a pattern of actions. */
const typesOf = oncePer((facts: World["facts"]) =>
  oncePer(({ values, not }: Patterns): readonly Glob[] | null => {
    const types = values.map((name) => (/[*?]/.test(name) ? [] : facts.resourcesOf(name)));
    return not || values.length === 0 || types.some((each) => each.length === 0) ? null : types.flat();
  }),
);

/** Whether none of its resources is what its actions are about. */
function isBeside({ actions, resources }: Statement, facts: World["facts"]): boolean {
  const types = typesOf(facts)(actions);
  if (types === null || resources === null || resources.not || resources.values.length === 0) return false;
  return resources.values.every(
    (value) =>
      // what is known after apply may be anything
      !value.includes(STAND_IN) && types.every((type) => isOfNone(type, value)),
  );
}

/** Whether no resource of the type fits the pattern; the name of a bucket has no slash. */
const isOfNone = (type: Glob, pattern: string): boolean =>
  disjoint(type, resource(pattern)) || (type.source === "arn:*:s3:::*" && /^arn:[^:]*:s3:::[^*?$]*\//.test(pattern));
