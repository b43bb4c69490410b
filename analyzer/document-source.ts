/**
 * The document that an `aws_iam_policy_document` data source will give. Terraform reads it only during apply when
 * anything it depends on changes, although often most of its arguments are known already.
 *
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
import { flatMap } from "../lib/flat-map.ts";
import { isObjectAction } from "../lib/iam/s3-actions.ts";
import { asArray, asObject, asString, at, isObject, type JsonObject, member, parseJson } from "./json.ts";
import { UNKNOWN } from "./partial.ts";
import type { ResourceChange } from "./plan.ts";
import { isPrincipalKind, type PrincipalKind, withArns } from "./principal-arns.ts";

/** What stands behind the arguments that merge documents. */
export interface Merged {
  /** The document behind an element that is not known yet; `undefined` when it cannot be told. */
  element(argument: string, index: number): unknown;
  /** The documents in a list of which not even the length is known, as far as they can be told. */
  list(argument: string): readonly { document: unknown; isCertain: boolean }[];
}

/** What of a statement's values that are not known yet the plan tells all the same. */
export type Awaited = (statement: number) => AwaitedValues;

interface AwaitedValues {
  /** ARNs of principals of a kind. */
  principals(kind: PrincipalKind): readonly string[];
  /** ARNs among the resources, and what stands for each of the others: ARNs of the one object that these are of. */
  resources(argument: ResourceArgument): AwaitedResources;
}

interface AwaitedResources {
  arns: readonly string[];
  others: readonly string[] | null;
}

type ResourceArgument = "resources" | "not_resources";

/** The arguments that merge documents. */
export const merging = ["source_json", "source_policy_documents", "override_json", "override_policy_documents"];

/** The data source as the plan has it. */
export type DataSource = Pick<ResourceChange, "address" | "after" | "afterUnknown" | "afterSensitive">;

/** The document as text or as JSON value, unknown values marked, or why it cannot be told yet. */
export function documentOf(
  source: DataSource,
  merged: Merged,
  awaited: Awaited,
): { document: unknown } | { reason: string } {
  const { address, after, afterUnknown } = source;
  const json = asString(member(after, "json"));
  if (json !== null && member(afterUnknown, "json") !== true) return { document: json };
  const args = marked(after, afterUnknown);
  const list = (argument: string): readonly JsonObject[] | null => {
    const documents = given(member(args, argument)).map((document, index) =>
      readDocument(document === UNKNOWN ? merged.element(argument, index) : document),
    );
    const read = documents.filter((document) => document !== null);
    return read.length === documents.length ? read : null;
  };
  const open = (argument: string): readonly JsonObject[] | null => {
    if (member(args, argument) !== UNKNOWN) return list(argument);
    const read = flatMap(merged.list(argument), ({ document, isCertain }) => {
      const told = readDocument(document);
      return told === null ? [] : isCertain ? [told] : deniesOf(told);
    });
    return read.length > 0 ? read : null;
  };
  const sources = [list("source_json"), open("source_policy_documents")];
  const overrides = [list("override_json"), open("override_policy_documents")];
  if ([...sources, ...overrides].includes(null)) {
    return { reason: `${address} merges a document that is known only after apply` };
  }
  const own = {
    ...optional("Version", member(args, "version")),
    ...optional("Id", member(args, "policy_id")),
    Statement: given(member(args, "statement")).map((block, index) => statementOf(block, awaited(index))),
  };
  const documents = [...sources.flat(), own, ...overrides.flat()].filter((each) => each !== null);
  const count = documents.reduce((sum, each) => sum + given(member(each, "Statement")).length, 0);
  if (count > MAX_STATEMENTS) return { reason: `${address} merges ${count} statements, more than a policy can hold` };
  const { Version = "2012-10-17", ...rest } = documents.reduce<JsonObject>(merge, {});
  return { document: { Version, ...rest } };
}

/** AWS takes no policy that long. */
const MAX_STATEMENTS = 2_000;

/** A statement takes the place of an earlier one of the same Sid; statements without one are added. */
function merge(base: JsonObject, document: JsonObject): JsonObject {
  const statements = [...given(member(base, "Statement"))];
  for (const statement of given(member(document, "Statement"))) {
    const sid = member(statement, "Sid");
    const earlier =
      typeof sid === "string" && sid !== "" ? statements.findIndex((one) => member(one, "Sid") === sid) : -1;
    if (earlier >= 0) statements[earlier] = statement;
    else statements.push(statement);
  }
  return { ...base, ...document, Statement: statements };
}

/** What a document keeps out, where nobody knows whether it will be there: as likely as not, it is there already. */
function deniesOf(document: JsonObject): readonly JsonObject[] {
  const Statement = given(member(document, "Statement")).filter((statement) => member(statement, "Effect") === "Deny");
  return Statement.length > 0 ? [{ ...document, Statement }] : [];
}

/** The document behind text or JSON value; `null` when it is none. */
export function readDocument(document: unknown): JsonObject | null {
  const parsed = typeof document === "string" ? parseJson(document) : { value: document };
  return "value" in parsed && isObject(parsed.value) ? parsed.value : null;
}

/** Deeper than any argument of the data source. */
const MAX_DEPTH = 12;

/** `value` with the mark for an unknown value wherever the mask says so. */
function marked(value: unknown, mask: unknown, depth = 0): unknown {
  if (mask === true || depth > MAX_DEPTH) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item, index) => marked(item, at(mask, index), depth + 1));
  if (!isObject(value)) return value;
  const keys = new Set([...Object.keys(value), ...Object.keys(asObject(mask))]);
  return Object.fromEntries([...keys].map((key) => [key, marked(member(value, key), member(mask, key), depth + 1)]));
}

function statementOf(block: unknown, awaited: AwaitedValues): JsonObject | string {
  if (block === UNKNOWN) return UNKNOWN;
  const resourcesIn = (argument: ResourceArgument) =>
    resourcesOf(member(block, argument), member(block, "actions"), () => awaited.resources(argument));
  return {
    ...optional("Sid", member(block, "sid")),
    Effect: member(block, "effect") ?? "Allow",
    ...optional("Principal", principalsOf(member(block, "principals"), awaited.principals)),
    ...optional("NotPrincipal", principalsOf(member(block, "not_principals"))),
    ...optional("Action", member(block, "actions")),
    ...optional("NotAction", member(block, "not_actions")),
    ...optional("Resource", resourcesIn("resources")),
    ...optional("NotResource", resourcesIn("not_resources")),
    ...optional("Condition", conditionOf(member(block, "condition"))),
  };
}

function conditionOf(rows: unknown): JsonObject | string {
  const condition = new Map<string, Map<string, unknown[]>>();
  for (const row of given(rows)) {
    if (row === UNKNOWN) return UNKNOWN;
    const operator = asString(member(row, "test")) ?? "";
    const keys = condition.get(operator) ?? new Map<string, unknown[]>();
    const values = listOf(member(row, "values"));
    const key = keyOf(asString(member(row, "variable")) ?? "", values);
    condition.set(operator, keys.set(key, [...(keys.get(key) ?? []), ...values]));
  }
  return Object.fromEntries([...condition].map(([operator, keys]) => [operator, Object.fromEntries(keys)]));
}

/** Of a key that is not known yet, such as `${local.issuer}:sub`, the values may tell which claim of a token it is. */
function keyOf(variable: string, values: readonly unknown[]): string {
  if (variable !== UNKNOWN) return variable;
  const [, claim] = claims.find(([of]) => values.every((value) => of.test(asString(value) ?? ""))) ?? [];
  return claim === undefined ? variable : `${variable}:${claim}`;
}

const claims = [
  [/^system:serviceaccount:/, "sub"],
  [/^sts\.amazonaws\.com$/, "aud"],
] as const;

/** A block of type `*` means everyone, whatever stands beside it. */
function principalsOf(
  blocks: unknown,
  awaited: (kind: PrincipalKind) => readonly string[] = () => [],
): JsonObject | string {
  const principals = new Map<string, unknown[]>();
  for (const block of given(blocks)) {
    const type = asString(member(block, "type")) ?? UNKNOWN;
    if (type === "*" || type === UNKNOWN) return type;
    principals.set(type, [...(principals.get(type) ?? []), ...listOf(member(block, "identifiers"))]);
  }
  return Object.fromEntries(
    [...principals].map(([type, names]) => [type, isPrincipalKind(type) ? withArns(names, awaited(type)) : names]),
  );
}

function resourcesOf(value: unknown, actions: unknown, awaited: () => AwaitedResources): readonly unknown[] {
  // a wildcard may be among the values of a list of which not even the length is known
  if (value === UNKNOWN) return [UNKNOWN];
  const listed = listOf(value);
  if (!listed.includes(UNKNOWN)) return listed;
  const { arns, others } = awaited();
  const isOne = listed.filter((each) => each === UNKNOWN).length === 1;
  const known = others !== null && isOne ? inPlaceOf(others, actions) : others;
  return flatMap(withArns(listed, arns), (each): readonly unknown[] =>
    each === UNKNOWN && known !== null ? known : [each],
  );
}

/** Of a bucket and what lies in it, what the actions are about. */
function inPlaceOf(others: readonly string[], actions: unknown): readonly string[] {
  const [bucket, object] = others;
  if (bucket === undefined || object === undefined) return others;
  const ofObjects = given(actions).map((action) => isObjectAction(asString(action) ?? ""));
  if (!ofObjects.includes(false)) return [object];
  return ofObjects.includes(true) || given(actions).some((action) => /[*?]/.test(asString(action) ?? ""))
    ? others
    : [bucket];
}

function listOf(value: unknown): unknown[] {
  return given(value).map(withVariables);
}

/** The data source takes `&{aws:username}` for `${aws:username}`, which Terraform would read as its own. */
function withVariables(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("&{", "${") : value;
}

/** The elements of a list, or the one value that stands instead: the mark of an unknown list, or a text. */
function given(value: unknown): readonly unknown[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  return asArray(value);
}

function optional(key: string, value: unknown): JsonObject {
  return isGiven(value) ? { [key]: value } : {};
}

function isGiven(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return value !== null && value !== undefined && value !== "";
}
