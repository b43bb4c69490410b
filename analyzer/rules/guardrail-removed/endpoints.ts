/** What the policy of a VPC endpoint lets pass. */
import { condition, principals } from "../../../lib/iam/elements.ts";
import { tellsTheCaller } from "../../../lib/iam/keys.ts";
import { leavesOpen } from "../../../lib/iam/leaves-open.ts";
import { type Policy, withStatements } from "../../../lib/iam/policy.ts";
import { newAccess, type World } from "../../rule.ts";

/** Whether all that passes now, and did not, is sent by callers of the organization to what callers could reach before. */
export function isForOurs(before: readonly Policy[], after: readonly Policy[], world: World): boolean {
  const [policy] = after;
  if (!policy || (world.accounts === null && world.organizationId === null)) return false;
  const passes = (was: readonly Policy[], within: readonly Policy[][] = []) =>
    newAccess(was, after, world, within).newAccess !== false;
  return !passes(before, [[outside(policy, world)]]) && !passes(before.map(forAnyone));
}

/** Allows everything to those who are not of the organization. */
function outside(policy: Policy, { accounts, organizationId }: World): Policy {
  const isOther = (key: string, own: readonly string[]) =>
    own.length > 0 ? [condition("StringNotEquals", key, own)] : [];
  const conditions = [
    ...isOther("aws:PrincipalOrgID", organizationId === null ? [] : [organizationId]),
    ...isOther("aws:PrincipalAccount", [...(accounts ?? [])]),
  ];
  const open = leavesOpen(withStatements(policy, []));
  return withStatements(
    open,
    open.statements.map((statement) => ({ ...statement, conditions })),
  );
}

/** What it allows to some, allowed to everyone. */
const forAnyone = (policy: Policy): Policy =>
  withStatements(
    policy,
    policy.statements.map((statement) =>
      statement.effect === "Deny"
        ? statement
        : {
            ...statement,
            principals: principals([{ kind: "anyone" }], false),
            conditions: statement.conditions.filter(({ keyId }) => !tellsTheCaller(keyId)),
          },
    ),
  );
