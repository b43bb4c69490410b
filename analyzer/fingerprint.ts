/** The identity of a finding: the same for the same statement however it is written down. */
import { hash } from "node:crypto";
import { byCodeUnit } from "../lib/finding.ts";
import { oncePer } from "../lib/iam/memo.ts";
import type { Condition, Patterns, PrincipalPattern, Statement } from "../lib/iam/policy.ts";

/** What a statement says, as one string: the order of lists and keys, repetitions, index and Sid make no difference. */
export function normalForm(statement: Statement): string {
  let form = forms.get(statement);
  if (form === undefined) {
    form = formOf(statement);
    forms.set(statement, form);
  }
  return form;
}

const forms = new WeakMap<Statement, string>();

function formOf(statement: Statement): string {
  const { effect, principals, actions, resources, conditions } = statement;
  return JSON.stringify([
    effect,
    principals && [principals.not, sorted(principals.values.map(principalForm))],
    actionsForm(actions),
    resources && patternsForm(resources),
    sorted(conditions.map(conditionForm)),
  ]);
}

/** Sixteen hexadecimal digits; `subject` is the normal form of the statement, or what the finding is about without one. */
export function fingerprint(rule: string, address: string, attribute: string, subject: string): string {
  return hash("sha256", JSON.stringify([rule, address, attribute, subject]), "hex").slice(0, 16);
}

function patternsForm(patterns: Patterns): unknown {
  return [patterns.not, sorted(patterns.values)];
}

const actionsForm = oncePer(({ not, values }: Patterns): unknown => [
  not,
  sorted(values.map((action) => action.toLowerCase())),
]);

const principalForm = oncePer((principal: PrincipalPattern): string =>
  JSON.stringify(Object.entries(principal).sort(([a], [b]) => byCodeUnit(a, b))),
);

const conditionForm = oncePer(({ operator, set, ifExists, keyId, values }: Condition): string =>
  JSON.stringify([keyId, operator, set, ifExists, sorted(values)]),
);

function sorted(values: readonly string[]): readonly string[] {
  if (values.length < 2) return values;
  return [...new Set(values)].sort(byCodeUnit);
}
