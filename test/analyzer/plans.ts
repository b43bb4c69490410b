/** Plans for tests, as small as the case allows. */
import { type Plan, readPlan } from "../../analyzer/plan.ts";

export interface Change {
  address: string;
  type: string;
  mode?: string;
  previous_address?: string;
  actions?: readonly string[];
  before?: object | null;
  after?: object | null;
  after_unknown?: object;
  after_sensitive?: object;
}

/** Reads a plan with these changes, through the same JSON that Terraform writes. */
export function planOf(changes: readonly Change[], more: object = {}): Plan {
  const resource_changes = changes.map(
    ({
      address,
      type,
      mode = "managed",
      previous_address,
      actions = ["update"],
      before = null,
      after = null,
      after_unknown = {},
      after_sensitive = {},
    }) => ({
      address,
      type,
      mode,
      previous_address,
      change: { actions, before, after, after_unknown, after_sensitive },
    }),
  );
  const result = readPlan(JSON.stringify({ format_version: "1.2", resource_changes, ...more }), "plan.json");
  if ("problem" in result) throw new Error(result.problem.message);
  return result.plan;
}

/** Policy JSON with these statements. */
export function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
