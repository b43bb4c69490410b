import { Argument, Option } from "commander";
import type { PolicyDiff } from "../../lib/iam/diff.ts";
import { describeRequest, describeStatement, explainRefusal, nameOf } from "../../lib/iam/explain.ts";
import type { Policy, PolicyKind } from "../../lib/iam/policy.ts";
import { visible } from "../../lib/visible.ts";
import { type Context, command, exit, usageError } from "../command.ts";
import { policyKinds, printProblems, readPolicyFile } from "../policy-file.ts";

interface Options {
  kind?: PolicyKind;
}

export default command<Options, "text" | "json">({
  name: "policy diff",
  summary: "What does one policy allow that another does not",
  details:
    "Exit codes: 0 no new access, 1 new access, 2 a policy cannot be read, 4 it cannot be decided. The answer is a " +
    "request, checked by evaluating it, or the proof that there is none.",
  arguments: [
    new Argument("<before>", "policy JSON that stands today; - reads standard input"),
    new Argument("<after>", "policy JSON that is proposed"),
  ],
  options: [
    new Option("--kind <kind>", "what the policies are attached to (default: from the second)").choices(policyKinds),
  ],
  formats: ["text", "json"],
  examples: [["policy diff before.json after.json", "show a request that only after.json allows"]],
  async run([before, after], { kind }, context) {
    if (before === "-" && after === "-") return usageError(context, "standard input (-) is given twice");
    const second = await readPolicyFile(after!, kind ?? null, context);
    const first = await readPolicyFile(before!, kind ?? second?.policy.kind ?? null, context);
    if (!first || !second) return exit.usage;
    const { diffPolicies } = await import("../../lib/iam/diff.ts");
    for (const file of [first, second]) printProblems(file, context);
    // a placeholder is read as any account, which is an answer; anything else that is wrong leaves none
    const unreadable = [first, second].some(({ problems }) => problems.some(({ fatal }) => fatal));
    if (unreadable) return exit.usage;
    const diff = diffPolicies([first.policy], [second.policy]);
    context.io.stdout.write(
      context.format === "json" ? json(diff) : render(diff, first.policy, second.policy, context),
    );
    if (diff.newAccess === null) return exit.undecided;
    return diff.newAccess ? exit.findings : exit.fine;
  },
});

function json({ newAccess, witness, because }: PolicyDiff): string {
  return `${JSON.stringify({ newAccess, witness, because }, null, 2)}\n`;
}

function render(diff: PolicyDiff, before: Policy, after: Policy, { paint: { stdout: paint } }: Context): string {
  if (diff.newAccess === null) return `${paint.yellow("undecided")}: ${visible(diff.because)}\n`;
  if (!diff.newAccess) return `${paint.green("no new access")}: ${diff.because}\n`;
  const statement = after.statements.find(({ index }) => index === diff.statement.index);
  const lines = [
    `${paint.red("new access")}: ${visible(describeRequest(diff.witness))}`,
    `  allowed after, by ${visible(nameOf(diff.statement))}, which`,
    ...(statement ? describeStatement(statement).map((line) => `    ${visible(line)}`) : []),
    "  not allowed before:",
    ...explainRefusal([before], diff.request).map((line) => `    ${visible(line)}`),
  ];
  return `${lines.join("\n")}\n`;
}
