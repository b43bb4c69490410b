import { compile } from "../../lib/iam/glob.ts";
import type { Policy } from "../../lib/iam/policy.ts";
import { perAllow } from "../../lib/iam/questions.ts";
import { type Answer, ask, worst } from "../../lib/iam/witness.ts";
import { rule, violationsOf } from "../rule.ts";

const question = (action: string, resource: string) => ({
  actions: [compile(action, { dialect: "string", fold: true })],
  resources: [compile(resource, { dialect: "resource" })],
});

/** Services and resources that no policy names, in any partition and account: only wildcards reach them. */
const ANYTHING = [
  question("q9-none:NoneAny", "arn:*:q9-none:us-east-1:*:q9/none"),
  question("x3-zero:ZeroAny", "arn:*:x3-zero:us-east-1:*:x3/zero"),
];

/** Each of these is enough to give oneself every other permission. */
const UNDO_ANY_DENY = [
  ["iam:AttachUserPolicy", "user"],
  ["iam:PutUserPolicy", "user"],
  ["iam:AttachRolePolicy", "role"],
  ["iam:PutRolePolicy", "role"],
  ["iam:CreatePolicyVersion", "policy"],
  ["iam:UpdateAssumeRolePolicy", "role"],
].map(([action, type]) => question(action!, `arn:*:iam::*:${type}/q9-none`));

/** Whoever may do anything, and give himself what a Deny takes away, may do everything. */
function everything(policy: Policy): Answer {
  const anything = ANYTHING.map((sentinel) => ask({ policies: [policy], ...sentinel }));
  const undo = worst(UNDO_ANY_DENY.map((sentinel) => ask({ policies: [policy], ...sentinel })));
  const answers = [...anything, undo];
  if (answers.some((answer) => answer.kind === "none")) return { kind: "none" };
  return answers.find((answer) => answer.kind === "undecided") ?? undo;
}

export default rule({
  id: "admin-access",
  severity: "high",
  summary: "The policy allows every action on every resource",
  why: "Whoever holds it owns the account: data, keys, logs and the identities of everyone else. A condition such as MFA guards the door but does not narrow what is behind it, and a Deny for a few actions is undone with the remaining ones.",
  levels:
    "High in every case. Low confidence when the policy depends on values that cannot be weighed against each other.",
  bad: `{ "Effect": "Allow", "Action": "*", "Resource": "*" }`,
  good: `{
  "Effect": "Allow",
  "Action": ["ecs:UpdateService", "ecs:DescribeServices"],
  "Resource": "arn:aws:ecs:eu-west-1:111122223333:service/shop/*"
}`,
  fix: "List the actions that are needed, on the resources they are needed for.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"],
  on: "policy",
  kinds: ["identity"],
  also: ["managed"],
  check({ policy }) {
    const single = perAllow(policy).flatMap(({ statement, alone }) =>
      violationsOf(everything(alone), statement, alone, () => "allows every action on every resource"),
    );
    const last = policy.statements.findLast(({ effect }) => effect === "Allow");
    if (single.length > 0 || !last) return single;
    return violationsOf(
      everything(policy),
      last,
      policy,
      () => "together with the statements before it, allows every action on every resource",
    );
  },
});
