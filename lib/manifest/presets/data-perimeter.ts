/**
 * The data perimeter: only identities of the organization, only its resources, only its networks.
 * https://docs.aws.amazon.com/whitepapers/latest/building-a-data-perimeter-on-aws/perimeter-implementation.html and
 * https://github.com/aws-samples/data-perimeter-policy-examples
 */
import { byCodeUnit } from "../../finding.ts";
import {
  deny,
  exceptRoles,
  exceptWhoIsExempt,
  guardrail,
  type PresetRequest,
  type Statement,
  where,
  whoAsks,
} from "./preset.ts";

/** What resource control policies have bound from the start, and where a resource policy can let outsiders in. */
const dataServices = ["kms:*", "s3:*", "secretsmanager:*", "sqs:*"];
const everyone = { Principal: "*", Resource: "*" };

/** AWS services that act by themselves; requests of people and roles do not carry the key, or carry it as false. */
const notAnAwsService = { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } };

export const dataPerimeter = {
  "data-perimeter-identities": guardrail({
    types: ["rcp"],
    summary: "Only identities of the organization reach its buckets, queues, keys and secrets, or assume its roles.",
    leavesAlone:
      "AWS services, where they act for the organization; vendors that a role trusts, to assume it; federated sign-in",
    takes: whoAsks,
    namesOrganization: true,
    statements: (request) => {
      const { exempt, vendors } = request;
      const organization = request.organizationId ?? "";
      const outsiders = (accounts: readonly string[]) =>
        where("StringNotEqualsIfExists", { "aws:PrincipalOrgID": organization, "aws:PrincipalAccount": accounts });
      return [
        deny(
          "OnlyOurIdentities",
          { ...everyone, Action: dataServices },
          outsiders(exempt.accounts),
          notAnAwsService,
          exceptRoles(exempt.roles),
        ),
        // sts:AssumeRoleWithSAML and sts:AssumeRoleWithWebIdentity come without a principal of AWS: trust policies judge them
        deny(
          "OnlyOurIdentitiesAssumeRoles",
          { ...everyone, Action: ["sts:AssumeRole", "sts:SetContext"] },
          outsiders([...new Set([...exempt.accounts, ...vendors])].sort(byCodeUnit)),
          notAnAwsService,
          exceptRoles(exempt.roles),
        ),
        deny(
          "ServicesActForUsAlone",
          { ...everyone, Action: [...dataServices, "sts:*"] },
          where("StringNotEqualsIfExists", { "aws:SourceOrgID": organization, "aws:SourceAccount": exempt.accounts }),
          // services that do not say for whom they act cannot be judged
          { Null: { "aws:SourceAccount": "false" }, Bool: { "aws:PrincipalIsAWSService": "true" } },
        ),
      ];
    },
  }),
  "data-perimeter-resources": guardrail({
    types: ["scp"],
    summary: "Identities of the organization use only its own resources.",
    leavesAlone: "what AWS itself owns: managed policies, machine images, SSM documents and parameters, prefix lists",
    takes: ["exempt.resources", ...whoAsks],
    namesOrganization: true,
    statements: ({ exempt, organizationId }) => [
      deny(
        "OnlyOurResources",
        { Action: "*", NotResource: [...ownedByAws, ...exempt.resources] },
        where("StringNotEqualsIfExists", {
          "aws:ResourceOrgID": organizationId ?? "",
          // here it is the resource's account that is left alone
          "aws:ResourceAccount": exempt.accounts,
          "ec2:Owner": "amazon",
        }),
        exceptRoles(exempt.roles),
      ),
    ],
  }),
  "data-perimeter-networks": guardrail({
    types: ["scp", "rcp"],
    summary: "Requests come only from the organization's own networks.",
    leavesAlone:
      "AWS services, what they do on behalf of somebody, EC2's own attaching of volumes, service-linked roles, the execution role",
    takes: ["networks", ...whoAsks],
    needs: "networks",
    statements: (request) => (request.type === "scp" ? networkOfIdentities(request) : networkOfResources(request)),
  }),
};

const ownedByAws = [
  "arn:aws:cloudformation:*:aws:transform/*",
  "arn:aws:ec2:*:aws:prefix-list/*",
  "arn:aws:iam::aws:policy/*",
  "arn:aws:imagebuilder:*:aws:component/*",
  "arn:aws:imagebuilder:*:aws:image/*",
  "arn:aws:ssm:*::automation-definition/*",
  "arn:aws:ssm:*::document/*",
  "arn:aws:ssm:*::parameter/*",
];

/** Data planes inside a VPC, which tell IAM nothing of the network. */
const insideVpc = [
  "dax:BatchGetItem",
  "dax:BatchWriteItem",
  "dax:ConditionCheckItem",
  "dax:DeleteItem",
  "dax:GetItem",
  "dax:PutItem",
  "dax:Query",
  "dax:Scan",
  "dax:UpdateItem",
  "elasticfilesystem:Client*",
  "es:ESHttp*",
  "kafka-cluster:*",
  "neptune-db:*",
  "rds-db:connect",
];

function networkOfIdentities(request: PresetRequest): Statement[] {
  return [
    deny(
      "OnlyOurNetworks",
      { NotAction: insideVpc, Resource: "*" },
      elsewhere(request),
      onNobodysBehalf,
      exceptRoles(["aws:ec2-infrastructure", request.executionRole]),
      exceptWhoIsExempt(request),
    ),
    ...vpcsInTheirRegion(request, { Action: "*", Resource: "*" }),
  ];
}

function networkOfResources(request: PresetRequest): Statement[] {
  const scope = { ...everyone, Action: [...dataServices, "sts:AssumeRole"] };
  const { exempt, vendors } = request;
  return [
    deny(
      "OnlyOurNetworks",
      scope,
      elsewhere(request),
      onNobodysBehalf,
      notAnAwsService,
      exceptRoles(["aws:ec2-infrastructure", request.executionRole, ...exempt.roles]),
      where("StringNotEquals", {
        "aws:PrincipalAccount": [...new Set([...exempt.accounts, ...vendors])].sort(byCodeUnit),
      }),
    ),
    ...vpcsInTheirRegion(request, scope),
  ];
}

/** What an AWS service does with the caller's permissions comes from the service's network. */
const onNobodysBehalf = { BoolIfExists: { "aws:ViaAWSService": "false" } };

function elsewhere({ networks }: PresetRequest) {
  return {
    ...where("NotIpAddressIfExists", { "aws:SourceIp": networks.cidrs }),
    ...where("StringNotEqualsIfExists", { "aws:SourceVpc": Object.keys(networks.vpcs).sort(byCodeUnit) }),
  };
}

/** VPC ids are unique in a Region alone: the same id elsewhere may be anybody's. */
function vpcsInTheirRegion({ networks }: PresetRequest, scope: Statement): Statement[] {
  const regions = [...new Set(Object.values(networks.vpcs))].sort(byCodeUnit);
  return regions.map((region) => {
    const vpcs = Object.keys(networks.vpcs).filter((vpc) => networks.vpcs[vpc] === region);
    return deny(
      `VpcsOf${region.replace(/(^|-)./g, (start) => start.slice(-1).toUpperCase())}`,
      scope,
      { StringEquals: { "aws:SourceVpc": vpcs.sort(byCodeUnit) } },
      { StringNotEqualsIfExists: { "aws:RequestedRegion": region } },
    );
  });
}
