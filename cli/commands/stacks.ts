import { posix } from "node:path";
import { Option } from "commander";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { type Context, command, type ExitCode, exit, note, usageError } from "../command.ts";
import {
  asOfOption,
  dayOf,
  isError,
  type ManifestOptions,
  manifestArgument,
  renderProblems,
  requireGraph,
} from "../manifest.ts";
import type { Paint } from "../paint.ts";
import type { Change } from "../stack-changes.ts";
import { renderTable } from "../table.ts";

interface Options extends ManifestOptions {
  out: string;
  changedSince?: string;
}

/** A stack as pipelines need it. */
export interface StackEntry {
  name: string;
  /** Stacks of one wave do not depend on each other: a pipeline may apply them at the same time. Counts from 1. */
  wave: number;
  /** Account key and id; the id is `null` until it is known. */
  account: string;
  accountId: string | null;
  dependsOn: readonly string[];
  /** Folder with the stack's Terraform, `/` as separator. */
  folder: string;
  counts: Readonly<Record<string, number>>;
  /** How long AWS takes for the account assignments in it, when they are all new. */
  forecastSeconds: number;
  /** With --changed-since: new, or other than it was. */
  change?: Change;
}

/** A stack that is no more: nothing destroys what it made but somebody who means to. */
interface RemovedStack {
  name: string;
  folder: string;
  change: "removed";
}

interface Listed {
  stacks: readonly StackEntry[];
  /** In the order in which they can be destroyed. */
  removed: readonly RemovedStack[];
  /** Only what has changed is listed. */
  changed: boolean;
}

/** https://docs.github.com/en/actions/reference/limits */
const githubMatrixLimit = 256;

const formats = {
  table: renderStacks,
  json: ({ stacks, removed }: Listed) => `${JSON.stringify([...stacks, ...removed], null, 2)}\n`,
  "github-matrix": renderGithubMatrix,
  atlantis: renderAtlantis,
};

export default command<Options, keyof typeof formats>({
  name: "stacks",
  summary: "List stacks, their order and dependencies, as data for a pipeline",
  details:
    "github-matrix is one line for `strategy.matrix: ${{ fromJSON(...) }}`; run one job per wave, as a matrix has no " +
    "order. atlantis is a whole atlantis.yaml. With --changed-since only stacks whose Terraform is other than it was are " +
    "listed; those that left the manifest are in the table and in JSON, and else a warning: nothing destroys them by itself.",
  arguments: [manifestArgument],
  options: [
    new Option("--out <folder>", "folder that synth writes to").default("cdktf.out"),
    new Option(
      "--changed-since <ref>",
      "only stacks that differ from a git revision, or from a folder that synth wrote",
    ),
    asOfOption,
  ],
  formats: ["table", "json", "github-matrix", "atlantis"],
  examples: [
    ["stacks access/", "show what is applied, and in which order"],
    ["stacks access/ --changed-since origin/main --format github-matrix", "plan what a pull request changes"],
    ["stacks access/ --format atlantis > atlantis.yaml", "let Atlantis plan each stack by itself"],
  ],
  async run([path], { out, changedSince, ...options }, context) {
    const graph = await requireGraph(path, options, context);
    if (typeof graph === "number") return graph;
    const all = await listStacks(graph, out);
    const listed =
      changedSince === undefined
        ? { stacks: all, removed: [], changed: false }
        : await changedStacks(graph, all, changedSince, { path, out, ...options }, context);
    if (typeof listed === "number") return listed;
    if (context.format === "table") forecast(listed.stacks, context);
    if (context.format === "github-matrix") warnAboutLimit(listed.stacks, context);
    if (context.format === "github-matrix" || context.format === "atlantis") warnAboutRemoved(listed, context);
    context.io.stdout.write(formats[context.format](listed, context.paint.stdout));
    return exit.fine;
  },
});

async function changedStacks(
  graph: AccessGraph,
  all: readonly StackEntry[],
  since: string,
  { path, out, asOf }: ManifestOptions & { path: string | undefined; out: string },
  context: Context,
): Promise<Listed | ExitCode> {
  const [{ earlierStacks, stackChanges }, { synthesize }] = await Promise.all([
    import("../stack-changes.ts"),
    import("../../stacks/synthesize.ts"),
  ]);
  const day = dayOf(asOf, context);
  const earlier = await earlierStacks(since, { manifest: path, asOf: day, cwd: context.io.cwd });
  if ("failed" in earlier) return usageError(context, `--changed-since: ${earlier.failed}`, earlier.hint ?? undefined);
  if (earlier.because !== null) note(context, `warning: every stack is taken for new: ${earlier.because}`);
  if (earlier.graph !== null) await warnAboutMoves(earlier.graph, graph, since, context);
  const { stacks, problems } = synthesize(graph);
  const wrong = problems.filter(isError);
  context.io.stderr.write(await renderProblems(wrong, [], context.paint.stderr));
  if (wrong.length > 0) return exit.findings;
  const { changes, removed } = stackChanges(stacks, earlier.stacks);
  return {
    stacks: all.flatMap((stack) => {
      const change = changes.get(stack.name);
      return change === undefined ? [] : [{ ...stack, change }];
    }),
    removed: removed.map((name) => ({ name, folder: folderOf(out, name), change: "removed" })),
    changed: true,
  };
}

async function warnAboutMoves(before: AccessGraph, after: AccessGraph, since: string, context: Context): Promise<void> {
  const { describeMove, peopleMoves } = await import("../../stacks/people-moves.ts");
  const moves = peopleMoves(before, after);
  for (const move of moves) note(context, `warning: ${describeMove(move)}`);
  if (moves.length > 0) note(context, `         write the stacks with: gatehouse synth --moved-from ${since}`);
}

function folderOf(out: string, name: string): string {
  return posix.join(out.replaceAll("\\", "/"), "stacks", name);
}

async function listStacks(graph: AccessGraph, out: string): Promise<StackEntry[]> {
  const [{ stackList }, { assignmentSeconds }] = await Promise.all([
    import("../../stacks/plan-order.ts"),
    import("../../stacks/people.ts"),
  ]);
  const ids = new Map(graph.accounts.map(({ key, id }) => [key, id]));
  const waves = new Map<string, number>();
  const stacks = stackList(graph).map(({ name, account, dependsOn, counts }) => {
    const wave = 1 + Math.max(0, ...dependsOn.map((before) => waves.get(before) ?? 0));
    waves.set(name, wave);
    const folder = folderOf(out, name);
    const forecastSeconds = assignmentSeconds(counts.assignments ?? 0);
    return { name, wave, account, accountId: ids.get(account) ?? null, dependsOn, folder, counts, forecastSeconds };
  });
  return stacks.sort((a, b) => a.wave - b.wave);
}

function renderStacks({ stacks, removed, changed }: Listed, paint: Paint): string {
  if (changed && stacks.length + removed.length === 0) return "no stack has changed\n";
  const rows = stacks.map(({ name, wave, account, dependsOn, counts, change = "" }) => [
    `${wave}`,
    name,
    ...(changed ? [change] : []),
    account,
    Object.entries(counts)
      .filter(([, number]) => number > 0)
      .map(([what, number]) => `${what} ${number}`)
      .join(", "),
    dependsOn.join(", ") || "-",
  ]);
  const gone = removed.map(({ name, change }) => ["-", name, change, "-", "-", "-"]);
  const titles = ["WAVE", "STACK", ...(changed ? ["CHANGE"] : []), "ACCOUNT", "HOLDS", "DEPENDS ON"];
  return renderTable(titles, [...rows, ...gone], paint.bold);
}

/** Minutes from which on it is worth saying. */
const long = 10;

function forecast(stacks: readonly StackEntry[], context: Context): void {
  const minutes = Math.round(stacks.reduce((sum, { forecastSeconds }) => sum + forecastSeconds, 0) / 60);
  if (minutes < long) return;
  const assignments = stacks.reduce((sum, { counts }) => sum + (counts.assignments ?? 0), 0);
  const time = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  note(
    context,
    `note: the first apply of ${assignments} account assignments takes about ${time}: AWS works on few at a time.`,
  );
}

function renderGithubMatrix({ stacks }: Listed): string {
  const include = stacks.map(({ name, wave, account, accountId, folder }) => ({
    stack: name,
    wave,
    account,
    accountId,
    folder,
  }));
  return `${JSON.stringify({ include })}\n`;
}

function warnAboutLimit({ length }: readonly StackEntry[], context: Context): void {
  if (length <= githubMatrixLimit) return;
  note(
    context,
    `warning: ${length} stacks; a GitHub Actions matrix takes ${githubMatrixLimit} jobs. Split it by wave.`,
  );
}

/** A plan in their folders would find nothing: they are no jobs of a pipeline. */
function warnAboutRemoved({ removed }: Listed, context: Context): void {
  if (removed.length === 0) return;
  const names = removed.map(({ name }) => name).join(", ");
  note(
    context,
    `warning: left out, as they are no longer in the manifest and nothing destroys them by itself: ${names}`,
  );
}

/** https://www.runatlantis.io/docs/repo-level-atlantis-yaml; every string as JSON, which YAML reads as it is. */
function renderAtlantis({ stacks }: Listed): string {
  const listed = new Set(stacks.map(({ name }) => name));
  const projects = stacks.map(({ name, wave, dependsOn: all, folder }) => {
    // Atlantis takes no project that it is not told of
    const dependsOn = all.filter((before) => listed.has(before));
    return [
      `  - name: ${JSON.stringify(name)}`,
      `    dir: ${JSON.stringify(folder)}`,
      `    execution_order_group: ${wave}`,
      ...(dependsOn.length > 0 ? [`    depends_on: ${JSON.stringify(dependsOn)}`] : []),
      `    autoplan: { enabled: true, when_modified: ["*.tf.json"] }`,
    ].join("\n");
  });
  return projects.length === 0 ? "version: 3\nprojects: []\n" : `version: 3\nprojects:\n${projects.join("\n")}\n`;
}
