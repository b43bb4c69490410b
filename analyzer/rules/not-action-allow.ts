import { flatMap } from "../../lib/flat-map.ts";
import { anything, wholeService } from "../../lib/iam/administrator.ts";
import { perAllow } from "../../lib/iam/questions.ts";
import { fewOf } from "../../lib/iam/texts.ts";
import { inHands, isForService, rule, violationsIn } from "../rule.ts";

export default rule({
  id: "not-action-allow",
  severity: "high",
  summary: "The policy allows all actions but a few",
  why: "Allow with NotAction grants every action that the list does not name, in every service, and in every service that AWS adds later. What was meant is usually to forbid the few: that is Deny with Action.",
  levels:
    "High; medium where the resources keep it to one service, and where AWS wrote the policy, as PowerUserAccess. Not reported where they have a name.",
  bad: `{ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }`,
  good: `[
  { "Effect": "Allow", "Action": ["ecs:*", "ecr:*"], "Resource": "arn:aws:ecs:eu-west-1:111122223333:*/shop/*" },
  { "Effect": "Deny", "Action": "iam:*", "Resource": "*" }
]`,
  fix: "List the actions that are needed with Action. To take some away from what other statements allow, use Deny.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"],
  on: "policy",
  kinds: ["identity"],
  also: ["managed"],
  concerns: ({ effect, actions }) => effect === "Allow" && actions.not,
  check(subject, world) {
    if (isForService(subject)) return [];
    return flatMap(perAllow(subject.policy), ({ statement, alone }) => {
      const { actions, resources } = statement;
      if (!actions.not) return [];
      const any = inHands(subject, world, (ask) => anything((question) => ask([alone], question)));
      const but = fewOf(actions.values);
      const all = violationsIn(any, statement, alone, () => `allows every action of every service but ${but}`);
      // everybody knows it by its name, and what grants permissions is left out of it
      if (subject.managed) return all.map((violation) => ({ ...violation, severity: "medium" as const }));
      if (all.length > 0) return all;
      return flatMap(servicesIn(resources?.values ?? []), (service) => {
        const whole = inHands(subject, world, (ask) => wholeService((question) => ask([alone], question), service));
        return violationsIn(whole, statement, alone, () => `allows every action of ${service} but ${but}`);
      })
        .slice(0, 1)
        .map((violation) => ({ ...violation, severity: "medium" as const }));
    });
  },
});

/** Services whose resources are named by a wildcard alone. */
const servicesIn = (arns: readonly string[]): readonly string[] => [
  ...new Set(flatMap(arns, (arn) => /^arn:[^:]*:([a-z0-9-]+):[^:]*:[^:]*:\*+$/.exec(arn)?.[1] ?? [])),
];
