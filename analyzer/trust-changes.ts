/** Who is let into which role, and what the plan changes about that. */
import { byCodeUnit } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import type { Policy, PrincipalPattern } from "../lib/iam/policy.ts";
import { renderStatement } from "../lib/iam/render.ts";
import { extract } from "./extract.ts";
import type { Subject } from "./model.ts";
import type { Plan } from "./plan.ts";
import { isSensitive } from "./statement-text.ts";

export interface TrustChange {
  /** Whom the trust policy names: an ARN, `account 333333333333`, a service, an identity provider, `anyone`. */
  who: string;
  /** Terraform address of the role. */
  role: string;
  /** `changed`: named before and after, under other conditions. */
  change: "new" | "gone" | "changed";
}

/** Gives what the plans change about who may assume roles, in the order of roles and names. */
export function trustChanges(plans: readonly Plan[]): readonly TrustChange[] {
  const found = flatMap(plans, (plan) =>
    flatMap(
      extract(plan).policies.filter(({ address, place }) => !isSensitive(plan, address, place)),
      ({ address, before, after }) => compare(address, trusted(before), trusted(after)),
    ),
  );
  const distinct = new Map(found.map((change) => [JSON.stringify(change), change]));
  return [...distinct.values()].sort((a, b) => byCodeUnit(a.role, b.role) || byCodeUnit(a.who, b.who));
}

/** Whom a role trusts, each with the statements that say so. */
type Trusted = ReadonlyMap<string, string>;

function compare(role: string, before: Trusted, after: Trusted): readonly TrustChange[] {
  const all = [...new Set([...before.keys(), ...after.keys()])];
  return flatMap(all, (who) => {
    const [was, is] = [before.get(who), after.get(who)];
    if (was === is) return [];
    return { who, role, change: was === undefined ? "new" : is === undefined ? "gone" : "changed" };
  });
}

function trusted(subjects: readonly Subject[]): Trusted {
  const policies = subjects.map(({ policy }) => policy).filter(({ kind }) => kind === "trust");
  const statements = new Map<string, string[]>();
  for (const { who, statement } of flatMap(policies, namedIn)) {
    statements.set(who, [...(statements.get(who) ?? []), statement]);
  }
  return new Map([...statements].map(([who, texts]) => [who, texts.sort(byCodeUnit).join("\n")]));
}

function namedIn({ statements }: Policy): readonly { who: string; statement: string }[] {
  return flatMap(statements, (statement) => {
    const { effect, principals } = statement;
    if (effect === "Deny" || principals === null) return [];
    const { Sid: _name, Principal: _whom, ...conditions } = renderStatement(statement);
    const names = principals.values.filter(({ kind }) => kind !== "deleted").map(nameOf);
    const whom = principals.not ? [`everyone but ${names.join(", ")}`] : names;
    return whom.map((who) => ({ who, statement: JSON.stringify(conditions) }));
  });
}

function nameOf(pattern: PrincipalPattern): string {
  switch (pattern.kind) {
    case "anyone":
      return "anyone";
    case "account":
      return `account ${pattern.account}`;
    case "arn":
      return pattern.arn;
    case "deleted":
    case "canonicalUser":
      return pattern.id;
    case "service":
      return pattern.service;
    case "federated":
      return pattern.provider;
  }
}
