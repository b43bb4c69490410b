/**
 * What a policy says of the one object that it is attached to: whatever it writes for a resource, a queue's policy is
 * asked about that queue alone, so that `*` and the queue's own ARN are the same.
 */

import { matches } from "../lib/iam/glob.ts";
import { type Patterns, type Policy, type Statement, withStatements } from "../lib/iam/policy.ts";
import { resource } from "../lib/iam/unnamed.ts";
import { asString, type JsonObject, member } from "./json.ts";
import type { Subject } from "./model.ts";
import { targetAttributeOf } from "./targets.ts";

/** Types whose policies are about one object, and about nothing in it. */
const aboutOne: ReadonlySet<string> = new Set([
  "aws_kinesis_resource_policy",
  "aws_kms_key",
  "aws_kms_key_policy",
  "aws_secretsmanager_secret",
  "aws_secretsmanager_secret_policy",
  "aws_sns_topic",
  "aws_sns_topic_policy",
  "aws_sqs_queue",
  "aws_sqs_queue_policy",
]);

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
function queueArn(url: string): string | null {
  const [, region, account, name] =
    /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com\/(\d{12})\/([\w.-]+)$/.exec(url) ?? [];
  const partition = region?.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return name === undefined ? null : `arn:${partition}:sqs:${region}:${account}:${name}`;
}

/** Gives the ARN of the one object that a policy in a resource of this type is about; `null` where it is not known. */
export function itselfOf(type: string, values: JsonObject | null): string | null {
  if (!aboutOne.has(type)) return null;
  const name = asString(member(values, targetAttributeOf(type) ?? "arn")) ?? "";
  return name.startsWith("arn:") ? name : queueArn(name);
}

/** Gives the policies of both sides; of the object they are about, where that is the same on both. */
export function aboutItself(
  before: readonly Subject[],
  after: readonly Subject[],
): { before: readonly Policy[]; after: readonly Policy[] } {
  const [first] = before;
  const itself = first?.itself;
  const isSame = itself !== undefined && [...before, ...after].every((subject) => subject.itself === itself);
  const policiesOf = (subjects: readonly Subject[]) =>
    subjects.map(({ policy }) => (isSame ? narrowed(policy, itself) : policy));
  return { before: policiesOf(before), after: policiesOf(after) };
}

function narrowed(policy: Policy, itself: string): Policy {
  return withStatements(
    policy,
    policy.statements.map((statement) => about(statement, itself)),
  );
}

function about(statement: Statement, itself: string): Statement {
  const { resources } = statement;
  const isWritten = resources?.values.length === 1 && resources.values[0] === itself;
  if (resources === null || isWritten || !reaches(resources, itself)) return statement;
  return { ...statement, resources: { values: [itself], not: false } };
}

/** Certain where it is `true`: what a variable stands for is known to the request alone. */
function reaches({ values, not }: Patterns, itself: string): boolean {
  const isNamed = values.some((value) => !value.includes("${") && matches(resource(value), itself));
  return not ? !isNamed && !values.some((value) => value.includes("${")) : isNamed;
}
