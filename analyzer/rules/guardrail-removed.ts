import { atLeast } from "../../lib/finding.ts";
import { flatMap } from "../../lib/flat-map.ts";
import { leavesOpen } from "../../lib/iam/leaves-open.ts";
import type { Policy } from "../../lib/iam/policy.ts";
import {
  attributeOf,
  callOf,
  denyingTypes,
  isUnknown,
  newAccess,
  noLongerDenied,
  type PolicyChange,
  type Resource,
  type ResourcePair,
  type Row,
  rule,
  type Surroundings,
  serviceOf,
  type Violation,
  type World,
  weakened,
} from "../rule.ts";
import { account } from "./guardrail-removed/account.ts";
import { buckets } from "./guardrail-removed/buckets.ts";
import { DECLARATIVE, unset } from "./guardrail-removed/declarative.ts";
import { isForOurs } from "./guardrail-removed/endpoints.ts";
import { lake } from "./guardrail-removed/lake.ts";
import {
  ATTACHMENT,
  allowAll,
  attachedTo,
  binds,
  boundFromAbove,
  controlsOfAll,
  guardrails,
  isKept,
  type Loss,
  lossOf,
  namedBy,
  nameOf,
  POLICY,
  said,
  targetsOf,
  typeOf,
} from "./guardrail-removed/organization.ts";
import { type Loosened, loosened } from "./guardrail-removed/regions.ts";
import { resources } from "./guardrail-removed/resources.ts";

/** A policy of Denies stands beside one that allows everything. */
const ceiling = (policy: Policy) =>
  policy.statements.some(({ effect }) => effect === "Allow") ? policy : leavesOpen(policy);

/** Settings that keep mistakes from having consequences. */
const settings: Readonly<Record<string, Row>> = { ...account, ...buckets, ...lake, ...resources };

type Found = Omit<Violation, "statement">;

function compare(before: readonly Policy[], after: readonly Policy[], world: World): readonly Found[] {
  const diff = loosened(before, after, (was, now, within) =>
    newAccess(was.map(ceiling), now.map(ceiling), world, within),
  );
  return diff.newAccess === false ? [] : [letThrough(diff)];
}

/** @param target that it is not kept back from, where that is known */
function letThrough(diff: Loosened, target: string | null = null, subject = ""): Found {
  if (!diff.newAccess) return { message: `cannot be compared with what it was: ${diff.because}`, confidence: "low" };
  const { witness, where = "", severity } = diff;
  const from = target === null ? "" : ` from ${target}`;
  const message = `${subject}does not keep ${witness.action}${where} back${from} any more`;
  return { message, witness, ...(severity && { severity }) };
}

/** Every policy of a resource that only takes away, both sides. */
function content(address: string, around: Surroundings, world: World): readonly Found[] {
  return flatMap(
    around
      .policiesAt(address)
      .filter(({ before, after }) => [...before, ...after].every(({ limits }) => limits) && before.length > 0),
    ({ before, after, pending }): readonly Found[] => {
      if (pending) return [{ message: "is replaced by a policy that is not known yet", confidence: "low" }];
      if (after.length === 0) return [{ message: "is not limited by a policy any more" }];
      return compare(
        before.map(({ policy }) => policy),
        after.map(({ policy }) => policy),
        world,
      );
    },
  );
}

function organizationPolicy(change: ResourcePair, around: Surroundings, world: World): readonly Found[] {
  const { address, before, after } = change;
  if (!before || !guardrails.has(typeOf(before)) || isKept(change)) return [];
  if (after && typeOf(before) === DECLARATIVE) return declarative(change);
  const policy = nameOf(before);
  const targets = targetsOf(policy, around);
  if (!after) {
    if (targets.length > 0) return lostAt(policy, targets, around, world, `${isDeleted}, and `);
    return isMadeAnew(before, around) ? [] : [{ message: isDeleted }];
  }
  const found = content(address, around, world);
  // where it is detached, its attachment is judged
  const bound = targets.filter((target) => binds(nameOf(after), target, around));
  return found.length === 0 || bound.length === 0 ? found : lostAt(policy, bound, around, world);
}

function declarative(change: ResourcePair): readonly Found[] {
  const less = unset(change);
  if (less.length > 0) return [{ message: `the organization policy ${less.join(", ")}` }];
  const { before, after } = change;
  const isPending = before !== null && after !== null && isUnknown(after, "content");
  return isPending ? [{ message: "is replaced by a policy that is not known yet", confidence: "low" }] : [];
}

const isDeleted = "the organization policy is deleted";

function isMadeAnew(policy: Resource, around: Surroundings): boolean {
  return around
    .ofType(POLICY)
    .some(
      ({ before, after }) =>
        !before && after !== null && attributeOf(after, "content") === attributeOf(policy, "content"),
    );
}

/** The first of the targets where something is lost for certain, or else the first where it may be. */
function lostAt(
  policy: string,
  targets: readonly string[],
  around: Surroundings,
  world: World,
  subject = "",
): readonly Found[] {
  let perhaps: readonly Found[] = [];
  for (const target of targets) {
    const loss = lossOf(policy, target, around, world);
    if (!loss) continue;
    const found = foundIn(loss, said(target, around), subject);
    if (found.confidence !== "low") return [found];
    if (perhaps.length === 0) perhaps = [found];
  }
  return perhaps;
}

function foundIn({ diff, unsure }: Loss, target: string, subject: string): Found {
  if (unsure) {
    const message = `${subject}may not bind ${target} as before: what else is attached there is not known yet`;
    return { message, confidence: "low" };
  }
  if (!diff) return { message: `${subject}does not bind ${target} any more` };
  return letThrough(diff, target, subject);
}

function attachment(change: ResourcePair, around: Surroundings, world: World): readonly Found[] {
  const { before, after } = change;
  if (!before) return after ? opened(after, around, world) : [];
  const policy = namedBy(before, "policy_id");
  const target = namedBy(before, "target_id");
  if (policy === null || target === null || allowAll.has(policy) || isKept(change)) return [];
  const attached = around.ofType(POLICY).find((pair) => pair.before !== null && nameOf(pair.before) === policy);
  if (attached?.before && !guardrails.has(typeOf(attached.before))) return [];
  if (binds(policy, target, around)) return [];
  const loss = lossOf(policy, target, around, world);
  if (!loss) return [];
  const { diff, unsure } = loss;
  const message = unsure
    ? `the attachment of ${said(policy, around)} to ${said(target, around)} is replaced by one that is not known yet`
    : `${said(policy, around)} does not bind ${said(target, around)} any more`;
  const isSure = !unsure && diff?.newAccess !== null;
  const severity = diff?.severity;
  return [
    {
      message,
      ...(severity && { severity }),
      ...(diff?.newAccess && { witness: diff.witness }),
      ...(!isSure && { confidence: "low" }),
    },
  ];
}

/** A list of what is allowed keeps nothing back beside a policy that allows everything. */
function opened(attachment: Resource, around: Surroundings, world: World): readonly Found[] {
  const policy = namedBy(attachment, "policy_id");
  const target = namedBy(attachment, "target_id");
  if (target === null || !allowAll.has(policy)) return [];
  return flatMap(attachedTo(target, around), (list) =>
    lostAt(list, [target], around, world, `${said(list, around)} `),
  ).slice(0, 1);
}

/** An account that goes to another unit takes along what is attached to itself, and nothing else. */
function moved({ before, after }: ResourcePair, around: Surroundings, world: World): readonly Found[] {
  const [from, to] = [before, after].map((side) => side && namedBy(side, "parent_id"));
  // that whatever is attached to the unit stays behind is said of a move to the root
  if (!before || !from || !to || from === to || /^r-/.test(to)) return [];
  const account = nameOf(before);
  return flatMap(boundFromAbove(account, around), (policy) =>
    lostAt(
      policy,
      [account],
      around,
      world,
      `the account leaves ${said(from, around)} for ${said(to, around)}: ${said(policy, around)} `,
    ),
  ).slice(0, 1);
}

function endpointPolicy(change: ResourcePair, around: Surroundings, world: World): readonly Found[] {
  const { before, after } = change;
  if (!before) return [];
  if (after) return endpoint(change, around, world);
  const of = attributeOf(before, "vpc_endpoint_id");
  const gone = around
    .ofType("aws_vpc_endpoint")
    .some((pair) => pair.before && !pair.after && attributeOf(pair.before, "id") === of);
  return gone ? [] : [{ message: "the endpoint's policy is deleted, and everything passes" }];
}

function endpoint({ address, before, after }: ResourcePair, around: Surroundings, world: World): readonly Found[] {
  if (!before || !after) return [];
  return content(address, around, world).map((found) => {
    const isOurs = (change: PolicyChange) =>
      isForOurs(
        change.before.map(({ policy }) => policy),
        change.after.map(({ policy }) => policy),
        world,
      );
    if (!found.witness || !around.policiesAt(address).every(isOurs)) return found;
    return { ...found, message: `${found.message}, from callers of the organization`, severity: "medium" };
  });
}

/** A resource's own policies: what they deny, nobody in the account can allow. */
function denies(change: ResourcePair, around: Surroundings, world: World): readonly Found[] {
  const undenied = noLongerDenied(change, around, world);
  if (!undenied) return [];
  const { diff, only } = undenied;
  if (diff.newAccess !== true) {
    return [{ message: `cannot be compared with what it denied: ${diff.because}`, confidence: "low" }];
  }
  const { witness } = diff;
  const how = change.after ? "no longer denies" : "is deleted, and no longer denies";
  const what = only === null ? `${witness.principal} ${callOf(witness)}` : `${only}, such as ${callOf(witness)}`;
  const message = `the resource's policy ${how} ${what}`;
  if (!isControlled(change, around, world)) return [{ message, witness }];
  const but = "resource control policies of the root still do, outside of the management account";
  return [{ message: `${message}; ${but}`, witness, severity: "low" }];
}

/** Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html */
const controlled: ReadonlySet<string | null> = new Set(["kms", "s3", "secretsmanager", "sqs"]);

/** Whether the organization denies from all its accounts what a resource's policy does not any more. */
function isControlled(change: ResourcePair, around: Surroundings, world: World): boolean {
  const account = change.before?.account ?? null;
  if (!controlled.has(serviceOf(change.type)) || (account !== null && account === world.managementAccount))
    return false;
  const controls = controlsOfAll(around);
  return controls.length > 0 && noLongerDenied(change, around, world, controls) === null;
}

function ofSetting(change: ResourcePair, around: Surroundings): readonly Found[] {
  const row = settings[change.type];
  const found = row && weakened(change, row, around);
  if (!found) return [];
  const { message, severity, unsure } = found;
  return [{ message, severity, ...(unsure && { confidence: "low" }) }];
}

/** What may as well be in order is no reason to stop. */
const inDoubt = ({ severity = "high" }: Found) => ({
  severity: atLeast(severity, "medium") ? ("medium" as const) : severity,
});

/** Policies that only take away, where they stand. */
type Ceiling = (change: ResourcePair, around: Surroundings, world: World) => readonly Found[];

const ceilings: Readonly<Record<string, Ceiling>> = {
  ...Object.fromEntries(denyingTypes.map((type) => [type, denies])),
  [POLICY]: organizationPolicy,
  [ATTACHMENT]: attachment,
  aws_organizations_account: moved,
  aws_vpc_endpoint: endpoint,
  aws_vpc_endpoint_policy: endpointPolicy,
  aws_rolesanywhere_profile: ({ address, before, after }, around, world) =>
    before && after ? content(address, around, world) : [],
};

export default rule({
  id: "guardrail-removed",
  severity: "high",
  summary: "What keeps the organization, an account or a resource safe is taken away or weakened",
  why: "Service and resource control policies, Denies in the policies of buckets, keys and queues, public access blocks, locks on backups, EC2's declarative policies and secure defaults catch the mistakes of everyone else. Removing one breaks nothing and grants nothing by itself, so nobody notices until the mistake it was there for is made.",
  levels:
    "High; medium where a resource share does not keep to the organization any more, since somebody still has to be let onto it, where a VPC endpoint lets more callers of the organization pass and nobody else, for what guards one resource alone (the rotation of a key, the API endpoint of a cluster, the MFA of a user pool, signatures on code, the owner of a bucket's objects, MFA before versions are deleted), for the serial console, EMR's block and public documents, what Lake Formation leaves to IAM (low for what is made from then on), a transit gateway that takes whatever is attached to it, and where an account's setting is made as off, or its public access block with parts off: what stood there, the plan does not tell; medium as well for an access point whose block is off, which stays so. Low where a new block of one bucket lets public policies count, as websites need it, for the versioning of a bucket (medium where the account's record is in it), for a key that is deleted or switched off (medium where something of the plan goes on to use it), for the check of a secret's policy, and for the block of a bucket where the account's stands in for it. Low confidence, and medium at most, when what comes in its place is not known yet or cannot be compared. An account that goes to another unit is reported where that is not bound by what bound it before, and one that leaves the organization always (medium where it is closed). What is deleted together with the thing it protects is not reported, nor what other policies of the plan still deny where an organization policy was attached. Where a Deny of other Regions stays and leaves out more than before, medium: for Regions that it names now, or actions; low for actions of global services alone. Low as well is a Deny of a resource that a resource control policy of the root takes over.",
  bad: `resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = false # was true
  ignore_public_acls      = true
  restrict_public_buckets = true
}`,
  good: `resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}`,
  fix: "Keep the guardrail, and make an exception as narrow as the need: a condition on one role, a policy on one account.",
  lifts: true,
  references: [
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  ],
  on: "change",
  types: [...new Set([...Object.keys(ceilings), ...Object.keys(settings)])].sort(),
  check(change, around, world) {
    const found = [...ofSetting(change, around), ...(ceilings[change.type]?.(change, around, world) ?? [])];
    return found.map((each) => ({ statement: null, ...each, ...(each.confidence === "low" && inDoubt(each)) }));
  },
});
