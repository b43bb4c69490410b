import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { Option } from "commander";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { severities } from "../../lib/finding.ts";
import { visible } from "../../lib/visible.ts";
import type { AccessChange, Comment, Earlier, Review } from "../../review/comment.ts";
import type { Forge, ForgeError } from "../../review/forge.ts";
import { setName } from "../../review/marker.ts";
import type { Posted } from "../../review/post.ts";
import { type Analysis, type AnalysisOptions, analysisOptions, plansArgument, runAnalysis } from "../analysis.ts";
import { type Context, command, exit, note, printError, usageError } from "../command.ts";
import { fileReason, writeOutput } from "../files.ts";
import { type ForgeFlags, type Missing, type Target, targetOf } from "../forge.ts";
import { dayOf } from "../manifest.ts";

interface Options extends AnalysisOptions, ForgeFlags {
  name: string;
  base?: string;
  dryRun?: true;
  report?: string;
  sarif?: string;
  summary?: string | true;
  outputs?: string | true;
  annotations?: true;
}

/** Files that others write into as well, and the variable by which GitHub Actions names them. */
const shared = { summary: "GITHUB_STEP_SUMMARY", outputs: "GITHUB_OUTPUT" } as const;

/** `null` when not asked for, `undefined` when nobody says where it is. */
type SharedFiles = Readonly<Record<keyof typeof shared, string | null | undefined>>;

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
    new Option("--report <file>", "also write the report of `analyze --format json`"),
    new Option("--sarif <file>", "also write a report for code scanning"),
    new Option("--summary [file]", "also add the comment to a file (default: the job summary of GitHub Actions)"),
    new Option("--outputs [file]", "also add lines GATEHOUSE_...=value to a file (default: the outputs of the step)"),
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
    const files = sharedFiles(options, context);
    const wrong = [...wrongOptions(options, files), ...(isTarget(target) ? [] : target)];
    for (const { message, hint } of wrong) printError(context, message, hint);
    const analysis = await runAnalysis(paths, options, context);
    if (typeof analysis === "number") return analysis;
    const access = await readAccess(options, analysis.graph, context);
    if (wrong.length > 0 || access === undefined || !isTarget(target)) return exit.usage;

    const [compose, { LIMIT }] = await Promise.all([
      composer(analysis, access),
      import("../../analyzer/reporters/sections.ts"),
    ]);
    const preview = compose(null, LIMIT).body;
    const reason = (await writeReports(analysis, options, context)) ?? add(files.summary, preview, context);
    if (reason) return usageError(context, reason);
    const posted = target === null ? null : await postTo(target, options.name, compose);
    if (posted instanceof Error) {
      printError(context, posted.message, posted.hint ?? undefined);
      note(context, "The comment was not posted; it is printed instead.");
    }
    const outcome = posted === null || posted instanceof Error ? ({ action: "printed", url: null } as const) : posted;
    context.io.stdout.write(outputs[context.format](outcome, preview, analysis));
    const unwritten = add(files.outputs, await outputLines(outcome, analysis, options), context);
    if (unwritten) return usageError(context, unwritten);
    const refused = posted instanceof Error && posted.kind !== "unavailable";
    return analysis.stops ? exit.findings : refused ? exit.usage : exit.fine;
  },
});

const isTarget = (target: Target | readonly Missing[] | null): target is Target | null => !Array.isArray(target);

/** What became of the comment. */
type Outcome = Posted | { action: "printed"; url: null };

const outputs: Readonly<Record<Format, (outcome: Outcome, comment: string, analysis: Analysis) => string>> = {
  text: ({ action, url }, comment) =>
    action === "printed" ? `${comment}\n` : `comment ${action}${url === null ? "" : `: ${visible(url)}`}\n`,
  json: ({ action, url }, body, { report, stops }) =>
    `${JSON.stringify({ version: 1, comment: { action, url, body }, stops, summary: report.summary }, null, 2)}\n`,
};

/**
 * What later steps want to know, in the form that GitHub takes as outputs of a step and GitLab as a dotenv report. What
 * nobody brings with this change is not counted by severity.
 */
async function outputLines({ url }: Outcome, { report, stops }: Analysis, options: Options): Promise<string> {
  const { isNew } = await import("../../analyzer/reporters/words.ts");
  const fresh = report.findings.filter(isNew);
  const bySeverity = severities.map((severity) => [severity, fresh.filter((it) => it.severity === severity).length]);
  const { bySeverity: _standing, ...changes } = report.summary;
  const values = {
    verdict: stops ? "fail" : "pass",
    ...Object.fromEntries(bySeverity),
    ...changes,
    report: options.report ?? "",
    sarif: options.sarif ?? "",
    comment_url: url ?? "",
  };
  return Object.entries(values)
    .map(([name, value]) => `GATEHOUSE_${name.toUpperCase()}=${visible(String(value))}`)
    .join("\n");
}

/** The comment, for what the earlier one said and the characters it may have. */
type Compose = (earlier: Earlier | null, limit: number) => Comment;

async function postTo(target: Target, name: string, compose: Compose): Promise<Posted | ForgeError> {
  const { post } = await import("../../review/post.ts");
  return post(await forgeOf(target), name, compose);
}

async function composer({ plans, report }: Analysis, access: AccessChange | null): Promise<Compose> {
  const [{ compose }, { statementOf }, { trustChanges }] = await Promise.all([
    import("../../review/comment.ts"),
    import("../../analyzer/statement-text.ts"),
    import("../../analyzer/trust-changes.ts"),
  ]);
  const review: Review = {
    report,
    statementOf: (finding) => statementOf(plans, finding),
    trust: trustChanges(plans),
    access,
  };
  return (earlier, limit) => compose(review, earlier, limit);
}

async function forgeOf({ forge, ...options }: Target): Promise<Forge> {
  const { version } = await import("../version.ts");
  const settings = { ...options, userAgent: `gatehouse/${version}` };
  if (forge === "github") return (await import("../../review/github.ts")).github(settings);
  return (await import("../../review/gitlab.ts")).gitlab(settings);
}

function wrongOptions({ name, base, manifest }: Options, files: SharedFiles): readonly Missing[] {
  return [
    ...(setName.test(name)
      ? []
      : [
          { message: `--name takes letters, digits, "-", "_" and ".", not "${name}"`, hint: "for example --name prod" },
        ]),
    ...(base !== undefined && manifest === undefined
      ? [{ message: "--base says what the manifest was: there is no manifest to compare with", hint: "add --manifest" }]
      : []),
    ...(files.summary === undefined
      ? [{ message: "there is no job summary here", hint: "name a file: --summary summary.md" }]
      : []),
    ...(files.outputs === undefined
      ? [{ message: "this step has no outputs here", hint: "name a file: --outputs gatehouse.env" }]
      : []),
  ];
}

function sharedFiles(options: Options, { io }: Context): SharedFiles {
  const file = (option: keyof typeof shared) => {
    const said = options[option];
    return said === undefined ? null : said === true ? io.env[shared[option]] : said;
  };
  return { summary: file("summary"), outputs: file("outputs") };
}

/** What the change means to people and accounts; `null` when there is nothing to compare, `undefined` when that is an error. */
async function readAccess(
  { base, asOf }: Options,
  graph: AccessGraph | null,
  context: Context,
): Promise<AccessChange | null | undefined> {
  if (base === undefined || graph === null) return null;
  const { readSide } = await import("../side.ts");
  const side = readSide(base, { asOf: dayOf(asOf, context), manifest: undefined, cwd: context.io.cwd });
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
  options: Options,
  { io }: Context,
): Promise<string | null> {
  const { reporters } = await import("../../analyzer/reporters/index.ts");
  const { noPaint } = await import("../../analyzer/reporters/reporter.ts");
  const render = (format: "github" | "json" | "sarif") =>
    reporters[format](report, { rules, paint: noPaint, ...counting });
  // standard output is for data, and GitHub reads commands from both
  if (options.annotations) io.stderr.write(render("github"));
  const reports = [
    [options.report, "json"],
    [options.sarif, "sarif"],
  ] as const;
  for (const [file, format] of reports) {
    if (file === undefined) continue;
    const reason = writeOutput(resolve(io.cwd, file), render(format));
    if (reason) return `cannot write ${file}: ${reason}`;
  }
  return null;
}

/** Adds to a file what others have begun; gives the reason when it cannot be written. */
function add(file: string | null | undefined, text: string, { io }: Context): string | null {
  if (!file) return null;
  try {
    appendFileSync(resolve(io.cwd, file), `${text}\n`);
    return null;
  } catch (error) {
    return `cannot write ${file}: ${fileReason(error)}`;
  }
}
