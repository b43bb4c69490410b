import { flatMap } from "../../lib/flat-map.ts";
import { diffPolicies } from "../../lib/iam/diff.ts";
import { lazily } from "../../lib/iam/memo.ts";
import { parsePolicy } from "../../lib/iam/parse.ts";
import type { Policy } from "../../lib/iam/policy.ts";
import {
  attributeOf,
  type Principal,
  type ResourcePair,
  rule,
  type Surroundings,
  type Violation,
  widened,
} from "../rule.ts";

type Outcome = Pick<Violation, "message" | "witness" | "confidence" | "severity"> | null;

/** Of one principal that has a boundary before. */
function compare(before: Principal, after: Principal): Outcome {
  if (before.boundary === null && !before.boundaryUnknown) return null;
  if (after.boundary === null && !after.boundaryUnknown) return { message: "has no permissions boundary any more" };
  if (before.boundary === null || after.boundary === null) {
    return {
      message: "has another permissions boundary, which cannot be compared with the old one",
      confidence: "low",
    };
  }
  const diff = diffPolicies([before.boundary], [after.boundary]);
  if (diff.newAccess === true) {
    const { witness } = diff;
    const message = `has a wider permissions boundary, which now lets ${witness.action} through`;
    return { message, witness, ...(!isGrave([before.boundary], [after.boundary]) && LESS) };
  }
  if (diff.newAccess === false) return null;
  return { message: `has another permissions boundary, which cannot be compared: ${diff.because}`, confidence: "low" };
}

const LESS = { severity: "medium" as const };

/** Who may do what, keys and the organization itself: what goes further there may well go on to everything. */
const grave = lazily((): Policy => {
  const Action = [
    ...["iam:*", "sts:*", "kms:*", "organizations:*", "account:*"],
    ...["sso:*", "sso-directory:*", "identitystore:*"],
  ];
  const Statement = { Effect: "Allow", Action, Resource: "*" };
  return parsePolicy({ Version: "2012-10-17", Statement }, "identity").policy;
});

const isGrave = (before: readonly Policy[], after: readonly Policy[]): boolean =>
  diffPolicies(before, after, [[grave()]]).newAccess !== false;

/** Boundaries by name, so that one that is kept needs no look at its document. */
function isKept({ before, after }: ResourcePair): boolean {
  const name = before && attributeOf(before, "permissions_boundary");
  return after !== null && name === attributeOf(after, "permissions_boundary");
}

function ofPrincipal(change: ResourcePair): Outcome {
  const { principal } = change;
  return principal?.before && principal.after && !isKept(change) ? compare(principal.before, principal.after) : null;
}

/** The attachment is a resource of its own; the permission set may stand elsewhere. */
function ofPermissionSet({ address, before, after }: ResourcePair, around: Surroundings): Outcome {
  if (!before) return null;
  const arn = attributeOf(before, "permission_set_arn");
  const set = around
    .ofType("aws_ssoadmin_permission_set")
    .find((pair) => pair.before !== null && attributeOf(pair.before, "arn") === arn);
  if (set && !set.after) return null;
  const principal = around.principalAt(set?.address ?? address);
  if (principal?.before && principal.after) return compare(principal.before, principal.after);
  return after ? null : { message: "the permission set has no permissions boundary any more" };
}

export default rule({
  id: "boundary-removed",
  severity: "high",
  summary: "A permissions boundary is taken away or widened",
  why: "A boundary is what makes it safe to let others write policies: whatever they grant, it goes no further. Without it, everything granted so far and from now on holds in full, and nobody wrote a single new Allow.",
  levels:
    "High when the boundary is gone, or lets more through of IAM, STS, KMS or AWS Organizations; medium when it lets other actions through, low when these only list and describe. Low confidence when it is replaced by one that the plan does not show. A principal that is deleted needs none.",
  bad: `  resource "aws_iam_role" "team" {
    name                 = "team-deploy"
-   permissions_boundary = aws_iam_policy.boundary.arn
  }`,
  good: `resource "aws_iam_role" "team" {
  name                 = "team-deploy"
  permissions_boundary = aws_iam_policy.boundary.arn
}`,
  fix: "Keep the boundary, or replace it by one that lets no more through. Deny iam:DeleteRolePermissionsBoundary and iam:DeleteUserPermissionsBoundary to those whom it binds.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
  on: "change",
  types: ["aws_iam_role", "aws_iam_user", "aws_iam_policy", "aws_ssoadmin_permissions_boundary_attachment"],
  check(change, around, world) {
    if (change.before?.type === "aws_iam_policy") {
      // whoever will have it has it for what it allows
      if (change.principal?.before) return [];
      return flatMap(
        around.policiesAt(change.address).filter(({ before }) => before.some(({ limits }) => limits)),
        (policies) => {
          const [before, after] = [policies.before, policies.after].map((side) => side.map(({ policy }) => policy));
          const found = widened(
            policies,
            world,
            ({ action }) => `as a permissions boundary, now lets ${action} through`,
          );
          return isGrave(before!, after!) ? found : found.map((violation) => ({ ...LESS, ...violation }));
        },
      );
    }
    const outcome =
      change.before?.type === "aws_ssoadmin_permissions_boundary_attachment"
        ? ofPermissionSet(change, around)
        : ofPrincipal(change);
    return outcome ? [{ statement: null, ...outcome }] : [];
  },
});
