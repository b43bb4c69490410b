/** What the policies of resources deny, and what a change takes of it: also where a policy goes as a whole. */
import { flatMap } from "../lib/flat-map.ts";
import type { PolicyDiff } from "../lib/iam/diff.ts";
import { leavesOpen } from "../lib/iam/leaves-open.ts";
import { parsePolicy } from "../lib/iam/parse.ts";
import { deniesOf, type Policy, withStatements } from "../lib/iam/policy.ts";
import { attributeOf } from "./attribute.ts";
import { aboutItself } from "./itself.ts";
import type { PolicyChange, Resource, ResourcePair, Subject, Surroundings } from "./model.ts";
import { newAccess } from "./possible.ts";
import { serviceOf } from "./service-of.ts";
import { sitesOf } from "./sites.ts";
import { type Owner, owners } from "./targets.ts";
import type { World } from "./world.ts";

/** Resource types whose policy may deny: policies, and resources that carry one. */
export const denyingTypes: readonly string[] = [
  ...new Set(flatMap(Object.entries(owners), ([policy, owner]) => [policy, ...carrier(owner)])),
];

function carrier(owner: Owner | null): readonly string[] {
  return owner && sitesOf(owner.type).length > 0 ? [owner.type] : [];
}

/** Gives the policy with nothing but its Denies. */
export function onlyDenies(policy: Policy): Policy {
  return withStatements(policy, deniesOf(policy));
}

/** The policies of resources that may deny. */
const denyingIn = (changes: readonly PolicyChange[], side: "before" | "after"): readonly Subject[] =>
  flatMap(changes, (change) => change[side]).filter(({ policy, limits }) => policy.kind === "resource" && !limits);

/** What is no longer denied. */
export interface Undenied {
  diff: PolicyDiff;
  /** As in "requests without TLS", where it is nothing but these; `null` where it is more, or something else. */
  only: string | null;
}

/** What most requests do, by the key that tells; a Deny of the others is about how somebody asks, and not about who. */
const ordinary = [
  { key: "aws:SecureTransport", when: { Bool: { "aws:SecureTransport": "true" } }, others: "requests without TLS" },
  {
    key: "s3:TlsVersion",
    when: { NumericGreaterThanEqualsIfExists: { "s3:TlsVersion": "1.2" } },
    others: "requests with an old version of TLS",
  },
  {
    key: "aws:MultiFactorAuthPresent",
    when: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    others: "requests without MFA",
  },
].map(({ key, when, others }) => ({
  key,
  others,
  policy: parsePolicy({ Statement: { Effect: "Allow", Action: "*", Resource: "*", Condition: when } }, "identity")
    .policy,
}));

/**
 * Gives what the policy of a resource denied before and does not any more; `null` when it denies as much, when the
 * resource goes with its policy, and when the new policy is not known yet.
 * @param controls what else has to allow it after the change: resource control policies
 */
export function noLongerDenied(
  { address, type, before, after }: ResourcePair,
  around: Surroundings,
  world: World,
  controls: readonly Policy[] = [],
): Undenied | null {
  const owner = owners[type];
  if (!before || (!after && owner === undefined)) return null;
  const changes = around.policiesAt(address);
  const standing = denyingIn(changes, "before");
  if (standing.every(({ policy }) => deniesOf(policy).length === 0) || changes.some(({ pending }) => pending)) {
    return null;
  }
  if (!after && owner && named(owner, before, around).some((pair) => pair.after === null)) return null;
  const elsewhere = after ? [] : successors(type, owner ?? null, before, around);
  const asked = aboutItself(standing, denyingIn(after ? changes : elsewhere, "after"));
  const [was, is] = [asked.before.map(onlyDenies), asked.after.map(onlyDenies)];
  const [one] = was;
  if (!one || stays(was, is)) return null;
  const now = is.length > 0 ? is : [withStatements(one, [])];
  const compare = (within: readonly (readonly Policy[])[]) =>
    newAccess(was.map(leavesOpen), now.map(leavesOpen), world, within, serviceOf(type));
  const within: (readonly Policy[])[] = controls.map((control) => [control]);
  let diff = compare(within);
  if (diff.newAccess !== true) return diff.newAccess === false ? null : { diff, only: null };
  const looked = Object.keys(diff.witness.context).map((key) => key.toLowerCase());
  for (const { policy, others } of ordinary.filter(({ key }) => looked.includes(key.toLowerCase()))) {
    const more = compare([...within, [policy]]);
    if (more.newAccess === false) return { diff, only: others };
    if (more.newAccess === null) continue;
    // who asks like everyone else shows best what is lost
    diff = more;
    within.push([policy]);
  }
  return { diff, only: null };
}

/** What both sides say alike is the same object. */
function stays(was: readonly Policy[], is: readonly Policy[]): boolean {
  const left = new Set(flatMap(is, ({ statements }) => statements));
  return was.every(({ statements }) => statements.every((statement) => left.has(statement)));
}

/** The resource that a policy is about, where the plan shows it. */
function named({ type, attribute, equals }: Owner, policy: Resource, around: Surroundings): readonly ResourcePair[] {
  const name = attributeOf(policy, attribute);
  return around
    .ofType(type)
    .filter(
      ({ before }) => before !== null && name !== null && equals.some((key) => attributeOf(before, key) === name),
    );
}

/** What takes the place of a policy: one at another address, or in the resource itself. */
function successors(type: string, owner: Owner | null, gone: Resource, around: Surroundings): readonly PolicyChange[] {
  const isSame = ({ after }: ResourcePair) =>
    after !== null && (!owner || attributeOf(after, owner.attribute) === attributeOf(gone, owner.attribute));
  const others = around.ofType(type).filter((pair) => pair.address !== gone.address && isSame(pair));
  return flatMap([...others, ...(owner ? named(owner, gone, around) : [])], ({ address }) =>
    around.policiesAt(address),
  );
}
