/** What a statement says, however it is written down. */
import { byCodeUnit } from "../finding.ts";
import { oncePer } from "./memo.ts";
import type { Condition, Patterns, PrincipalPattern, Principals, Statement } from "./policy.ts";

/** Gives what a statement says as one string: the order of lists and keys, repetitions, index and Sid make no difference. */
export const normalForm = oncePer((statement: Statement): string => {
  const { effect, principals, actions, resources, conditions } = statement;
  const parts = [
    JSON.stringify(effect),
    principals ? principalsForm(principals) : "null",
    actionsForm(actions),
    resources ? patternsForm(resources) : "null",
    JSON.stringify(sorted(conditions.map(conditionForm))),
  ];
  return `[${parts.join(",")}]`;
});

const patternsForm = ({ not, values }: Pick<Patterns, "not" | "values">): string =>
  `[${not},${JSON.stringify(sorted(values))}]`;

/** The same for an Action or NotAction element: names of actions ignore case. */
export const actionsForm = oncePer(({ not, values }: Patterns): string =>
  patternsForm({ not, values: values.map((action) => action.toLowerCase()) }),
);

const principalsForm = oncePer(({ not, values }: Principals): string =>
  patternsForm({ not, values: values.map(principalForm) }),
);

const principalForm = (principal: PrincipalPattern): string =>
  JSON.stringify(Object.entries(principal).sort(([a], [b]) => byCodeUnit(a, b)));

const conditionForm = oncePer(({ operator, set, ifExists, keyId, values }: Condition): string =>
  JSON.stringify([keyId, operator, set, ifExists, sorted(values)]),
);

function sorted(values: readonly string[]): readonly string[] {
  if (values.length < 2) return values;
  return [...new Set(values)].sort(byCodeUnit);
}
