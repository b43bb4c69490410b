/** Plans in files -> the report: what `analyze` prints and `review` posts. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { Argument, Option } from "commander";
import type { Plan } from "../analyzer/plan.ts";
import type { Report } from "../analyzer/report.ts";
import type { ReporterOptions } from "../analyzer/reporters/reporter.ts";
import type { Rule } from "../analyzer/rule.ts";
import { noSettings, type Settings } from "../analyzer/settings.ts";
import type { Source } from "../analyzer/source/source.ts";
import type { TerraformSource } from "../analyzer/source/terraform.ts";
import type { Decisions } from "../analyzer/suppress.ts";
import type { Organization } from "../analyzer/world.ts";
import type { AccessGraph } from "../lib/access/graph.ts";
import { isDay } from "../lib/day.ts";
import { type Severity, severities } from "../lib/finding.ts";
import { type Context, type ExitCode, exit, printError, progress, usageError } from "./command.ts";
import { dayOf, renderProblems, requireGraph } from "./manifest.ts";
import { readText } from "./policy-file.ts";

/** What the commands that judge plans have in common. */
export interface AnalysisOptions {
  manifest?: string;
  organizationId?: string;
  organizationAccounts?: string;
  config?: string;
  source?: string;
  baseline?: string;
  all?: true;
  failOn?: Severity | "none";
  asOf?: string;
}

export const plansArgument = new Argument("<plan...>", "plan JSON files; - reads standard input");

/** Read from the working directory when nobody names another one. */
export const configName = "gatehouse.config.yaml";

export const analysisOptions: readonly Option[] = [
  new Option("--manifest <manifest>", "access manifest that says which accounts are inside"),
  new Option("--organization-id <id>", "id of the organization, o-..."),
  new Option("--organization-accounts <ids>", "account ids inside the organization, separated by commas"),
  new Option("--config <file>", `settings and suppressions (default: ${configName}, when there is one)`),
  new Option("--source <folder>", "Terraform code of the plans: findings get file and line, comments may suppress"),
  new Option("--baseline <file>", "earlier report of --format json: what it shows is not new"),
  new Option("--all", "unchanged findings and drift count for the exit code as well"),
  new Option(
    "--fail-on <level>",
    "exit with 1 for introduced or worsened findings from this severity on (default: high)",
  ).choices([...severities, "none"]),
  new Option("--as-of <date>", "the day on which suppressions and grants count as expired (default: today, UTC)"),
];

export interface Analysis {
  plans: readonly Plan[];
  /** Of the manifest that is named. */
  graph: AccessGraph | null;
  report: Report;
  rules: readonly Rule[];
  /** What makes the run fail. */
  counting: Pick<ReporterOptions, "failOn" | "all">;
  /** Whether it does. */
  stops: boolean;
}

/** Reads and judges the plans; when anything about the call or the input is wrong it says so, all of it, and gives the exit code. */
export async function runAnalysis(
  paths: readonly string[],
  options: AnalysisOptions,
  context: Context,
): Promise<Analysis | ExitCode> {
  const wrong = wrongOption(paths, options);
  if (wrong !== null) return usageError(context, wrong);
  const asOf = dayOf(options.asOf, context);

  const [{ analyze }, { rules }, { stopsRun }, { version }] = await Promise.all([
    import("../analyzer/analyze.ts"),
    import("../analyzer/rules.ts"),
    import("../analyzer/reporters/words.ts"),
    import("./version.ts"),
  ]);
  const ids = rules.map(({ id }) => id);
  // Everything is read before anything is refused, so that all errors show at once.
  const settings = await readSettings(options.config, ids, context);
  const world = await readWorld(options, settings ?? noSettings, asOf, context);
  const plans = await readPlans(paths, rules, context);
  const code = await readCode(options.source, ids, context);
  const baseline = await readBaseline(options.baseline, context);
  if (!settings || !plans || code === undefined || !baseline) return exit.usage;
  if (typeof world === "number") return world;

  const report = await progress(context, "Analyzing", async () =>
    analyze(plans, {
      rules: rules.filter(({ id }) => !settings.off.has(id)),
      world: world.organization,
      toolVersion: version,
      severities: settings.severities,
      decisions: {
        suppressions: [...settings.suppressions, ...(code?.suppressions ?? [])],
        broken: code?.broken ?? [],
        baseline,
        asOf,
      },
      source: await sourceOf(code, world.graph, plans),
    }),
  );
  const counting = { failOn: options.failOn ?? settings.failOn ?? "high", all: options.all ?? false };
  return { plans, graph: world.graph, report, rules, counting, stops: stopsRun(report, counting) };
}

function wrongOption(paths: readonly string[], options: AnalysisOptions): string | null {
  const { organizationId, organizationAccounts, asOf, baseline } = options;
  if ([...paths, baseline].filter((path) => path === "-").length > 1) return "standard input (-) is given twice";
  if (organizationId !== undefined && !/^o-[a-z0-9]{10,32}$/.test(organizationId)) {
    return `--organization-id takes an id such as o-a1b2c3d4e5, not "${organizationId}"`;
  }
  const wrong = accountsIn(organizationAccounts).find((id) => !/^\d{12}$/.test(id));
  if (wrong !== undefined) return `--organization-accounts takes account ids of twelve digits, not "${wrong}"`;
  if (asOf !== undefined && !isDay(asOf)) return `--as-of takes a date such as 2027-01-31, not "${asOf}"`;
  return null;
}

const accountsIn = (listed: string | undefined) => listed?.split(",").map((id) => id.trim()) ?? [];

/** The settings of the working directory, or of the file that is named; `null` when something is wrong with them. */
async function readSettings(
  named: string | undefined,
  rules: readonly string[],
  context: Context,
): Promise<Settings | null> {
  const there = statSync(resolve(context.io.cwd, configName), { throwIfNoEntry: false }) !== undefined;
  if (named === undefined && !there) return noSettings;
  const { loadConfig } = await import("./config.ts");
  return loadConfig(named ?? configName, rules, context);
}

interface World {
  organization: Partial<Organization>;
  graph: AccessGraph | null;
}

/** Who is inside: from the manifest, with what the settings and the two options add to it. */
async function readWorld(
  options: AnalysisOptions,
  { manifest: settled, organization }: Settings,
  asOf: string,
  context: Context,
): Promise<World | ExitCode> {
  const listed = [...organization.accounts, ...accountsIn(options.organizationAccounts)];
  const said = {
    organizationId: options.organizationId ?? organization.id,
    accounts: listed.length > 0 ? new Set(listed) : null,
    vendors: new Set(organization.vendors),
    managementAccount: organization.managementAccount,
  };
  const manifest = options.manifest ?? settled;
  if (manifest === null) return { organization: said, graph: null };
  const graph = await requireGraph(manifest, { asOf }, context);
  if (typeof graph === "number") return graph;
  const { worldOf } = await import("./world.ts");
  const known = worldOf(graph);
  return {
    organization: {
      ...known,
      organizationId: options.organizationId ?? known.organizationId ?? organization.id,
      accounts: new Set([...(known.accounts ?? []), ...listed]),
      vendors: new Set([...known.vendors, ...said.vendors]),
      managementAccount: known.managementAccount ?? organization.managementAccount,
    },
    graph,
  };
}

/** All plans, or `null` when one of them cannot be read. */
async function readPlans(
  paths: readonly string[],
  rules: readonly Rule[],
  context: Context,
): Promise<readonly Plan[] | null> {
  const { readPlanInput } = await import("./plans.ts");
  const types = new Set(rules.flatMap((rule) => ("types" in rule ? rule.types : [])));
  const plans: Plan[] = [];
  for (const path of paths) {
    const result = await readPlanInput(path, types, context);
    if ("plan" in result) plans.push(result.plan);
    else if ("reason" in result) printError(context, result.reason);
    else printError(context, result.problem.message, result.problem.hint ?? undefined);
  }
  return plans.length === paths.length ? plans : null;
}

/** The Terraform code; `null` when none is named, `undefined` when it cannot be read. */
async function readCode(
  folder: string | undefined,
  rules: readonly string[],
  context: Context,
): Promise<TerraformSource | null | undefined> {
  if (folder === undefined) return null;
  const { loadSource } = await import("./source.ts");
  const source = await loadSource(folder, context.io.cwd, rules);
  if ("reason" in source) {
    printError(context, `cannot read the code in ${folder}: ${source.reason}`);
    return undefined;
  }
  if (!context.quiet) context.io.stderr.write(await renderProblems(source.problems, [], context.paint.stderr));
  return source;
}

/** What the earlier report shows; `null` when it cannot be read. */
async function readBaseline(path: string | undefined, context: Context): Promise<Decisions["baseline"] | null> {
  const { noBaseline, readBaseline } = await import("../analyzer/baseline.ts");
  if (path === undefined) return noBaseline;
  const text = await readText(path, context);
  if (text === null) return null;
  const read = readBaseline(text);
  if ("baseline" in read) return read.baseline;
  printError(context, `cannot use the baseline ${path}: ${read.reason}`);
  return null;
}

/** Lines come from the code, and of what Gatehouse's own stacks hold from the manifest. */
async function sourceOf(
  code: TerraformSource | null,
  graph: AccessGraph | null,
  plans: readonly Plan[],
): Promise<Source | null> {
  if (graph === null) return code;
  const { manifestPlaces } = await import("./manifest-places.ts");
  const placeOf = manifestPlaces(graph, plans);
  return {
    locate: (finding, variables) => placeOf(finding.plan, finding.address) ?? code?.locate(finding, variables) ?? null,
    declares: (finding) => placeOf(finding.plan, finding.address) !== null,
    documents: code?.documents ?? null,
  };
}
