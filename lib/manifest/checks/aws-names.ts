/** Actions and condition keys that AWS does not have: a statement that names one does less than it says. */
import type { Catalog } from "../../iam/catalog.ts";
import type { Place, Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import type { Statement } from "../fields.ts";
import type { Path } from "../node.ts";
import { warning } from "../problems.ts";

/** `unknown-action`, `unknown-condition-key`: warnings, because AWS adds some every week. Needs the catalogue. */
export function checkAwsNames(context: Context): Problem[] {
  const { catalog, manifest, at, keyAt } = context;
  if (catalog === null) return [];
  const { permissionSets, roles, managedPolicies, iam, policies, bucketPolicies } = manifest;
  const written: Written[] = [
    ...holders(permissionSets, ["permissionSets"]),
    ...holders(roles, ["roles"]),
    ...holders(managedPolicies, ["managedPolicies"]),
    ...holders(iam.groups, ["iam", "groups"]),
    ...holders(iam.users, ["iam", "users"]),
    ...holders(policies, ["policies"]),
  ];
  return [
    ...written.flatMap(({ path, statements, file }) => [
      ...statements.flatMap(({ statement, path }) => inStatement(statement, path, catalog, context)),
      ...inDocument(context.file([...path, "file"], file), at([...path, "file"]), catalog),
    ]),
    ...Object.entries(policies).flatMap(([key, { document }]) =>
      inDocument(document, keyAt(["policies", key, "document"]), catalog),
    ),
    ...Object.entries(bucketPolicies).flatMap(([key, { allow }]) =>
      allow.flatMap(({ actions }, index) => {
        const path = ["bucketPolicies", key, "allow", index, "actions"];
        return actions.flatMap((action, position) => unknownAction(action, at([...path, position]), catalog));
      }),
    ),
  ];
}

interface Written {
  path: Path;
  statements: { statement: Statement; path: Path }[];
  file: string | undefined;
}

interface Holder {
  allow?: readonly Statement[] | undefined;
  deny?: readonly Statement[] | undefined;
  file?: string | undefined;
}

function holders(section: Readonly<Record<string, Holder>>, at: Path): Written[] {
  return Object.entries(section).map(([key, { allow = [], deny = [], file }]) => {
    const path = [...at, key];
    const below = (list: readonly Statement[], name: string) =>
      list.map((statement, index) => ({ statement, path: [...path, name, index] }));
    return { path, statements: [...below(allow, "allow"), ...below(deny, "deny")], file };
  });
}

function inStatement(statement: Statement, path: Path, catalog: Catalog, { at, keyAt }: Context): Problem[] {
  const { actions = [], notActions = [], conditions = {} } = statement;
  return [
    ...actions.flatMap((action, index) => unknownAction(action, at([...path, "actions", index]), catalog)),
    ...notActions.flatMap((action, index) => unknownAction(action, at([...path, "notActions", index]), catalog)),
    ...Object.entries(conditions).flatMap(([operator, keys]) =>
      Object.keys(keys).flatMap((key) => unknownKey(key, keyAt([...path, "conditions", operator, key]), catalog)),
    ),
  ];
}

/** Documents in AWS's own words; what is of another form is the business of others. */
function inDocument(document: unknown, place: Place, catalog: Catalog): Problem[] {
  return statementsOf(document).flatMap((statement, index) => {
    const where = `statement ${index + 1}: `;
    const names = [statement.Action, statement.NotAction].flat().filter((name) => typeof name === "string");
    const keys = isMap(statement.Condition)
      ? Object.values(statement.Condition).filter(isMap).flatMap(Object.keys)
      : [];
    return [
      ...names.flatMap((name) => unknownAction(name, place, catalog, where)),
      ...keys.flatMap((key) => unknownKey(key, place, catalog, where)),
    ];
  });
}

function statementsOf(document: unknown): readonly Json[] {
  return isMap(document) ? [document.Statement].flat().filter(isMap) : [];
}

type Json = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownAction(name: string, place: Place, catalog: Catalog, where = ""): Problem[] {
  if (catalog.isAction(name) !== false) return [];
  const message = `${where}AWS has no action "${name}"${meant(catalog.nearestAction(name))}`;
  return [warning("unknown-action", place, message)];
}

function unknownKey(name: string, place: Place, catalog: Catalog, where = ""): Problem[] {
  if (catalog.isConditionKey(name) !== false) return [];
  const message = `${where}AWS has no condition key "${name}"${meant(catalog.nearestKey(name))}`;
  return [warning("unknown-condition-key", place, message)];
}

function meant(nearest: string | null): string {
  return nearest === null ? "" : `; did you mean "${nearest}"?`;
}
