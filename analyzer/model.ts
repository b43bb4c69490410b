/** What rules see of a plan. Everything here stands on one side of the change: before it, or after it. */
import type { Confidence } from "../lib/finding.ts";
import type { Condition, Policy, PolicyProblem } from "../lib/iam/policy.ts";
import type { JsonObject } from "./json.ts";

/** One policy. */
export interface Subject {
  address: string;
  resourceType: string;
  /** Attribute path: `assume_role_policy`, `inline_policy[0].policy`. */
  attribute: string;
  /** What the document (or the grant, written as one) says. */
  policy: Policy;
  /** What of the document could not be read. */
  problems: readonly PolicyProblem[];
  /** Twelve digits of the account the resource is in, when the plan tells. */
  account: string | null;
  /** ARN of the one object that the policy is about, where that is all it can be about and the plan tells. */
  itself?: string;
  /** The plan does not show that this is the document: what is found in it is no more certain than this. */
  presumed?: Exclude<Confidence, "high">;
  /** It grants nothing and only takes away: an SCP or RCP, a boundary, a session policy, an endpoint's policy. */
  limits: boolean;
  /** What keeps strangers out whatever the policy says, where the plan shows it. */
  shield?: Shield;
  /** ARN of the AWS managed policy that is attached here; its document is not the author's to change. */
  managed: string | null;
  /** Identity policies: the principals of this plan that have it; none also when the plan attaches it to nobody. */
  holders: readonly Principal[];
}

export interface Shield {
  /** As in "... keeps strangers out". */
  name: string;
  /**
   * `refused`: AWS turns strangers down. `unreachable`: strangers have no way there to begin with. `published`: nothing
   * keeps them out, and they are meant to come.
   */
  effect: "refused" | "unreachable" | "published";
}

/** Someone with permissions: all that the plan shows of them, together. */
export interface Principal {
  /** `policy`: an identity policy that the plan attaches to nobody; whoever gets it has at least this. */
  kind: "role" | "user" | "group" | "permission set" | "policy";
  /** Of its resource; where the plan only attaches policies to it by name, of the attachment that stands first. */
  address: string;
  resourceType: string;
  name: string;
  /** ARN as a pattern: `*` stands where a part is not known. */
  arn: string;
  account: string | null;
  /** Its tags, as conditions on it. */
  facts?: readonly Condition[];
  /** Identity policies: inline, attached, AWS managed, and of a user also those of its groups. */
  policies: readonly Subject[];
  /** `null` without a boundary; what is not known yet or not in the plan is in `unknown`. */
  boundary: Policy | null;
  /** It has a boundary that the plan does not show. */
  boundaryUnknown: boolean;
  /** A role's trust policy. */
  trust: Subject | null;
  /** What else decides its permissions and cannot be read: the reasons, each with its address. */
  unknown: readonly string[];
  /** What of the plan runs with it. */
  runs: readonly Target[];
  /** The account's own policies that are attached to it. */
  attached: readonly Target[];
  /** All principals of the plan on the same side, itself included: whom it may pass or assume. */
  peers: readonly Principal[];
}

/** An object of the plan that permissions may be about. */
export interface Target {
  address: string;
  /** How the ARNs of its kind begin: `arn:*:lambda:*:*:function:`. */
  like: string;
  /** Patterns of its ARN, and what stands for that before it is known. */
  arns: readonly string[];
  /** What requests say of it, where the plan shows that: its tags as `aws:ResourceTag/...`. */
  facts?: readonly Condition[];
}

/** One resource, for rules about plain attributes. */
export interface Resource {
  address: string;
  type: string;
  account: string | null;
  values: JsonObject;
  /** `true` where a value is not known yet, mirroring the shape of `values`. */
  unknown: unknown;
  /** By attribute: the address of the resource that it will name, where its value is not known yet. */
  names?: Readonly<Record<string, string>>;
  /** Whom it stands for: a role, a user, a group, a permission set. */
  principal: Principal | null;
}

/** What happens to the policies in one place of one resource: several where the place is a list of blocks. */
export interface PolicyChange {
  address: string;
  resourceType: string;
  /** The place as the table names it: `inline_policy[].policy`. */
  place: string;
  before: readonly Subject[];
  after: readonly Subject[];
  /** Part of what will stand here is not known yet, so nothing can be called fixed. */
  pending: boolean;
  /** It is about another bucket, queue or secret than before: what it says is new there. */
  retargeted?: true;
}

/** What happens to one principal; `null` where it does not exist. */
export interface PrincipalChange {
  address: string;
  resourceType: string;
  before: Principal | null;
  after: Principal | null;
}

/** What happens to one resource; `null` where it does not exist. */
export interface ResourcePair {
  address: string;
  type: string;
  before: Resource | null;
  after: Resource | null;
  /** What happens to whom it stands for, or to whoever will have it: a policy that is attached to nobody. */
  principal: PrincipalChange | null;
  /** Terraform lets go of it, and it lives on. */
  forgotten: boolean;
}

/** What else a plan does, for rules whose question is about two resources. */
export interface Surroundings {
  /** What happens to the resources of a type, the one in question included. */
  ofType(type: string): readonly ResourcePair[];
  resourceAt(address: string): ResourcePair | null;
  /** What happens to the policies of a resource. */
  policiesAt(address: string): readonly PolicyChange[];
  principalAt(address: string): PrincipalChange | null;
  /** What happens to the principal with this ARN, also where the plan only attaches policies to it. */
  principalOf(arn: string): PrincipalChange | null;
}
