import { anything } from "../../lib/iam/administrator.ts";
import { perAllow } from "../../lib/iam/questions.ts";
import { inHands, rule, violationsIn } from "../rule.ts";

export default rule({
  id: "not-action-allow",
  severity: "high",
  summary: "The policy allows all actions but a few",
  why: "Allow with NotAction grants every action that the list does not name, in every service, and in every service that AWS adds later. What was meant is usually to forbid the few: that is Deny with Action.",
  levels: "High in every case. Not reported where the resources keep it to something that has a name.",
  bad: `{ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }`,
  good: `[
  { "Effect": "Allow", "Action": ["ecs:*", "ecr:*"], "Resource": "arn:aws:ecs:eu-west-1:111122223333:*/shop/*" },
  { "Effect": "Deny", "Action": "iam:*", "Resource": "*" }
]`,
  fix: "List the actions that are needed with Action. To take some away from what other statements allow, use Deny.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"],
  on: "policy",
  kinds: ["identity"],
  check(subject, world) {
    return perAllow(subject.policy).flatMap(({ statement, alone }) => {
      if (!statement.actions.not) return [];
      const found = inHands(subject, world, (ask) => anything((question) => ask([alone], question)));
      const { values } = statement.actions;
      const listed =
        values.length > 3 ? `${values.slice(0, 3).join(", ")} and ${values.length - 3} more` : values.join(", ");
      return violationsIn(found, statement, alone, () => `allows every action of every service but ${listed}`);
    });
  },
});
