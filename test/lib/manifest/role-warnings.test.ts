/** Roles that are valid and doubtful: what is said, where, and the way out. */
import { expect, test } from "vitest";
import { catalogFor } from "../../../lib/manifest/aws-names.ts";
import { readManifest } from "../../../lib/manifest/read.ts";
import { good } from "../../fixtures/manifests/bad.ts";

interface Doubtful {
  title: string;
  text: string;
  says: string[];
  hints?: string[];
}

const doubtful: Doubtful[] = [
  {
    title: "a permission set that nobody has in the trusted account",
    text: `access: [{ groups: developers, permissionSets: read-only, to: shop-prod }]
roles:
  r: { in: shop-prod, trust: { account: shop-dev, permissionSet: read-only } }
`,
    says: [
      '23:66 trust-nobody nobody has permission set "read-only" in account "shop-dev": nobody can assume the role with it',
    ],
    hints: ['grant it there: access with "permissionSets: read-only" and "to: shop-dev"'],
  },
  {
    title: "a permission set whose grant has ended",
    text: `access: [{ groups: developers, permissionSets: read-only, to: shop-dev, until: 2026-01-31 }]
roles:
  r: { in: shop-prod, trust: { account: shop-dev, permissionSet: read-only } }
`,
    says: [
      "21:80 grant-expired this grant ended on 2026-01-31 and is left out",
      '23:66 trust-nobody nobody has permission set "read-only" in account "shop-dev": nobody can assume the role with it',
    ],
  },
  {
    title: "a permission set that may not assume the role",
    text: `access: [{ groups: developers, permissionSets: read-only, to: shop-dev }]
roles:
  r: { in: shop-prod, trust: { account: shop-dev, permissionSet: read-only } }
`,
    says: [
      '23:66 caller-cannot-assume permission set "read-only" is trusted and may not assume the role: its own policies do not allow sts:AssumeRole on arn:aws:iam::222222222222:role/r',
    ],
    hints: ['give permission set "read-only" the line: assumeRoles: r'],
  },
  {
    title: "a role that may not assume the role",
    text: `roles:
  caller: { in: shop-dev, trust: { service: lambda }, allow: { actions: "sts:*", resources: "arn:aws:iam::*:role/other" } }
  r: { in: shop-prod, trust: { account: shop-dev, role: caller } }
`,
    says: [
      '23:57 caller-cannot-assume role "caller" is trusted and may not assume the role: its own policies do not allow sts:AssumeRole on arn:aws:iam::222222222222:role/r',
    ],
    hints: ['give role "caller" the line: assumeRoles: r'],
  },
  {
    title: "a group without members",
    text: `iam: { groups: { ops: { in: shop-dev, assumeRoles: r } } }
roles:
  r: { in: shop-prod, trust: { account: shop-dev, iamGroup: ops } }
`,
    says: ['23:61 trust-nobody IAM group "ops" has no members in account "shop-dev": nobody can assume the role'],
  },
  {
    title: "a trust anchor that has no id yet",
    text: `trustAnchors:
  ca: { in: shop-prod, pca: "arn:aws:acm-pca:us-east-1:222222222222:certificate-authority/11111111-1111-4111-8111-111111111111" }
roles:
  r: { in: shop-prod, trust: { rolesAnywhere: { trustAnchor: ca, subject: { CN: host } } } }
`,
    says: [
      '24:62 trust-anchor-without-id trust anchor "ca" has no id yet in account "shop-prod": the role waits for it there',
    ],
    hints: ["apply the stack of the account, then write trustAnchors.ca.ids.shop-prod"],
  },
  {
    title: "a service, actions and a condition key that AWS does not have",
    text: `roles:
  r:
    in: shop-prod
    trust: { service: [lamda, states.eu-west-1] }
    allow:
      actions: [s3:GetObjet, "s3:Get*", "iam:Foo*", "ec3:RunInstances"]
      resources: "*"
      conditions: { StringEquals: { "aws:PrincipalOrg": o-x, "aws:RequestTag/any": x, "s3:prefx": a } }
`,
    says: [
      '24:24 unknown-service no AWS service is known that assumes roles as lamda.amazonaws.com; did you mean "lambda"?',
      "24:31 unknown-service no AWS service is known that assumes roles as states.eu-west-1",
      '26:17 unknown-action AWS has no action "s3:GetObjet"; did you mean "s3:GetObject"?',
      '26:41 unknown-action AWS has no action "iam:Foo*"',
      '26:53 unknown-action AWS has no action "ec3:RunInstances"; did you mean "ec2:RunInstances"?',
      '28:37 unknown-condition-key AWS has no condition key "aws:PrincipalOrg"; did you mean "aws:PrincipalArn"?',
      '28:87 unknown-condition-key AWS has no condition key "s3:prefx"; did you mean "s3:prefix"?',
    ],
  },
  {
    title: "names in a document of AWS's own words and in a file",
    text: `policies:
  p: { type: scp, document: { Version: "2012-10-17", Statement: { Effect: Deny, Action: iam:CreateUsr, Resource: "*" } } }
roles:
  r: { in: shop-prod, trust: { service: lambda }, file: r.json }
`,
    says: [
      '22:3 unused-policy policy "p" is attached nowhere',
      '22:19 unknown-action statement 1: AWS has no action "iam:CreateUsr"; did you mean "iam:CreateUser"?',
      '24:57 unknown-action statement 2: AWS has no action "s3:PutObjet"; did you mean "s3:PutObject"?',
    ],
  },
  {
    title: "a trust policy that is too long",
    text: `roles:
  r:
    in: shop-prod
    trust:
      terraformCloud:
        organization: example
        project: default
        phase: [plan, apply]
        workspace: [${Array.from({ length: 20 }, (_, i) => `workspace-${i}`).join(", ")}]
`,
    says: ['24:5 trust-policy-too-large the trust policy of role "r" is 3366 characters long; AWS allows 2048'],
  },
];

const file = `{ "Version": "2012-10-17", "Statement": [
  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" },
  { "Effect": "Allow", "Action": "s3:PutObjet", "Resource": "*" } ] }`;

test.each(doubtful)("$title", async ({ text, says, hints }) => {
  const policyFiles = new Map([["r.json", file]]);
  const catalog = await catalogFor([text, file]);
  const files = [{ name: "access.yaml", text: good + text }];
  const { graph, problems } = readManifest(files, { asOf: "2026-11-22", policyFiles, catalog });
  expect(problems.map(({ place, code, message }) => `${place?.line}:${place?.column} ${code} ${message}`)).toEqual(
    says,
  );
  if (hints) expect(problems.flatMap(({ hint }) => hint ?? [])).toEqual(hints);
  expect(graph).not.toBeNull();
});

test("without a catalogue, names of AWS are not judged", () => {
  const text = `${good}roles:
  r: { in: shop-prod, trust: { service: lambda }, allow: { actions: s3:GetObjet, resources: "*" } }
`;
  const { problems } = readManifest([{ name: "access.yaml", text }], { asOf: "2026-11-22", policyFiles: new Map() });
  expect(problems).toEqual([]);
});

test("a policy file has to be what AWS takes for a policy of an identity", () => {
  const text = `${good}roles:
  r: { in: shop-prod, trust: { service: lambda }, file: r.json }
`;
  const Statement = [
    { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" },
    { Effect: "Allow", Action: "GetObject", Resource: "bucket" },
    { Effect: "Deny", Resource: "*", Condition: { StringEqual: { "aws:RequestedRegion": "eu-west-1" } } },
  ];
  const policyFiles = new Map([["r.json", JSON.stringify({ Version: "2012-10-17", Statement })]]);
  const { graph, problems } = readManifest([{ name: "access.yaml", text }], { asOf: "2026-11-22", policyFiles });
  expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "policy-malformed statement 1: a policy of this kind has no Principal: it is about whoever it is attached to",
    'policy-malformed statement 2: "GetObject" is not an action: expected service:Name, such as s3:GetObject',
    'policy-malformed statement 2: "bucket" is not an ARN: expected arn:aws:service:region:account:resource, or *',
    "policy-malformed statement 3: the statement has neither Action nor NotAction",
    'policy-malformed statement 3: unknown condition operator "StringEqual"',
  ]);
  expect(graph).toBeNull();
});
