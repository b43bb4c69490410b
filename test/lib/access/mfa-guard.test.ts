/** The policy that asks IAM users for MFA, judged by the policy engine. */
import { describe, expect, test } from "vitest";
import { mfaGuard } from "../../../lib/access/mfa-guard.ts";
import { type Decision, evaluate } from "../../../lib/iam/evaluate.ts";
import { enforcesMfa } from "../../../lib/iam/mfa.ts";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import { readCaller } from "../../../lib/iam/principal.ts";

const amin = "arn:aws:iam::111111111111:user/people/amin";
const other = "arn:aws:iam::111111111111:user/people/bea";
const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

const { policy: guard, problems } = parsePolicy(JSON.stringify(mfaGuard()), "identity");
const { policy: administrator } = parsePolicy(JSON.stringify(everything), "identity");

/** @param mfa `null`: a long-lived access key, whose requests do not have the key at all */
function decide(action: string, resource: string, mfa: string | null, policies = [guard]): Decision["decision"] {
  const call = {
    caller: readCaller(amin)!,
    action,
    resource,
    resourceAccount: null,
    context: new Map(mfa === null ? [] : [["aws:multifactorauthpresent", [mfa]]]),
  };
  return evaluate(call, {
    identityPolicies: policies,
    resourcePolicy: null,
    permissionsBoundary: null,
    sessionPolicy: null,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }).decision;
}

test("of a user names that user and nobody else", () => {
  const text = JSON.stringify(mfaGuard([amin]));
  expect(text).toContain(amin);
  expect(text).not.toContain("${");
});

test("is a policy that AWS would take", () => {
  expect(problems).toEqual([]);
  expect(guard.statements.some(enforcesMfa)).toBe(true);
});

describe.each([
  ["signed in without MFA", "false"],
  ["with a long-lived access key", null],
])("%s", (_, mfa) => {
  test.each([
    ["s3:GetObject", "arn:aws:s3:::orders/1"],
    ["sts:AssumeRole", "arn:aws:iam::222222222222:role/deploy"],
    ["iam:CreateAccessKey", amin],
    ["iam:ChangePassword", amin],
    ["iam:DeactivateMFADevice", amin],
    ["iam:EnableMFADevice", other],
    ["iam:ResyncMFADevice", other],
    ["iam:DeleteVirtualMFADevice", "arn:aws:iam::111111111111:mfa/amin"],
  ])("even an administrator may not %s on %s", (action, resource) => {
    expect(decide(action, resource, mfa, [guard, administrator])).toBe("ExplicitlyDenied");
  });

  test.each([
    ["iam:EnableMFADevice", amin],
    ["iam:ResyncMFADevice", amin],
    ["iam:ListMFADevices", amin],
    ["iam:CreateVirtualMFADevice", "arn:aws:iam::111111111111:mfa/phone"],
    ["iam:ListVirtualMFADevices", "arn:aws:iam::111111111111:mfa/"],
  ])("one registers one's own device: %s on %s", (action, resource) => {
    expect(decide(action, resource, mfa)).toBe("Allowed");
  });
});

describe("with MFA", () => {
  test.each([
    ["s3:GetObject", "arn:aws:s3:::orders/1"],
    ["iam:CreateUser", other],
  ])("an administrator may %s on %s", (action, resource) => {
    expect(decide(action, resource, "true", [guard, administrator])).toBe("Allowed");
  });

  test("the guard by itself gives nothing but one's own password and device", () => {
    expect(decide("iam:ChangePassword", amin, "true")).toBe("Allowed");
    expect(decide("iam:DeactivateMFADevice", amin, "true")).toBe("Allowed");
    expect(decide("iam:DeactivateMFADevice", other, "true")).toBe("ImplicitlyDenied");
    expect(decide("s3:GetObject", "arn:aws:s3:::orders/1", "true")).toBe("ImplicitlyDenied");
  });
});
