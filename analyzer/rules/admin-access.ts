import { flatMap } from "../../lib/flat-map.ts";
import { everything, mayBeAnything } from "../../lib/iam/administrator.ts";
import type { Statement } from "../../lib/iam/policy.ts";
import { perAllow } from "../../lib/iam/questions.ts";
import { fewOf } from "../../lib/iam/texts.ts";
import { inHands, rule, violationsIn } from "../rule.ts";

export default rule({
  id: "admin-access",
  severity: "high",
  summary: "The policy allows every action on every resource",
  why: "Whoever holds it owns the account: data, keys, logs and the identities of everyone else. A condition such as MFA guards the door but does not narrow what is behind it, and a Deny for a few actions is undone with the remaining ones.",
  levels:
    "High; low for a permission set that the access manifest makes an administrator's (--manifest). Low confidence when the policy depends on values that cannot be weighed against each other, or when a permissions boundary limits it that the plan does not show.",
  bad: `{ "Effect": "Allow", "Action": "*", "Resource": "*" }`,
  good: `{
  "Effect": "Allow",
  "Action": ["ecs:UpdateService", "ecs:DescribeServices"],
  "Resource": "arn:aws:ecs:eu-west-1:111122223333:service/shop/*"
}`,
  fix: "List the actions that are needed, on the resources they are needed for.",
  // whoever administers accounts has to be somebody, and comes for hours, with MFA
  declared: { types: ["aws_iam_user_policy_attachment", "aws_ssoadmin_managed_policy_attachment"], severity: "low" },
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"],
  on: "policy",
  kinds: ["identity"],
  also: ["managed"],
  concerns: mayBeAnything,
  check(subject, world) {
    const { policy } = subject;
    const single = flatMap(perAllow(policy), ({ statement, alone }) =>
      violationsIn(
        inHands(subject, world, (ask) => everything((question) => ask([alone], question))),
        statement,
        alone,
        () => `allows every action${butThose(statement)} on every resource`,
      ),
    );
    const last = policy.statements.findLast(({ effect }) => effect === "Allow");
    if (single.length > 0 || !last) return single;
    return violationsIn(
      inHands(subject, world, (ask) => everything((question) => ask([policy], question))),
      last,
      policy,
      () => "together with the statements before it, allows every action on every resource",
    );
  },
});

/** What a NotAction leaves out, which does not keep the rest from whoever has it. */
function butThose({ actions: { values, not } }: Statement): string {
  return not && values.length > 0 ? ` but ${fewOf(values)}` : "";
}
