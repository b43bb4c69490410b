/** What keeps strangers out besides the policy, on both sides of the change. */
import { describe, expect, it } from "vitest";
import { extract } from "../../analyzer/extract.ts";
import { type Change, planOf, policy } from "./plans.ts";

const open = policy({ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" });
const change = (type: string, values: object, more: Partial<Change> = {}): Change => ({
  address: `${type}.x`,
  type,
  actions: ["create"],
  after: values,
  ...more,
});
const kept = (values: object): Partial<Change> => ({ actions: ["no-op"], before: values, after: values });
const sidesOf = (type: string, changes: readonly Change[], more: object = {}) => {
  const { policies } = extract(planOf(changes, more));
  const found = policies.find(({ resourceType }) => resourceType === type);
  return { before: found?.before[0]?.shield?.effect, after: found?.after[0]?.shield?.effect };
};

const block = (flags: object, more: Partial<Change> = {}) =>
  change("aws_s3_bucket_public_access_block", { bucket: "images", ...flags }, more);
const bucketPolicy = (more: Partial<Change> = {}) =>
  change("aws_s3_bucket_policy", { bucket: "images", policy: open }, more);

describe("a public access block", () => {
  it.each<[string, object, string | undefined]>([
    ["restricts", { restrict_public_buckets: true }, "refused"],
    ["refuses the policy", { block_public_policy: true }, "refused"],
    ["is about lists only", { block_public_acls: true, ignore_public_acls: true }, undefined],
    ["is of another bucket", { bucket: "other", restrict_public_buckets: true }, undefined],
  ])("%s", (_, flags, expected) => {
    expect(sidesOf("aws_s3_bucket_policy", [bucketPolicy(), block(flags)]).after).toBe(expected);
  });

  it("belongs to the bucket that both refer to, while its name is unknown", () => {
    const unknown = { after_unknown: { bucket: true } };
    const refers = (type: string, bucket: string) => ({
      address: `${type}.x`,
      expressions: { bucket: { references: [`aws_s3_bucket.${bucket}.id`, `aws_s3_bucket.${bucket}`] }, policy: {} },
    });
    const sides = (bucket: string) =>
      sidesOf(
        "aws_s3_bucket_policy",
        [
          change("aws_s3_bucket_policy", { policy: open }, unknown),
          change("aws_s3_bucket_public_access_block", { restrict_public_buckets: true }, unknown),
        ],
        {
          configuration: {
            root_module: {
              resources: [refers("aws_s3_bucket_policy", "a"), refers("aws_s3_bucket_public_access_block", bucket)],
            },
          },
        },
      );
    expect(sides("a").after).toBe("refused");
    expect(sides("b").after).toBeUndefined();
  });

  it("that is taken away leaves the same policy open", () => {
    const values = { bucket: "images", policy: open };
    const gone = block(
      {},
      { actions: ["delete"], before: { bucket: "images", restrict_public_buckets: true }, after: null },
    );
    expect(sidesOf("aws_s3_bucket_policy", [bucketPolicy(kept(values)), gone])).toEqual({
      before: "refused",
      after: undefined,
    });
  });
});

it.each<[string, string, object, string | undefined]>([
  [
    "a domain in a VPC",
    "aws_opensearch_domain",
    { access_policies: open, vpc_options: [{ subnet_ids: ["s"] }] },
    "unreachable",
  ],
  ["a domain on the internet", "aws_opensearch_domain", { access_policies: open, vpc_options: [] }, undefined],
  [
    "an endpoint service that asks",
    "aws_vpc_endpoint_service",
    { allowed_principals: ["*"], acceptance_required: true },
    "refused",
  ],
  ["a service of a VPC Lattice network", "aws_vpclattice_auth_policy", { policy: open }, "refused"],
  ["an access point as it is made", "aws_s3_access_point", { policy: open }, "refused"],
  [
    "an access point that is limited to a VPC",
    "aws_s3_access_point",
    { policy: open, vpc_configuration: [{ vpc_id: "vpc-1" }] },
    "unreachable",
  ],
  [
    "a domain with fine-grained access control",
    "aws_opensearch_domain",
    { access_policies: open, advanced_security_options: [{ enabled: true, anonymous_auth_enabled: false }] },
    "refused",
  ],
  [
    "a domain that lets the anonymous in while it moves to fine-grained access control",
    "aws_opensearch_domain",
    { access_policies: open, advanced_security_options: [{ enabled: true, anonymous_auth_enabled: true }] },
    undefined,
  ],
  [
    "a secret's policy that AWS checks",
    "aws_secretsmanager_secret_policy",
    { policy: open, block_public_policy: true },
    "refused",
  ],
  ["a secret's policy", "aws_secretsmanager_secret_policy", { policy: open, block_public_policy: false }, undefined],
  ["a table's policy, which AWS always checks", "aws_dynamodb_resource_policy", { policy: open }, "refused"],
  ["a table bucket's policy", "aws_s3tables_table_bucket_policy", { resource_policy: open }, "refused"],
  ["a directory bucket", "aws_s3_bucket_policy", { bucket: "images--euw1-az1--x-s3", policy: open }, "refused"],
  [
    "an access point without its block",
    "aws_s3_access_point",
    { policy: open, public_access_block_configuration: [{ restrict_public_buckets: false }] },
    undefined,
  ],
])("%s", (_, type, values, expected) => {
  expect(sidesOf(type, [change(type, values)]).after).toBe(expected);
});

it.each<[string, string, object, Change, string | undefined]>([
  [
    "a domain, for the policy beside it",
    "aws_opensearch_domain_policy",
    { domain_name: "logs", access_policies: open },
    change("aws_opensearch_domain", { domain_name: "logs", advanced_security_options: [{ enabled: true }] }),
    "refused",
  ],
  [
    "an access point, for the policy beside it",
    "aws_s3control_access_point_policy",
    { access_point_arn: "arn:aws:s3:eu-west-1:111111111111:accesspoint/a", policy: open },
    change("aws_s3_access_point", {
      arn: "arn:aws:s3:eu-west-1:111111111111:accesspoint/a",
      vpc_configuration: [{ vpc_id: "vpc-1" }],
    }),
    "unreachable",
  ],
  [
    "a bucket that leaves access lists out",
    "aws_s3_bucket_acl",
    { bucket: "images", acl: "public-read" },
    change("aws_s3_bucket_ownership_controls", {
      bucket: "images",
      rule: [{ object_ownership: "BucketOwnerEnforced" }],
    }),
    "refused",
  ],
  [
    "a bucket that takes access lists",
    "aws_s3_bucket_acl",
    { bucket: "images", acl: "public-read" },
    change("aws_s3_bucket_ownership_controls", {
      bucket: "images",
      rule: [{ object_ownership: "BucketOwnerPreferred" }],
    }),
    undefined,
  ],
])("%s", (_, type, values, holder, expected) => {
  expect(sidesOf(type, [change(type, values), holder]).after).toBe(expected);
});
