/** What looks like a policy in a place that the analyzer does not know: it is listed, not passed over. */
import { isObject, type JsonObject, member, parseJson } from "./json.ts";
import type { ResourceChange } from "./plan.ts";
import type { Site } from "./sites.ts";

export interface Unlisted {
  address: string;
  attribute: string;
}

/** Documents with statements that are not IAM grammar, and copies of what another attribute grants. */
const notPolicies: ReadonlySet<string> = new Set([
  "aws_acmpca_permission.policy",
  "aws_cloudformation_stack.policy_body",
  "aws_cloudwatch_log_account_policy.policy_document",
  "aws_cloudwatch_log_data_protection_policy.policy_document",
  "aws_lambda_layer_version_permission.policy",
  "aws_organizations_policy.content",
  "aws_sns_topic_data_protection_policy.policy",
]);

/** Values inside a resource that are looked at; a resource with more is no carrier of a policy. */
const MAX_VALUES = 2_000;

/** Gives the attributes whose text is a policy in JSON, or a template with one, beside the places that the table has. */
export function unlistedIn({ address, type, after }: ResourceChange, sites: readonly Site[]): readonly Unlisted[] {
  if (after === null || !/^aws(cc)?_/.test(type)) return [];
  const texts = textsIn(after);
  if (texts.length === 0) return NONE;
  const known = new Set(sites.map(({ path }) => path.replaceAll("[]", "")));
  return texts
    .filter(({ path, text }) => !known.has(path) && !notPolicies.has(`${type}.${path}`) && looksLikePolicy(text))
    .map(({ attribute }) => ({ address, attribute }));
}

const NONE: readonly never[] = [];

interface Text {
  attribute: string;
  /** Without indexes. */
  path: string;
  text: string;
}

function textsIn(resource: JsonObject): readonly Text[] {
  const texts: Text[] = [];
  const pending: { attribute: string; path: string; value: unknown }[] = [{ attribute: "", path: "", value: resource }];
  for (let seen = 0; seen < MAX_VALUES; seen++) {
    const next = pending.pop();
    if (next === undefined) break;
    const { attribute, path, value } = next;
    if (typeof value === "string") texts.push({ attribute, path, text: value });
    else if (Array.isArray(value)) {
      for (const [i, inner] of value.entries()) pending.push({ attribute: `${attribute}[${i}]`, path, value: inner });
    } else if (isObject(value)) {
      const dot = attribute === "" ? "" : ".";
      for (const key of Object.keys(value)) {
        const inner = value[key];
        if (typeof inner === "string" ? !mayBePolicy(inner) : typeof inner !== "object") continue;
        pending.push({ attribute: `${attribute}${dot}${key}`, path: `${path}${dot}${key}`, value: inner });
      }
    }
  }
  return texts;
}

const mayBePolicy = (text: string): boolean => text.includes('"Statement"') && /^\s*\{/.test(text);

function looksLikePolicy(text: string): boolean {
  if (!mayBePolicy(text)) return false;
  const parsed = parseJson(text);
  return "value" in parsed && hasStatements(parsed.value);
}

/** A policy, or what holds one at any depth: a CloudFormation template. Its own grammar has `Effect`, others do not. */
function hasStatements(document: unknown): boolean {
  if (typeof member(document, "Statement") === "object") return true;
  const pending: unknown[] = [document];
  for (let seen = 0; seen < MAX_VALUES; seen++) {
    const next = pending.pop();
    if (next === undefined) return false;
    if ([member(next, "Statement")].flat().some((statement) => member(statement, "Effect") !== undefined)) return true;
    if (Array.isArray(next)) pending.push(...next.slice(0, MAX_VALUES));
    else if (isObject(next)) pending.push(...Object.values(next).slice(0, MAX_VALUES));
  }
  return false;
}
