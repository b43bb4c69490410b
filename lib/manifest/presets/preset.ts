/** What a preset is, and the parts that presets are written with. */
import type { OrganizationPolicy } from "../../access/graph.ts";
import type { PolicyTypeName } from "../policy-types.ts";

export type Statement = Readonly<Record<string, unknown>>;
type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What a preset may ask about the organization. */
export interface PresetContext {
  /** `null` until it is known. */
  organizationId: string | null;
  regions: readonly string[];
  /** Role that Terraform works with in member accounts; it has to be able to maintain what the others may not touch. */
  executionRole: string;
  logBuckets: readonly string[];
  /** Ids of the accounts outside that roles of the manifest trust. */
  vendors: readonly string[];
}

/** What the manifest says beside `preset`. */
export interface PresetOptions {
  exempt: {
    roles: readonly string[];
    /** Twelve digits each. */
    accounts: readonly string[];
    resources: readonly string[];
  };
  /** Left out: the organization's. */
  regions?: readonly string[] | undefined;
  exemptServices: readonly string[];
  /** VPC ids with their Regions. */
  networks: { cidrs: readonly string[]; vpcs: Readonly<Record<string, string>> };
}

export const noOptions: PresetOptions = {
  exempt: { roles: [], accounts: [], resources: [] },
  exemptServices: [],
  networks: { cidrs: [], vpcs: {} },
};

export type PresetRequest = PresetContext & Omit<PresetOptions, "regions"> & { type: PolicyTypeName };

export type PresetOption =
  | "exempt.roles"
  | "exempt.accounts"
  | "exempt.resources"
  | "regions"
  | "exemptServices"
  | "networks";

export interface Preset {
  types: readonly PolicyTypeName[];
  /** One sentence; also the policy's description unless the manifest gives one. */
  summary: string;
  /** What it leaves alone by itself, for people; empty when nothing. */
  leavesAlone: string;
  takes: readonly PresetOption[];
  /** An option it is nothing without. */
  needs?: PresetOption;
  /** It names the organization by its id. */
  namesOrganization?: true;
  document(request: PresetRequest): OrganizationPolicy["document"];
}

/** The options of every guardrail that looks at who is asking. */
export const whoAsks: readonly PresetOption[] = ["exempt.roles", "exempt.accounts"];

/** A preset in IAM's policy language. */
export function guardrail(
  preset: Omit<Preset, "document"> & { statements(request: PresetRequest): readonly Statement[] },
): Preset {
  const { statements, ...facts } = preset;
  return {
    ...facts,
    document: (request) => ({ Version: "2012-10-17", Statement: statements(request) }),
  };
}

/** A statement that denies where all of the conditions hold. */
export function deny(sid: string, scope: Statement, ...conditions: readonly Condition[]): Statement {
  const condition = allOf(conditions);
  return {
    Sid: sid,
    Effect: "Deny",
    ...scope,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

/** The conditions in one block. Values of one key add up: the operators that presets share are negated, so none may match. */
function allOf(conditions: readonly Condition[]): Condition {
  const all = new Map<string, Map<string, string | readonly string[]>>();
  for (const [operator, keys] of conditions.flatMap((condition) => Object.entries(condition))) {
    const block = all.get(operator) ?? new Map();
    for (const [key, values] of Object.entries(keys)) {
      const earlier = block.get(key);
      block.set(key, earlier === undefined ? values : [...new Set([earlier, values].flat())]);
    }
    all.set(operator, block);
  }
  return Object.fromEntries([...all].map(([operator, block]) => [operator, Object.fromEntries(block)]));
}

/** `operator` over the keys that have values; nothing when none has. */
export function where(operator: string, keys: Readonly<Record<string, string | readonly string[]>>): Condition {
  const given = Object.entries(keys).filter(([, values]) => values.length > 0);
  return given.length === 0 ? {} : { [operator]: Object.fromEntries(given) };
}

/** Leaves alone what these roles do. */
export function exceptRoles(roles: readonly string[]): Condition {
  return where("ArnNotLike", { "aws:PrincipalArn": roles.map(rolePattern) });
}

/** Leaves alone the exempt roles and the principals of exempt accounts. */
export function exceptWhoIsExempt({ exempt }: PresetRequest): Condition {
  return { ...exceptRoles(exempt.roles), ...where("StringNotEquals", { "aws:PrincipalAccount": exempt.accounts }) };
}

/** A role by name, or by path and name, in every account; an ARN as it is. */
function rolePattern(role: string): string {
  return role.startsWith("arn:") ? role : `arn:aws:iam::*:role/${role}`;
}
