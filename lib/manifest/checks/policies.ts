/** Organization policies, and where they are attached. */
import type { OrganizationPolicy } from "../../access/graph.ts";
import { reservedSlots } from "../../limits.ts";
import type { Problem } from "../../problem.ts";
import { allowance } from "../allowance.ts";
import type { Context } from "../context.ts";
import { toProblems } from "../issues.ts";
import { nodeAt, type Path } from "../node.ts";
import {
  isAccessPolicy,
  isAccountId,
  managementPolicyFile,
  organizationPolicyDocuments,
} from "../organization-policy.ts";
import { policyDocument } from "../policy.ts";
import { type PolicyTypeName, policyTypeNames, policyTypes } from "../policy-types.ts";
import { type PresetOption, presets } from "../presets.ts";
import { error, warning } from "../problems.ts";
import type { Manifest } from "../schema.ts";
import { checkControlPolicy, checkManagementPolicy } from "./policy-grammar.ts";

type Policy = Manifest["policies"][string];
type Document = OrganizationPolicy["document"];

/** `unused-policy`, `policy-too-large`, `policy-nearly-full`, `too-many-policies`, and what is said of presets and grammar. */
export function checkPolicies(context: Context): Problem[] {
  const { manifest } = context;
  const places = attachments(context);
  const used = new Set(places.flatMap(({ policies }) => policies));
  const documents = organizationPolicyDocuments(context);
  return [
    ...Object.entries(manifest.policies).flatMap(([key, policy]) => {
      const path = ["policies", key];
      const document = documents.get(key) ?? null;
      return [
        ...(used.has(key) ? [] : [warning("unused-policy", context.at(path), `policy "${key}" is attached nowhere`)]),
        ...(policy.preset === undefined ? strayOptions(policy, path, context) : checkPreset(policy, path, context)),
        ...(policy.preset === undefined ? checkContent(key, policy, document, context) : []),
        ...checkSize(key, policy, document, context),
      ];
    }),
    ...places.flatMap((place) => tooMany(place, context)),
  ];
}

interface Attachment {
  path: Path;
  policies: readonly string[];
  reserved: Readonly<Partial<Record<PolicyTypeName, number>>>;
}

/** Every entity that policies are attached to. */
function attachments({ manifest, units }: Context): Attachment[] {
  const { organization, accounts } = manifest;
  const of = (path: Path, entity: Pick<typeof organization, "policies" | "reservedSlots">): Attachment => ({
    path: [...path, "policies"],
    policies: entity.policies,
    reserved: entity.reservedSlots ?? {},
  });
  return [
    of(["organization"], organization),
    ...units.map(({ at, unit }) => of(at, unit)),
    ...Object.entries(accounts).map(([key, account]) => of(["accounts", key], account)),
  ];
}

/** The slots of AWS's own policies count. */
function tooMany({ path, policies, reserved }: Attachment, { manifest, at }: Context): Problem[] {
  if (policies.length === 0) return [];
  return policyTypeNames.flatMap((type) => {
    const { perEntity, several } = policyTypes[type];
    const attached = new Set(policies.filter((key) => own(manifest.policies, key)?.type === type));
    const { value, says } = allowance(manifest, perEntity);
    const taken: { [type in PolicyTypeName]?: number } = reservedSlots;
    const [byAws, byOthers] = [taken[type] ?? 0, reserved[type] ?? 0];
    if (attached.size <= value - byAws - byOthers) return [];
    const share = byAws === 0 ? "" : `, of which its own takes ${byAws}`;
    const others = byOthers === 0 ? "" : ` and "reservedSlots" ${byOthers}`;
    const message = `${attached.size} ${several} are attached here; ${says}${share}${others}`;
    return [error("too-many-policies", at(path), message)];
  });
}

/** How to name the options of presets, and whether one is written. */
const options: Readonly<Record<PresetOption, (policy: Policy) => boolean>> = {
  "exempt.roles": ({ exempt }) => (exempt?.roles.length ?? 0) > 0,
  "exempt.accounts": ({ exempt }) => (exempt?.accounts.length ?? 0) > 0,
  "exempt.resources": ({ exempt }) => (exempt?.resources.length ?? 0) > 0,
  regions: ({ regions }) => regions !== undefined,
  exemptServices: ({ exemptServices }) => exemptServices !== undefined,
  networks: ({ networks }) => networks !== undefined && networks.cidrs.length + Object.keys(networks.vpcs).length > 0,
};
const optionNames: readonly PresetOption[] = [
  "exempt.roles",
  "exempt.accounts",
  "exempt.resources",
  "regions",
  "exemptServices",
  "networks",
];

/** `option-without-preset`. */
function strayOptions(policy: Policy, path: Path, { at }: Context): Problem[] {
  const hint = "write the exception into the conditions of the statements";
  return optionNames
    .filter((option) => options[option](policy))
    .map((option) =>
      error("option-without-preset", at([...path, ...option.split(".")]), `"${option}" goes with a preset`, { hint }),
    );
}

/** `preset-type`, `preset-option`, `preset-needs-option`, `organization-id-needed`, and what is wrong with exemptions. */
function checkPreset(policy: Policy, path: Path, context: Context): Problem[] {
  const { manifest, at } = context;
  if (policy.preset === undefined) return [];
  const { types, takes, needs, namesOrganization } = presets[policy.preset];
  const name = `preset "${policy.preset}"`;
  const problems: Problem[] = [];
  if (!types.includes(policy.type)) {
    const kinds = types.map((type) => policyTypes[type].one).join(" or a ");
    const article = /^[AEIOU]/i.test(kinds) ? "an" : "a";
    problems.push(
      error("preset-type", at([...path, "type"]), `${name} is ${article} ${kinds}: type: ${types.join(" or ")}`),
    );
  }
  for (const option of optionNames.filter((option) => options[option](policy) && !takes.includes(option))) {
    const hint = takes.length === 0 ? "remove it" : `it takes ${takes.join(", ")}`;
    const message = `"${option}" changes nothing in ${name}`;
    problems.push(error("preset-option", at([...path, ...option.split(".")]), message, { hint }));
  }
  if (needs !== undefined && !options[needs](policy)) {
    problems.push(error("preset-needs-option", at([...path, "preset"]), `${name} needs "${needs}"`));
  }
  if (namesOrganization && manifest.organization.id === undefined) {
    const message = `${name} names the organization, whose id is not known: write organization.id`;
    const hint = "apply the organization stack without this policy first";
    problems.push(error("organization-id-needed", at([...path, "preset"]), message, { hint }));
  }
  return [...problems, ...checkExemptions(policy, path, context)];
}

/** `exempt-account-without-id`, `exempt-role-of-any-account`. */
function checkExemptions({ exempt, preset, type }: Policy, path: Path, { manifest, at }: Context): Problem[] {
  if (exempt === undefined) return [];
  const accounts = exempt.accounts.flatMap((key, index) => {
    const account = own(manifest.accounts, key);
    if (account === undefined || account.id !== undefined || isAccountId(key)) return [];
    const message = `account "${key}" has no id yet, and the policy names it by id`;
    return [error("exempt-account-without-id", at([...path, "exempt", "accounts", index]), message)];
  });
  if (preset === undefined || type !== "rcp") return accounts;
  const roles = exempt.roles.flatMap((role, index) => {
    if (/^arn:[^:]+:iam::\d{12}:/.test(role)) return [];
    const message = `"${role}" is a name that anybody can give to a role of an account outside`;
    const hint = "write the ARN of the role, with the id of its account";
    return [error("exempt-role-of-any-account", at([...path, "exempt", "roles", index]), message, { hint })];
  });
  return [...accounts, ...roles];
}

/** What is said of a document or of statements; nothing of what could not be read. */
function checkContent(key: string, policy: Policy, document: Document | null, context: Context): Problem[] {
  const path = ["policies", key];
  if (!isAccessPolicy(policy)) {
    return [
      ...managementPolicyFile(key, policy, context).problems,
      ...checkManagementPolicy(key, policy, document, context),
    ];
  }
  if (policy.document !== undefined) {
    const written = nodeAt(context.written, [...path, "document"]);
    const issues = policyDocument.safeParse(policy.document).error?.issues ?? [];
    if (written !== null && issues.length > 0) return toProblems(issues, written, policyDocument);
  }
  return checkControlPolicy(policy, document, path, context);
}

/** From how much of the quota on a policy is called nearly full. */
const nearlyFull = 0.95;

function checkSize(key: string, policy: Policy, document: Document | null, { manifest, at }: Context): Problem[] {
  const { value, unit, says } = allowance(manifest, policyTypes[policy.type].size);
  const size = document === null ? 0 : JSON.stringify(document).length;
  const message = `policy "${key}" is ${size} ${unit} long; ${says}`;
  const hint = { hint: "split it into two policies" };
  if (size > value) return [error("policy-too-large", at(["policies", key]), message, hint)];
  return size > value * nearlyFull ? [warning("policy-nearly-full", at(["policies", key]), message, hint)] : [];
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
