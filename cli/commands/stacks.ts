import { posix } from "node:path";
import { Option } from "commander";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { type Context, command, exit, note } from "../command.ts";
import { asOfOption, type ManifestOptions, manifestArgument, requireGraph } from "../manifest.ts";
import type { Paint } from "../paint.ts";
import { renderTable } from "../table.ts";

interface Options extends ManifestOptions {
  out: string;
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
}

/** https://docs.github.com/en/actions/reference/limits */
const githubMatrixLimit = 256;

const formats = {
  table: renderStacks,
  json: (stacks: readonly StackEntry[]) => `${JSON.stringify(stacks, null, 2)}\n`,
  "github-matrix": renderGithubMatrix,
  atlantis: renderAtlantis,
};

export default command<Options, keyof typeof formats>({
  name: "stacks",
  summary: "List stacks, their order and dependencies, as data for a pipeline",
  details:
    "github-matrix is one line for `strategy.matrix: ${{ fromJSON(...) }}`; run one job per wave, as a matrix has no " +
    "order. atlantis is a whole atlantis.yaml.",
  arguments: [manifestArgument],
  options: [new Option("--out <folder>", "folder that synth writes to").default("cdktf.out"), asOfOption],
  formats: ["table", "json", "github-matrix", "atlantis"],
  examples: [
    ["stacks access/", "show what is applied, and in which order"],
    ["stacks access/ --format atlantis > atlantis.yaml", "let Atlantis plan each stack by itself"],
  ],
  async run([path], { out, ...options }, context) {
    const graph = await requireGraph(path, options, context);
    if (typeof graph === "number") return graph;
    const stacks = await listStacks(graph, out);
    if (context.format === "table") forecast(stacks, context);
    if (context.format === "github-matrix") warnAboutLimit(stacks, context);
    context.io.stdout.write(formats[context.format](stacks, context.paint.stdout));
    return exit.fine;
  },
});

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
    const folder = posix.join(out.replaceAll("\\", "/"), "stacks", name);
    const forecastSeconds = assignmentSeconds(counts.assignments ?? 0);
    return { name, wave, account, accountId: ids.get(account) ?? null, dependsOn, folder, counts, forecastSeconds };
  });
  return stacks.sort((a, b) => a.wave - b.wave);
}

function renderStacks(stacks: readonly StackEntry[], paint: Paint): string {
  const rows = stacks.map(({ name, wave, account, dependsOn, counts }) => [
    `${wave}`,
    name,
    account,
    Object.entries(counts)
      .filter(([, number]) => number > 0)
      .map(([what, number]) => `${what} ${number}`)
      .join(", "),
    dependsOn.join(", ") || "-",
  ]);
  return renderTable(["WAVE", "STACK", "ACCOUNT", "HOLDS", "DEPENDS ON"], rows, paint.bold);
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

function renderGithubMatrix(stacks: readonly StackEntry[]): string {
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

/** https://www.runatlantis.io/docs/repo-level-atlantis-yaml; every string as JSON, which YAML reads as it is. */
function renderAtlantis(stacks: readonly StackEntry[]): string {
  const projects = stacks.map(({ name, wave, dependsOn, folder }) =>
    [
      `  - name: ${JSON.stringify(name)}`,
      `    dir: ${JSON.stringify(folder)}`,
      `    execution_order_group: ${wave}`,
      ...(dependsOn.length > 0 ? [`    depends_on: ${JSON.stringify(dependsOn)}`] : []),
      `    autoplan: { enabled: true, when_modified: ["*.tf.json"] }`,
    ].join("\n"),
  );
  return `version: 3\nprojects:\n${projects.join("\n")}\n`;
}
