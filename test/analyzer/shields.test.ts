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
    "an access point without its block",
    "aws_s3_access_point",
    { policy: open, public_access_block_configuration: [{ restrict_public_buckets: false }] },
    undefined,
  ],
])("%s", (_, type, values, expected) => {
  expect(sidesOf(type, [change(type, values)]).after).toBe(expected);
});
