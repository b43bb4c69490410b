import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { Option } from "commander";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { visible } from "../../lib/visible.ts";
import type { AccessChange, Review } from "../../review/comment.ts";
import type { Forge } from "../../review/forge.ts";
import { setName } from "../../review/marker.ts";
import type { Posted } from "../../review/post.ts";
import { type Analysis, type AnalysisOptions, analysisOptions, plansArgument, runAnalysis } from "../analysis.ts";
import { type Context, command, exit, note, printError, usageError } from "../command.ts";
import { fileReason, writeOutput } from "../files.ts";
import { type ForgeFlags, type Missing, type Target, targetOf } from "../forge.ts";

interface Options extends AnalysisOptions, ForgeFlags {
  name: string;
  base?: string;
  dryRun?: true;
  sarif?: string;
  summary?: string | true;
  annotations?: true;
}

const formats = ["text", "json"] as const;
type Format = (typeof formats)[number];

export default command<Options, Format>({
  name: "review",
  summary: "Judge Terraform plans in one comment on the pull request, kept up to date",
  details:
    "Writes one comment, and changes it when the plans do; a clean plan is one line. Repository, number, address and " +
    "token come from the pipeline's environment (GITHUB_TOKEN, GITLAB_TOKEN) unless the call says otherwise.\n\n" +
    "The exit code is that of `analyze`: a forge that is down does not hide it. What could not be posted is printed.",
  arguments: [plansArgument],
  options: [
    new Option("--github", "a pull request at GitHub (default in GitHub Actions)").conflicts("gitlab"),
    new Option("--gitlab", "a merge request at GitLab (default in GitLab CI)"),
    new Option("--repository <name>", "owner/name, or a GitLab project's path or number"),
    new Option("--number <number>", "of the pull or merge request"),
    new Option("--base-url <url>", "API of a GitHub Enterprise Server (https://HOST/api/v3), or address of a GitLab"),
    new Option("--token-variable <variable>", "environment variable that holds the token"),
    new Option("--name <name>", "which comment it is, where several jobs write one each").default("default"),
    new Option("--base <manifest>", "the manifest before the change, file, folder or revision: says who gains access"),
    new Option("--dry-run", "print the comment and post nothing"),
    new Option("--sarif <file>", "also write a report for code scanning"),
    new Option("--summary [file]", "also add the comment to a file (default: the job summary of GitHub Actions)"),
    new Option("--annotations", "also print workflow commands that GitHub shows beside the code"),
    ...analysisOptions,
  ],
  formats,
  examples: [
    ["review plans/*.json --manifest access/ --base origin/main", "in a pipeline: post or update the comment"],
    ["review plan.json --dry-run", "see the comment"],
    [
      "review plan.json --gitlab --base-url https://gitlab.example.com --repository platform/aws --number 7",
      "from anywhere",
    ],
  ],
  async run(paths, options, context) {
    const target = options.dryRun ? null : targetOf(options, context.io.env);
    const summary = summaryFile(options, context);
    const wrong = [...wrongOptions(options, summary), ...(isTarget(target) ? [] : target)];
    for (const { message, hint } of wrong) printError(context, message, hint);
    const analysis = await runAnalysis(paths, options, context);
    const access = typeof analysis === "number" ? undefined : await readAccess(options, analysis.graph, context);
    if (typeof analysis === "number") return analysis;
    if (wrong.length > 0 || access === undefined || !isTarget(target)) return exit.usage;

    const { review, compose, limit } = await composer(analysis, access);
    const preview = compose(review, null, limit).body;
    const reason = await writeReports(analysis, preview, { ...options, summary }, context);
    if (reason) return usageError(context, reason);
    const verdict = analysis.stops ? exit.findings : exit.fine;
    if (target === null) {
      context.io.stdout.write(`${preview}\n`);
      return verdict;
    }
    const { post } = await import("../../review/post.ts");
    const posted = await post(await forgeOf(target), options.name, (earlier, room) => compose(review, earlier, room));
    if (posted instanceof Error) {
      printError(context, posted.message, posted.hint ?? undefined);
      note(context, "The comment was not posted; it is printed instead.");
      context.io.stdout.write(`${preview}\n`);
      return posted.kind === "unavailable" || analysis.stops ? verdict : exit.usage;
    }
    context.io.stdout.write(outputs[context.format](posted, analysis));
    return verdict;
  },
});

const isTarget = (target: Target | readonly Missing[] | null): target is Target | null => !Array.isArray(target);

const outputs: Readonly<Record<Format, (posted: Posted, analysis: Analysis) => string>> = {
  text: ({ action, url }) => `comment ${action}${url === null ? "" : `: ${visible(url)}`}\n`,
  json: ({ action, url }, { report, stops }) =>
    `${JSON.stringify({ version: 1, comment: { action, url }, stops, summary: report.summary }, null, 2)}\n`,
};

async function composer({ plans, report }: Analysis, access: AccessChange | null) {
  const [{ compose }, { LIMIT }, { statementOf }, { trustChanges }] = await Promise.all([
    import("../../review/comment.ts"),
    import("../../analyzer/reporters/sections.ts"),
    import("../../analyzer/statement-text.ts"),
    import("../../analyzer/trust-changes.ts"),
  ]);
  const review: Review = {
    report,
    statementOf: (finding) => statementOf(plans, finding),
    trust: trustChanges(plans),
    access,
  };
  return { review, compose, limit: LIMIT };
}

async function forgeOf({ forge, ...options }: Target): Promise<Forge> {
  const { version } = await import("../version.ts");
  const settings = { ...options, userAgent: `gatehouse/${version}` };
  if (forge === "github") return (await import("../../review/github.ts")).github(settings);
  return (await import("../../review/gitlab.ts")).gitlab(settings);
}

function wrongOptions({ name, base, manifest }: Options, summary: string | null | undefined): readonly Missing[] {
  return [
    ...(setName.test(name)
      ? []
      : [
          { message: `--name takes letters, digits, "-", "_" and ".", not "${name}"`, hint: "for example --name prod" },
        ]),
    ...(base !== undefined && manifest === undefined
      ? [{ message: "--base says what the manifest was: there is no manifest to compare with", hint: "add --manifest" }]
      : []),
    ...(summary === undefined
      ? [{ message: "there is no job summary here", hint: "name a file: --summary summary.md" }]
      : []),
  ];
}

/** `null` when none is asked for, `undefined` when nobody says where it is. */
function summaryFile({ summary }: Options, { io }: Context): string | null | undefined {
  return summary === undefined ? null : summary === true ? io.env.GITHUB_STEP_SUMMARY : summary;
}

/** What the change means to people and accounts; `null` when there is nothing to compare, `undefined` when that is an error. */
async function readAccess(
  { base, asOf }: Options,
  graph: AccessGraph | null,
  context: Context,
): Promise<AccessChange | null | undefined> {
  if (base === undefined || graph === null) return null;
  const { readSide } = await import("../side.ts");
  const day = asOf ?? context.io.now().toISOString().slice(0, 10);
  const side = readSide(base, { asOf: day, manifest: undefined, cwd: context.io.cwd });
  if ("failed" in side && !side.absent) {
    printError(context, side.failed, side.hint ?? undefined);
    return undefined;
  }
  if ("failed" in side || side.graph === null) {
    note(context, `note: ${base} has no valid manifest, so what changes for people is not shown`);
    return null;
  }
  const [{ diffGraphs }, { describeDiff, summarize }, { markdownList }] = await Promise.all([
    import("../../lib/access/diff.ts"),
    import("../diff/describe.ts"),
    import("../diff/render.ts"),
  ]);
  const diff = await diffGraphs(side.graph, graph);
  return { summary: summarize(diff), lines: markdownList(describeDiff(diff, side.graph, graph)) };
}

/** Files and lines beside the comment; gives the reason when one cannot be written. */
async function writeReports(
  { report, rules, counting }: Analysis,
  comment: string,
  { sarif, annotations, summary }: Omit<Options, "summary"> & { summary: string | null | undefined },
  { io }: Context,
): Promise<string | null> {
  const { reporters } = await import("../../analyzer/reporters/index.ts");
  const { noPaint } = await import("../../analyzer/reporters/reporter.ts");
  if (annotations) io.stdout.write(reporters.github(report, { rules, paint: noPaint, ...counting }));
  if (sarif !== undefined) {
    const reason = writeOutput(resolve(io.cwd, sarif), reporters.sarif(report, { rules, paint: noPaint, ...counting }));
    if (reason) return `cannot write ${sarif}: ${reason}`;
  }
  if (!summary) return null;
  try {
    // others write into the job summary as well
    appendFileSync(resolve(io.cwd, summary), `${comment}\n`);
    return null;
  } catch (error) {
    return `cannot write ${summary}: ${fileReason(error)}`;
  }
}
