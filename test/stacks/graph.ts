/** A small organization with everything the stacks can write; tests change what they are about. */
import type {
  AccessGraph,
  Account,
  Assignment,
  PermissionSet,
  PolicyDocument,
  Role,
  Site,
  Unit,
} from "../../lib/access/graph.ts";
import { graphOf } from "../lib/access/graph-of.ts";

const place = { file: "access.yaml", line: 1, column: 1, length: 1 };

export function account(key: string, over: Partial<Account> = {}): Account {
  return {
    key,
    renamedFrom: null,
    name: key,
    email: `aws+${key}@example.com`,
    id: null,
    unit: null,
    management: false,
    alone: false,
    state: "active",
    policies: [],
    contacts: [],
    deletionProtection: true,
    tags: {},
    place,
    ...over,
  };
}

export function unit(path: string, over: Partial<Unit> = {}): Unit {
  const keys = path.split("/");
  const key = keys.at(-1) ?? path;
  const parent = keys.length > 1 ? keys.slice(0, -1).join("/") : null;
  return { path, key, renamedFrom: null, name: key, parent, policies: [], tags: {}, ...over };
}

export function role(key: string, in_: string, over: Partial<Role> = {}): Role {
  return {
    key,
    renamedFrom: null,
    account: in_,
    name: key,
    path: "/",
    description: "",
    trust: { kind: "service", services: ["lambda.amazonaws.com"] },
    maxSessionDuration: 3600,
    managedPolicies: [],
    inlinePolicy: null,
    ownPolicies: [],
    permissionsBoundary: null,
    instanceProfile: false,
    tags: {},
    place,
    ...over,
  };
}

export function permissionSet(key: string, over: Partial<PermissionSet> = {}): PermissionSet {
  return {
    key,
    renamedFrom: null,
    name: key,
    description: "",
    sessionDuration: "PT1H",
    relayState: null,
    managedPolicies: [],
    customerManagedPolicies: [],
    inlinePolicy: null,
    permissionsBoundary: null,
    tags: {},
    place,
    ...over,
  };
}

export function assignment(group: string, set: string, to: string): Assignment {
  const origins = [{ place, via: `accounts: ${to}`, until: null, reason: null, owner: null }];
  return { principal: { type: "GROUP", key: group }, permissionSet: set, account: to, origins };
}

export function policy(...Statement: Record<string, unknown>[]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}

const home: Site = { account: "management", region: "us-east-1" };

/** Something of monitoring, and where it is made. */
function sited(key: string, ...sites: Site[]) {
  return { key, renamedFrom: null, name: key, place, sites };
}

export const management = account("management", { id: "111111111111", management: true });

/** An organization with its management account and nothing else. */
export const bare: AccessGraph = {
  ...graphOf(`gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
accounts: { management: { email: aws+management@example.com, id: "111111111111" } }
identity:
  source: identity-store
  instanceArn: arn:aws:sso:::instance/ssoins-1234567890abcdef
  identityStoreId: d-1234567890
`),
  accounts: [management],
};

const denyUsers = policy({ Sid: "NoUsers", Effect: "Deny", Action: ["iam:CreateUser"], Resource: "*" });

export const full: AccessGraph = {
  ...bare,
  organization: { ...bare.organization, policies: ["deny-leave"] },
  units: [unit("workloads", { policies: ["deny-users"] }), unit("workloads/prod")],
  accounts: [
    account("log-archive", { id: "222222222222" }),
    management,
    account("shop", { id: "333333333333", unit: "workloads/prod", tags: { team: "shop" }, policies: ["deny-users"] }),
  ],
  organizationPolicies: [
    {
      key: "deny-leave",
      renamedFrom: null,
      name: "DenyLeave",
      description: "",
      type: "SERVICE_CONTROL_POLICY",
      document: policy({ Effect: "Deny", Action: "organizations:LeaveOrganization", Resource: "*" }),
      place,
    },
    {
      key: "deny-users",
      renamedFrom: null,
      name: "DenyUsers",
      description: "",
      type: "SERVICE_CONTROL_POLICY",
      document: denyUsers,
      place,
    },
  ],
  identity: {
    ...bare.identity,
    groups: [{ key: "developers", renamedFrom: null, name: "Developers", description: "", members: ["ada"] }],
    users: [
      {
        key: "ada",
        renamedFrom: null,
        userName: "ada",
        givenName: "Ada",
        familyName: "Lovelace",
        displayName: "Ada Lovelace",
        email: "ada@example.com",
      },
    ],
  },
  permissionSets: [
    permissionSet("developer", {
      name: "Developer",
      managedPolicies: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
      customerManagedPolicies: [{ name: "base", path: "/teams/shop/" }],
      inlinePolicy: policy({
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::home/${aws:username}/*",
      }),
      permissionsBoundary: { managedPolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess" },
    }),
  ],
  assignments: [assignment("developers", "developer", "shop")],
  roles: [
    role("deploy", "shop", {
      trust: {
        kind: "github",
        issuer: "token.actions.githubusercontent.com",
        subjects: ["repo:example/shop:environment:production"],
        audience: "sts.amazonaws.com",
      },
      inlinePolicy: policy({ Effect: "Allow", Action: "ecs:UpdateService", Resource: "*" }),
    }),
    role("web", "shop", {
      trust: { kind: "service", services: ["ec2.amazonaws.com"] },
      instanceProfile: true,
      managedPolicies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
    }),
  ],
  identityProviders: [
    {
      kind: "oidc",
      key: "github",
      renamedFrom: null,
      account: "shop",
      arn: "arn:aws:iam::333333333333:oidc-provider/token.actions.githubusercontent.com",
      url: "https://token.actions.githubusercontent.com",
      clientIds: ["sts.amazonaws.com"],
      thumbprints: [],
      tags: {},
      place,
    },
  ],
  monitoring: {
    ...bare.monitoring,
    trail: {
      name: "organization",
      organization: true,
      insights: true,
      bucketAccount: "log-archive",
      bucketName: "example-logs",
      kms: true,
      logGroup: null,
      lifecycle: { archiveAfter: null, expireAfter: null },
    },
    alerts: { subscriptions: [{ protocol: "email", endpoint: "security@example.com" }], sites: [home] },
    alarms: [
      {
        ...sited("cpu-high", home),
        description: "",
        namespace: "AWS/EC2",
        metric: "CPUUtilization",
        statistic: "Average",
        comparison: "GreaterThanThreshold",
        threshold: 75,
        period: 60,
        evaluationPeriods: 5,
        datapointsToAlarm: null,
        treatMissingData: "missing",
        dimensions: {},
        targets: [{ kind: "alerts" }],
        tellWhenOk: false,
      },
    ],
    events: [
      {
        ...sited("instances-terminated", home),
        description: "",
        pattern: { source: ["aws.ec2"], detail: { eventName: ["TerminateInstances"] } },
        readCalls: false,
        targets: [{ kind: "alerts" }],
        message: null,
      },
    ],
    config: {
      place,
      accounts: ["management", "shop"],
      regions: ["us-east-1"],
      bucketName: "example-logs",
      retention: null,
      rules: [
        {
          ...sited("restricted-ssh", home, { ...home, account: "shop" }),
          description: "",
          identifier: "INCOMING_SSH_DISABLED",
          parameters: {},
          resourceTypes: [],
        },
      ],
      packs: [],
      aggregator: null,
    },
  },
};
