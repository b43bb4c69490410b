/** The statement that a finding is about, as the plan has it. */
import type { Finding } from "../lib/finding.ts";
import { groupBy } from "../lib/group.ts";
import { oncePer } from "../lib/iam/memo.ts";
import { asArray, at, isObject, type JsonObject, member, parseJson } from "./json.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import { isMarked } from "./sensitive.ts";

/**
 * Gives the statement as JSON: after the change, or before it where the finding is fixed. `null` where there is none to
 * show: a finding about a resource as a whole, a grant that is no document, anything that the plan marks as sensitive.
 */
export function statementOf(plans: readonly Plan[], finding: Finding): JsonObject | null {
  const { address, attribute, statement, change } = finding;
  const plan = plans.find(({ file }) => file === finding.plan);
  if (statement === null || plan === undefined || isSensitive(plan, address, attribute)) return null;
  const resource = changesAt(plan, address).at(-1)?.[change === "fixed" ? "before" : "after"];
  const text = at(resource, ...stepsOf(attribute));
  const document = typeof text === "string" ? parseJson(text) : null;
  if (document === null || !("value" in document)) return null;
  const statements = member(document.value, "Statement");
  const found = (isObject(statements) ? [statements] : asArray(statements))[statement.index];
  return isObject(found) ? found : null;
}

/** Whether the plan marks the attribute, or anything in it, as sensitive. */
export function isSensitive(plan: Plan, address: string, attribute: string): boolean {
  const [name = ""] = stepsOf(attribute);
  return changesAt(plan, address).some(({ beforeSensitive, afterSensitive }) =>
    [beforeSensitive, afterSensitive].some((mask) => isMarked(mask, String(name))),
  );
}

const changesOf = oncePer(({ changes, drift }: Plan) =>
  groupBy(
    [...drift, ...changes].filter(({ deposed }) => deposed === null),
    ({ address }) => address,
  ),
);

function changesAt(plan: Plan, address: string): readonly ResourceChange[] {
  return changesOf(plan).get(address) ?? [];
}

/** `inline_policy[0].policy` -> `inline_policy`, 0, `policy`. */
function stepsOf(attribute: string): readonly (string | number)[] {
  return attribute
    .split(/[.[\]]/)
    .filter((step) => step !== "")
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
