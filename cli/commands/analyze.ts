import { resolve } from "node:path";
import { Option } from "commander";
import { type AnalysisOptions, analysisOptions, configName, plansArgument, runAnalysis } from "../analysis.ts";
import { command, exit, note, usageError } from "../command.ts";
import { writeOutput } from "../files.ts";

interface Options extends AnalysisOptions {
  output?: string;
}

const formats = ["text", "markdown", "json", "sarif", "github", "junit"] as const;

export default command<Options, (typeof formats)[number]>({
  name: "analyze",
  summary: "Judge Terraform plans: what would this change open up",
  details:
    "A PLAN is the output of `terraform show -json tfplan`; several plans make one report. The manifest, or the two " +
    "organization options, say which accounts are inside: without them trust in an unknown account cannot be judged. " +
    `What holds for every plan stands in ${configName}.`,
  arguments: [plansArgument],
  options: [...analysisOptions, new Option("--output <file>", "write the report to a file instead of standard output")],
  formats,
  examples: [
    ["analyze plan.json --manifest access/", "judge a plan, knowing the organization"],
    ["analyze plan.json --source infra/", "with file and line, and the suppressions in the code"],
    ["analyze plan.json --baseline accepted.json", "judge only what an earlier report does not show"],
    ["analyze - --format sarif --output gatehouse.sarif < plan.json", "write a report for code scanning"],
  ],
  async run(paths, options, context) {
    const { output } = options;
    const inFolder = (path: string) => resolve(context.io.cwd, path);
    if (output !== undefined && paths.some((path) => path !== "-" && inFolder(path) === inFolder(output))) {
      return usageError(context, `--output ${output} is the plan itself: name another file for the report`);
    }
    const analysis = await runAnalysis(paths, options, context);
    if (typeof analysis === "number") return analysis;
    const { report, rules, counting } = analysis;
    const { reporters } = await import("../../analyzer/reporters/index.ts");
    const text = reporters[context.format](report, { rules, paint: context.paint.stdout, ...counting });
    if (output === undefined) {
      context.io.stdout.write(text);
    } else {
      const reason = writeOutput(inFolder(output), text);
      if (reason) return usageError(context, `cannot write ${output}: ${reason}`);
      note(context, `Report written to ${output}.`);
    }
    return analysis.stops ? exit.findings : exit.fine;
  },
});
