import type { AccessGraph } from "../../lib/access/graph.ts";
import { command, count, exit } from "../command.ts";
import {
  asOfOption,
  expiringOption,
  isError,
  type ManifestOptions,
  manifestArgument,
  readManifestFiles,
  renderProblems,
} from "../manifest.ts";

const formats = ["text", "json"] as const;

export default command<ManifestOptions, (typeof formats)[number]>({
  name: "validate",
  summary: "Check a manifest: all errors and warnings at once, each with its place and the way out",
  arguments: [manifestArgument],
  options: [asOfOption, expiringOption],
  formats,
  examples: [
    ["validate access/", "check all files of a folder as one manifest"],
    ["validate access/ --expiring 14d", "and say which grants end in the next two weeks"],
  ],
  async run([path], options, context) {
    const read = await readManifestFiles(path, options, context);
    if (typeof read === "number") return read;
    const { graph, problems, files } = read;
    const errors = problems.filter(isError).length;
    const summary = { errors, warnings: problems.length - errors };

    if (context.format === "json") {
      context.io.stdout.write(`${JSON.stringify({ version: 1, valid: graph !== null, summary, problems }, null, 2)}\n`);
    } else {
      const paint = context.paint.stdout;
      const counted = `${count(summary.errors, "error")}, ${count(summary.warnings, "warning")}`;
      const verdict = graph
        ? `${paint.green("valid")}: ${describe(graph)}${summary.warnings > 0 ? `; ${count(summary.warnings, "warning")}` : ""}`
        : `${paint.red("not valid")}: ${counted} in ${count(files.length, "file")}`;
      context.io.stdout.write(`${await renderProblems(problems, files, paint)}${verdict}\n`);
    }
    return graph ? exit.fine : exit.findings;
  },
});

function describe({ accounts, units, permissionSets, assignments, roles }: AccessGraph): string {
  return [
    count(accounts.length, "account"),
    count(units.length, "unit"),
    count(permissionSets.length, "permission set"),
    count(assignments.length, "assignment"),
    count(roles.length, "role"),
  ].join(", ");
}
