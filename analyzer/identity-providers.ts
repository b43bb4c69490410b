/** The ARN that an identity provider will have: all but its account is known before apply, and tells who comes. */
import { type Address, configAddress, parseAddress } from "./address.ts";
import { type Reference, targetOf } from "./configuration.ts";
import { asArray, asObject, asString, isObject, member } from "./json.ts";
import { UNKNOWN } from "./partial.ts";
import type { Plan, ResourceChange } from "./plan.ts";

/** ARN of the identity provider that a reference means; `null` when it means none, or the plan does not tell. */
export type ProviderArn = (reference: Reference) => string | null;

const arns: Readonly<Record<string, (change: ResourceChange) => string | null>> = {
  aws_iam_openid_connect_provider: ({ after }) => {
    const host = asString(member(after, "url"))?.replace(/^https:\/\//, "");
    return host ? `arn:aws:iam::known-after-apply:oidc-provider/${host}` : null;
  },
  aws_iam_saml_provider: ({ after }) => {
    const name = asString(member(after, "name"));
    return name === null ? null : `arn:aws:iam::known-after-apply:saml-provider/${name}`;
  },
};

/** Finds the identity providers that the plan makes. */
export function providersOf(plan: Plan): ProviderArn {
  const byBlock = new Map<string, Set<string | null>>();
  for (const change of plan.changes) {
    const arn = Object.hasOwn(arns, change.type) ? arns[change.type] : undefined;
    const address = arn && change.mode === "managed" ? parseAddress(change.address) : null;
    if (arn && address) add(byBlock, address, arn(change));
  }
  return (reference) => {
    const target = targetOf(reference);
    const found = target && [...(byBlock.get(configAddress(target.address)) ?? [])];
    return found?.length === 1 ? (found[0] ?? null) : null;
  };
}

function add(byBlock: Map<string, Set<string | null>>, address: Address, arn: string | null): void {
  const block = configAddress(address);
  byBlock.set(block, (byBlock.get(block) ?? new Set()).add(arn));
}

/** Gives the document with `arn` for each federated principal that is not known yet. */
export function withProvider(document: unknown, arn: string): unknown {
  if (!isObject(document)) return document;
  const statements = member(document, "Statement");
  const filled = (Array.isArray(statements) ? statements : [statements]).map((statement) => {
    const principal = member(statement, "Principal");
    const federated = member(principal, "Federated");
    const values = Array.isArray(federated) ? asArray(federated) : [federated];
    if (!values.includes(UNKNOWN)) return statement;
    const known = values.map((value) => (value === UNKNOWN ? arn : value));
    return { ...asObject(statement), Principal: { ...asObject(principal), Federated: known } };
  });
  return { ...document, Statement: filled };
}
