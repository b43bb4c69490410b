/**
 * The ARN that a principal will have: all but its account is known before apply, and tells who comes.
 *
 * A reference tells of whom a value will be the ARN, and not always which of several values: they are put in where
 * that makes no difference.
 */
import { flatMap } from "../lib/flat-map.ts";
import { STAND_IN } from "../lib/iam/texts.ts";
import { type Address, configAddress, parseAddress, withoutWildcards } from "./address.ts";
import {
  accountInArn,
  type Configuration,
  isInstanceReference,
  meantBy,
  type Reference,
  targetOf,
} from "./configuration.ts";
import { asArray, asObject, asString, isObject, type JsonObject, member } from "./json.ts";
import { holdsUnknown, isUnknown, objectOf, UNKNOWN } from "./partial.ts";
import type { Plan, ResourceChange } from "./plan.ts";

/** How a policy names principals whose ARN it gives; a group is none, and stands among resources only. */
const kinds = ["AWS", "Federated", "Group"] as const;
export type PrincipalKind = (typeof kinds)[number];
export const isPrincipalKind = (text: string): text is PrincipalKind => kinds.some((kind) => kind === text);

/** ARNs, as far as they are known. */
export type PrincipalArns = Readonly<Record<PrincipalKind, readonly string[]>>;

/**
 * Gives what references mean, written in the block at `user`.
 * @param which `pending`: only what is known no sooner than after apply
 */
export type FindPrincipals = (
  references: readonly Reference[],
  user: Address,
  which: "all" | "pending",
) => PrincipalArns;

interface Row {
  kind: PrincipalKind;
  /**
   * What follows the account.
   * @param address of the resource
   * @param isOfCluster tells whether its values are those of an EKS cluster that is made with it
   */
  nameOf: (values: JsonObject, address: string, isOfCluster: () => boolean) => string | null;
}

/** Gives a role's or user's name; where AWS or the provider makes it up, what stands for it and for no other. */
export function principalName(values: JsonObject | null, address: string): string {
  const prefix = asString(member(values, "name_prefix")) ?? "";
  return asString(member(values, "name")) ?? `${prefix}${STAND_IN}(${withoutWildcards(address)})`;
}

/** The host of a cluster's issuer, of which only the form is known before apply. */
const CLUSTER = `oidc.eks.${STAND_IN}.amazonaws.com/id/${STAND_IN}`;

const iam = (type: "user" | "role" | "group"): Row => ({
  kind: type === "group" ? "Group" : "AWS",
  nameOf: (values, address) => `${type}${asString(member(values, "path")) ?? "/"}${principalName(values, address)}`,
});

const rows: Readonly<Record<string, Row>> = {
  aws_iam_openid_connect_provider: {
    kind: "Federated",
    nameOf: (values, _, isOfCluster) => {
      const host = asString(member(values, "url"))?.replace(/^https:\/\//, "") ?? (isOfCluster() ? CLUSTER : "");
      return host === "" ? null : `oidc-provider/${host}`;
    },
  },
  aws_iam_saml_provider: {
    kind: "Federated",
    nameOf: (values) => {
      const name = asString(member(values, "name"));
      return name === null ? null : `saml-provider/${name}`;
    },
  },
  aws_iam_group: iam("group"),
  aws_iam_role: iam("role"),
  aws_iam_user: iam("user"),
};

/** Whether blocks of a type make principals. */
export const isPrincipalBlock = (type: string): boolean => Object.hasOwn(rows, type);

interface Expected {
  kind: PrincipalKind;
  address: Address;
  arn: string;
  isPending: boolean;
}

/** Finds the principals of a plan by what refers to them. */
export function principalsOf(plan: Plan, configuration: Configuration): FindPrincipals {
  let byBlock: ReadonlyMap<string, readonly Expected[]> | null = null;
  const meant = (reference: Reference, user: Address, isPicked: boolean): readonly Expected[] => {
    const target = targetOf(reference);
    if (!target || !Object.hasOwn(rows, target.address.type)) return [];
    if (target.attribute !== null && target.attribute !== "arn") return [];
    byBlock ??= expectedIn(plan, configuration);
    return meantBy(target.address, user, byBlock.get(configAddress(target.address)) ?? [], isPicked);
  };
  return (references, user, which) => {
    const isPicked = references.some(isInstanceReference);
    const found = flatMap(references, (reference) => meant(reference, user, isPicked));
    const all = [...new Set(found)].filter(({ isPending }) => which === "all" || isPending);
    const arnsOf = (kind: PrincipalKind) => flatMap(all, (one) => (one.kind === kind ? [one.arn] : []));
    return { AWS: arnsOf("AWS"), Federated: arnsOf("Federated"), Group: arnsOf("Group") };
  };
}

/** The principals that the plan has after the change, by the address of their block. */
function expectedIn(plan: Plan, configuration: Configuration): ReadonlyMap<string, readonly Expected[]> {
  const byBlock = new Map<string, Expected[]>();
  for (const change of plan.changes) {
    const row = Object.hasOwn(rows, change.type) ? rows[change.type] : undefined;
    const address = row && change.mode === "managed" && change.deposed === null ? parseAddress(change.address) : null;
    if (!row || !address) continue;
    const isOfCluster = () =>
      configuration
        .follow(address, Object.values(configuration.expressionsOf(address) ?? {}))
        .some(({ name }) => /^(data\.)?aws_eks_cluster\./.test(name));
    const arn = arnOf(
      change,
      (values) => row.nameOf(values, change.address, isOfCluster),
      configuration.accountOf(address),
    );
    if (!arn) continue;
    const isPending = member(change.afterUnknown, "arn") === true;
    const block = configAddress(address);
    const instances = byBlock.get(block) ?? [];
    instances.push({ kind: row.kind, address, arn, isPending });
    byBlock.set(block, instances);
  }
  return byBlock;
}

/** New ARNs of roles, users and groups that the change gives another name, by the old ones. */
export function renamedIn(plan: Plan, configuration: Configuration): ReadonlyMap<string, string> {
  const renamed = flatMap(plan.changes, (change): [string, string][] => {
    const { type, before, after, mode, deposed } = change;
    if (!/^aws_iam_(role|user|group)$/.test(type) || mode === "data" || deposed !== null || !before || !after)
      return [];
    const nameOf = (values: JsonObject) => rows[type]?.nameOf(values, change.address, () => false) ?? null;
    const address = nameOf(before) === nameOf(after) ? null : parseAddress(change.address);
    const old = asString(member(before, "arn"));
    const now = address && arnOf(change, nameOf, configuration.accountOf(address));
    return old !== null && now && now !== old ? [[old, now]] : [];
  });
  return new Map(renamed);
}

/** Its ARN; what is only replaced gets the one that it had, and what is renamed stays in its account. */
function arnOf(
  { before, after }: ResourceChange,
  nameOf: (values: JsonObject) => string | null,
  account: string | null,
): string | null {
  if (after === null) return null;
  const name = nameOf(after);
  const was = before && nameOf(before) === name ? asString(member(before, "arn")) : null;
  const is = asString(member(after, "arn")) ?? was;
  const own = account ?? accountInArn(asString(member(before, "arn"))) ?? STAND_IN;
  return is ?? (name === null ? null : `arn:aws:iam::${own}:${name}`);
}

/** Gives a list with ARNs in the place of values that are not known: the order of principals means nothing. */
export function withArns(values: readonly unknown[], arns: readonly string[]): readonly unknown[] {
  if (arns.length > values.filter(isUnknown).length) return values;
  const left = [...arns];
  return values.map((value) => (isUnknown(value) ? (left.shift() ?? value) : value));
}

/** Gives a document with the ARNs of principals that it names by their objects, as principals and as resources. */
export function withNamed(document: unknown, arnOf: (object: string) => string | null): unknown {
  if (!isObject(document)) return document;
  const named = (value: unknown): unknown => {
    const object = objectOf(value);
    return (object !== null && arnOf(object)) || value;
  };
  const each = (values: unknown) => (Array.isArray(values) ? values.map(named) : named(values));
  const inStatement = (statement: unknown): unknown => {
    if (!isObject(statement)) return statement;
    const { Principal, Resource } = statement;
    return {
      ...statement,
      ...(isObject(Principal) && {
        Principal: Object.fromEntries(Object.entries(Principal).map(([kind, values]) => [kind, each(values)])),
      }),
      ...(Resource !== undefined && { Resource: each(Resource) }),
    };
  };
  const written = member(document, "Statement");
  return { ...document, Statement: Array.isArray(written) ? written.map(inStatement) : inStatement(written) };
}

/** Gives a document with ARNs for the principals in it that are not known yet, where it is clear which is which. */
export function withPrincipals(document: unknown, arns: PrincipalArns): unknown {
  if (!isObject(document)) return document;
  const written = member(document, "Statement");
  const statements = Array.isArray(written) ? written : [written];
  const waiting = statements.filter((statement) => unknownIn(statement, "AWS") > 0);
  // elsewhere, a reference may mean what is not the principal
  const isClear = waiting.length === 1 && !statements.some(holdsOthers);
  const filled = statements.map((statement) => {
    const provider = arns.Federated.length === 1 ? arns.Federated : providerIn(statement);
    return withIssuer(fill(fill(statement, "Federated", provider), "AWS", isClear ? arns.AWS : []));
  });
  return { ...document, Statement: filled };
}

/**
 * The OIDC provider that a statement's conditions speak of: their keys begin with its host. Without any condition it makes
 * no difference which one it is: all of its people and workloads come in.
 */
function providerIn(statement: unknown): readonly string[] {
  const actions = [member(statement, "Action")].flat();
  const isWeb = actions.every((action) => /^sts:AssumeRoleWithWebIdentity$/i.test(asString(action) ?? ""));
  if (isWeb && member(statement, "Condition") === undefined) {
    return [`arn:aws:iam::${STAND_IN}:oidc-provider/${STAND_IN}`];
  }
  const operators = Object.values(asObject(member(statement, "Condition")));
  const subjects = flatMap(operators, (keys) => [member(keys, `${UNKNOWN}:sub`)].flat());
  // whose subjects are service accounts is a cluster
  if (isWeb && subjects.some((subject) => /^system:serviceaccount:/.test(asString(subject) ?? ""))) {
    return [`arn:aws:iam::${STAND_IN}:oidc-provider/${CLUSTER}`];
  }
  const keys = flatMap(operators, (each) => Object.keys(asObject(each)));
  const hosts = new Set(flatMap(keys, (key) => /^([^:]+\.[^:]+):(?:aud|sub)$/i.exec(key)?.[1]?.toLowerCase() ?? []));
  return hosts.size === 1 ? [...hosts].map((host) => `arn:aws:iam::${STAND_IN}:oidc-provider/${host}`) : [];
}

/** Gives a statement with the host of its OIDC provider in the condition keys that begin with what is not known yet. */
function withIssuer(statement: unknown): unknown {
  const condition = member(statement, "Condition");
  const hosts = flatMap(
    namesIn(statement, "Federated"),
    (arn) => /:oidc-provider\/(.+)$/.exec(asString(arn) ?? "")?.[1] ?? [],
  );
  const [host] = hosts;
  if (!isObject(condition) || host === undefined || hosts.length > 1) return statement;
  const renamed = Object.entries(condition).map(([operator, keys]) => {
    const entries = Object.entries(asObject(keys)).map(([key, values]) => [
      key.replace(`${UNKNOWN}:`, `${host}:`),
      values,
    ]);
    return [operator, Object.fromEntries(entries)];
  });
  return { ...asObject(statement), Condition: Object.fromEntries(renamed) };
}

const namesIn = (statement: unknown, kind: PrincipalKind): readonly unknown[] => {
  const names = member(member(statement, "Principal"), kind);
  return Array.isArray(names) ? asArray(names) : [names];
};

const unknownIn = (statement: unknown, kind: PrincipalKind): number =>
  namesIn(statement, kind).filter(isUnknown).length;

const holdsOthers = (statement: unknown): boolean =>
  ["NotPrincipal", "Condition"].some((element) => holdsUnknown(member(statement, element)));

function fill(statement: unknown, kind: PrincipalKind, arns: readonly string[]): unknown {
  if (arns.length === 0 || unknownIn(statement, kind) === 0) return statement;
  const known = withArns(namesIn(statement, kind), arns);
  return { ...asObject(statement), Principal: { ...asObject(member(statement, "Principal")), [kind]: known } };
}
