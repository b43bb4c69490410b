import { Option } from "commander";
import type { AccessFilter, AccessRow } from "../../lib/access/explain.ts";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { unknownKey } from "../../lib/suggest.ts";
import { command, count, exit, note, usageError } from "../command.ts";
import { asOfOption, type ManifestOptions, manifestArgument, requireGraph } from "../manifest.ts";
import type { Paint } from "../paint.ts";
import { renderCsv, renderTable } from "../table.ts";

type Options = ManifestOptions & AccessFilter;

/** An option that may be given several times. */
const several = (flags: string, description: string) =>
  new Option(flags, description).argParser<string[]>((value, earlier = []) => [...earlier, value]);

const formats = {
  table: renderAccess,
  json: (rows: readonly AccessRow[]) => `${JSON.stringify(rows, null, 2)}\n`,
  csv: renderAccessCsv,
};

export default command<Options, keyof typeof formats>({
  name: "access",
  summary: "Show who may enter what, and which line of the manifest says so",
  details:
    "One row for each reason. Filters are manifest keys and all have to hold; one given several times means any of its " +
    "keys. A user is followed through groups.",
  arguments: [manifestArgument],
  options: [
    several("--account <key>", "only this account"),
    several("--group <key>", "only this group"),
    several("--user <key>", "only this user, through groups as well"),
    several("--permission-set <key>", "only this permission set"),
    asOfOption,
  ],
  formats: ["table", "json", "csv"],
  examples: [
    ["access access/ --account shop-prod", "who may enter production"],
    ["access access/ --format csv > access.csv", "the whole matrix for an audit"],
  ],
  async run([path], { asOf, ...filter }, context) {
    const graph = await requireGraph(path, asOf === undefined ? {} : { asOf }, context);
    if (typeof graph === "number") return graph;
    const unknown = unknownIn(graph, filter);
    if (unknown) return usageError(context, unknown.message, unknown.hint ?? undefined);

    const { accessRows } = await import("../../lib/access/explain.ts");
    const rows = accessRows(graph, filter);
    context.io.stdout.write(formats[context.format](rows, context.paint.stdout));
    if (context.format === "table") note(context, count(rows.length, "row"));
    return exit.fine;
  },
});

/** A key that the manifest does not have would give an empty answer, which reads like "nobody". */
function unknownIn({ accounts, identity, permissionSets }: AccessGraph, filter: AccessFilter) {
  const byName = ({ key, name }: { key: string; name: string }) => ({ key, also: { name } });
  const kinds = [
    [
      "account",
      filter.account,
      accounts.map(({ key, id, name, email }) => ({ key, also: { id, name, "e-mail address": email } })),
    ],
    ["group", filter.group, identity.groups.map(byName)],
    [
      "user",
      filter.user,
      identity.users.map(({ key, userName, email }) => ({
        key,
        also: { "sign-in name": userName, "e-mail address": email },
      })),
    ],
    ["permission set", filter.permissionSet, permissionSets.map(byName)],
  ] as const;
  for (const [kind, asked = [], known] of kinds) {
    const unknown = asked.find((key) => !known.some((item) => item.key === key));
    if (unknown !== undefined) return unknownKey(kind, unknown, known);
  }
  return null;
}

const where = ({ place }: AccessRow) => `${place.file}:${place.line}`;

function renderAccess(rows: readonly AccessRow[], paint: Paint): string {
  const cells = rows.map((row) => [
    row.account,
    row.principal,
    row.permissionSet,
    row.until ?? "-",
    where(row),
    row.deferred ? `${row.why} (waits for the account's id)` : row.why,
  ]);
  return renderTable(["ACCOUNT", "WHO", "PERMISSION SET", "UNTIL", "WHERE", "BECAUSE"], cells, paint.bold);
}

function renderAccessCsv(rows: readonly AccessRow[]): string {
  const columns: Readonly<Record<string, (row: AccessRow) => string | null>> = {
    account: (row) => row.account,
    account_name: (row) => row.accountName,
    account_id: (row) => row.accountId,
    principal_type: (row) => row.principalType,
    principal: (row) => row.principal,
    principal_name: (row) => row.principalName,
    permission_set: (row) => row.permissionSet,
    permission_set_name: (row) => row.permissionSetName,
    why: (row) => row.why,
    where,
    until: (row) => row.until,
    reason: (row) => row.reason,
    owner: (row) => row.owner,
    deferred: (row) => `${row.deferred}`,
  };
  const cells = rows.map((row) => Object.values(columns).map((cell) => cell(row) ?? ""));
  return renderCsv(Object.keys(columns), cells);
}
