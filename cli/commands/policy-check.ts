import { Argument, Option } from "commander";
import { atLeast, type Finding, type Severity, severities } from "../../lib/finding.ts";
import type { UnknownName } from "../../lib/iam/catalog.ts";
import { describeRequest } from "../../lib/iam/explain.ts";
import type { PolicyKind } from "../../lib/iam/policy.ts";
import { visible } from "../../lib/visible.ts";
import { type Context, command, count, exit } from "../command.ts";
import { policyKinds, printProblems, readPolicyFile } from "../policy-file.ts";

interface Options {
  kind?: PolicyKind;
  failOn: Severity | "none";
}

export default command<Options, "text" | "json">({
  name: "policy check",
  summary: "Judge one policy document",
  arguments: [new Argument("<file>", "policy JSON; - reads standard input")],
  options: [
    new Option("--kind <kind>", "what the policy is attached to (default: from the document)").choices(policyKinds),
    new Option("--fail-on <level>", "exit with 1 for findings from this severity on")
      .choices([...severities, "none"])
      .default("high"),
  ],
  formats: ["text", "json"],
  examples: [["policy check trust.json", "who could assume the role, and what is wrong with that"]],
  async run([path], { kind, failOn }, context) {
    const file = await readPolicyFile(path!, kind ?? null, context);
    if (!file) return exit.usage;
    if (file.policy.statements.length === 0 && file.problems.length > 0) {
      printProblems(file, context);
      return exit.usage;
    }
    const [{ checkPolicy, DOCUMENT }, { rules }] = await Promise.all([
      import("../../analyzer/check-policy.ts"),
      import("../../analyzer/rules.ts"),
    ]);
    const { name, policy, problems, text } = file;
    const subject = {
      ...{ address: name, resourceType: DOCUMENT, attribute: "", policy, problems, account: null },
      ...{ limits: false, managed: null, holders: [] },
    };
    const findings = await checkPolicy(subject, rules, (index) => lineOf(text, offsetOf(file, index)));
    const { unknownNames } = await import("../../lib/iam/catalog.ts");
    const unknown = await unknownNames(policy);
    const report = { findings, unknown };
    context.io.stdout.write(context.format === "json" ? json(policy.kind, report) : render(report, file, context));
    const failing = failOn !== "none" && findings.some(({ severity }) => atLeast(severity, failOn));
    return failing ? exit.findings : exit.fine;
  },
});

type File = NonNullable<Awaited<ReturnType<typeof readPolicyFile>>>;

/** Where a statement begins; the document's own findings point at its first problem. */
function offsetOf({ policy, problems }: File, index: number | null): number {
  const statement = policy.statements.find((candidate) => candidate.index === index);
  return statement?.offset ?? problems.find((problem) => problem.statement === index)?.offset ?? 0;
}

const lineOf = (text: string, offset: number) => text.slice(0, offset).split("\n").length;

interface Checked {
  findings: readonly Finding[];
  /** Actions and condition keys that AWS does not have: what is said of them does nothing. */
  unknown: readonly UnknownName[];
}

const json = (kind: PolicyKind, { findings, unknown }: Checked) =>
  `${JSON.stringify({ version: 1, kind, findings, unknownNames: unknown }, null, 2)}\n`;

function render({ findings, unknown }: Checked, file: File, { paint }: Context): string {
  const { name, text } = file;
  const notes = unknown.map(({ kind, statement, name: written, nearest }) => {
    const meant = nearest ? `; did you mean "${nearest}"?` : "";
    const line = lineOf(text, offsetOf(file, statement));
    return `${visible(name)}:${line} ${paint.stdout.yellow("note")} AWS has no ${kind} "${visible(written)}"${meant}`;
  });
  if (findings.length === 0)
    return [`${paint.stdout.green("ok")} ${visible(name)}: no findings`, ...notes, ""].join("\n");
  const blocks = findings.map(({ location, severity, rule, message, witness, remediation, statement }) => {
    const which = statement?.sid ? ` (${statement.sid})` : "";
    const lines = [
      `${visible(`${name}:${location?.line ?? 1}${which}`)} ${paint.stdout.red(severity)} ${paint.stdout.bold(rule)}`,
      `  ${visible(message)}`,
      ...(witness ? [`  for example: ${visible(describeRequest(witness))}`] : []),
      `  fix: ${remediation}`,
    ];
    return lines.join("\n");
  });
  return `${[...blocks, ...notes].join("\n\n")}\n\n${count(findings.length, "finding")}\n`;
}
