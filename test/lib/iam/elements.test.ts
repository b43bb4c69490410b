import { describe, expect, it } from "vitest";
import { alike } from "../../../lib/iam/alike.ts";
import { condition, patterns, principals } from "../../../lib/iam/elements.ts";
import { isMetByMfa } from "../../../lib/iam/mfa.ts";
import { resource } from "./policies.ts";

describe("elements", () => {
  it("are one object where they say the same, and two where they do not", () => {
    expect(patterns(["s3:Get*"], false)).toBe(patterns(["s3:Get*"], false));
    expect(patterns(["s3:Get*"], false)).not.toBe(patterns(["s3:Get*"], true));
    expect(patterns(["a", "b"], false)).not.toBe(patterns(["b", "a"], false));
    expect(principals([{ kind: "anyone" }], false)).toBe(principals([{ kind: "anyone" }], false));
    expect(condition("StringEquals", "aws:userid", ["a"])).toBe(condition("StringEquals", "aws:userid", ["a"]));
    expect(condition("StringEquals", "aws:userid", ["a"], { ifExists: true }).ifExists).toBe(true);
  });

  it("are told apart where they end alike", () => {
    const lists = Array.from({ length: 40 }, (_, i) => [`s3:Get${i}`, "s3:ListBucket"]);
    for (const list of [...lists, ...lists]) {
      expect(patterns(list, false).values).toEqual(list);
      expect(patterns(list, false)).toBe(patterns([...list], false));
    }
  });

  it("are told apart whatever characters they hold", () => {
    expect(patterns(["a\0b", "c"], false).values).toEqual(["a\0b", "c"]);
    expect(patterns(["a", "b\0c"], false).values).toEqual(["a", "b\0c"]);
    expect(condition("StringEquals", "k:a\0b", ["c"]).key).toBe("k:a\0b");
    expect(condition("StringEquals", "k:a", ["b\0c"]).key).toBe("k:a");
  });
});

describe("policies that say the same of callers and keys", () => {
  const statement = (more: object) => ({
    Effect: "Allow",
    Principal: { AWS: "111111111111" },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::one/*",
    ...more,
  });

  it.each([
    ["another action", { Action: "s3:PutObject" }, true],
    ["another resource", { Resource: "*" }, true],
    ["a variable in the resource", { Resource: "arn:aws:s3:::${aws:username}/*" }, false],
    ["another principal", { Principal: "*" }, false],
    ["a condition", { Condition: { Bool: { "aws:SecureTransport": "true" } } }, false],
    ["another effect", { Effect: "Deny" }, false],
  ])("%s", (_, more, expected) => {
    const one = resource(statement({}));
    const said = alike(one);
    expect(alike(resource(statement(more))) === said).toBe(expected);
  });
});

describe("whoever has just used MFA", () => {
  const statement = (Condition: object) =>
    resource({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*", Condition }).statements[0]!;

  it.each([
    [{ Bool: { "aws:MultiFactorAuthPresent": "true" } }, true],
    [{ NumericLessThan: { "aws:MultiFactorAuthAge": "3600" }, Bool: { "aws:MultiFactorAuthPresent": "true" } }, true],
    [{ Bool: { "aws:MultiFactorAuthPresent": "false" } }, false],
    [{ Null: { "aws:MultiFactorAuthPresent": "true" } }, false],
    [{ NumericGreaterThan: { "aws:MultiFactorAuthAge": "3600" } }, false],
    // what else it takes is not told
    [{ Bool: { "aws:MultiFactorAuthPresent": "true", "aws:SecureTransport": "true" } }, false],
  ])("meets %j: %s", (condition, expected) => {
    expect(isMetByMfa(statement(condition))).toBe(expected);
  });
});
