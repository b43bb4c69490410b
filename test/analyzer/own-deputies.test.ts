import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { planOf, policy } from "./plans.ts";

const own = "111111111111";
const inside = new Set([own, "222222222222"]);
const equals = (key: string, value: string) => ({ StringEquals: { [key]: value } });
const forAccount = (account: string) => equals("aws:SourceAccount", account);
const forQueue = (arn: string) => ({ ArnLike: { "aws:SourceArn": arn } });

const firehose = (Condition?: object, more: object = {}) => ({
  ...{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "firehose.amazonaws.com" } },
  ...(Condition && { Condition }),
  ...more,
});
const outside = firehose(undefined, { Principal: { AWS: "arn:aws:iam::999999999999:role/x" } });
const external = firehose(equals("sts:ExternalId", own));

it.each<[string, object[], string[]]>([
  ["the source's account", [firehose(forAccount(own))], ["low"]],
  ["the source's ARN", [firehose(forQueue(`arn:aws:firehose:*:${own}:deliverystream/x`))], ["low"]],
  ["the account of somebody else", [firehose(forAccount("999999999999"))], ["medium"]],
  ["another account of ours", [firehose(forAccount("222222222222"))], ["medium"]],
  ["nothing", [firehose()], ["medium"]],
  [
    "the account, for another service",
    [firehose(forAccount(own), { Principal: { Service: "a.amazonaws.com" } })],
    ["medium"],
  ],
  ["the account, and lets in somebody besides", [firehose(forAccount(own)), outside], ["medium"]],
])("weighs a trust that asked a service for an external id and now asks for %s", async (_, after, expected) => {
  const values = (...statements: object[]) => ({
    arn: `arn:aws:iam::${own}:role/x`,
    assume_role_policy: policy(...statements),
  });
  const change = { address: "aws_iam_role.x", type: "aws_iam_role", before: values(external), after: values(...after) };
  expect(await severities("trust-widened", change)).toEqual(expected);
});

it("does not take a certificate's name for such a guard", async () => {
  const anchor = { ArnEquals: { "aws:SourceArn": `arn:aws:rolesanywhere:eu-west-1:${own}:trust-anchor/1` } };
  const anywhere = (Condition: object) =>
    firehose(Condition, { Principal: { Service: "rolesanywhere.amazonaws.com" } });
  const named = { ...anchor, ...equals("aws:PrincipalTag/x509Subject/CN", "build-host") };
  const values = (Condition: object) => ({
    arn: `arn:aws:iam::${own}:role/x`,
    assume_role_policy: policy(anywhere(Condition)),
  });
  const change = { address: "aws_iam_role.x", type: "aws_iam_role", before: values(named), after: values(anchor) };
  expect(await severities("trust-widened", change)).toEqual(["medium"]);
});

const logs = (Principal: object, more: object = {}) => ({
  ...{ Effect: "Allow", Principal, Action: "s3:PutObject", Resource: "arn:aws:s3:::logs/AWSLogs/*", ...more },
});
const balancers = { AWS: "arn:aws:iam::156460612806:root" };
const delivery = { Service: "logdelivery.elasticloadbalancing.amazonaws.com" };

it.each<[string, object, string[]]>([
  ["the service that writes them", logs(delivery, { Condition: forAccount(own) }), ["low"]],
  ["the service, for whomever", logs(delivery), ["medium"]],
  ["the service, for somebody else", logs(delivery, { Condition: forAccount("999999999999") }), ["medium"]],
  ["another service", logs({ Service: "redshift.amazonaws.com" }, { Condition: forAccount(own) }), ["medium"]],
  [
    "the service, into all of the bucket",
    logs(delivery, { Condition: forAccount(own), Resource: "arn:aws:s3:::logs/*" }),
    ["medium"],
  ],
])("weighs a bucket that took logs from AWS's account and now takes them from %s", async (_, after, expected) => {
  const values = (statement: object) => ({ bucket: "logs", policy: policy(statement) });
  const change = { before: values(logs(balancers)), after: values(after) };
  const type = "aws_s3_bucket_policy";
  expect(await severities("permission-widened", { address: `${type}.x`, type, ...change })).toEqual(expected);
});

async function severities(rule: string, change: Parameters<typeof planOf>[0][number]) {
  const { findings } = await analyze([planOf([change])], { rules, world: { accounts: inside }, toolVersion: "0.0.0" });
  return findings.filter((finding) => finding.rule === rule).map(({ severity }) => severity);
}
