/** What resource control policies still refuse weighs less, and says so. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { parsePolicy } from "../../lib/iam/parse.ts";
import type { Policy } from "../../lib/iam/policy.ts";
import { type Change, planOf, policy } from "./plans.ts";

const account = "111111111111";
const outsider = "999999999999";
const notOurs = { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-ours" } };
const deny = (id: string, Action: unknown, Condition: object = notOurs, Resource = "*"): Policy => ({
  ...parsePolicy(policy({ Effect: "Deny", Principal: "*", Action, Resource, Condition }), "resource").policy,
  id,
});
const perimeter = deny("perimeter", ["sqs:*", "sts:*", "sns:*", "kms:*"]);

const queue = `arn:aws:sqs:eu-west-1:${account}:orders`;
const ofQueue = (Principal: unknown, more: object = {}) =>
  policy({ Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: queue, ...more });
const ofRole = (Principal: unknown, more: object = {}) =>
  policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...more });
const older = (text: string) => text.replace("2012-10-17", "2008-10-17");

/** The place of a policy, by the kind of it. */
const sites = {
  queue: (document: string) => ["aws_sqs_queue", { arn: queue, name: "orders", policy: document }],
  role: (document: string) => [
    "aws_iam_role",
    { arn: `arn:aws:iam::${account}:role/deploy`, name: "deploy", assume_role_policy: document },
  ],
  topic: (document: string) => ["aws_sns_topic", { arn: `arn:aws:sns:eu-west-1:${account}:news`, policy: document }],
} satisfies Record<string, (document: string) => [string, object]>;

type Site = keyof typeof sites;
const changed = (site: Site, before: string | null, after: string): Change => {
  const [type, values] = sites[site](after);
  const earlier = before === null ? null : sites[site](before)[1];
  return {
    address: `${type}.x`,
    type,
    actions: [before === null ? "create" : "update"],
    before: earlier,
    after: values,
  };
};

async function found(change: Change, rule: string, controls: readonly Policy[], ids: readonly string[] = [account]) {
  const world = {
    organizationId: "o-ours",
    accounts: new Set([account, "222222222222"]),
    resourceControlPolicies: new Map(ids.map((id) => [id, controls])),
  };
  const { findings } = await analyze([planOf([change])], { rules, world, toolVersion: "0.0.0" });
  return findings
    .filter((finding) => finding.rule === rule)
    .map(({ severity, message }) => `${severity}${/; the resource control .*/.exec(message)?.[0] ?? ""}`);
}

const byPerimeter = "; the resource control policy perimeter still refuses it";
const root = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` });

describe("what a policy opens and a resource control policy refuses", () => {
  it.each<[rule: string, Site, document: string, alone: string, bound: string]>([
    ["resource-public", "queue", ofQueue("*"), "critical", "high"],
    ["resource-outside-organization", "queue", ofQueue(root(outsider)), "high", "medium"],
    ["trust-anyone", "role", ofRole({ AWS: "*" }), "critical", "high"],
    ["trust-outside-organization", "role", ofRole(root(outsider)), "high", "medium"],
    ["trust-no-external-id", "role", ofRole(root(outsider)), "high", "medium"],
    [
      "trust-not-principal",
      "role",
      policy({ Effect: "Allow", NotPrincipal: root(outsider), Action: "sts:AssumeRole" }),
      "critical",
      "high",
    ],
  ])("weighs less: %s", async (rule, site, document, alone, bound) => {
    const change = changed(site, null, document);
    expect(await found(change, rule, [])).toEqual([alone]);
    expect(await found(change, rule, [perimeter])).toEqual([`${bound}${byPerimeter}`]);
  });

  it.each<[rule: string, Site, before: string, after: string]>([
    ["trust-widened", "role", ofRole(root(account)), ofRole(root(outsider))],
    [
      "trust-widened",
      "role",
      ofRole(root(account)),
      ofRole("*", { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-other" } } }),
    ],
    ["permission-widened", "queue", ofQueue(root(account)), ofQueue(root(outsider))],
  ])("is nothing new: %s", async (rule, site, before, after) => {
    const change = changed(site, before, after);
    expect(await found(change, rule, [])).toEqual(["medium"]);
    expect(await found(change, rule, [perimeter])).toEqual([`low${byPerimeter}`]);
  });

  it("is new where a colleague gets in as well", async () => {
    expect(
      await found(changed("queue", ofQueue(root(account)), ofQueue("*")), "permission-widened", [perimeter]),
    ).toEqual(["medium"]);
  });
});

describe("who gets through all the same", () => {
  const exempt = { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-ours", "aws:PrincipalAccount": [outsider] } };
  const partners = { StringNotEqualsIfExists: { "aws:PrincipalOrgID": ["o-ours", "o-partner"] } };
  const ourVariable = { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "${aws:ResourceOrgID}" } };
  it.each<[string, rule: string, Site, document: string, Policy, severity: string]>([
    ["an exception", "trust-outside-organization", "role", ofRole(root(outsider)), deny("r", "sts:*", exempt), "high"],
    [
      "an organization that may be his",
      "trust-outside-organization",
      "role",
      ofRole(root(outsider)),
      deny("r", "sts:*", partners),
      "high",
    ],
    ["another service", "resource-public", "queue", ofQueue("*"), deny("r", "s3:*"), "critical"],
    [
      "a service that does not ask them",
      "resource-public",
      "topic",
      policy({ Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource: "*" }),
      perimeter,
      "critical",
    ],
    [
      "another role",
      "trust-outside-organization",
      "role",
      ofRole(root(outsider)),
      deny("r", "sts:*", notOurs, `arn:aws:iam::${account}:role/other`),
      "high",
    ],
    [
      "a service-linked role",
      "resource-outside-organization",
      "queue",
      ofQueue({ AWS: `arn:aws:iam::${outsider}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX` }),
      perimeter,
      "high",
    ],
    [
      "what a variable cannot say in an older policy",
      "resource-public",
      "queue",
      older(ofQueue("*")),
      deny("r", "sqs:*", ourVariable),
      "critical",
    ],
  ])("%s", async (_, rule, site, document, control, severity) => {
    expect(await found(changed(site, null, document), rule, [control])).toEqual([severity]);
  });

  it("resources of another account", async () => {
    expect(await found(changed("queue", null, ofQueue("*")), "resource-public", [perimeter], ["222222222222"])).toEqual(
      ["critical"],
    );
  });
});

it("names the one that is enough, or all", async () => {
  const rest = { ...notOurs, Bool: { "aws:SecureTransport": "false" } };
  const plain = deny("plain", "sqs:*", rest);
  const secure = deny("secure", "sqs:*", { ...notOurs, BoolIfExists: { "aws:SecureTransport": "true" } });
  const change = changed("queue", null, ofQueue("*"));
  expect(await found(change, "resource-public", [plain, perimeter])).toEqual([`high${byPerimeter}`]);
  expect(await found(change, "resource-public", [plain, secure])).toEqual([
    "high; the resource control policies plain and secure still refuse it",
  ]);
});
