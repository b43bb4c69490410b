/** What a plan does not show to be the document, and most likely is: judged, and never called certain. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { extract } from "../../analyzer/extract.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const D = "data.aws_iam_policy_document";
const anyone = (Resource = "_ARN_/*") => ({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource });
const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
const all = { Effect: "Allow", Action: "*", Resource: "*" };

const bucket = { address: "aws_s3_bucket.b", type: "aws_s3_bucket", actions: ["no-op"], before: { bucket: "shop" } };
const policyOf = (name: string, more: Partial<Change> = {}): Change => ({
  address: `aws_s3_bucket_policy.${name}`,
  type: "aws_s3_bucket_policy",
  actions: ["create"],
  after: {},
  after_unknown: { policy: true, bucket: true },
  ...more,
});
const rolePolicy: Change = {
  address: "aws_iam_role_policy.r",
  type: "aws_iam_role_policy",
  actions: ["create"],
  after: { role: "r" },
  after_unknown: { policy: true },
};

interface Written {
  /** What the documents say, by name; they were read before the plan. */
  known?: Readonly<Record<string, string>>;
  /** References of the blocks' expressions, by address and attribute. */
  blocks: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  outputs?: readonly string[];
}

const planned = (changes: readonly Change[], { known = {}, blocks, outputs = [] }: Written) => {
  const resources = Object.entries(blocks).map(([address, attributes]) => ({
    address,
    expressions: Object.fromEntries(
      Object.entries(attributes).map(([name, references]) => [name, references.length > 0 ? { references } : {}]),
    ),
  }));
  return planOf([{ ...bucket, after: bucket.before }, ...changes], {
    configuration: { root_module: { resources, outputs: { o: { expression: { references: outputs } } } } },
    prior_state: {
      values: {
        root_module: {
          resources: Object.entries(known).map(([name, json]) => ({
            address: `${D}.${name}`,
            type: "aws_iam_policy_document",
            values: { json },
          })),
        },
      },
    },
  });
};
const findingsIn = async (...args: Parameters<typeof planned>) =>
  (
    await analyze([planned(...args)], { rules, world: { organizationId: null, accounts: null }, toolVersion: "0.0.0" })
  ).findings.map(({ rule, confidence, address }) => `${rule} ${confidence} ${address}`);

const target = { bucket: ["aws_s3_bucket.b.id", "aws_s3_bucket.b"] };
const open = { [`${D}.d`]: { statement: [] } };
const known = { d: policy(anyone()) };

describe("a document that a value is made of", () => {
  it.each<[string, readonly Change[], Written, readonly string[]]>([
    [
      "a function fills in an ARN",
      [policyOf("p")],
      { known, blocks: { ...open, "aws_s3_bucket_policy.p": { policy: [`${D}.d.json`, "aws_s3_bucket.b.arn"] } } },
      ["medium p"],
    ],
    [
      "beside what may be another",
      [policyOf("p")],
      { known, blocks: { ...open, "aws_s3_bucket_policy.p": { policy: [`${D}.d.json`, "local.other"] } } },
      ["low p"],
    ],
    [
      "one of two",
      [policyOf("p")],
      {
        known: { ...known, e: policy(anyone()) },
        blocks: { ...open, "aws_s3_bucket_policy.p": { policy: [`${D}.d.json`, `${D}.e.json`] } },
      },
      [],
    ],
    [
      "a local, and nothing else uses it",
      [policyOf("p")],
      { known, blocks: { ...open, "aws_s3_bucket_policy.p": { ...target, policy: ["local.p"] } } },
      ["low p"],
    ],
    [
      "a local makes it, and an output shows it",
      [policyOf("p")],
      { known, blocks: { ...open, "aws_s3_bucket_policy.p": { policy: ["local.p"] } }, outputs: [`${D}.d.json`] },
      [],
    ],
    [
      "a local makes it of what merges others",
      [policyOf("p")],
      {
        known: { ...known, e: policy(anyone()) },
        blocks: {
          ...open,
          [`${D}.e`]: { source_policy_documents: [`${D}.d.json`, "local.attach"] },
          "aws_s3_bucket_policy.p": { policy: ["local.p"] },
        },
      },
      ["low p"],
    ],
    [
      "two locals, one document",
      [policyOf("p"), policyOf("q")],
      {
        known,
        blocks: {
          ...open,
          "aws_s3_bucket_policy.p": { policy: ["local.p"] },
          "aws_s3_bucket_policy.q": { policy: ["local.q"] },
        },
      },
      [],
    ],
    [
      "a local, and another document merges one as well",
      [policyOf("p")],
      {
        known: { ...known, e: policy(anyone()) },
        blocks: {
          ...open,
          [`${D}.e`]: { source_policy_documents: ["local.d"] },
          "aws_s3_bucket_policy.p": { policy: ["local.p"] },
          "aws_s3_bucket_policy.q": { policy: [`${D}.e.json`] },
        },
      },
      [],
    ],
    [
      "one local, two documents, of which one is a trust policy",
      [policyOf("p")],
      {
        known: { ...known, t: policy(trust) },
        blocks: { ...open, [`${D}.t`]: {}, "aws_s3_bucket_policy.p": { policy: ["local.p"] } },
      },
      ["low p"],
    ],
    [
      "only a policy of something else",
      [policyOf("p")],
      { known: { d: policy(all) }, blocks: { ...open, "aws_s3_bucket_policy.p": { policy: ["local.p"] } } },
      [],
    ],
  ])("%s", async (_, changes, written, expected) => {
    const found = await findingsIn(changes, written);
    expect(found.filter((text) => text.startsWith("resource-public"))).toEqual(
      expected.map((text) => `resource-public ${text.replace(" ", " aws_s3_bucket_policy.")}`),
    );
    // whatever was taken for it, the plan does not show it
    expect(found.filter((text) => text.startsWith("policy-unknown"))).toHaveLength(changes.length);
    expect(found.filter((text) => text.startsWith("policy-malformed"))).toEqual([]);
  });

  it("is not known yet itself", async () => {
    const address = `${D}.d`;
    const pending: Change = {
      ...{ address, type: "aws_iam_policy_document", mode: "data", actions: ["read"] },
      after: { statement: [{ actions: ["s3:GetObject"], principals: [{ type: "*", identifiers: ["*"] }] }] },
      after_unknown: { json: true, statement: [{ resources: true }] },
    };
    const blocks = { [address]: {}, "aws_s3_bucket_policy.p": { policy: ["local.docs.p"] } };
    expect(await findingsIn([pending, policyOf("p")], { blocks })).toContain(
      "resource-public low aws_s3_bucket_policy.p",
    );
  });

  it("makes nobody an administrator for certain", async () => {
    const made: Change = { address: "aws_iam_role.r", type: "aws_iam_role", actions: ["create"], after: { name: "r" } };
    const blocks = { ...open, "aws_iam_role_policy.r": { policy: ["local.p"] } };
    const found = await findingsIn([made, rolePolicy], { known: { d: policy(all) }, blocks });
    expect(found.filter((text) => !text.startsWith("policy-unknown"))).toContain(
      "admin-access low aws_iam_role_policy.r",
    );
    expect(found.filter((text) => text.includes(" high ") && !text.startsWith("policy-unknown"))).toEqual([]);
  });

  it("opens nothing new where it says of the same bucket what stood there", async () => {
    const someone = (Resource: string) => ({ ...anyone(Resource), Principal: { AWS: "111111111111" } });
    const before = { bucket: "shop", policy: policy(someone("arn:aws:s3:::shop/*")) };
    const change = policyOf("p", { actions: ["update"], before, after_unknown: { policy: true } });
    const blocks = { ...open, "aws_s3_bucket_policy.p": { ...target, policy: ["local.p"] } };
    const found = await findingsIn([{ ...change, after: { bucket: "shop" } }], {
      known: { d: policy(someone("_ARN_/*")) },
      blocks,
    });
    expect(found.filter((text) => text.startsWith("permission-widened"))).toEqual([]);
  });
});

describe("blanks in a document", () => {
  const resources = (...statements: readonly object[]) => {
    const blocks = { ...open, "aws_s3_bucket_policy.p": { policy: [`${D}.d.json`, "aws_s3_bucket.b.arn"] } };
    const { policies, unknown } = extract(planned([policyOf("p")], { known: { d: policy(...statements) }, blocks }));
    const after = policies.flatMap((change) => change.after);
    return {
      resources: after.flatMap(({ policy }) => policy.statements.map(({ resources }) => resources?.values)),
      reasons: unknown.map(({ reason }) => reason),
    };
  };
  const someone = { AWS: "arn:aws:iam::111111111111:role/r" };

  it.each<[string, string]>([
    ["_S3_BUCKET_ARN_", "arn:aws:s3:::shop"],
    ["_S3_BUCKET_ARN_/*", "arn:aws:s3:::shop/*"],
    ["BUCKET/a/*", "arn:aws:s3:::shop/a/*"],
    ["arn:aws:s3:::{{ bucket }}/*", "arn:aws:s3:::known-after-apply/*"],
    ["arn:aws:s3:::my_own_bucket/*", "arn:aws:s3:::my_own_bucket/*"],
    ["*", "*"],
  ])("%s stands for %s", (written, meant) => {
    const { resources: found, reasons } = resources({ ...anyone(written), Principal: someone });
    expect(found).toEqual([[meant]]);
    expect(reasons).toEqual([expect.stringMatching(/^it is made of data\.aws_iam_policy_document\.d [^;]*$/)]);
  });

  it.each<[string, object]>([
    ["a principal", { Principal: { AWS: "_ROLE_ARN_" } }],
    ["a part of one", { Principal: { AWS: "arn:aws:iam::_AWS_ACCOUNT_ID_:root" } }],
    ["a condition", { Condition: { Bool: { "aws:SecureTransport": "<tls>" } } }],
  ])("%s leaves a statement undecided", (_, more) => {
    const other = { ...anyone(), Principal: someone };
    const { resources: found, reasons } = resources(other, { ...other, ...more });
    expect(found).toEqual([["arn:aws:s3:::shop/*"]]);
    expect(reasons).toEqual([expect.stringContaining("statement 2 holds values that are known only after apply")]);
  });
});
