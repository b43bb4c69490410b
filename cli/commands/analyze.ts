import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Argument, Option } from "commander";
import type { Report } from "../../analyzer/report.ts";
import type { Organization } from "../../analyzer/world.ts";
import { atLeast, type Severity, severities } from "../../lib/finding.ts";
import { type Context, command, type ExitCode, exit, note, printError, progress, usageError } from "../command.ts";
import { fileReason, writeOutput } from "../files.ts";
import { requireGraph } from "../manifest.ts";

interface Options {
  manifest?: string;
  organizationId?: string;
  organizationAccounts?: string;
  failOn: Severity | "none";
  output?: string;
}

const formats = ["text", "markdown", "json", "sarif", "github", "junit"] as const;

export default command<Options, (typeof formats)[number]>({
  name: "analyze",
  summary: "Judge Terraform plans: what would this change open up",
  details:
    "A PLAN is the output of `terraform show -json tfplan`; several plans make one report. The manifest, or the two " +
    "organization options, say which accounts are inside: without them trust in an unknown account cannot be judged.",
  arguments: [new Argument("<plan...>", "plan JSON files; - reads standard input")],
  options: [
    new Option("--manifest <manifest>", "access manifest that says which accounts are inside"),
    new Option("--organization-id <id>", "id of the organization, o-..."),
    new Option("--organization-accounts <ids>", "account ids inside the organization, separated by commas"),
    new Option("--fail-on <level>", "exit with 1 for introduced or worsened findings from this severity on")
      .choices([...severities, "none"])
      .default("high"),
    new Option("--output <file>", "write the report to a file instead of standard output"),
  ],
  formats,
  examples: [
    ["analyze plan.json --manifest access/", "judge a plan, knowing the organization"],
    ["analyze - --format sarif --output gatehouse.sarif < plan.json", "write a report for code scanning"],
  ],
  async run(paths, options, context) {
    const world = await readWorld(options, context);
    if (typeof world === "number") return world;
    if (paths.filter((path) => path === "-").length > 1)
      return usageError(context, "standard input (-) is given twice");

    const [{ readPlan }, { analyze }, { rules }, { reporters }, { version }] = await Promise.all([
      import("../../analyzer/plan.ts"),
      import("../../analyzer/analyze.ts"),
      import("../../analyzer/rules.ts"),
      import("../../analyzer/reporters/index.ts"),
      import("../version.ts"),
    ]);
    const inputs = await Promise.all(paths.map((path) => readInput(path, context)));
    const results = inputs.map((input) => ("reason" in input ? input : readPlan(input.bytes, input.file)));
    const plans = results.flatMap((result) => ("plan" in result ? [result.plan] : []));
    for (const result of results) {
      if ("reason" in result) printError(context, result.reason);
      if ("problem" in result) printError(context, result.problem.message, result.problem.hint ?? undefined);
    }
    if (plans.length < results.length) return exit.usage;

    const report = await progress(context, "Analyzing", async () =>
      analyze(plans, { rules, world, toolVersion: version }),
    );
    const text = reporters[context.format](report, { rules, paint: context.paint.stdout });
    if (options.output === undefined) {
      context.io.stdout.write(text);
    } else {
      const reason = writeOutput(resolve(context.io.cwd, options.output), text);
      if (reason) return usageError(context, `cannot write ${options.output}: ${reason}`);
      note(context, `Report written to ${options.output}.`);
    }
    return fails(report, options.failOn) ? exit.findings : exit.fine;
  },
});

type Input = { file: string; bytes: Uint8Array } | { reason: string };

async function readInput(path: string, { io }: Context): Promise<Input> {
  try {
    return { file: path, bytes: path === "-" ? await io.stdin() : readFileSync(resolve(io.cwd, path)) };
  } catch (error) {
    return { reason: `cannot read the plan ${path}: ${fileReason(error)}` };
  }
}

/** Who is inside: from the manifest, with what the two options add to it. */
async function readWorld(options: Options, context: Context): Promise<Partial<Organization> | ExitCode> {
  const { organizationId, organizationAccounts } = options;
  if (organizationId !== undefined && !/^o-[a-z0-9]{10,32}$/.test(organizationId)) {
    return usageError(context, `--organization-id takes an id such as o-a1b2c3d4e5, not "${organizationId}"`);
  }
  const listed = organizationAccounts?.split(",").map((id) => id.trim());
  const wrong = listed?.find((id) => !/^\d{12}$/.test(id));
  if (wrong !== undefined) {
    return usageError(context, `--organization-accounts takes account ids of twelve digits, not "${wrong}"`);
  }
  if (options.manifest === undefined) {
    return { organizationId: organizationId ?? null, accounts: listed ? new Set(listed) : null };
  }
  const graph = await requireGraph(options.manifest, {}, context);
  if (typeof graph === "number") return graph;
  const known = graph.accounts.flatMap(({ id }) => (id === null ? [] : [id]));
  return {
    organizationId: organizationId ?? graph.organization.id,
    accounts: new Set([...known, ...(listed ?? [])]),
    vendors: new Set(graph.roles.flatMap(({ trust }) => (trust.kind === "thirdParty" ? [trust.accountId] : []))),
  };
}

function fails({ findings }: Report, failOn: Severity | "none"): boolean {
  if (failOn === "none") return false;
  return findings.some(
    ({ change, severity, suppressed }) =>
      (change === "introduced" || change === "worsened") && suppressed === null && atLeast(severity, failOn),
  );
}
