/** Values of policy variables, for a search that tries one after the other. */
import { flatMap } from "../flat-map.ts";
import { type Condition, conditionsOf, type Policy } from "./policy.ts";
import type { Question } from "./question.ts";

/** What each variable stands for, by its key; `undefined`: the key is absent. */
export type Binding = ReadonlyMap<string, string | undefined>;

const MAX_BINDINGS = 32;

/**
 * Gives values to try for policy variables: those that the question allows, where it lists them, which is complete; else
 * an ordinary one, none at all, and those that the policies speak of.
 * @param policies all that the question is about
 */
export function bindingsOf(
  variables: readonly string[],
  { where = [] }: Question,
  policies: readonly Policy[],
): { bindings: readonly Binding[]; complete: boolean } {
  let bindings: Binding[] = [new Map()];
  let complete = true;
  for (const keyId of variables) {
    const listed = where.find((condition) => condition.keyId === keyId && lists(condition));
    if (!listed) complete = false;
    const values = listed ? statesIn(listed) : valuesToTry(keyId, where, policies);
    bindings = flatMap(bindings, (binding) => values.map((value) => new Map(binding).set(keyId, value)));
    if (bindings.length > MAX_BINDINGS) complete = false;
    bindings = bindings.slice(0, MAX_BINDINGS);
  }
  return { bindings, complete };
}

/** Whether the condition names every value that the key may have. */
function lists({ operator, set, values }: Condition): boolean {
  const isExact =
    operator === "StringEquals" || (operator === "StringLike" && !values.some((value) => /[*?]/.test(value)));
  return isExact && set === null;
}

const statesIn = ({ values, ifExists }: Condition): readonly (string | undefined)[] =>
  ifExists ? [...values, undefined] : values;

function valuesToTry(
  keyId: string,
  where: NonNullable<Question["where"]>,
  policies: readonly Policy[],
): (string | undefined)[] {
  const named = [...where, ...conditionsOf(policies)].filter(({ operator }) => operator !== "Null");
  const own = flatMap(
    named.filter((condition) => condition.keyId === keyId),
    ({ values }) => values,
  );
  // what stands between the separators of other patterns is what a variable could be mistaken for
  const parts = flatMap(
    [
      ...flatMap(policies, ({ statements }) => flatMap(statements, ({ resources }) => resources?.values ?? [])),
      ...flatMap(named, ({ values }) => values),
    ],
    (pattern) => pattern.split(/[/:]/),
  );
  const candidates = [...own, ...parts]
    .filter((value) => value !== "" && !value.includes("${"))
    .map((value) => value.replaceAll("*", "x").replaceAll("?", "x"));
  return [...new Set([ordinaryValue(keyId), undefined, ...candidates])];
}

function ordinaryValue(keyId: string): string {
  return `some-${keyId.replace(/^.*[:/]/, "").replace(/[^a-z0-9]/g, "")}`;
}
