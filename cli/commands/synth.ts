import { join, resolve } from "node:path";
import { Option } from "commander";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { didYouMean } from "../../lib/suggest.ts";
import { type Context, command, count, type ExitCode, exit, note, progress, usageError } from "../command.ts";
import {
  asOfOption,
  dayOf,
  isError,
  type ManifestOptions,
  manifestArgument,
  renderProblems,
  requireGraph,
} from "../manifest.ts";
import { renderTable } from "../table.ts";
import { writeStacks } from "../write-stacks.ts";

interface Options extends ManifestOptions {
  out: string;
  only?: string[];
  movedFrom?: string;
}

const formats = ["text", "json"] as const;

export default command<Options, (typeof formats)[number]>({
  name: "synth",
  summary: "Write Terraform JSON, one folder per stack",
  details:
    "Writes <out>/stacks/<stack>/cdk.tf.json, all stacks or none. Folders keep what Terraform put there; stacks that " +
    "Gatehouse wrote earlier and that left the manifest are removed, but not with --only. Another number of shards, or a " +
    "first grant in the management account, moves people's access from one state to another: --moved-from writes `import` " +
    "and `removed` blocks, so that nothing is destroyed. Where nothing moves it changes nothing.",
  arguments: [manifestArgument],
  options: [
    new Option("--out <folder>", "where to write").default("cdktf.out"),
    new Option("--only <stack...>", "only these stacks"),
    new Option(
      "--moved-from <ref>",
      "what was applied last, a git revision or a manifest: take over what moves between states",
    ),
    asOfOption,
  ],
  formats,
  examples: [
    ["synth access/", "write all stacks to cdktf.out/stacks"],
    ["synth access/ --out build --only organization identity-center", "write two stacks"],
  ],
  async run([path], { out, only, movedFrom, ...options }, context) {
    if (out === "") return usageError(context, "--out takes a folder; it is empty", "Nothing was changed.");
    const graph = await requireGraph(path, options, context);
    if (typeof graph === "number") return graph;

    const before = await movedFromGraph(movedFrom, path, options, context);
    if (typeof before === "number") return before;
    const { stackList } = await import("../../stacks/plan-order.ts");
    const names = stackList(graph).map(({ name }) => name);
    const unknown = only?.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      return usageError(
        context,
        `unknown stack "${unknown}"${didYouMean(unknown, names)}`,
        "`gatehouse stacks` lists them.",
      );
    }

    const { stacks, problems } = await progress(context, "Synthesizing", async () => {
      const { synthesize } = await import("../../stacks/synthesize.ts");
      return synthesize(graph, { ...(only && { only }), ...(before && { movedFrom: before }) });
    });
    const shown = context.quiet ? problems.filter(isError) : problems;
    context.io.stderr.write(await renderProblems(shown, [], context.paint.stderr));
    if (problems.some(isError)) return exit.findings;
    const written = writeStacks(resolve(context.io.cwd, out), stacks, only === undefined);
    if ("reason" in written)
      return usageError(context, `cannot write to ${out}: ${written.reason}`, "Nothing was changed.");

    const files = stacks.map(({ json: _json, ...stack }) => ({ ...stack, path: join(out, "stacks", stack.name) }));
    if (context.format === "json") {
      context.io.stdout.write(`${JSON.stringify({ stacks: files, removed: written.removed }, null, 2)}\n`);
    } else if (!context.quiet) {
      const rows = files.map(({ name, path, resources }) => [name, `${resources}`, path]);
      const total = files.reduce((sum, { resources }) => sum + resources, 0);
      const removed = written.removed.length > 0 ? `; removed: ${written.removed.join(", ")}` : "";
      const paint = context.paint.stdout;
      context.io.stdout.write(renderTable(["STACK", "RESOURCES", "FOLDER"], rows, paint.bold));
      context.io.stdout.write(
        `${count(files.length, "stack")}, ${count(total, "resource")} written to ${out}${removed}\n`,
      );
    }
    return exit.fine;
  },
});

/** The manifest that the states were written from; `null` when none is named, or none was there yet. */
async function movedFromGraph(
  movedFrom: string | undefined,
  path: string | undefined,
  { asOf }: ManifestOptions,
  context: Context,
): Promise<AccessGraph | ExitCode | null> {
  if (movedFrom === undefined) return null;
  const { earlierManifest } = await import("../stack-changes.ts");
  const day = dayOf(asOf, context);
  const earlier = earlierManifest(movedFrom, { manifest: path, asOf: day, cwd: context.io.cwd });
  if ("failed" in earlier) return usageError(context, `--moved-from: ${earlier.failed}`, earlier.hint ?? undefined);
  if (earlier.because !== null) note(context, `warning: nothing is taken over: ${earlier.because}`);
  return earlier.graph;
}
