/** From single policies to the principals that hold them. */
import { byCodeUnit } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { managedPolicy } from "../lib/iam/managed-policies.ts";
import { oncePer } from "../lib/iam/memo.ts";
import type { Policy } from "../lib/iam/policy.ts";
import {
  type Attachment,
  attachmentOf,
  isPrincipalType,
  memberships,
  type Named,
  namedAt,
  type PrincipalType,
  principalTypes,
} from "./attachments.ts";
import { type Configuration, expressionsAt, readConfiguration, renderReference } from "./configuration.ts";
import { type Copies, copiesOf, isCopy, withoutCopies } from "./copies.ts";
import type { Extraction, PendingPolicy } from "./extract.ts";
import { isRunnerType, leadsToRole, rolesOf, tagsOf, targetAt } from "./gains.ts";
import { asString, member } from "./json.ts";
import { addressOf, type Links, linksOf, type Node, nodesOf } from "./links.ts";
import type { PolicyChange, Subject, Target } from "./model.ts";
import type { Plan } from "./plan.ts";
import { withoutPresumed } from "./presumed.ts";
import { principalName } from "./principal-arns.ts";
import { type Assembly, type Draft, finish, type Side } from "./principal-sides.ts";

const POLICY = "aws_iam_policy";
const isWanted = (type: string) =>
  type === POLICY ||
  isPrincipalType(type) ||
  attachmentOf(type) !== undefined ||
  memberships.has(type) ||
  leadsToRole(type);

/** Gives the principals of a plan, on both sides of the change. */
export async function assemble(plan: Plan, extraction: Extraction): Promise<Assembly> {
  const configuration = readConfiguration(plan);
  const nodes = nodesOf(plan, configuration, isWanted);
  const links = { before: linksOf(nodes.before, configuration), after: linksOf(nodes.after, configuration) };
  const managed = await loadManaged([...nodes.before, ...nodes.after]);
  const copies = copiesOf(nodes, links);
  const policies = withoutCopies(extraction.policies, configuration, nodes, copies);
  const shared = { configuration, managed, subjects: new WeakMap<Node, Map<string, Subject>>() };
  const gather = (side: "before" | "after") =>
    new Gathering(nodes[side], links[side], subjectsOf(policies, side), { ...shared, copies: copies[side] });
  const after = gather("after");
  const sides = finish(policies, gather("before").run([]), after.run(extraction.unknown));
  return { ...sides, unknown: after.waiting };
}

interface Shared {
  configuration: Configuration;
  managed: ReadonlyMap<string, Policy>;
  copies: Copies;
  /** Attachments of AWS managed policies, so that what is left alone is the same subject on both sides. */
  subjects: WeakMap<Node, Map<string, Subject>>;
}

type SubjectsByPlace = Pick<ReadonlyMap<string, readonly Subject[]>, "get">;

const placeId = (address: string, place: string) => `${address}\n${place}`;

/** The look-up is made when somebody asks: most plans attach nothing. */
function subjectsOf(policies: readonly PolicyChange[], side: "before" | "after"): SubjectsByPlace {
  let byPlace: ReadonlyMap<string, readonly Subject[]> | null = null;
  return {
    get: (place) => {
      byPlace ??= new Map(policies.map((change) => [placeId(change.address, change.place), change[side]]));
      return byPlace.get(place);
    },
  };
}

/** Goes through one side of the plan: first who there is, then what each of them gets. */
class Gathering {
  private readonly drafts = new Map<string, Draft>();
  private readonly ofNode = new Map<Node, Draft>();
  private readonly attached: { place: string; subject: Subject }[] = [];
  private readonly boundaries = new Set<Subject>();
  readonly waiting: PendingPolicy[] = [];

  private readonly nodes: readonly Node[];
  private readonly links: Links;
  private readonly subjects: SubjectsByPlace;
  private readonly shared: Shared;

  constructor(nodes: readonly Node[], links: Links, subjects: SubjectsByPlace, shared: Shared) {
    this.nodes = nodes;
    this.links = links;
    this.subjects = subjects;
    this.shared = shared;
  }

  /** @param unknown the policies of this side that are not known yet */
  run(unknown: Extraction["unknown"]): Side {
    for (const node of this.nodes) {
      if (isPrincipalType(node.change.type)) this.addPrincipal(node, node.change.type);
    }
    const pending = new Map(unknown.map((policy) => [policy.address, policy]));
    for (const node of this.nodes) {
      const attachment = attachmentOf(node.change.type);
      if (!attachment) continue;
      const holders = this.holdersOf(node, attachment);
      if (holders.length === 0) continue;
      this.give(node, attachment, holders);
      const missing = attachment.own ? pending.get(node.change.address) : undefined;
      if (missing && missing.attribute !== "assume_role_policy") {
        for (const draft of holders) draft.unknown.push(`${missing.address}: ${missing.reason}`);
      }
    }
    this.addGroups();
    this.addRunning();
    return { drafts: this.drafts, managed: this.attached, boundaries: this.boundaries };
  }

  private addPrincipal(node: Node, type: PrincipalType): void {
    const name = asString(member(node.values, "name"));
    const trust = this.subjects.get(placeId(node.change.address, "assume_role_policy"))?.[0] ?? null;
    const meant = principalName(node.values, node.change.address);
    const arn = asString(member(node.values, "arn")) ?? arnLike(type, node.account, meant, pathOf(node));
    this.ofNode.set(node, this.draft(node.change.address, node, type, name ?? "", arn, trust));
  }

  private draft(key: string, at: Node, type: PrincipalType, name: string, arn: string, trust: Subject | null): Draft {
    const known = this.drafts.get(key);
    if (known) return known;
    const draft: Draft = {
      kind: principalTypes[type].kind,
      address: at.change.address,
      resourceType: at.change.type,
      name,
      arn,
      account: at.account,
      facts: at.change.type === type ? tagsOf(at) : [],
      policies: [],
      boundary: null,
      boundaryUnknown: false,
      trust,
      unknown: [],
      runs: [],
      attached: [],
    };
    this.drafts.set(key, draft);
    return draft;
  }

  /** Whom an attribute names: principals of the plan, or those that the plan only attaches policies to. */
  private principals(node: Node, named: Named, type: PrincipalType): readonly Draft[] {
    const found = this.links.find(node, named, type, principalTypes[type].key);
    if (found && found.length > 0) return flatMap(found, (target) => this.ofNode.get(target) ?? []);
    const name = named.value ?? "";
    const key = named.value === null ? `${node.change.address} ${named.attribute}` : `${type} ${node.account} ${name}`;
    const arn = principalTypes[type].key === "arn" ? name || "*" : arnLike(type, node.account, name || null, "/");
    return [this.draft(key, node, type, name, arn, null)];
  }

  private holdersOf(node: Node, { to }: Attachment): readonly Draft[] {
    if (to === "itself") {
      const draft = this.ofNode.get(node);
      return draft ? [draft] : [];
    }
    return flatMap(to, ({ type, path }) =>
      flatMap(namedAt(node.values, node.unknown, path), (named) => this.principals(node, named, type)),
    );
  }

  private give(node: Node, attachment: Attachment, holders: readonly Draft[]): void {
    const { own = [], arns = [], names = [], later, boundary } = attachment;
    const subjects = flatMap(own, (place) => this.subjects.get(placeId(node.change.address, place)) ?? []);
    const attached: Target[] = [];
    const missing: string[] = [];
    for (const { named, key } of namesOf(node, arns, names)) {
      if (isCopy(node, named, this.shared)) continue;
      const found = this.lookUp(node, named, key);
      if (found) {
        subjects.push(...found);
        if (found.some(({ managed }) => managed === null))
          attached.push(...this.policiesAt(node, named, key).map((found) => targetAt(found, this.links)));
        continue;
      }
      if (attachment.to === "itself" && named.value === null && this.writtenAt(node, named).length === 0) continue;
      missing.push(`${node.change.address}: ${named.attribute} is not in the plan`);
      if (named.value === null) this.wait(node, named, key);
      // what a permission set names stands in each account, and hardly ever in the plan of the permission set
      else if (key === "arn" && node.change.action !== "no-op") this.note(node, named, absent(named.value));
    }
    const counted = later ? subjects.filter(({ policy }) => deniesNothing(policy)) : subjects;
    for (const draft of holders) {
      for (const subject of counted) if (!draft.policies.includes(subject)) draft.policies.push(subject);
      draft.attached.push(...attached);
      draft.unknown.push(...missing);
    }
    if (boundary) this.limit(node, boundary, holders);
  }

  /** Nothing where the provider sets a default: a role that is made anew has no `managed_policy_arns` yet. */
  private writtenAt(node: Node, { path }: Named): readonly unknown[] {
    const address = addressOf(node);
    return address ? expressionsAt(this.shared.configuration.expressionsOf(address), path) : [];
  }

  /** Notes that nobody can tell yet which policy this attaches. */
  private wait(node: Node, named: Named, key: "arn" | "name"): void {
    const address = addressOf(node);
    const written = this.writtenAt(node, named);
    if (!address || written.length === 0 || this.links.find(node, named, POLICY, key) !== null) return;
    const references = this.shared.configuration.follow(address, written).map(renderReference);
    this.note(node, named, "which policy is attached is known only after apply", references);
  }

  private note({ change }: Node, { attribute }: Named, reason: string, references: readonly string[] = []): void {
    const { address, type: resourceType } = change;
    this.waiting.push({
      ...{ address, resourceType, attribute, reason },
      references: [...new Set(references)].sort(byCodeUnit),
    });
  }

  private limit(node: Node, { arns, names }: NonNullable<Attachment["boundary"]>, holders: readonly Draft[]): void {
    for (const { named, key } of namesOf(node, arns, names)) {
      const amazon = named.value === null ? undefined : this.shared.managed.get(named.value);
      const own = amazon ? [] : this.ownPolicies(node, named, key);
      for (const subject of own ?? []) this.boundaries.add(subject);
      const policy = amazon ?? withoutPresumed(own ?? [])[0]?.policy ?? null;
      for (const draft of holders) {
        draft.boundary = policy;
        draft.boundaryUnknown = policy === null;
        if (policy === null) draft.unknown.push(`${node.change.address}: ${named.attribute} is not in the plan`);
      }
    }
  }

  /** The policies that a value names; `null`: the plan does not show them. */
  private lookUp(node: Node, named: Named, key: "arn" | "name"): readonly Subject[] | null {
    const policy = named.value === null || key === "name" ? undefined : this.shared.managed.get(named.value);
    if (!policy || named.value === null) return this.ownPolicies(node, named, key);
    const subject = this.managedSubject(node, named.attribute, policy, named.value);
    this.attached.push({ place: named.path, subject });
    return [subject];
  }

  private policiesAt(node: Node, named: Named, key: "arn" | "name"): readonly Node[] {
    return this.links.find(node, named, POLICY, key) ?? [];
  }

  private ownPolicies(node: Node, named: Named, key: "arn" | "name"): readonly Subject[] | null {
    const found = flatMap(
      this.policiesAt(node, named, key),
      ({ change }) => this.subjects.get(placeId(change.address, "policy")) ?? [],
    );
    return found.length > 0 ? found : null;
  }

  private managedSubject(node: Node, attribute: string, policy: Policy, managed: string): Subject {
    const { address, type: resourceType } = node.change;
    const known = this.shared.subjects.get(node) ?? new Map<string, Subject>();
    this.shared.subjects.set(node, known);
    let subject = known.get(attribute);
    if (!subject) {
      const { account } = node;
      const whole = { policy, problems: [], account, limits: false, managed, holders: [] };
      subject = { address, resourceType, attribute, ...whole };
      known.set(attribute, subject);
    }
    return subject;
  }

  /** Whoever may change what runs with a role has the role. */
  private addRunning(): void {
    for (const node of this.nodes) {
      if (!isRunnerType(node.change.type)) continue;
      for (const role of rolesOf(node, this.links)) this.ofNode.get(role)?.runs.push(targetAt(node, this.links));
    }
    for (const draft of this.ofNode.values()) if (draft.trust) draft.runs.push(...providersIn(draft.trust));
  }

  /** A user has what its groups have. */
  private addGroups(): void {
    for (const node of this.nodes) {
      const paths = memberships.get(node.change.type);
      if (!paths) continue;
      const members = (path: string, type: PrincipalType) =>
        flatMap(namedAt(node.values, node.unknown, path), (named) => this.principals(node, named, type));
      const groups = members(paths.groups, "aws_iam_group");
      for (const user of members(paths.users, "aws_iam_user")) {
        for (const { policies, attached, unknown } of groups) {
          for (const subject of policies) if (!user.policies.includes(subject)) user.policies.push(subject);
          user.attached.push(...attached);
          user.unknown.push(...unknown);
        }
      }
    }
  }
}

const deniesNothing = ({ statements }: Policy): boolean => statements.every(({ effect }) => effect === "Allow");

function namesOf(node: Node, arns: readonly string[], names: readonly string[]) {
  const at = (paths: readonly string[], key: "arn" | "name") =>
    flatMap(paths, (path) => namedAt(node.values, node.unknown, path).map((named) => ({ named, key })));
  return [...at(arns, "arn"), ...at(names, "name")];
}

/** Why the policy with an ARN cannot be judged. */
const absent = (arn: string): string =>
  /^arn:[^:]*:iam::aws:/.test(arn)
    ? "AWS has no managed policy of this ARN that is known here, perhaps for a mistake in its path or name"
    : "the policy that is attached is not in the plan";

const pathOf = ({ values, unknown }: Node) =>
  member(unknown, "path") === true ? null : (asString(member(values, "path")) ?? "/");

/** The SAML providers that a role trusts: whoever changes one signs in as the role. */
const providersIn = oncePer(({ policy }: Subject): readonly Target[] => {
  const named = flatMap(policy.statements, ({ effect, principals }) =>
    effect === "Allow" && principals?.not === false ? principals.values : [],
  );
  return flatMap(named, (one) =>
    one.kind === "federated" && one.provider.includes(SAML)
      ? { address: one.provider, like: `arn:*:iam::*${SAML}`, arns: [one.provider] }
      : [],
  );
});
const SAML = ":saml-provider/";

/** The ARN that a principal will have, as far as it is known. Who is only named most often stands at the root path. */
function arnLike(type: PrincipalType, account: string | null, name: string | null, path: string | null): string {
  const { kind } = principalTypes[type];
  if (kind === "permission set") return "arn:*:sso:::permissionSet/*";
  return `arn:*:iam::${account ?? "*"}:${kind}${path ?? "/*/"}${name ?? "*"}`;
}

async function loadManaged(nodes: readonly Node[]): Promise<ReadonlyMap<string, Policy>> {
  const arns = new Set<string>();
  for (const node of nodes) {
    const attachment = attachmentOf(node.change.type);
    if (!attachment) continue;
    const paths = [...(attachment.arns ?? []), ...(attachment.boundary?.arns ?? [])];
    for (const { named } of namesOf(node, paths, [])) if (named.value !== null) arns.add(named.value);
  }
  const policies = new Map<string, Policy>();
  for (const arn of arns) {
    const policy = await managedPolicy(arn);
    if (policy) policies.set(arn, policy);
  }
  return policies;
}
