import { Option } from "commander";
import type { AccessFilter } from "../../lib/access/explain.ts";
import { type Format, formats, print } from "../access/view.ts";
import { command, count, exit, note, usageError } from "../command.ts";
import { asOfOption, type ManifestOptions, manifestArgument, requireGraph } from "../manifest.ts";

type Options = ManifestOptions & AccessFilter;

/** An option that may be given several times. */
const several = (flags: string, description: string) =>
  new Option(flags, description).argParser<string[]>((value, earlier = []) => [...earlier, value]);

export default command<Options, Format>({
  name: "access",
  summary: "Show who may enter what, and which line of the manifest says so",
  details:
    "One row for each reason. Filters are manifest keys and all have to hold; one given several times means any of its " +
    "keys. A user is followed through groups.",
  arguments: [manifestArgument],
  options: [
    several("--account <key>", "only this account"),
    several("--unit <path>", "only accounts of this unit and below it"),
    several("--group <key>", "only this group"),
    several("--user <key>", "only this user, through groups as well"),
    several("--permission-set <key>", "only this permission set"),
    asOfOption,
  ],
  formats,
  examples: [
    ["access access/ --account shop-prod", "who may enter production"],
    ["access access/ --format csv > access.csv", "the whole matrix for an audit"],
  ],
  async run([path], { asOf, ...filter }, context) {
    const graph = await requireGraph(path, asOf === undefined ? {} : { asOf }, context);
    if (typeof graph === "number") return graph;
    const { unknownIn } = await import("../access/unknown-keys.ts");
    const unknown = unknownIn(graph, filter);
    if (unknown) return usageError(context, unknown.message, unknown.hint ?? undefined);
    if (filter.user !== undefined && graph.identity.source === "external") {
      note(
        context,
        "note: members of groups are kept by the identity provider: what users reach through them is not known",
      );
    }

    const [{ accessRows }, { assignments }] = await Promise.all([
      import("../../lib/access/explain.ts"),
      import("../access/assignments.ts"),
    ]);
    const rows = accessRows(graph, filter);
    print(rows, assignments, context);
    if (context.format === "table") note(context, count(rows.length, assignments.noun));
    return exit.fine;
  },
});
