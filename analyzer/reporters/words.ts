/** Words that the reporters for people share. Names in a plan are chosen by whoever wrote it: `visible` first, always. */
import type { Finding, StatementRef, Witness } from "../../lib/finding.ts";
import type { Report } from "../report.ts";

/** `3 findings`, `1 finding`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** The request that the witness stands for, as a sentence: `anyone on the internet can call sts:AssumeRole without MFA`. */
export function describeWitness({ principal, action, resource, context }: Witness): string {
  const conditions = Object.entries(context)
    .filter(([, value]) => value !== principal)
    .map(([key, value]) => describeKey(key, value));
  const on = resource === null ? "" : ` on ${resource}`;
  return `${describePrincipal(principal)} can call ${action}${on}${conditions.map((words) => ` ${words}`).join(",")}`;
}

function describePrincipal(principal: string): string {
  if (principal === "anonymous" || principal === "*") return "anyone on the internet";
  const [, service, account, name] = /^arn:[^:]*:(iam|sts)::(\d{12}):(.+)$/s.exec(principal) ?? [];
  if (service === undefined || account === undefined || name === undefined) {
    return /\.amazonaws\.com(\.cn)?$/.test(principal) ? `the service ${principal}` : principal;
  }
  if (name === "root") return `account ${account}`;
  const [kind, ...path] = name.split("/");
  if (kind?.endsWith("-provider")) return `anyone signed in at ${path.join("/")}`;
  const what = kinds.get(kind ?? "");
  return what ? `${what} ${path.join("/")} of account ${account}` : principal;
}

const kinds: ReadonlyMap<string, string> = new Map([
  ["user", "user"],
  ["role", "role"],
  ["assumed-role", "role session"],
  ["federated-user", "federated user"],
]);

function describeKey(key: string, value: Witness["context"][string]): string {
  const name = key.toLowerCase();
  const text = value === null ? null : typeof value === "string" ? value : value.join(", ");
  if (name === "aws:multifactorauthpresent") return text === "true" ? "with MFA" : "without MFA";
  if (name === "aws:multifactorauthage" && text === null) return "without MFA";
  return text === null ? `without ${key}` : `with ${key} ${text === "" ? '""' : text}`;
}

/** `assume_role_policy, statement 2 (ReadLogs)`. Statements count from 1 for people. */
export function describePlace({ attribute, statement }: Pick<Finding, "attribute" | "statement">): string {
  return statement === null ? attribute : `${attribute}, ${describeStatement(statement)}`;
}

function describeStatement({ index, sid }: StatementRef): string {
  return `statement ${index + 1}${sid === null || sid === "" ? "" : ` (${sid})`}`;
}

/** `44 policies, 41 read in full, 3 not known before apply`. */
export function describeCoverage({ coverage, plans }: Report): string {
  const changes = plans.reduce((sum, plan) => sum + plan.resourceChanges, 0);
  const { policies, evaluated, unknown } = coverage;
  const partly = policies - evaluated - unknown.length;
  return [
    count(changes, "resource"),
    count(policies, "policy", "policies"),
    ...(partly > 0 ? [`${partly} malformed`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} not known before apply`] : []),
  ].join(", ");
}

/** What the reader must know before trusting the result. */
export function warnings({ plans }: Report): readonly string[] {
  return plans.flatMap(({ file, complete, errored }) => {
    if (errored) return [`${file}: the plan ended with an error, so changes may be missing`];
    return complete ? [] : [`${file}: the plan is not complete; what is deferred is judged by a later plan`];
  });
}

/** Whether the plans say everything that would change. */
export function isWhole({ plans }: Report): boolean {
  return plans.every(({ complete, errored }) => complete && !errored);
}

/** Findings that the change brings, and that nobody suppressed. */
export function isNew({ change, suppressed }: Finding): boolean {
  return suppressed === null && (change === "introduced" || change === "worsened");
}
