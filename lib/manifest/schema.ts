/** The grammar of the manifest: the one source of its types, its checks, its JSON Schema and the editor's completion. */
import { z } from "zod";
import {
  accountId,
  accountSelection,
  alarmPeriod,
  arn,
  awsManagedPolicy,
  customerManagedPolicy,
  date,
  duration,
  email,
  exactlyOne,
  key,
  oneOrMany,
  permissionsBoundary,
  policyPath,
  refuse,
  region,
  statement,
  tags,
  text,
  unitPath,
} from "./fields.ts";
import { policyDocument } from "./policy.ts";
import { presetNames } from "./presets.ts";

const name = z.string().min(1, "must not be empty").max(128, "is longer than 128 characters");
const description = z.string().max(700, "is longer than 700 characters");
const sentence = z.string().min(1, "must not be empty").max(500, "is longer than 500 characters");
const allowed = oneOrMany(
  statement.check(
    refuse(
      'a statement that allows needs "resources" or "notResources"; write "*" for everything',
      ({ resources, notResources }) => resources === undefined && notResources === undefined,
    ),
  ),
);
const denied = oneOrMany(statement);
const file = text(/^[^\0]+\.json$/, "is not the name of a JSON file").describe(
  "A policy document in a JSON file, relative to this file.",
);
const attached = oneOrMany(key).default([]).describe("Keys of the organization policies attached here.");

const organization = z
  .strictObject({
    id: text(/^o-[a-z0-9]{10,32}$/, "is not an organization id; it looks like o-a1b2c3d4e5")
      .optional()
      .describe("Id of the organization, once it exists."),
    homeRegion: region.describe(
      "Region of the organization trail, of Identity Center and of whatever needs one Region.",
    ),
    regions: oneOrMany(region).optional().describe("Regions in use; the home Region when left out."),
    managementAccount: key.describe("Key of the management account."),
    policies: attached,
    trustedServices: oneOrMany(
      text(/^[a-z0-9.-]+\.amazonaws\.com$/, "is not a service principal; write it as in sso.amazonaws.com"),
    )
      .default([])
      .describe("Services with trusted access, such as sso.amazonaws.com."),
  })
  .describe("The organization itself.");

const unit = z.strictObject({
  name: name.optional().describe("Display name; the key when left out."),
  policies: attached,
  tags,
  get units(): z.ZodDefault<z.ZodRecord<typeof key, typeof unit>> {
    return z.record(key, unit).default({}).describe("Units below this one, by key; at most five levels.");
  },
});

const account = z.strictObject({
  name: name.max(50, "is longer than 50 characters").optional().describe("Display name; the key when left out."),
  email: email.describe("Address of the account's root user; no two accounts share one."),
  unit: unitPath
    .optional()
    .meta({ description: "Unit the account is in; the root when left out.", examples: ["workloads/prod"] }),
  id: accountId.optional().describe("The 12 digits, in quotes, once the account exists."),
  tags,
  state: z
    .enum(["active", "suspended", "closed"])
    .default("active")
    .describe("Only active accounts are granted access to."),
  policies: attached,
});

const policy = z
  .strictObject({
    type: z
      .enum(["scp", "rcp"])
      .describe("scp: what identities of the accounts may do at most; rcp: what may be done to their resources."),
    name: name.optional().describe("Display name; the key when left out."),
    description: description.max(512, "is longer than 512 characters").optional().describe("What it is for."),
    preset: z.enum(presetNames).optional().describe("A guardrail that ships with Gatehouse."),
    allow: allowed.optional().describe("What is allowed."),
    deny: denied.optional().describe("What is denied."),
    document: policyDocument.optional().describe("A whole policy document in AWS's own words."),
    file: file.optional(),
  })
  .check(
    exactlyOne(
      'a policy needs one of "preset", "allow"/"deny", "document" and "file"',
      ({ preset, allow, deny, document, file }) => ({
        preset,
        [deny ? "deny" : "allow"]: deny ?? allow,
        document,
        file,
      }),
    ),
  );

const group = z.strictObject({
  name: name.optional().describe("Display name in Identity Center; the key when left out."),
  description: description.default("").describe("What the group is for."),
  members: oneOrMany(key).default([]).describe("Keys of users. Only with `source: identity-store`."),
});

const user = z.strictObject({
  userName: name.optional().describe("Sign-in name; the e-mail address when left out."),
  givenName: name.describe("First name."),
  familyName: name.describe("Last name."),
  displayName: name.optional().describe("Shown in the access portal; first and last name when left out."),
  email: email.describe("E-mail address."),
});

const identity = z
  .strictObject({
    source: z
      .enum(["external", "identity-store"])
      .default("external")
      .describe(
        "external: groups come from the identity provider by SCIM. identity-store: users, groups and members are kept here.",
      ),
    instanceArn: arn.optional().describe("ARN of the Identity Center instance; looked up when left out."),
    identityStoreId: text(/^d-[a-z0-9]{10}$/, "is not an identity store id; it looks like d-1234567890")
      .optional()
      .describe("Id of the identity store; looked up when left out."),
    groups: z.record(key, group).default({}).describe("Groups, by key."),
    users: z.record(key, user).default({}).describe("Users, by key."),
  })
  .describe("Who people are: IAM Identity Center.");

const permissions = {
  managedPolicies: oneOrMany(awsManagedPolicy).default([]).describe("AWS managed policies, by name or ARN."),
  allow: allowed.default([]).describe("What is allowed, beyond the managed policies."),
  deny: denied.default([]).describe("What is denied, whatever else allows it."),
  file: file.optional(),
  permissionsBoundary: permissionsBoundary.optional(),
  tags,
};

/** A permission set or role says what it allows here or in a file, not in both. */
const permissionsInOnePlace = refuse<{ allow: unknown[]; deny: unknown[]; file?: string }>(
  'use "file" or "allow"/"deny", not both',
  ({ allow, deny, file }) => file !== undefined && allow.length + deny.length > 0,
);

const permissionSet = z
  .strictObject({
    name: text(/^[\w+=,.@-]{1,32}$/, "is not a permission set name; at most 32 letters, digits and + = , . @ _ -")
      .optional()
      .describe("Name people see; the key when left out. Renaming replaces the permission set."),
    description: z
      .string()
      .regex(/^[\t\n\r\x20-\x7E\xA1-\xFF]{1,700}$/, "has to be 1 to 700 characters of Latin-1")
      .optional()
      .describe("What the permission set is for."),
    session: duration("1h", "12h").default(3600).describe("How long a session lasts, 1h to 12h; 1h when left out."),
    relayState: text(/^https:\/\/\S{1,232}$/, "is not an https address of at most 240 characters")
      .optional()
      .describe("Console page that opens after sign-in."),
    customerManagedPolicies: oneOrMany(customerManagedPolicy)
      .default([])
      .describe("Policies that exist under the same name in every account the set is assigned in."),
    ...permissions,
  })
  .check(permissionsInOnePlace);

const grant = z
  .strictObject({
    groups: oneOrMany(key).default([]).describe("Group keys."),
    users: oneOrMany(key).default([]).describe("User keys; single users need a reason and an end."),
    permissionSets: oneOrMany(key).describe("Permission set keys."),
    to: accountSelection.describe("Accounts: by key, unit, tag, or all."),
    until: date.optional().describe("Last day of the grant (UTC)."),
    reason: sentence.optional().describe("Why this grant is needed."),
    owner: sentence.optional().describe("Who answers for it."),
  })
  .check(refuse('a grant needs "groups" or "users"', ({ groups, users }) => groups.length + users.length === 0));

const githubSubject = z
  .strictObject({
    repository: text(/^[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?$/, "is not a repository; write owner/name").meta({
      description: "owner/name, or owner@id/name@id, which survives a rename.",
      examples: ["securecart/shop"],
    }),
    environment: text(/^[^\s:*?]+$/, "is not the name of an environment")
      .optional()
      .describe("Jobs of this environment."),
    branch: text(/^[^\s:?]+$/, "is not the name of a branch")
      .optional()
      .describe("Runs on this branch."),
    tag: text(/^[^\s:?]+$/, "is not the name of a tag")
      .optional()
      .describe("Runs on this tag."),
    pullRequest: z
      .literal(true)
      .optional()
      .describe("Runs on any pull request of the repository: give read access only."),
  })
  .check(
    exactlyOne(
      'say which runs: one of "environment", "branch", "tag" and "pullRequest: true"',
      ({ environment, branch, tag, pullRequest }) => ({ environment, branch, tag, pullRequest }),
    ),
  );

const trust = z
  .union([
    z
      .strictObject({
        account: oneOrMany(key).describe("Account keys."),
        users: z.literal(true).describe("IAM users of the account, if their own policies let them."),
        mfa: z.boolean().default(true).describe("Whether they need MFA; false needs a reason."),
        reason: sentence.optional().describe("Why MFA is not needed."),
      })
      .check(refuse('"mfa: false" needs a "reason"', ({ mfa, reason }) => !mfa && reason === undefined))
      .describe("IAM users of other accounts, with MFA."),
    z
      .strictObject({
        account: key.describe("Account key."),
        role: oneOrMany(key).describe("Keys of roles of this manifest that are in the account."),
      })
      .describe("Roles of another account."),
    z
      .strictObject({
        account: key.describe("Account key."),
        permissionSet: oneOrMany(key).describe("Permission set keys."),
      })
      .describe("People who came in through Identity Center; they do MFA there."),
    z
      .strictObject({
        thirdParty: accountId.describe("The vendor's account id."),
        externalId: text(
          /^[\w+=,.@:/-]{2,1224}$/,
          "is not an external id; at least 2 letters, digits and + = , . @ : / _ -",
        ).describe("The id the vendor gave you for your account."),
      })
      .describe("A vendor's account, with an external id."),
    z
      .strictObject({
        service: oneOrMany(
          text(/^[a-z0-9-]+(\.[a-z0-9.-]+)?$/, "is not a service; write ec2 or ec2.amazonaws.com"),
        ).describe("Services, such as ec2, lambda, ecs-tasks."),
      })
      .describe("AWS services."),
    z
      .strictObject({ github: oneOrMany(githubSubject).describe("Workflow runs.") })
      .describe("GitHub Actions, without stored keys."),
  ])
  .describe("Who may assume the role.");

const role = z
  .strictObject({
    name: text(/^[\w+=,.@-]{1,64}$/, "is not a role name; at most 64 letters, digits and + = , . @ _ -")
      .optional()
      .describe("Name; the key when left out."),
    path: policyPath.default("/").describe("Path of the role."),
    description: description.default("").describe("What the role is for."),
    in: accountSelection.describe("Accounts the role is in."),
    trust,
    session: duration("1h", "12h").default(3600).describe("Longest session, 1h to 12h; 1h when left out."),
    instanceProfile: z
      .boolean()
      .optional()
      .describe("Whether EC2 instances can carry it; true for a role EC2 may assume."),
    ...permissions,
  })
  .check(permissionsInOnePlace);

const comparisons = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
} as const;
type Comparison = keyof typeof comparisons;

const alarm = z.strictObject({
  name: name.optional().describe("Name; the key when left out."),
  description: description.default("").describe("What to do when it goes off."),
  namespace: name.describe("Such as AWS/EC2."),
  metric: name.describe("Such as CPUUtilization."),
  statistic: z.enum(["Average", "Sum", "Minimum", "Maximum", "SampleCount"]).default("Average").describe("Statistic."),
  comparison: z
    .enum([">", ">=", "<", "<="])
    .default(">")
    .describe("How the metric is compared with the threshold.")
    .transform((sign: Comparison) => comparisons[sign]),
  threshold: z.number().describe("Threshold."),
  period: alarmPeriod.default(300).describe("Length of one period: 10s, 20s, 30s or whole minutes; 5m when left out."),
  evaluationPeriods: z
    .int()
    .min(1, "must be at least 1")
    .max(100, "is more than 100")
    .default(1)
    .describe("Periods in a row."),
  dimensions: z.record(z.string(), z.string()).default({}).describe("Dimensions, such as InstanceId."),
});

const event = z
  .strictObject({
    name: name.optional().describe("Name; the key when left out."),
    description: description.default("").describe("What it is for."),
    pattern: z.record(z.string(), z.unknown()).optional().describe("An EventBridge event pattern."),
    apiCalls: z
      .strictObject({
        source: text(/^[a-z0-9-]+$/, "is not a service; write it as in ec2").describe("Service, such as ec2."),
        names: oneOrMany(text(/^[A-Za-z0-9]+$/, "is not the name of an API call")).describe("API calls."),
      })
      .optional()
      .describe("API calls that CloudTrail records."),
  })
  .check(exactlyOne('an event needs "pattern" or "apiCalls"', ({ pattern, apiCalls }) => ({ pattern, apiCalls })));

const bucketName = text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is not the name of a bucket");

const configRule = z.strictObject({
  identifier: text(
    /^[A-Z0-9_]+$/,
    "is not a managed rule; write it as in S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
  ).describe("Identifier of the AWS managed rule."),
  parameters: z.record(z.string(), z.string()).default({}).describe("Parameters of the rule."),
});

const monitoring = z
  .strictObject({
    trail: z
      .strictObject({
        name: text(/^[A-Za-z0-9][\w.-]{1,126}[A-Za-z0-9]$/, "is not the name of a trail")
          .default("organization-trail")
          .describe("Name of the trail."),
        organization: z.boolean().default(true).describe("Whether it records every account of the organization."),
        insights: z.boolean().default(false).describe("Whether unusual activity is analysed (paid)."),
        bucketAccount: key
          .optional()
          .describe("Account that keeps the log bucket; `log-archive` if there is one, else the management account."),
        bucketName: bucketName
          .optional()
          .describe("Name of the log bucket; made from account id and Region when left out."),
      })
      .optional()
      .describe("CloudTrail."),
    alerts: z
      .strictObject({ emails: oneOrMany(email).describe("Who is told.") })
      .optional()
      .describe("Where alarms and events go."),
    alarms: z.record(key, alarm).default({}).describe("CloudWatch alarms, by key."),
    events: z.record(key, event).default({}).describe("EventBridge rules, by key."),
    config: z
      .strictObject({
        accounts: accountSelection.describe("Accounts with a recorder in the home Region."),
        bucketName: bucketName
          .optional()
          .describe("Name of the bucket; made from account id and Region when left out."),
        rules: z.record(key, configRule).default({}).describe("AWS Config managed rules, by key."),
      })
      .optional()
      .describe("AWS Config."),
  })
  .describe("What watches over it all.");

const setting = z.union([z.string(), z.boolean()]);

const terraform = z
  .strictObject({
    backend: z
      .union([
        z.literal("local"),
        z.strictObject({
          s3: z
            .object({ bucket: bucketName.describe("State bucket."), region: region.describe("Its Region.") })
            .catchall(setting)
            .describe("Settings of Terraform's S3 backend; the key of each stack is set for you."),
        }),
        z.strictObject({
          cloud: z.record(z.string(), z.unknown()).describe("HCP Terraform: organization, workspaces."),
        }),
      ])
      .default("local")
      .describe("Where state is kept."),
    executionRole: text(/^[\w+=,.@-]{1,64}$/, "is not a role name")
      .default("OrganizationAccountAccessRole")
      .describe("Role that Terraform assumes in member accounts."),
    defaultTags: tags,
  })
  .describe("How Terraform runs.");

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
    identity: identity.prefault({}),
    permissionSets: z.record(key, permissionSet).default({}).describe("Permission sets, by key."),
    access: z.array(grant).default([]).describe("Who gets which permission set, where."),
    roles: z.record(key, role).default({}).describe("Roles that machines and people assume, by key."),
    monitoring: monitoring.prefault({}),
    terraform: terraform.prefault({}),
  })
  .meta({ title: "Gatehouse access manifest" });

/** A manifest in the grammar: defaults filled in, one-or-many as lists, durations in seconds. References are not checked. */
export type Manifest = z.output<typeof manifestSchema>;
export type UnitInput = z.output<typeof unit>;
export type Permissions = Pick<Manifest["roles"][string], "allow" | "deny" | "file">;
