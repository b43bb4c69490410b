/** The grammar of the manifest: the one source of its types, its checks, its JSON Schema and the editor's completion. */
import { z } from "zod";
import { key, oneOrMany } from "./fields.ts";
import { grant } from "./schema/access.ts";
import { assertion, assertionName } from "./schema/assertions.ts";
import { bucketPolicy } from "./schema/bucket-policies.ts";
import { budget } from "./schema/budgets.ts";
import { delegation } from "./schema/delegations.ts";
import { breakGlass, iam, passwordPolicy } from "./schema/iam-users.ts";
import { identity } from "./schema/identity.ts";
import { identityProvider, trustAnchor } from "./schema/identity-providers.ts";
import { limits } from "./schema/limits.ts";
import { managedPolicy } from "./schema/managed-policies.ts";
import { monitoring } from "./schema/monitoring.ts";
import { account, organization, unit } from "./schema/organization.ts";
import { permissionSet } from "./schema/permission-sets.ts";
import { policy } from "./schema/policies.ts";
import { defaults, templates, variables } from "./schema/reuse.ts";
import { role } from "./schema/roles.ts";
import { terraform } from "./schema/terraform.ts";

export const manifestSchema = z
  .strictObject({
    gatehouse: z.literal(1).describe("Version of this grammar; there is only 1 so far."),
    include: oneOrMany(z.string().min(1, "must not be empty"))
      .default([])
      .meta({ description: "Further files of this manifest, relative to this one.", examples: [["teams/*.yaml"]] }),
    organization,
    units: z.record(key, unit).default({}).describe("Organizational units, by key."),
    accounts: z.record(key, account).describe("Accounts, by key."),
    policies: z.record(key, policy).default({}).describe("Organization policies, by key."),
    budgets: z
      .record(key, budget)
      .default({})
      .describe("Budgets of accounts, by key; somebody is told before they are spent."),
    limits: limits.prefault({}),
    identity: identity.prefault({}),
    permissionSets: z.record(key, permissionSet).default({}).describe("Permission sets, by key."),
    managedPolicies: z
      .record(key, managedPolicy)
      .default({})
      .describe("Customer managed IAM policies, by key; also permissions boundaries."),
    access: z.array(grant).default([]).describe("Who gets which permission set, where."),
    iam: iam.prefault({}),
    breakGlass: breakGlass.prefault({}),
    passwordPolicy: passwordPolicy.optional(),
    roles: z.record(key, role).default({}).describe("Roles that machines and people assume, by key."),
    identityProviders: z
      .record(key, identityProvider)
      .default({})
      .describe("OIDC and SAML providers, by key; those of the vendors that a trust can name come by themselves."),
    trustAnchors: z
      .record(key, trustAnchor)
      .default({})
      .describe("Certificate authorities that IAM Roles Anywhere trusts, by key."),
    bucketPolicies: z
      .record(key, bucketPolicy)
      .default({})
      .describe("What existing buckets allow roles of other accounts, by key."),
    monitoring: monitoring.prefault({}),
    assertions: z
      .record(assertionName, assertion)
      .default({})
      .meta({
        description: "What has to stay true of all access, by the sentence that says it.",
        examples: [
          { "contractors never reach production": { never: { groups: "contractors", to: { units: "prod" } } } },
        ],
      }),
    terraform: terraform.prefault({}),
    delegations: z
      .record(key, delegation)
      .default({})
      .describe("What the files of each team may say, by team; enforced by validate."),
    variables: variables.default({}),
    templates: templates.default({}),
    defaults: defaults.prefault({}),
  })
  .meta({ title: "Gatehouse access manifest" });

/** A manifest in the grammar: defaults filled in, one-or-many as lists, durations in seconds. References are not checked. */
export type Manifest = z.output<typeof manifestSchema>;
export type UnitInput = z.output<typeof unit>;
export type Permissions = Pick<Manifest["roles"][string], "allow" | "deny" | "file">;
