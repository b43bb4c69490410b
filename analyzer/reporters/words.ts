/** Words that the reporters for people share. Names in a plan are chosen by whoever wrote it: `visible` first, always. */
import { atLeast, type Finding, type StatementRef, severities, type Witness } from "../../lib/finding.ts";
import type { Report } from "../report.ts";
import { rules } from "../rules.ts";
import type { ReporterOptions } from "./reporter.ts";

/** `3 findings`, `1 finding`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** The request that the witness stands for, as a sentence: `anyone on the internet can call sts:AssumeRole without MFA`. */
export function describeWitness({ principal, action, resource, context }: Witness, rule: string): string {
  const conditions = Object.entries(context)
    .filter(([, value]) => value !== principal)
    .map(([key, value]) => describeKey(key, value));
  const on = resource === null ? "" : ` on ${resource}`;
  const may = lifts.has(rule) ? "is no longer denied" : "can call";
  return `${describePrincipal(principal)} ${may} ${action}${on}${conditions.map((words) => ` ${words}`).join(",")}`;
}

const lifts: ReadonlySet<string> = new Set(rules.filter((rule) => rule.lifts).map(({ id }) => id));

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

/** `assume_role_policy, statement 2 (ReadLogs)`. Statements count from 1 for people; empty for the resource as a whole. */
export function describePlace({ attribute, statement }: Pick<Finding, "attribute" | "statement">): string {
  return [attribute, ...(statement === null ? [] : [describeStatement(statement)])].filter((part) => part).join(", ");
}

/** The place with its resource before it. */
export function describeSubject(finding: Finding): string {
  return [finding.address, describePlace(finding)].filter((part) => part).join(" ");
}

function describeStatement({ index, sid }: StatementRef): string {
  return `statement ${index + 1}${sid === null || sid === "" ? "" : ` (${sid})`}`;
}

/** `82 resources, 44 policies, 3 not known before apply`. */
export function describeCoverage({ coverage, plans }: Report): string {
  const changes = plans.reduce((sum, plan) => sum + plan.resourceChanges, 0);
  const { policies, evaluated, unknown, unlisted } = coverage;
  const partly = policies - evaluated - unknown.length;
  return [
    ...(plans.length > 1 ? [`${plans.length} plans`] : []),
    count(changes, "resource"),
    count(policies, "policy", "policies"),
    ...(partly > 0 ? [`${partly} malformed`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} not known before apply`] : []),
    ...(unlisted.length > 0 ? [`${unlisted.length} not read`] : []),
  ].join(", ");
}

/** What was left out, and why: `aws_new_thing.x policy: looks like a policy in a place that gatehouse does not know`. */
export function describeUnlisted({ address, attribute }: Report["coverage"]["unlisted"][number]): string {
  return `${address} ${attribute}: looks like a policy, in a place that is not known to hold one, and was not judged`;
}

/** What the reader must know before trusting the result. */
export function warnings({ plans }: Report): readonly string[] {
  return plans.flatMap(({ file, complete, errored, deferred }) => {
    if (errored) return [`${file}: the plan ended with an error, so changes may be missing`];
    if (deferred > 0) {
      return [
        `${file}: Terraform puts ${count(deferred, "change")} off; what is not known of them waits for a later plan`,
      ];
    }
    return complete ? [] : [`${file}: the plan is not complete; what it leaves out is judged by a later plan`];
  });
}

/** Whether the plans say everything that would change. */
export function isWhole({ plans }: Report): boolean {
  return plans.every(({ complete, errored, deferred }) => complete && !errored && deferred === 0);
}

/** Findings that the change brings, and that nobody suppressed. */
export function isNew({ change, suppressed }: Finding): boolean {
  return suppressed === null && (change === "introduced" || change === "worsened");
}

/** Findings that the exit code looks at: the new ones, and with `all` those that stand already. */
export function isCounted(finding: Finding, all = false): boolean {
  return isNew(finding) || (all && finding.change === "unchanged" && finding.suppressed === null);
}

/** What was done outside Terraform, and is worth a look. */
export function driftIn({ drift }: Report): readonly Finding[] {
  return drift.filter(({ suppressed, severity }) => suppressed === null && severity !== "info");
}

/** Whether the report makes the run fail; what was done outside Terraform does with `all`. */
export function stopsRun({ findings, drift }: Report, options: Pick<ReporterOptions, "failOn" | "all">): boolean {
  return [...findings, ...(options.all ? drift : [])].some((finding) => stops(finding, options));
}

/** Whether the finding makes the run fail. */
export function stops(finding: Finding, { failOn = "high", all }: Pick<ReporterOptions, "failOn" | "all">): boolean {
  return failOn !== "none" && isCounted(finding, all) && atLeast(finding.severity, failOn);
}

/** What one request proves: findings about the same statement, of several rules. Never empty, the worst first. */
export type Hole = readonly [Finding, ...Finding[]];

/** Puts findings that show the same request at the same statement together, in the order of the first of each. */
export function byHole(findings: readonly Finding[]): readonly Hole[] {
  const holes = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { plan, address, attribute, change, statement, witness, fingerprint } = finding;
    const shown = witness && { ...witness, context: Object.entries(witness.context).sort() };
    // without a request each finding is one of its own
    const key = JSON.stringify([plan, address, attribute, change, statement?.index, shown ?? fingerprint]);
    const hole = holes.get(key);
    if (hole) hole.push(finding);
    else holes.set(key, [finding]);
  }
  return [...holes.values()];
}

/** The rules that a hole is about, the worst first. */
export function rulesOf(hole: Hole): readonly string[] {
  return [...new Set(hole.map(({ rule }) => rule))];
}

/** What they say, each once. */
export function messagesOf(hole: Hole): readonly string[] {
  return [...new Set(hole.map(({ message }) => message))];
}

/** `2 critical, 1 high`, worst first; empty without findings. */
export function describeSeverities(findings: readonly Finding[]): string {
  return [...severities]
    .reverse()
    .map((severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const)
    .filter(([number]) => number > 0)
    .map(([number, severity]) => `${number} ${severity}`)
    .join(", ");
}

/** Where to look: the source line where it is known, and else the plan. */
export function fileOf({ location, plan }: Finding): string {
  return relativeFile(location?.file ?? plan);
}

/** Of an absolute path only the name, as the path says more of a machine than of the project. */
export function relativeFile(file: string): string {
  const path = file.replaceAll("\\", "/");
  const relative = /^(\/|[A-Za-z]:)/.test(path) ? path.slice(path.lastIndexOf("/") + 1) : path.replace(/^(\.\/)+/, "");
  return relative === "" || relative === "-" ? "plan.json" : relative;
}
