/**
 * What a plan marks as sensitive is judged like everything else, and none of it is shown.
 *
 * https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
import type { Finding, Witness } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import type { SensitivePlace } from "./extract.ts";
import { isObject, type JsonObject, member, someDeep } from "./json.ts";
import type { PrincipalChange } from "./model.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import type { Rule } from "./rule.ts";

/** Stands where a value stood. */
const HIDDEN = "(sensitive)";

/** Shorter values are words like any other, longer ones are documents, and those are withheld as a whole. */
const VALUE = { min: 4, max: 512 };

/** What is read of a plan, and matters here. */
export interface Read {
  /** The plan's file name. */
  plan: string;
  principals: readonly PrincipalChange[];
  sensitive: readonly SensitivePlace[];
}

/** What one plan marks. */
interface Marks {
  /** Attributes with anything sensitive in them: address, line end, name of the attribute. */
  places: Set<string>;
  /** Sensitive strings and numbers, by address. */
  values: Map<string, Set<string>>;
}

/**
 * Gives a function from a finding to what of it may be shown. A finding about a sensitive document keeps its rule and
 * its place; in all others sensitive values are replaced.
 */
export function withholdSensitive(
  plans: readonly Plan[],
  readings: readonly Read[],
  rules: readonly Rule[],
): (finding: Finding) => Finding {
  const marks = marksOf(plans);
  for (const { plan, sensitive } of readings) {
    for (const { address, attribute } of sensitive) marks.get(plan)?.places.add(placeOf(address, attribute));
  }
  const places = new Set(flatMap([...marks.values()], ({ places }) => [...places]));
  if (places.size === 0) return (finding) => finding;
  const together = judgedWith(
    places,
    flatMap(readings, ({ principals }) => principals),
  );
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  return (finding) => {
    const rule = ruleOf.get(finding.rule);
    const place = placeOf(finding.address, finding.attribute);
    if (marks.get(finding.plan)?.places.has(place) || (rule?.on === "principal" && together.has(place))) {
      return withheld(finding, rule);
    }
    const values = marks.get(finding.plan)?.values.get(finding.address);
    return values ? censored(finding, [...values]) : finding;
  };
}

/** By file: what is read from one file is one plan, however often it stands here. */
function marksOf(plans: readonly Plan[]): ReadonlyMap<string, Marks> {
  const byFile = new Map<string, Marks>();
  for (const { file, changes, drift } of plans) {
    const marks = byFile.get(file) ?? { places: new Set(), values: new Map() };
    byFile.set(file, marks);
    for (const change of [...changes, ...drift]) {
      mark(marks, change, change.before, change.beforeSensitive);
      mark(marks, change, change.after, change.afterSensitive);
    }
  }
  return byFile;
}

/** Whether the mask of a resource marks an attribute, or anything in it. */
export function isMarked(mask: unknown, attribute: string): boolean {
  return someDeep(mask === true ? true : member(mask, attribute), (leaf) => leaf === true);
}

function mark(
  { places, values }: Marks,
  { address }: ResourceChange,
  resource: JsonObject | null,
  mask: unknown,
): void {
  if (resource === null || !someDeep(mask, (leaf) => leaf === true)) return;
  for (const [attribute, value] of Object.entries(resource)) {
    if (!isMarked(mask, attribute)) continue;
    const inner = mask === true ? true : member(mask, attribute);
    places.add(placeOf(address, attribute));
    const known = values.get(address) ?? new Set();
    for (const text of leaves(value, inner)) known.add(text);
    values.set(address, known);
  }
}

/** The sensitive strings and numbers inside a value, in any order. */
function leaves(value: unknown, mask: unknown): readonly string[] {
  const found: string[] = [];
  const pending: { value: unknown; mask: unknown }[] = [{ value, mask }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, mask } = next;
    if (Array.isArray(value)) {
      for (const [i, inner] of value.entries())
        pending.push({ value: inner, mask: Array.isArray(mask) ? mask[i] : mask });
    } else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        pending.push({ value: inner, mask: isObject(mask) ? member(mask, key) : mask });
      }
    } else if (mask === true && (typeof value === "string" || typeof value === "number")) {
      const text = String(value);
      if (text.length >= VALUE.min && text.length <= VALUE.max) found.push(text);
    }
  }
  return found;
}

/** The principals that a sensitive policy belongs to, and their other policies: what is said of one may quote another. */
function judgedWith(places: ReadonlySet<string>, principals: readonly PrincipalChange[]): ReadonlySet<string> {
  return new Set(
    flatMap(principals, ({ address, before, after }) => {
      const subjects = flatMap([before, after], (side) => [
        ...(side?.policies ?? []),
        ...(side?.trust ? [side.trust] : []),
      ]);
      const all = subjects.map((subject) => placeOf(subject.address, subject.attribute));
      return all.some((place) => places.has(place)) ? [placeOf(address, ""), ...all] : [];
    }),
  );
}

/** By the attribute of the resource itself, whatever the path goes on with. */
function placeOf(address: string, attribute: string): string {
  return `${address}\n${/^[^.[]*/.exec(attribute)?.[0]}`;
}

function withheld(finding: Finding, rule: Rule | undefined): Finding {
  const { statement } = finding;
  return {
    ...finding,
    statement: statement && { index: statement.index, sid: null },
    message: `${rule?.summary ?? finding.rule}; details are withheld, as the plan marks this as sensitive`,
    witness: null,
    remediation: rule?.fix ?? "",
  };
}

function censored(finding: Finding, values: readonly string[]): Finding {
  const longestFirst = [...values].sort((a, b) => b.length - a.length);
  const hide = (text: string) => longestFirst.reduce((shown, value) => shown.replaceAll(value, HIDDEN), text);
  const { statement, message, witness, remediation } = finding;
  return {
    ...finding,
    statement: statement && { index: statement.index, sid: statement.sid && hide(statement.sid) },
    message: hide(message),
    witness: witness && hideWitness(witness, hide),
    remediation: hide(remediation),
  };
}

function hideWitness({ principal, action, resource, context }: Witness, hide: (text: string) => string): Witness {
  const shown = Object.entries(context).map(([key, value]) => [
    hide(key),
    value === null ? null : typeof value === "string" ? hide(value) : value.map(hide),
  ]);
  return {
    principal: hide(principal),
    action: hide(action),
    resource: resource && hide(resource),
    context: Object.fromEntries(shown),
  };
}
