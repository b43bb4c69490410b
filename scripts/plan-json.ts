/** Plans as they are kept in the repository. */
import { asArray, asObject, at, type JsonObject } from "../analyzer/json.ts";

/** What of a plan is worth keeping in the repository: no time, no path, no credentials, the same bytes each time. */
export function normalisePlan(json: string): string {
  const plan: unknown = JSON.parse(json);
  const { provider_config: _, ...configuration } = asObject(at(plan, "configuration"));
  const kept = {
    ...pick(plan, "format_version", "terraform_version"),
    resource_changes: asArray(at(plan, "resource_changes")).map((change) => ({
      ...pick(change, "address", "previous_address", "mode", "type", "name", "index", "deposed"),
      change: pick(at(change, "change"), "actions", "before", "after", "after_unknown"),
    })),
    configuration,
    ...pick(plan, "complete", "errored"),
  };
  return `${JSON.stringify(kept, null, 1)}\n`;
}

function pick(value: unknown, ...keys: string[]): JsonObject {
  const object = asObject(value);
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]]));
}
