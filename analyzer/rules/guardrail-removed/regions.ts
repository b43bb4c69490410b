/**
 * A Deny of all Regions but some is there for where data is and what is watched. One Region more is a decision, and a
 * global service has no other Region to be called in; without the Deny, anything can be anywhere.
 *
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
 */
import type { Severity } from "../../../lib/finding.ts";
import { flatMap } from "../../../lib/flat-map.ts";
import type { PolicyDiff } from "../../../lib/iam/diff.ts";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import { type Policy, type Statement, withStatements } from "../../../lib/iam/policy.ts";
import { globalServices } from "../../../lib/manifest/presets/global-services.ts";

const REGION = "aws:RequestedRegion";

/** What is let through; of Regions alone: how bad that is, and where. */
export type Loosened = PolicyDiff & { severity?: Severity; where?: string };

type Differ = (was: readonly Policy[], now: readonly Policy[], within: readonly (readonly Policy[])[]) => PolicyDiff;

const isOfRegions = ({ effect, conditions }: Statement) =>
  effect === "Deny" && conditions.some(({ keyId }) => keyId === REGION.toLowerCase());

/** What the policies keep back no more. */
export function loosened(was: readonly Policy[], now: readonly Policy[], differ: Differ): Loosened {
  const diff = differ(was, now, []);
  if (!diff.newAccess) return diff;
  const [old, kept] = [was, now].map((those) => flatMap(those, ({ statements }) => statements.filter(isOfRegions)));
  if (!old?.length || !kept?.length) return diff;
  const others = was.map((policy) =>
    withStatements(
      policy,
      policy.statements.filter((one) => !isOfRegions(one)),
    ),
  );
  if (differ(others, now, []).newAccess !== false) return diff;
  const regional = differ(was, now, [[outside(globalServices)]]);
  if (regional.newAccess === false) return { ...diff, severity: "low" };
  const regions = different(regionsIn(old), regionsIn(kept));
  const actions = different(leftOutBy(old), leftOutBy(kept));
  const elsewhere = differ(was, now, [[outside([...globalServices, ...actions], regions)]]);
  if (!regional.newAccess || elsewhere.newAccess !== false) return diff;
  const region = String(regional.witness.context[REGION]);
  return { ...regional, severity: "medium", where: regions.includes(region) ? ` in ${region}` : " in other Regions" };
}

/** Whatever is not one of these actions, and in none of these Regions. */
const outside = (NotAction: readonly string[], regions: readonly string[] = []): Policy => {
  const Condition = regions.length === 0 ? {} : { StringNotEquals: { [REGION]: regions } };
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", NotAction, Resource: "*", Condition }] };
  return parsePolicy(document, "identity").policy;
};

/** Names of Regions; a pattern may stand for all of them. */
const regionsIn = (statements: readonly Statement[]): readonly string[] =>
  flatMap(statements, ({ conditions }) =>
    flatMap(conditions, ({ keyId, values }) =>
      keyId === REGION.toLowerCase() ? values.filter((value) => /^[a-z-]+-\d+$/.test(value)) : [],
    ),
  );

/** Of one service each: `*` leaves out everything. */
const leftOutBy = (statements: readonly Statement[]): readonly string[] =>
  flatMap(statements, ({ actions }) => (actions.not ? actions.values.filter((one) => /^[\w-]+:/.test(one)) : []));

/** What stands in one of the lists alone. */
const different = (one: readonly string[], other: readonly string[]): readonly string[] => [
  ...one.filter((each) => !other.includes(each)),
  ...other.filter((each) => !one.includes(each)),
];
