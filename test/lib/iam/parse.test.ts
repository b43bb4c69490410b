import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guessKind } from "../../../lib/iam/kind.ts";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import type { Policy, PolicyKind } from "../../../lib/iam/policy.ts";
import { renderPolicy } from "../../../lib/iam/render.ts";

const of = (statement: object | object[], more: object = {}) => ({
  Version: "2012-10-17",
  ...more,
  Statement: statement,
});
const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };

describe("documented forms read alike", () => {
  it.each<[string, object, object]>([
    ["a statement or a list", of(allow), of([allow])],
    ["a scalar or a list", of(allow), of({ ...allow, Action: ["s3:GetObject"], Resource: ["*"] })],
    [
      "booleans and numbers, or text",
      of({ ...allow, Condition: { Bool: { "aws:SecureTransport": true }, NumericLessThan: { "s3:max-keys": 10 } } }),
      of({
        ...allow,
        Condition: { Bool: { "aws:SecureTransport": "true" }, NumericLessThan: { "s3:max-keys": "10" } },
      }),
    ],
    [
      "operators in any letter case",
      of({ ...allow, Condition: { stringequalsifexists: { "aws:x": "a" } } }),
      of({ ...allow, Condition: { StringEqualsIfExists: { "aws:x": "a" } } }),
    ],
  ])("%s", (_, one, other) => {
    expect(parsePolicy(one, "identity")).toEqual(parsePolicy(other, "identity"));
    expect(parsePolicy(one, "identity").problems).toEqual([]);
  });

  it.each<[string, unknown, object[]]>([
    ["everyone", "*", [{ kind: "anyone" }]],
    ["everyone, as an AWS principal", { AWS: "*" }, [{ kind: "anyone" }]],
    ["an account", { AWS: "111111111111" }, [{ kind: "account", account: "111111111111" }]],
    ["an account's root", { AWS: "arn:aws:iam::111111111111:root" }, [{ kind: "account", account: "111111111111" }]],
    ["who was deleted", { AWS: "AROAEXAMPLEID12345678" }, [{ kind: "deleted", id: "AROAEXAMPLEID12345678" }]],
    [
      "a distribution's identity",
      { AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1" },
      [
        {
          kind: "arn",
          arn: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
          account: "cloudfront",
        },
      ],
    ],
    [
      "a kind without any, beside another",
      { Service: [], AWS: ["111111111111"] },
      [{ kind: "account", account: "111111111111" }],
    ],
    [
      "several kinds",
      { Service: ["ec2.amazonaws.com"], Federated: "accounts.google.com" },
      [
        { kind: "service", service: "ec2.amazonaws.com" },
        { kind: "federated", provider: "accounts.google.com" },
      ],
    ],
  ])("principal: %s", (_, Principal, values) => {
    const { policy, problems } = parsePolicy(of({ ...allow, Principal }), "resource");
    expect(problems).toEqual([]);
    expect(policy.statements[0]?.principals).toEqual({ values, not: false });
  });
});

describe("what AWS refuses is said, with the place", () => {
  const text = (body: string) => `{ "Version": "2012-10-17",\n  "Statement": [ ${body} ] }`;
  it.each<[string, PolicyKind, string, string]>([
    [
      "wrong case of an effect",
      "identity",
      '{ "Effect": "allow", "Action": "s3:*", "Resource": "*" }',
      'Effect must be "Allow" or "Deny"',
    ],
    ["no effect", "identity", '{ "Action": "s3:*", "Resource": "*" }', "the statement has no Effect"],
    [
      "wrong case of an element",
      "identity",
      '{ "effect": "Allow", "Action": "s3:*", "Resource": "*" }',
      'element "effect" must be written "Effect"',
    ],
    [
      "an unknown element",
      "identity",
      '{ "Effect": "Allow", "Actions": "s3:*", "Resource": "*" }',
      'unknown element "Actions"',
    ],
    [
      "an element twice",
      "identity",
      '{ "Effect": "Allow", "Effect": "Deny", "Action": "s3:*", "Resource": "*" }',
      'element "Effect" stands twice',
    ],
    [
      "both forms",
      "identity",
      '{ "Effect": "Allow", "Action": "s3:*", "NotAction": "s3:*", "Resource": "*" }',
      "Action and NotAction stand in one statement",
    ],
    [
      "a type of principals without any",
      "trust",
      '{ "Effect": "Allow", "Principal": { "Service": [] }, "Action": "sts:AssumeRole" }',
      "Principal Service is empty",
    ],
    [
      "wildcards in the place of an ARN",
      "identity",
      '{ "Effect": "Allow", "Action": "s3:*", "Resource": "*/*" }',
      '"*/*" is not an ARN',
    ],
    ["no resource", "identity", '{ "Effect": "Allow", "Action": "s3:*" }', "neither Resource nor NotResource"],
    ["an empty list", "identity", '{ "Effect": "Allow", "Action": [], "Resource": "*" }', "Action is empty"],
    [
      "no principal",
      "resource",
      '{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }',
      "neither Principal nor NotPrincipal",
    ],
    [
      "a principal too many",
      "identity",
      '{ "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*" }',
      "a policy of this kind has no Principal",
    ],
    [
      "a resource too many",
      "trust",
      '{ "Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*" }',
      "a trust policy has no Resource",
    ],
    [
      "a wildcard inside a principal",
      "trust",
      '{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:role/*" }, "Action": "sts:AssumeRole" }',
      "a wildcard cannot be part of a principal",
    ],
    [
      "a placeholder",
      "trust",
      '{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::<ACCOUNT>:role/x" }, "Action": "sts:AssumeRole" }',
      "has a placeholder where the account id belongs",
    ],
    [
      "an unknown operator",
      "identity",
      '{ "Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": { "StringMatches": { "aws:x": "y" } } }',
      'unknown condition operator "StringMatches"',
    ],
    [
      "a key twice",
      "identity",
      '{ "Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": { "Bool": { "aws:X": "true", "aws:x": "false" } } }',
      'condition key "aws:x" stands twice',
    ],
    [
      "no action",
      "identity",
      '{ "Effect": "Allow", "Action": "GetObject", "Resource": "*" }',
      '"GetObject" is not an action',
    ],
  ])("%s", (_, kind, body, message) => {
    const { problems } = parsePolicy(text(body), kind);
    expect(problems.map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
    for (const { offset, statement } of problems) {
      expect(statement).toBe(0);
      expect(offset).toBeGreaterThan(text("").indexOf("["));
    }
  });

  it("reads what it cannot read in the worst way: a condition is none in an Allow, and voids a Deny", () => {
    const Condition = { StringMatches: { "aws:x": "y" } };
    const { policy } = parsePolicy(
      of([
        { ...allow, Condition },
        { ...allow, Effect: "Deny", Condition },
      ]),
      "identity",
    );
    expect(policy.statements).toMatchObject([{ effect: "Allow", conditions: [] }]);
  });

  it("takes an empty Sid for none, however often it stands", () => {
    const { problems } = parsePolicy(
      of([
        { ...allow, Sid: "" },
        { ...allow, Sid: "" },
      ]),
      "identity",
    );
    expect(problems).toEqual([]);
  });

  it("keeps ${...} as text in old versions", () => {
    const { policy } = parsePolicy({ Statement: allow }, "identity");
    expect(policy.version).toBe("2008-10-17");
  });
});

it.each<[object, PolicyKind]>([
  [of(allow), "identity"],
  [of({ ...allow, Principal: "*" }), "resource"],
  [of({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }), "trust"],
  [of({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }), "resource"],
])("guesses the kind of %j", (document, kind) => {
  expect(guessKind(document)).toBe(kind);
  expect(guessKind(JSON.stringify(document))).toBe(kind);
});

describe("render", () => {
  const word = fc.constantFrom("a", "b*", "c?d");
  const words = fc.uniqueArray(word, { minLength: 1, maxLength: 3 });
  const principal = fc.oneof(
    fc.constant("*"),
    fc.record({
      AWS: fc.uniqueArray(fc.constantFrom("111111111111", "arn:aws:iam::222222222222:role/x"), { minLength: 1 }),
    }),
    fc.constant({ Service: "ec2.amazonaws.com", Federated: ["accounts.google.com", "www.amazon.com"] }),
  );
  const statement = fc
    .tuple(
      fc.boolean(),
      fc.boolean(),
      words,
      fc.boolean(),
      words,
      principal,
      fc.boolean(),
      fc.option(words),
      fc.option(fc.constantFrom("One", "Two")),
    )
    .map(([deny, notAction, actions, notResource, resources, who, notPrincipal, values, sid]) => ({
      ...(sid && { Sid: sid }),
      Effect: deny ? "Deny" : "Allow",
      [notPrincipal ? "NotPrincipal" : "Principal"]: who,
      [notAction ? "NotAction" : "Action"]: actions.map((action) => `s3:${action}`),
      [notResource ? "NotResource" : "Resource"]: resources.map((name) => `arn:aws:s3:::${name}`),
      ...(values && {
        Condition: { "ForAnyValue:StringLikeIfExists": { "aws:TagKeys": values }, Bool: { "aws:x": "true" } },
      }),
    }));

  const withoutOffsets = (policy: Policy) => ({
    ...policy,
    statements: policy.statements.map(({ offset: _, ...statement }) => statement),
  });

  it("gives a document that reads as the same policy", () => {
    fc.assert(
      fc.property(
        fc.array(statement, { minLength: 1, maxLength: 3 }),
        fc.option(fc.constant("id")),
        (statements, id) => {
          const { policy } = parsePolicy(of(statements, id ? { Id: id } : {}), "resource");
          const again = parsePolicy(JSON.stringify(renderPolicy(policy)), "resource").policy;
          expect(withoutOffsets(again)).toEqual(withoutOffsets(policy));
          expect(renderPolicy(again)).toEqual(renderPolicy(policy));
        },
      ),
    );
  });
});
