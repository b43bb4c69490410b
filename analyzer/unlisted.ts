/** What looks like a policy in a place that the analyzer does not know: it is listed, not passed over. */
import { oncePer } from "../lib/iam/memo.ts";
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
  if (after === null || !/^aws(cc)?_/.test(type)) return NONE;
  const found = textsIn(after);
  if (found.length === 0) return NONE;
  const known = pathsOf(sites);
  return found
    .filter(({ place, text }) => {
      const path = render(place, () => "");
      return !known.has(path) && !notPolicies.has(`${type}.${path}`) && looksLikePolicy(text);
    })
    .map(({ place }) => ({ address, attribute: render(place, (index) => `[${index}]`) }));
}

const NONE: readonly never[] = [];

const pathsOf = oncePer(
  (sites: readonly Site[]): ReadonlySet<string> => new Set(sites.map(({ path }) => path.replaceAll("[]", ""))),
);

/** Where a value stands: written out when it is told of, and most values are not. */
interface Place {
  step: string | number;
  in: Place | null;
}

function render({ step, in: outer }: Place, element: (index: number) => string): string {
  const before = outer === null ? "" : render(outer, element);
  if (typeof step === "number") return `${before}${element(step)}`;
  return before === "" ? step : `${before}.${step}`;
}

function textsIn(resource: JsonObject): readonly { place: Place; text: string }[] {
  const texts: { place: Place; text: string }[] = [];
  const pending: { place: Place | null; value: object }[] = [{ place: null, value: resource }];
  const look = (inner: unknown, step: string | number, outer: Place | null) => {
    if (typeof inner === "string") {
      if (mayBePolicy(inner)) texts.push({ place: { step, in: outer }, text: inner });
    } else if (typeof inner === "object" && inner !== null) {
      pending.push({ place: { step, in: outer }, value: inner });
    }
  };
  for (let seen = 0; seen < MAX_VALUES; seen++) {
    const next = pending.pop();
    if (next === undefined) break;
    const { place, value } = next;
    if (Array.isArray(value)) for (const [i, inner] of value.entries()) look(inner, i, place);
    // what JSON made has no members but its own, and a loop over them is three times as fast
    else if (isObject(value)) for (const key in value) look(value[key], key, place);
  }
  return texts;
}

const mayBePolicy = (text: string): boolean => text.trimStart().startsWith("{") && text.includes('"Statement"');

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
