/** Whether AWS services can still make the calls by which they deliver and tell. */
import { type CallerClass, demandOf } from "../lib/iam/caller-class.ts";
import { oncePerText } from "../lib/iam/memo.ts";
import { normalForm } from "../lib/iam/normal-form.ts";
import { parsePolicy } from "../lib/iam/parse.ts";
import type { Condition, Policy, Statement } from "../lib/iam/policy.ts";
import { absent, condition } from "../lib/iam/questions.ts";
import { action, resource } from "../lib/iam/unnamed.ts";
import { ask } from "../lib/iam/witness.ts";
import { accountInArn } from "./configuration.ts";

/** What a service does with a resource that has a policy. */
export interface Call {
  action: string;
  /** A pattern of what it does it with; `null` where the policy is about nothing else. */
  on: string | null;
  /** ARN of what it comes for. */
  from?: string | null;
}

const policyOf = oncePerText((text) => parsePolicy(text, "resource").policy, 2);

/** Whether a resource's policy, as text, lets a service make a call in some way; `null` when that cannot be told. */
export function letsCall(policy: string, service: string, { action: name, on, from = null }: Call): boolean | null {
  const { kind } = ask({
    policies: [policyOf(policy)],
    callers: [callerOf(service)],
    actions: [action(name)],
    ...(on !== null && { resources: [resource(on)] }),
    where: [...fromOutside, ...cameFor(service, from)],
  });
  return kind === "undecided" ? null : kind === "witness";
}

const callerOf = oncePerText((service): CallerClass => ({ kind: "service", account: null, name: service }));

/** A service comes from no network of ours, whatever the name of its own. */
const fromOutside: readonly Condition[] = [
  absent("aws:SourceVpc"),
  absent("aws:SourceVpce"),
  condition("IpAddress", "aws:SourceIp", ["240.0.0.1/32"]),
];

function cameFor(service: string, arn: string | null): readonly Condition[] {
  // what alarms say, and no other service; it is not in use any more where there is a choice
  const owner = service === "cloudwatch.amazonaws.com" ? [] : [absent("aws:SourceOwner")];
  if (arn === null) return owner;
  const account = accountInArn(arn);
  return [
    ...owner,
    condition("StringEquals", "aws:SourceArn", [arn]),
    ...(account === null ? [] : [condition("StringEquals", "aws:SourceAccount", [account])]),
  ];
}

/**
 * Whether a service can do by one policy what it cannot do by another, one of some calls at least; `null` when that
 * cannot be told.
 */
export function isStopped(was: string, is: string, service: string, calls: readonly Call[]): boolean | null {
  if (isSameTo(callerOf(service), policyOf(was), policyOf(is))) return false;
  const answers = calls.map((call) => {
    // mostly it still can
    const can = letsCall(is, service, call);
    return can !== true && letsCall(was, service, call) === true && isNot(can);
  });
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

/** Whether the statements that only one of the policies has are not about the caller. */
function isSameTo(caller: CallerClass, one: Policy, other: Policy): boolean {
  const isElsewhere = ({ statements }: Policy) => {
    const forms = new Set(statements.map(normalForm));
    return (statement: Statement) => forms.has(normalForm(statement));
  };
  const isNobody = ({ principals }: Statement) => principals !== null && demandOf(principals, caller) === false;
  const [inOne, inOther] = [isElsewhere(one), isElsewhere(other)];
  return (
    one.version === other.version &&
    one.statements.every((statement) => inOther(statement) || isNobody(statement)) &&
    other.statements.every((statement) => inOne(statement) || isNobody(statement))
  );
}

const isNot = (answer: boolean | null) => (answer === null ? null : !answer);
