/**
 * Terraform and OpenTofu plans as `terraform show -json` writes them.
 *
 * https://developer.hashicorp.com/terraform/internals/json-format
 */
import type { Place, Problem } from "../lib/problem.ts";
import { asArray, asObject, asString, at, isObject, type JsonObject, member, parseJson } from "./json.ts";
import type { StreamError } from "./json-stream.ts";
import { readExcerpt } from "./plan-excerpt.ts";

export interface Plan {
  file: string;
  formatVersion: string;
  terraformVersion: string | null;
  complete: boolean;
  errored: boolean;
  changes: readonly ResourceChange[];
  /** What changed outside of Terraform since it last looked. */
  drift: readonly ResourceChange[];
  /** As it stands in the plan; read through `references.ts`. */
  configuration: JsonObject;
  /** Values of the root module's variables, defaults included; none that is sensitive. */
  variables: ReadonlyMap<string, unknown>;
  /** JSON of the policy document data sources that were read before the plan, by address. */
  documents: ReadonlyMap<string, string>;
  /** Accounts that `aws_caller_identity` data sources told before the plan, by address. */
  callers: ReadonlyMap<string, string>;
  /** Management accounts that data sources of the organization told before the plan, by address. */
  managementAccounts: ReadonlyMap<string, string>;
}

export type Action = "no-op" | "create" | "read" | "update" | "delete" | "replace" | "forget" | "unknown";

export interface ResourceChange {
  address: string;
  /** Where the same object was before a `moved` block. */
  previousAddress: string | null;
  mode: "managed" | "data";
  type: string;
  action: Action;
  /** The object is adopted by this plan: it exists already. */
  importing: boolean;
  /** Key of a leftover object that waits for its deletion. */
  deposed: string | null;
  /** Why Terraform puts the change off to a later plan. */
  deferred: string | null;
  before: JsonObject | null;
  after: JsonObject | null;
  /** `true` where `after` is not known yet, mirroring its shape. */
  afterUnknown: unknown;
  beforeSensitive: unknown;
  afterSensitive: unknown;
}

export type PlanResult = { plan: Plan } | { problem: Problem };

/** Bytes from which on it is worth looking for what need not be parsed. */
const LARGE = 2 ** 22;

/** Reads one plan. `file` is the name the user knows the input by; every failure is one problem with the way out. */
export function readPlan(input: Uint8Array | string, file: string): PlanResult {
  const foreign = foreignIn(input);
  if (foreign) return failed(file, foreign);
  const short = typeof input !== "string" && input.length >= LARGE ? readExcerpt(input) : null;
  if (short) return planFrom(short, file);
  const text = decode(input);
  if (text === null) return failed(file, otherEncoding);
  if (text.trim() === "") return failed(file, empty);
  const parsed = parseJson(text);
  if ("value" in parsed) return planFrom(parsed.value, file);
  const { offset, truncated } = parsed.error;
  const { line, column } = placeAt(file, text, offset);
  return notJson(file, text, { line, column, truncated, found: text.slice(offset, offset + 2) });
}

interface Failure {
  code: string;
  message: string;
  hint: string;
}

export function failed(file: string, { code, message, hint }: Failure, place: Place | null = null): PlanResult {
  return { problem: { code, severity: "error", message: `${file}: ${message}`, place, hint, related: [] } };
}

/** Says what a text is that is not JSON. `head`: its beginning. */
export function notJson(file: string, head: string, { line, column, truncated, found }: StreamError): PlanResult {
  const lookalike = lookalikes.find((kind) => kind.looksLike.test(head));
  if (lookalike) return failed(file, lookalike);
  const place = { file, line, column, length: 1 };
  const position = `line ${line}, column ${column}`;
  const failure = truncated
    ? { code: "plan-truncated", message: `the JSON ends too early, at ${position}: the file is truncated` }
    : { code: "plan-not-json", message: `this is not JSON: unexpected ${excerpt(found)} at ${position}` };
  return failed(file, { ...failure, hint: showPlan }, place);
}

/** Reads a plan that is parsed already. */
export function planFrom(root: unknown, file: string): PlanResult {
  const fail = (code: string, message: string, hint = showPlan) => failed(file, { code, message, hint });
  const other = notPlans.find((kind) => kind.is(root));
  if (other) return failed(file, other);
  const version = asString(member(root, "format_version"));
  if (version === null || !planMembers.some((key) => member(root, key) !== undefined)) {
    return fail("plan-not-a-plan", "this JSON is not a Terraform plan");
  }
  if (!/^1\.\d+$/.test(version)) {
    return fail(
      "plan-version",
      `plan format version ${JSON.stringify(version.slice(0, 20))} is not known; 1.x is`,
      "update gatehouse, or write the plan with a Terraform or OpenTofu release whose plan format is 1.x",
    );
  }
  const notList = listMembers.find((key) => {
    const value = member(root, key);
    return value !== undefined && value !== null && !Array.isArray(value);
  });
  if (notList) return fail("plan-malformed", `${notList} is not a list`);

  const changes = [
    ...asArray(member(root, "resource_changes")).map((change) => readChange(change, null)),
    ...asArray(member(root, "deferred_changes")).map((entry) =>
      readChange(member(entry, "resource_change"), asString(member(entry, "reason")) ?? "unknown"),
    ),
  ];
  const drift = asArray(member(root, "resource_drift")).map((change) => readChange(change, null));
  for (const [what, list] of [
    ["change", changes],
    ["drift", drift],
  ] as const) {
    const broken = list.indexOf(null);
    if (broken >= 0) return fail("plan-malformed", `resource ${what} ${broken} lacks its address, type or change`);
  }
  return {
    plan: {
      file,
      formatVersion: version,
      terraformVersion: asString(member(root, "terraform_version")),
      // Terraform before 1.8 and OpenTofu do not tell; what is told counts.
      complete: member(root, "complete") !== false,
      errored: member(root, "errored") === true,
      changes: changes.filter((change) => change !== null),
      drift: drift.filter((change) => change !== null),
      configuration: asObject(member(root, "configuration")),
      variables: variablesIn(root),
      ...readBefore(at(root, "prior_state", "values", "root_module")),
    },
  };
}

const showPlan = "write it with: terraform plan -out plan.bin && terraform show -json plan.bin > plan.json";
/** Members of a plan that can be very long. */
export const listMembers = ["resource_changes", "resource_drift", "deferred_changes"];
const planMembers = ["resource_changes", "planned_values", "configuration", "output_changes", "deferred_changes"];

/** What is no text, by its first bytes. */
const foreigners: readonly (Failure & { begins: readonly number[] })[] = [
  {
    code: "plan-binary",
    begins: [0x50, 0x4b, 0x03, 0x04],
    message: "this is a binary plan file, not its JSON",
    hint: showPlan,
  },
  {
    code: "plan-gzip",
    begins: [0x1f, 0x8b],
    message: "this is compressed with gzip",
    hint: "decompress it: gunzip -c plan.json.gz | gatehouse analyze -",
  },
];

/** Gives what an input is that is no text; `null` for all others. */
export const foreignIn = (input: Uint8Array | string): Failure | null =>
  foreigners.find(({ begins }) => startsWith(input, begins)) ?? null;

export const otherEncoding = {
  code: "plan-encoding",
  message: "this is neither UTF-8 nor UTF-16 text",
  hint: showPlan,
};
export const empty = {
  code: "plan-empty",
  message: "the file is empty",
  hint: `${showPlan} (did that command fail?)`,
};

/** Texts that people give instead of the JSON. */
const lookalikes: readonly { code: string; looksLike: RegExp; message: string; hint: string }[] = [
  {
    code: "plan-log",
    looksLike: /^\s*\{[^\n]*"(?:@level|@message|@module)"/,
    message: "this is the log stream of `terraform plan -json`, not the plan",
    hint: showPlan,
  },
  {
    code: "plan-wrapper",
    looksLike: /^\s*\[command\]/,
    message: "the first line was added by the setup-terraform wrapper",
    hint: "set `terraform_wrapper: false` on hashicorp/setup-terraform",
  },
  {
    code: "plan-text",
    looksLike:
      /^[^{]{0,4000}?(?:^|\n)\s*(?:\p{Cc}\[\d*m)*\s*(?:Terraform used the selected providers|OpenTofu used the selected providers|Terraform will perform|OpenTofu will perform|No changes\.|Plan: \d|# \S+ (?:will|must) be )/u,
    message: "this is the plan as text, not as JSON",
    hint: showPlan,
  },
];

/** JSON that is no plan. */
const notPlans: readonly { code: string; is: (root: unknown) => boolean; message: string; hint: string }[] = [
  {
    code: "plan-log",
    is: (root) => member(root, "@level") !== undefined || member(root, "@message") !== undefined,
    message: "this is the log stream of `terraform plan -json`, not the plan",
    hint: showPlan,
  },
  {
    code: "plan-state",
    is: (root) => typeof member(root, "version") === "number" && member(root, "lineage") !== undefined,
    message: "this is a state file, not a plan",
    hint: showPlan,
  },
  {
    code: "plan-state",
    is: (root) => member(root, "values") !== undefined && planMembers.every((key) => member(root, key) === undefined),
    message: "this is a state as JSON, not a plan: `terraform show -json` was called without a plan file",
    hint: showPlan,
  },
  {
    code: "plan-policy",
    is: (root) =>
      member(root, "Statement") !== undefined && planMembers.every((key) => member(root, key) === undefined),
    message: "this is a policy document, not a plan",
    hint: "judge it alone with: gatehouse policy check FILE",
  },
];

const actions: ReadonlyMap<string, Action> = new Map([
  ["no-op", "no-op"],
  ["create", "create"],
  ["read", "read"],
  ["update", "update"],
  ["delete", "delete"],
  ["forget", "forget"],
  ["delete,create", "replace"],
  ["create,delete", "replace"],
  ["forget,create", "replace"],
  ["create,forget", "replace"],
]);

function readChange(value: unknown, deferred: string | null): ResourceChange | null {
  const address = asString(member(value, "address"));
  const type = asString(member(value, "type"));
  const change = member(value, "change");
  if (address === null || type === null || !isObject(change)) return null;
  const side = (key: string): JsonObject | null => {
    const object = member(change, key);
    return isObject(object) ? object : null;
  };
  return {
    address,
    previousAddress: asString(member(value, "previous_address")),
    mode: member(value, "mode") === "data" ? "data" : "managed",
    type,
    action: actions.get(asArray(member(change, "actions")).map(asString).join(",")) ?? "unknown",
    importing: isObject(member(change, "importing")),
    deposed: asString(member(value, "deposed")),
    deferred,
    before: side("before"),
    after: side("after"),
    afterUnknown: member(change, "after_unknown"),
    beforeSensitive: member(change, "before_sensitive"),
    afterSensitive: member(change, "after_sensitive"),
  };
}

function variablesIn(root: unknown): ReadonlyMap<string, unknown> {
  const given = Object.entries(asObject(member(root, "variables")));
  const isHidden = (name: string) =>
    ["sensitive", "ephemeral"].some(
      (mark) => at(root, "configuration", "root_module", "variables", name, mark) === true,
    );
  return new Map(given.filter(([name]) => !isHidden(name)).map(([name, entry]) => [name, member(entry, "value")]));
}

/** What data sources said before the plan. */
function readBefore(rootModule: unknown): Pick<Plan, "documents" | "callers" | "managementAccounts"> {
  const documents = new Map<string, string>();
  const callers = new Map<string, string>();
  const managementAccounts = new Map<string, string>();
  const wanted: Readonly<Record<string, readonly [attribute: string, found: Map<string, string>]>> = {
    aws_iam_policy_document: ["json", documents],
    aws_caller_identity: ["account_id", callers],
    aws_organizations_organization: ["master_account_id", managementAccounts],
  };
  const pending = [rootModule];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    pending.push(...asArray(member(next, "child_modules")));
    for (const resource of asArray(member(next, "resources"))) {
      const type = asString(member(resource, "type")) ?? "";
      const [attribute, found] = (Object.hasOwn(wanted, type) && wanted[type]) || [];
      if (attribute === undefined || member(resource, "mode") === "managed") continue;
      const address = asString(member(resource, "address"));
      const value = asString(at(resource, "values", attribute));
      if (address !== null && value !== null) found?.set(address, value);
    }
  }
  return { documents, callers, managementAccounts };
}

/** UTF-8 or UTF-16, with or without a byte order mark (PowerShell's `>` writes UTF-16); `null` when it is neither. */
function decode(input: Uint8Array | string): string | null {
  if (typeof input === "string") return input.replace(/^\ufeff/, "");
  try {
    return new TextDecoder(encodingOf(input), { fatal: true }).decode(input);
  } catch {
    return null;
  }
}

export function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return "utf-8";
}

export function startsWith(input: Uint8Array | string, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => (typeof input === "string" ? input.charCodeAt(i) : input[i]) === byte);
}

function placeAt(file: string, text: string, offset: number): Place {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return { file, line, column: offset - lineStart + 1, length: 1 };
}

function excerpt(text: string): string {
  const char = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(char) ? `"${char}"` : `character ${char.codePointAt(0)}`;
}
