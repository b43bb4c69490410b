/**
 * How long the policy engine takes: 10,000 distinct policies of five statements, five questions each, and 10,000 pairs
 * compared. Whole figures on this machine, to be read beside each other and not as promises. `npm run bench:policy` runs
 * it bundled, as the command is: a loader that compiles on the fly would measure itself.
 */

import { callersOf } from "../lib/iam/caller-class.ts";
import { diffPolicies } from "../lib/iam/diff.ts";
import { compile } from "../lib/iam/glob.ts";
import { managedPolicy } from "../lib/iam/managed-policies.ts";
import { parsePolicy } from "../lib/iam/parse.ts";
import type { Policy, PolicyKind } from "../lib/iam/policy.ts";
import { stranger, withoutMfa } from "../lib/iam/questions.ts";
import { type Answer, ask } from "../lib/iam/witness.ts";

const COUNT = 10_000;

const services = ["s3", "ec2", "iam", "sqs", "sns", "dynamodb", "lambda", "kms", "logs", "ecs"];
const verbs = [
  "Get*",
  "List*",
  "PutObject",
  "DeleteItem",
  "Describe*",
  "Create*",
  "UpdateService",
  "Tag*",
  "Send*",
  "*",
];
const conditions = [
  { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" }, Bool: { "aws:SecureTransport": "true" } },
  { BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } },
  { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"] } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/app-*" } },
];

/** A small generator of its own, so that every run measures the same policies. */
let state = 42;
function below(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
const one = <T>(from: readonly T[]): T => from[below(from.length)]!;

function statement(kind: PolicyKind, index: number): object {
  const service = one(services);
  const account = 111_111_111_111 + below(40);
  return {
    Effect: below(5) === 0 ? "Deny" : "Allow",
    ...(kind === "resource" && {
      Principal: below(4) === 0 ? "*" : { AWS: [`arn:aws:iam::${account}:role/app-${below(20)}`, String(account)] },
    }),
    Action: [`${service}:${one(verbs)}`, `${service}:${one(verbs)}`],
    Resource: below(4) === 0 ? "*" : [`arn:aws:${service}:*:${account}:thing-${index}-${below(9)}/*`],
    ...(below(3) === 0 && { Condition: one(conditions) }),
  };
}

function document(kind: PolicyKind): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [0, 1, 2, 3, 4].map((index) => statement(kind, index)) });
}

const passRole = [compile("iam:PassRole", { dialect: "string", fold: true })];
const questions: readonly ((policy: Policy) => Answer)[] = [
  (policy) => ask({ policies: [policy] }),
  (policy) => ask({ policies: [policy], ...stranger([policy]) }),
  (policy) => ask({ policies: [policy], actions: passRole }),
  (policy) => ask({ policies: [policy], where: withoutMfa()[0]! }),
  (policy) => ask({ policies: [policy], callers: callersOf("111111111111") }),
];

function measure(label: string, count: number, work: () => Answer["kind"][]): void {
  const start = performance.now();
  const answers = work();
  const each = ((performance.now() - start) * 1000) / count;
  const kinds = ["witness", "none", "undecided"].map(
    (kind) => `${answers.filter((answer) => answer === kind).length} ${kind}`,
  );
  console.log(
    `${label.padEnd(34)} ${each.toFixed(1).padStart(8)} us each   ${answers.length > 0 ? kinds.join(", ") : ""}`,
  );
}

const kinds: readonly PolicyKind[] = ["identity", "resource"];
const texts = Array.from({ length: COUNT }, (_, i) => document(kinds[i % 2]!));
const policies: Policy[] = [];
measure(`${COUNT} policies parsed`, COUNT, () => {
  for (const [i, text] of texts.entries()) policies.push(parsePolicy(text, kinds[i % 2]!).policy);
  return [];
});
measure(`${COUNT * questions.length} questions`, COUNT * questions.length, () =>
  policies.flatMap((policy) => questions.map((question) => question(policy).kind)),
);
measure(`${COUNT} pairs, unrelated`, COUNT, () =>
  policies.map((policy, i) => kindOf(diffPolicies([policies[(i + 2) % COUNT]!], [policy]).newAccess)),
);
measure(`${COUNT} pairs, one statement fewer`, COUNT, () =>
  policies.map((policy) => {
    const smaller = { ...policy, statements: policy.statements.slice(1) };
    return kindOf(diffPolicies([policy], [smaller]).newAccess);
  }),
);

const start = performance.now();
await managedPolicy("arn:aws:iam::aws:policy/AmazonS3FullAccess");
console.log(`${"a managed policy, first look-up".padEnd(34)} ${(performance.now() - start).toFixed(1).padStart(8)} ms`);
console.log(`${"peak memory".padEnd(34)} ${(process.resourceUsage().maxRSS / 1024).toFixed(0).padStart(8)} MB`);

function kindOf(newAccess: boolean | null): Answer["kind"] {
  return newAccess === null ? "undecided" : newAccess ? "witness" : "none";
}
