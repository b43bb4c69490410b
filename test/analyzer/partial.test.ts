import { describe, expect, it } from "vitest";
import { settle, UNKNOWN, unknownOf } from "../../analyzer/partial.ts";
import { withNamed, withPrincipals } from "../../analyzer/principal-arns.ts";

const allow = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::images/*" };
const deny = { ...allow, Effect: "Deny" };
const Condition = { Bool: { "aws:SecureTransport": "false" } };
const queue = unknownOf("aws_sqs_queue.q");
const settled = (...statements: object[]) => settle({ Version: "2012-10-17", Statement: statements });

describe("a statement that holds unknown values", () => {
  it.each<[string, object, object]>([
    ["an ARN", { Resource: queue }, { Resource: ["arn:aws:known-after-apply:::aws_sqs_queue.q"] }],
    [
      "what lies below an ARN, beside a wildcard",
      { Resource: [`${queue}/*`, "*"] },
      { Resource: ["arn:aws:known-after-apply:::aws_sqs_queue.q/*", "*"] },
    ],
    [
      "a part of an ARN",
      { Resource: `arn:aws:sqs:eu-west-1:${UNKNOWN}:orders` },
      { Resource: ["arn:aws:sqs:eu-west-1:known-after-apply:orders"] },
    ],
    [
      "what lies below the ARN of an object",
      { Resource: `${unknownOf("aws_s3_bucket.images")}/logs/*` },
      { Resource: ["arn:aws:known-after-apply:::aws_s3_bucket.images/logs/*"] },
    ],
    ["its name", { Sid: UNKNOWN }, {}],
  ])("is judged in full: %s", (_, unknown, known) => {
    const result = settled({ ...allow, ...unknown });
    expect(result).toMatchObject({ undecided: [], leftOut: [] });
    expect(result?.document).toMatchObject({ Statement: [{ ...allow, ...known }] });
  });

  it.each<[string, object, object]>([
    [
      "what may be any resource",
      { Resource: UNKNOWN },
      { Resource: ["arn:aws:known-after-apply:::known-after-apply"] },
    ],
    ["a principal beside everyone", { Principal: { AWS: ["*", UNKNOWN] } }, { Principal: { AWS: ["*"] } }],
    ["one of the actions", { Action: ["s3:*", UNKNOWN] }, { Action: ["s3:*"] }],
    [
      "one of the values that a condition lets in",
      { Condition: { StringLike: { "aws:PrincipalOrgID": ["o-*", UNKNOWN] } } },
      { Condition: { StringLike: { "aws:PrincipalOrgID": ["o-*"] } } },
    ],
    [
      "the one value of a condition, for which nobody's stands",
      { Condition: { StringEquals: { "aws:SourceArn": UNKNOWN } } },
      { Condition: { StringEquals: { "aws:SourceArn": ["known-after-apply"] } } },
    ],
    [
      "one of the values that a condition keeps out, which are few",
      { Condition: { StringNotEquals: { "aws:PrincipalAccount": ["111111111111", UNKNOWN] } } },
      { Condition: { StringNotEquals: { "aws:PrincipalAccount": ["111111111111", "known-after-apply"] } } },
    ],
  ])("is judged by what is known: %s", (_, unknown, known) => {
    const result = settled({ ...allow, ...unknown });
    expect(result).toMatchObject({ undecided: [0], leftOut: [] });
    expect(result?.document).toMatchObject({ Statement: [{ ...allow, ...known }] });
  });

  it.each<[string, object]>([
    ["all of its principals", { Principal: { AWS: UNKNOWN } }],
    ["its Principal", { Principal: UNKNOWN }],
    ["which provider it does not mean", { Principal: undefined, NotPrincipal: { Federated: UNKNOWN } }],
    ["all of its actions", { Action: UNKNOWN }],
    ["whether a key must be there", { Condition: { Null: { "aws:PrincipalOrgID": UNKNOWN } } }],
    ["what is true", { Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": UNKNOWN } } }],
    ["its Condition", { Condition: UNKNOWN }],
  ])("is left out when it could mean anyone: %s", (_, unknown) => {
    expect(settled(allow, { ...allow, ...unknown })).toMatchObject({ undecided: [1], leftOut: [1] });
  });

  it("stays a Deny that denies what it most likely will", () => {
    const guard = { ...deny, Condition: { StringNotEquals: { "aws:SourceVpce": UNKNOWN } } };
    const result = settled(allow, guard);
    expect(result).toMatchObject({ undecided: [1], leftOut: [] });
    expect(result?.document).toMatchObject({
      Statement: [allow, { Condition: { StringNotEquals: { "aws:SourceVpce": ["known-after-apply"] } } }],
    });
  });

  it("is about a part of what the others are about, as an unconditional Deny", () => {
    const objects = { Resource: unknownOf("aws_s3_bucket.images") };
    const result = settled({ ...allow, ...objects }, { ...deny, ...objects }, { ...deny, ...objects, Condition });
    const bucket = "arn:aws:known-after-apply:::aws_s3_bucket.images";
    expect(result?.document).toMatchObject({
      Statement: [
        { Resource: [bucket] },
        { Resource: [`${bucket}/known-after-apply`] },
        // that of which nothing is known may be the bucket
        { Resource: [bucket, "arn:aws:known-after-apply:::known-after-apply"] },
      ],
    });
    expect(result).toMatchObject({ undecided: [1], leftOut: [] });
  });

  it("is about everything, as a conditional Deny of which nobody knows what it is about", () => {
    const result = settled({ ...allow, Resource: queue }, { ...deny, Resource: UNKNOWN, Condition });
    expect(result?.document).toMatchObject({ Statement: [{}, { Resource: ["*"] }] });
    expect(result).toMatchObject({ undecided: [1], leftOut: [] });
  });

  it.each<[string, object]>([
    ["a Deny for nobody known", { ...deny, Principal: { AWS: UNKNOWN } }],
    ["a statement without a known effect", { ...allow, Effect: UNKNOWN }],
  ])("leaves the whole policy open: %s", (_, statement) => {
    expect(settled(allow, statement)).toBeNull();
  });
});

it.each([UNKNOWN, [UNKNOWN], { Statement: UNKNOWN }, { Statement: [UNKNOWN] }])("settles nothing of %j", (document) => {
  expect(settle(document)).toBeNull();
});

it("names principals and resources by the objects of the plan whose ARNs they are", () => {
  const role = "arn:aws:iam::known-after-apply:role/deploy";
  const document = (deploy: string, other: string) => ({
    Statement: [
      { ...allow, Principal: { AWS: [deploy, other] }, Resource: [deploy, other] },
      { ...deny, Principal: { AWS: deploy }, Resource: `${other}/*` },
    ],
  });
  const [deploy, other] = [unknownOf("aws_iam_role.deploy"), unknownOf("aws_s3_bucket.b")];
  const arnOf = (object: string) => (object === "aws_iam_role.deploy" ? role : null);
  expect(withNamed(document(deploy, other), arnOf)).toEqual(document(role, other));
});

it("leaves a document without unknown values as it is", () => {
  const document = { Statement: allow };
  expect(settle(document)?.document).toBe(document);
});

describe("an identity provider that is not known yet", () => {
  const nobody = { AWS: [], Federated: [], Group: [] };
  const statement = (more: object = {}) => ({
    Statement: [
      {
        ...{ Effect: "Allow", Action: ["sts:AssumeRoleWithWebIdentity"], Principal: { Federated: [UNKNOWN] } },
        ...more,
      },
    ],
  });
  const filled = (document: unknown) => JSON.stringify(withPrincipals(document, nobody));

  it("is any one, where nothing is asked of its tokens", () => {
    expect(filled(statement())).toContain("oidc-provider/");
  });

  it("is a cluster, where its subjects are service accounts", () => {
    const Condition = { StringEquals: { [`${UNKNOWN}:sub`]: "system:serviceaccount:shop:api" } };
    expect(filled(statement({ Condition }))).toContain("oidc-provider/oidc.eks.");
    expect(filled(statement({ Condition }))).not.toContain(UNKNOWN);
  });

  it.each<[string, object]>([
    ["something is asked", { Condition: { StringEquals: { [`${UNKNOWN}:sub`]: "project_path:acme/shop" } } }],
    ["it may be of SAML", { Action: ["sts:AssumeRoleWithSAML"] }],
  ])("stays unknown, where %s", (_, more) => {
    expect(filled(statement(more))).toContain(UNKNOWN);
  });
});
