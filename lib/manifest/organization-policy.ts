/** Organization policies: presets, statements, documents and files come to one document. */
import type { OrganizationPolicy } from "../access/graph.ts";
import { type Context, presetContext } from "./context.ts";
import { documentOf, readManagementPolicyFile } from "./policy.ts";
import { policyTypes } from "./policy-types.ts";
import { noOptions, type PresetContext, type PresetOptions, presets } from "./presets.ts";
import { relativeTo } from "./references.ts";
import type { Manifest } from "./schema.ts";

type Document = OrganizationPolicy["document"];
type Policy = Manifest["policies"][string];
type Accounts = Manifest["accounts"];

/** The documents of the organization policies, however they are written; `null` when a file could not be read. */
export function organizationPolicyDocuments(context: Context): ReadonlyMap<string, Document | null> {
  const about = presetContext(context.manifest);
  const policies = Object.entries(context.manifest.policies);
  return new Map(policies.map(([key, policy]) => [key, documentOfPolicy(key, policy, about, context)]));
}

function documentOfPolicy(key: string, policy: Policy, about: PresetContext, context: Context): Document | null {
  const { type, preset } = policy;
  if (preset !== undefined) {
    const { regions = about.regions, ...options } = optionsOf(policy, context.manifest.accounts);
    return presets[preset].document({ ...about, ...options, regions, type });
  }
  if (policy.file !== undefined) {
    const path = ["policies", key, "file"];
    return isAccessPolicy(policy)
      ? context.file(path, policy.file)
      : managementPolicyFile(key, policy, context).document;
  }
  // resource control policies name a principal, and it is always everyone
  const principal = type === "rcp" ? "*" : null;
  return policy.document ?? documentOf(policy.allow ?? [], policy.deny ?? [], principal);
}

/** What the file of a management policy holds, and what is wrong with it. */
export function managementPolicyFile(
  key: string,
  { file }: Policy,
  { at, text }: Context,
): ReturnType<typeof readManagementPolicyFile> {
  const path = ["policies", key, "file"];
  const content = text(path, file);
  if (file === undefined || content === null) return { document: null, problems: [] };
  return readManagementPolicyFile(relativeTo(at(path).file, file), content);
}

/** What is written beside `preset`, with accounts by id; accounts that have none yet are left out, and a check says so. */
function optionsOf({ exempt, regions, exemptServices, networks }: Policy, accounts: Accounts): PresetOptions {
  return {
    exempt: exempt === undefined ? noOptions.exempt : { ...exempt, accounts: idsOf(exempt.accounts, accounts) },
    regions,
    exemptServices: exemptServices ?? [],
    networks: networks ?? noOptions.networks,
  };
}

function idsOf(named: readonly string[], accounts: Accounts): string[] {
  return named.flatMap((name) => {
    if (Object.hasOwn(accounts, name)) return accounts[name]!.id ?? [];
    return isAccountId(name) ? name : [];
  });
}

/** Twelve digits; a key may look like that too, and then means the account it is the key of. */
export function isAccountId(name: string): boolean {
  return /^\d{12}$/.test(name);
}

/** `true` for SCPs and RCPs, which are written in IAM's policy language. */
export function isAccessPolicy({ type }: Pick<Policy, "type">): boolean {
  return policyTypes[type].root === null;
}
