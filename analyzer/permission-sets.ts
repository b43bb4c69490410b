/** What several plans of one report know of each other: assignments of one name permission sets of another. */
import { extract } from "./extract.ts";
import { asString, member } from "./json.ts";
import type { Principal } from "./model.ts";
import type { Plan, ResourceChange } from "./plan.ts";
import { assemble } from "./principals.ts";

/** What decides what a permission set may do. */
const isPart = ({ type }: ResourceChange) => /^aws_(ssoadmin_|iam_policy)/.test(type);

/**
 * Gives the permission sets that plans assign and another plan has, by ARN, as they stand before the change: what
 * becomes of one is reported in its own plan. Where the plan itself has it, nothing is looked for.
 */
export async function permissionSetsIn(plans: readonly Plan[]): Promise<ReadonlyMap<string, Principal>> {
  const found = new Map<string, Principal>();
  const assigned = new Set(plans.flatMap(assignedElsewhere));
  for (const plan of plans) {
    if (![...setsOf(plan)].some((arn) => assigned.has(arn))) continue;
    const part = { ...plan, changes: plan.changes.filter(isPart), drift: [] };
    const { principals } = await assemble(part, extract(part));
    for (const { before } of principals) {
      if (before?.kind === "permission set" && assigned.has(before.arn) && !found.has(before.arn)) {
        found.set(before.arn, before);
      }
    }
  }
  return found;
}

/** ARNs of permission sets that stand, and that the plan manages. */
const setsOf = ({ changes }: Plan): ReadonlySet<string> =>
  new Set(
    changes
      .filter(({ type, mode }) => type === "aws_ssoadmin_permission_set" && mode === "managed")
      .flatMap(({ before }) => asString(member(before, "arn")) ?? []),
  );

/** ARNs of permission sets that the plan assigns anew and does not manage. */
function assignedElsewhere(plan: Plan): readonly string[] {
  const own = setsOf(plan);
  return plan.changes
    .filter(({ type, action }) => type === "aws_ssoadmin_account_assignment" && action !== "no-op")
    .flatMap(({ after }) => asString(member(after, "permission_set_arn")) ?? [])
    .filter((arn) => !own.has(arn));
}
