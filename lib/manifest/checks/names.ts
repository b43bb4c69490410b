/** What AWS keeps unique has to be unique here: a second one would fail halfway through an apply. */
import { byCodeUnit } from "../../finding.ts";
import type { Problem } from "../../problem.ts";
import type { ErrorCode } from "../codes.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error, where } from "../problems.ts";

interface Named {
  /** What the name has to be unique within, besides its kind. */
  scope?: string;
  value: string;
  path: Path;
}

/** `duplicate-account-id`, `duplicate-account-email` and the `duplicate-...-name` of groups, users, units, policies, permission sets. */
export function checkNames(context: Context): Problem[] {
  const { identity, permissionSets, policies } = context.manifest;
  const kinds = new Map<ErrorCode, Named[]>([
    ["duplicate-group-name", named(identity.groups, ["identity", "groups"])],
    [
      "duplicate-user-name",
      Object.entries(identity.users).map(([key, { userName, email }]) => ({
        value: userName ?? email,
        path: ["identity", "users", key, "userName"],
      })),
    ],
    [
      "duplicate-unit-name",
      context.units.map(({ key, parent, unit, at }) => ({
        scope: parent ?? "",
        value: unit.name ?? key,
        path: [...at, "name"],
      })),
    ],
    ["duplicate-policy-name", named(policies, ["policies"])],
    ["duplicate-permission-set-name", named(permissionSets, ["permissionSets"])],
  ]);
  return [
    ...accountNames(context),
    ...[...kinds].flatMap(([code, all]) => repeated(all, context).map((one) => duplicate(code, one, context))),
  ];
}

/** An account that has both the e-mail address and the id of another is a copy of it: one mistake. */
function accountNames(context: Context): Problem[] {
  const entries = Object.entries(context.manifest.accounts);
  const fields = (field: "email" | "id") =>
    repeated(
      entries.flatMap(([key, { [field]: value }]) =>
        value === undefined ? [] : [{ value, path: ["accounts", key, field] }],
      ),
      context,
    );
  const pair = ({ named, earlier }: Repeated) => JSON.stringify([named.path[1], earlier.path[1]]);
  const [emails, ids] = [fields("email"), fields("id")];
  const ofIds = new Set(ids.map(pair));
  const copies = new Set(emails.map(pair).filter((one) => ofIds.has(one)));
  return [
    ...emails.map((one) =>
      copies.has(pair(one)) ? copy(one, context) : duplicate("duplicate-account-email", one, context),
    ),
    ...ids.filter((one) => !copies.has(pair(one))).map((one) => duplicate("duplicate-account-id", one, context)),
  ];
}

function copy({ named, earlier }: Repeated, { at, keyAt }: Context): Problem {
  const [[, key], [, first]] = [named.path, earlier.path];
  const [here, there] = [keyAt(named.path.slice(0, 2)), keyAt(earlier.path.slice(0, 2))];
  const message = `account "${key}" has the e-mail address and the id of account "${first}" at ${where(there, here)}`;
  const related = [{ place: at(earlier.path), message: "first used here" }];
  return error("duplicate-account-email", here, message, { hint: "remove one of them, or correct both", related });
}

function named(record: Readonly<Record<string, { name?: string | undefined }>>, path: Path): Named[] {
  return Object.entries(record).map(([key, { name }]) => ({ value: name ?? key, path: [...path, key, "name"] }));
}

/** A name, and the one that had it first. */
interface Repeated {
  named: Named;
  earlier: Named;
}

function repeated(all: readonly Named[], { at }: Context): Repeated[] {
  const first = new Map<string, Named>();
  const inOrder = [...all].sort((a, b) => byPlace(at(a.path), at(b.path)));
  return inOrder.flatMap((named) => {
    const id = JSON.stringify([named.scope, named.value.toLowerCase()]);
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, named);
    return earlier === undefined ? [] : [{ named, earlier }];
  });
}

function duplicate(code: ErrorCode, { named, earlier }: Repeated, { at }: Context): Problem {
  const kind = code.replace("duplicate-", "").replaceAll("-", " ");
  const [here, there] = [at(named.path), at(earlier.path)];
  const message = `${kind} "${named.value}" is already used at ${where(there, here)}`;
  return error(code, here, message, { related: [{ place: there, message: "first used here" }] });
}

function byPlace(a: { file: string; line: number; column: number }, b: typeof a): number {
  return byCodeUnit(a.file, b.file) || a.line - b.line || a.column - b.column;
}
