import { Option } from "commander";
import type { AccessGraph } from "../../lib/access/graph.ts";
import type { RoleFilter } from "../../lib/access/reach/role-rows.ts";
import { type Format, formats, print, type View } from "../access/view.ts";
import { type Context, command, count, exit, note, usageError } from "../command.ts";
import { asOfOption, type ManifestOptions, manifestArgument, requireGraph } from "../manifest.ts";

interface Options extends ManifestOptions, RoleFilter {
  roles?: true;
  pathsTo?: string;
}

/** An option that may be given several times. */
const several = (flags: string, description: string) =>
  new Option(flags, description).argParser<string[]>((value, earlier = []) => [...earlier, value]);

export default command<Options, Format>({
  name: "access",
  summary: "Show who may enter what, and which line of the manifest says so",
  details:
    "One row for each reason. Filters are manifest keys and all have to hold; one given several times means any of its " +
    "keys. A user is followed through groups.\n\n" +
    "With --roles: who can assume which role, through any number of others, decided by the policy engine over trust " +
    "policy, own policies, boundaries and organization policies. With --paths-to: every way into one account.",
  arguments: [manifestArgument],
  options: [
    several("--account <key>", "only this account"),
    several("--unit <path>", "only accounts of this unit and below it"),
    several("--group <key>", "only this group"),
    several("--user <key>", "only this user, through groups as well"),
    several("--permission-set <key>", "only this permission set"),
    new Option("--roles", "who can assume which role, instead of who may enter which account"),
    several("--role <key>", "the same, only this role"),
    new Option("--paths-to <account>", "every way into this account: people, roles, vendors, pipelines, root user"),
    asOfOption,
  ],
  formats,
  examples: [
    ["access access/ --account shop-prod", "who may enter production"],
    ["access access/ --format csv > access.csv", "the whole matrix for an audit"],
    ["access access/ --roles", "who can assume which role, and through which others"],
    ["access access/ --paths-to shop-prod", "every way into production"],
  ],
  async run([path], { asOf, roles, pathsTo, ...filter }, context) {
    if (pathsTo !== undefined && (roles || Object.keys(filter).length > 0)) {
      return usageError(context, "--paths-to shows every way in: it takes no filter and excludes --roles");
    }
    const graph = await requireGraph(path, asOf === undefined ? {} : { asOf }, context);
    if (typeof graph === "number") return graph;
    const { unknownIn } = await import("../access/unknown-keys.ts");
    const unknown = unknownIn(graph, pathsTo === undefined ? filter : { account: [pathsTo] });
    if (unknown) return usageError(context, unknown.message, unknown.hint ?? undefined);
    if (filter.user !== undefined && graph.identity.source === "external") {
      note(
        context,
        "note: the identity provider keeps the members of groups: what users reach through them is not known",
      );
    }

    if (pathsTo !== undefined) await showPaths(graph, pathsTo, context);
    else if (roles || filter.role !== undefined) await showRoles(graph, filter, context);
    else await showAssignments(graph, filter, context);
    return exit.fine;
  },
});

async function showAssignments(graph: AccessGraph, filter: RoleFilter, context: Context<Format>): Promise<void> {
  const [{ accessRows }, { assignments }] = await Promise.all([
    import("../../lib/access/explain.ts"),
    import("../access/assignments.ts"),
  ]);
  show(accessRows(graph, filter), assignments, context);
}

async function showRoles(graph: AccessGraph, filter: RoleFilter, context: Context<Format>): Promise<void> {
  const [{ roleRows }, { roles }] = await Promise.all([
    import("../../lib/access/reach/role-rows.ts"),
    import("../access/roles.ts"),
  ]);
  show(await roleRows(graph, filter), roles, context);
}

async function showPaths(graph: AccessGraph, account: string, context: Context<Format>): Promise<void> {
  const [{ pathsTo }, { paths }] = await Promise.all([
    import("../../lib/access/reach/paths.ts"),
    import("../access/paths.ts"),
  ]);
  show(await pathsTo(graph, account), paths, context);
}

function show<Row>(rows: readonly Row[], view: View<Row>, context: Context<Format>): void {
  print(rows, view, context);
  if (context.format === "table") note(context, count(rows.length, view.noun));
}
