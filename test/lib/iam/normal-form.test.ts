import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalForm } from "../../../lib/iam/normal-form.ts";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import type { PolicyKind } from "../../../lib/iam/policy.ts";

const formOf = (statement: object, kind: PolicyKind = "resource", index = 0) => {
  const statements = [
    ...Array(index).fill({ Effect: "Deny", Principal: "*", Action: "x:Y", Resource: "*" }),
    statement,
  ];
  const found = parsePolicy({ Version: "2012-10-17", Statement: statements }, kind).policy.statements[index];
  if (!found) throw new Error("no statement");
  return normalForm(found);
};

const statement = {
  Effect: "Allow",
  Principal: { AWS: ["111111111111", "222222222222"], Service: "s3.amazonaws.com" },
  Action: ["s3:GetObject", "s3:PutObject"],
  Resource: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"],
  Condition: {
    StringEquals: { "aws:PrincipalOrgID": ["o-a", "o-b"] },
    Bool: { "aws:SecureTransport": "true" },
  },
};

describe("normalForm", () => {
  it.each<[string, object]>([
    ["the order of lists", { ...statement, Action: ["s3:PutObject", "s3:GetObject"] }],
    ["repetitions", { ...statement, Action: ["s3:GetObject", "s3:PutObject", "s3:GetObject"] }],
    ["the case of actions", { ...statement, Action: ["S3:getobject", "s3:PutObject"] }],
    ["the Sid", { Sid: "Read", ...statement }],
    ["the order of keys", Object.fromEntries(Object.entries(statement).reverse())],
    [
      "the form of an account",
      {
        ...statement,
        Principal: { Service: "s3.amazonaws.com", AWS: ["arn:aws:iam::222222222222:root", "111111111111"] },
      },
    ],
    [
      "the order and case of condition keys",
      {
        ...statement,
        Condition: { Bool: { "AWS:securetransport": true }, StringEquals: { "aws:PrincipalOrgID": ["o-b", "o-a"] } },
      },
    ],
  ])("does not depend on %s", (_, other) => {
    expect(formOf(other)).toBe(formOf(statement));
  });

  it("does not depend on the position", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), (index) => {
        expect(formOf(statement, "resource", index)).toBe(formOf(statement));
      }),
    );
  });

  it.each<[string, object]>([
    ["effect", { ...statement, Effect: "Deny" }],
    ["an action more", { ...statement, Action: [...statement.Action, "s3:DeleteObject"] }],
    [
      "NotResource",
      { Effect: "Allow", Principal: statement.Principal, Action: statement.Action, NotResource: statement.Resource },
    ],
    [
      "IfExists",
      { ...statement, Condition: { ...statement.Condition, Bool: undefined, BoolIfExists: statement.Condition.Bool } },
    ],
    [
      "a condition value's case",
      { ...statement, Condition: { ...statement.Condition, StringEquals: { "aws:PrincipalOrgID": ["O-a", "o-b"] } } },
    ],
    ["a condition less", { ...statement, Condition: { Bool: statement.Condition.Bool } }],
  ])("depends on %s", (_, other) => {
    expect(formOf(JSON.parse(JSON.stringify(other)))).not.toBe(formOf(statement));
  });
});
