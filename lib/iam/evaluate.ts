/**
 * Decides one request against every layer of policies that AWS consults.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
 * .../reference_policies_evaluation-logic-cross-account.html and .../access_policies_boundaries.html
 */
import type { StatementRef } from "../finding.ts";
import type { Policy } from "./policy.ts";
import { type Caller, derivedContext, standsFor } from "./principal.ts";
import { appliesTo, type Context, decideBy, type Match, type Request, statementsOf } from "./statement.ts";

export interface Layers {
  identityPolicies: readonly Policy[];
  resourcePolicy: Policy | null;
  permissionsBoundary: Policy | null;
  sessionPolicy: Policy | null;
  /** One list per level from the root to the account; none: not in an organization (or its management account). */
  serviceControlPolicies: readonly (readonly Policy[])[];
  resourceControlPolicies: readonly (readonly Policy[])[];
  /** Prefixes of the services that resource control policies apply to; left out: all. */
  servicesWithRcps?: ReadonlySet<string>;
}

export interface Call {
  caller: Caller;
  action: string;
  resource: string;
  /** Account that owns the resource; `null`: taken from the ARN, else the caller's. */
  resourceAccount: string | null;
  /** Lower-cased keys; what follows from the caller is added. */
  context: Context;
}

export type LayerName = Exclude<keyof Layers, "servicesWithRcps">;

export interface Decision {
  decision: "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";
  /** The layer that decided, the level or policy in it, and its statement where one decided. */
  by: { layer: LayerName | null; level: number | null; policy: number | null; statement: StatementRef | null };
  because: string;
}

/** Gives the decision and what it rests on. */
export function evaluate(call: Call, layers: Layers): Decision {
  const request = complete(call);
  const fixed = withoutPolicies(request);
  if (fixed) return fixed;
  return explicitDeny(request, layers) ?? organizationGate(request, layers) ?? decideGrant(request, call, layers);
}

function complete(call: Call): Request {
  const context = new Map(derivedContext(call.caller));
  const account = accountOfResource(call);
  if (account) context.set("aws:resourceaccount", [account]);
  for (const [keyId, values] of call.context) context.set(keyId, values);
  return { caller: call.caller, action: call.action, resource: call.resource, context };
}

function accountOfResource(call: Call): string | null {
  const inArn = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(call.resource)?.[1];
  return call.resourceAccount ?? inArn ?? call.caller.account;
}

/** What no policy changes. */
function withoutPolicies({ action, caller }: Request): Decision | null {
  // "No permissions are required to perform this operation", and a Deny does not stop it
  if (/^sts:GetCallerIdentity$/i.test(action) && caller.account !== null) {
    return decision("Allowed", null, null, null, "everyone with credentials may ask who they are");
  }
  if (/^sts:AssumeRole$/i.test(action) && caller.kind === "root") {
    return decision("ImplicitlyDenied", null, null, null, "the root user cannot assume roles");
  }
  return null;
}

// ------------------------------------------------------------------------------------------------- deny, guardrails

/** Service-linked roles: AWS owns them, and neither kind of control policy binds them. */
const isServiceLinked = ({ name }: Caller) => /:role\/aws-service-role\/|:assumed-role\/AWSServiceRoleFor/.test(name);

/** Service control policies bind the users, roles and root of member accounts, nobody else. */
const boundByScp = (caller: Caller) => caller.account !== null && !isServiceLinked(caller);

/** Resource control policies know some services only. */
function boundByRcp({ action, caller }: Request, { servicesWithRcps }: Layers): boolean {
  const service = action.split(":")[0]?.toLowerCase() ?? "";
  return !isServiceLinked(caller) && (servicesWithRcps === undefined || servicesWithRcps.has(service));
}

function explicitDeny(request: Request, layers: Layers): Decision | null {
  const lists: [LayerName, number | null, readonly Policy[]][] = [
    ...(boundByScp(request.caller) ? layers.serviceControlPolicies : []).map(
      (policies, level) => ["serviceControlPolicies", level, policies] as [LayerName, number, readonly Policy[]],
    ),
    ...(boundByRcp(request, layers) ? layers.resourceControlPolicies : []).map(
      (policies, level) => ["resourceControlPolicies", level, policies] as [LayerName, number, readonly Policy[]],
    ),
    ["resourcePolicy", null, optional(layers.resourcePolicy)],
    ["identityPolicies", null, layers.identityPolicies],
    ["permissionsBoundary", null, optional(layers.permissionsBoundary)],
    ["sessionPolicy", null, optional(layers.sessionPolicy)],
  ];
  for (const [layer, level, policies] of lists) {
    const { deny } = decideBy(policies, request);
    if (deny)
      return decision("ExplicitlyDenied", layer, level, deny, `a Deny statement of the ${words[layer]} applies`);
  }
  return null;
}

function organizationGate(request: Request, layers: Layers): Decision | null {
  if (!boundByScp(request.caller)) return null;
  for (const [level, policies] of layers.serviceControlPolicies.entries()) {
    if (!decideBy(policies, request).allow) {
      const because = `no service control policy at level ${level + 1} allows it; every level must`;
      return decision("ImplicitlyDenied", "serviceControlPolicies", level, null, because);
    }
  }
  // resource control policies only take away: RCPFullAWSAccess is attached everywhere and cannot be detached
  return null;
}

// ------------------------------------------------------------------------------------------------------------ grants

/** Requests whose resource policy must take part even in the same account: a key's, and a role's trust policy. */
function needsResourceGrant({ action, resource }: Request): boolean {
  if (/^kms:/i.test(action)) return /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(resource ?? "");
  return /^sts:(AssumeRole|TagSession$|SetSourceIdentity$)/i.test(action);
}

/**
 * How the resource policy grants to this caller.
 * - `direct`: to the user, or to the session itself: identity policy, boundary and session policy need not allow
 * - `role`: to the session's role (or to everyone): the identity policy need not allow, boundary and session must
 * - `account`: to the account, which passes it on by identity policies
 */
type Grant = { how: "direct" | "role" | "account"; match: Match };

/** Gives the strongest grant; that nothing denies the request has been seen before. */
function resourceGrant(request: Request, policy: Policy | null): Grant | null {
  if (!policy) return null;
  const rank = { direct: 0, role: 1, account: 2 };
  let best: Grant | null = null;
  for (const compiled of statementsOf(policy)) {
    const { statement } = compiled;
    if (statement.effect !== "Allow" || !statement.principals || !appliesTo(compiled, request)) continue;
    const how = howGranted(request.caller, statement.principals);
    if (!best || rank[how] < rank[best.how]) best = { how, match: { policy: 0, statement } };
  }
  return best;
}

function howGranted(caller: Caller, principals: NonNullable<Policy["statements"][number]["principals"]>): Grant["how"] {
  const reach: Record<string, Grant["how"]> = {
    user: "direct",
    federatedUser: "direct",
    session: "role",
    role: "role",
  };
  const other = reach[caller.kind] ?? "direct";
  if (principals.not) return other;
  let how: Grant["how"] = "account";
  for (const pattern of principals.values) {
    if (pattern.kind === "account" || !standsFor(pattern, caller)) continue;
    if (pattern.kind === "arn" && pattern.arn === caller.name && caller.kind === "session") return "direct";
    how = other;
  }
  return how;
}

function decideGrant(request: Request, call: Call, layers: Layers): Decision {
  const { caller } = request;
  const grant = resourceGrant(request, layers.resourcePolicy);
  if (caller.account === null) {
    if (grant) return decision("Allowed", "resourcePolicy", null, grant.match, "the resource policy allows it");
    const because = `${caller.name} has no policies of its own, and the resource policy does not allow it`;
    return decision("ImplicitlyDenied", "resourcePolicy", null, null, because);
  }
  const sameAccount = accountOfResource(call) === caller.account;
  const needsGrant = !sameAccount || needsResourceGrant(request);
  if (needsGrant && !grant) {
    const because = sameAccount
      ? "this service asks the resource policy even in its own account, and it does not allow it"
      : "the resource belongs to another account, and its resource policy does not allow it";
    return decision("ImplicitlyDenied", "resourcePolicy", null, null, because);
  }
  const identity = identityGrant(request, layers, caller);
  if (sameAccount && grant?.how === "direct") {
    return decision(
      "Allowed",
      "resourcePolicy",
      null,
      grant.match,
      "the resource policy grants it to the caller directly",
    );
  }
  const granted = identity ?? (sameAccount && grant?.how === "role" ? fromResource(grant) : null);
  if (!granted) {
    const because = grant
      ? "the resource policy leaves it to the caller's account, and no identity policy allows it"
      : "no identity policy allows it";
    return decision("ImplicitlyDenied", "identityPolicies", null, null, because);
  }
  return limits(request, layers, caller) ?? granted;
}

function fromResource(grant: Grant): Decision {
  return decision("Allowed", "resourcePolicy", null, grant.match, "the resource policy grants it to the caller's role");
}

function identityGrant(request: Request, layers: Layers, caller: Caller): Decision | null {
  // the root user needs no policy in its own account, and cannot have one
  if (caller.kind === "root")
    return decision("Allowed", null, null, null, "the root user may do everything not denied");
  const { allow } = decideBy(layers.identityPolicies, request);
  return allow && decision("Allowed", "identityPolicies", null, allow, "an identity policy allows it");
}

function limits(request: Request, layers: Layers, caller: Caller): Decision | null {
  if (caller.kind === "root") return null;
  if (caller.kind === "federatedUser" && !layers.sessionPolicy) {
    const because = "a federated user's session has what its session policy passes on, and there is none";
    return decision("ImplicitlyDenied", "sessionPolicy", null, null, because);
  }
  for (const layer of ["permissionsBoundary", "sessionPolicy"] as const) {
    const policy = layers[layer];
    if (policy && !decideBy([policy], request).allow) {
      return decision("ImplicitlyDenied", layer, null, null, `the ${words[layer]} does not allow it`);
    }
  }
  return null;
}

// ------------------------------------------------------------------------------------------------------------- shared

const words: Record<LayerName, string> = {
  identityPolicies: "identity policies",
  resourcePolicy: "resource policy",
  permissionsBoundary: "permissions boundary",
  sessionPolicy: "session policy",
  serviceControlPolicies: "service control policies",
  resourceControlPolicies: "resource control policies",
};

const optional = (policy: Policy | null): readonly Policy[] => (policy ? [policy] : []);

function decision(
  verdict: Decision["decision"],
  layer: LayerName | null,
  level: number | null,
  match: Match | null,
  because: string,
): Decision {
  const statement = match && { index: match.statement.index, sid: match.statement.sid };
  return { decision: verdict, by: { layer, level, policy: match?.policy ?? null, statement }, because };
}
