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
  const { accounts, identity, permissionSets, policies } = context.manifest;
  const kinds = new Map<ErrorCode, Named[]>([
    [
      "duplicate-account-id",
      Object.entries(accounts).flatMap(([key, { id }]) =>
        id === undefined ? [] : [{ value: id, path: ["accounts", key, "id"] }],
      ),
    ],
    [
      "duplicate-account-email",
      Object.entries(accounts).map(([key, { email }]) => ({ value: email, path: ["accounts", key, "email"] })),
    ],
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
  return [...kinds].flatMap(([code, all]) => duplicates(code, all, context));
}

function named(record: Readonly<Record<string, { name?: string | undefined }>>, path: Path): Named[] {
  return Object.entries(record).map(([key, { name }]) => ({ value: name ?? key, path: [...path, key, "name"] }));
}

function duplicates(code: ErrorCode, all: readonly Named[], { at }: Context): Problem[] {
  const kind = code.replace("duplicate-", "").replaceAll("-", " ");
  const first = new Map<string, Named>();
  const inOrder = [...all].sort((a, b) => byPlace(at(a.path), at(b.path)));
  return inOrder.flatMap((named) => {
    const id = JSON.stringify([named.scope, named.value.toLowerCase()]);
    const earlier = first.get(id);
    if (earlier === undefined) {
      first.set(id, named);
      return [];
    }
    const [here, there] = [at(named.path), at(earlier.path)];
    const message = `${kind} "${named.value}" is already used at ${where(there, here)}`;
    const related = [{ place: there, message: "first used here" }];
    return [error(code, here, message, { related })];
  });
}

function byPlace(a: { file: string; line: number; column: number }, b: typeof a): number {
  return byCodeUnit(a.file, b.file) || a.line - b.line || a.column - b.column;
}
