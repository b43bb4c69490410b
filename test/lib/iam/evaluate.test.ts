/** One row a rule of AWS's evaluation logic. */
import { describe, expect, it } from "vitest";
import { type Call, evaluate, type Layers } from "../../../lib/iam/evaluate.ts";
import { readCaller } from "../../../lib/iam/principal.ts";
import { identity, resource } from "./policies.ts";

const USER = "arn:aws:iam::111111111111:user/amin";
const ROLE = "arn:aws:iam::111111111111:role/app";
const SESSION = "arn:aws:sts::111111111111:assumed-role/app/run-1";
const OTHER = "arn:aws:iam::222222222222:user/eve";
const ROOT = "arn:aws:iam::111111111111:root";

const allow = (Action = "*", more: object = {}) => ({ Effect: "Allow", Action, Resource: "*", ...more });
const deny = (Action = "*", more: object = {}) => ({ Effect: "Deny", Action, Resource: "*", ...more });
const grant = (Principal: unknown, Action = "*") => resource({ Effect: "Allow", Principal, Action, Resource: "*" });

const none: Layers = {
  identityPolicies: [],
  resourcePolicy: null,
  permissionsBoundary: null,
  sessionPolicy: null,
  serviceControlPolicies: [],
  resourceControlPolicies: [],
};

function decide(principal: string, layers: Partial<Layers>, call: Partial<Call> = {}) {
  const caller = readCaller(principal);
  expect(caller).not.toBeNull();
  const request: Call = {
    caller: caller!,
    action: "sqs:SendMessage",
    resource: "arn:aws:sqs:us-east-1:111111111111:orders",
    resourceAccount: null,
    context: new Map(),
    ...call,
  };
  return evaluate(request, { ...none, ...layers });
}

const kms = { action: "kms:Decrypt", resource: "arn:aws:kms:us-east-1:111111111111:key/k" };
const assume = { action: "sts:AssumeRole", resource: "arn:aws:iam::111111111111:role/target" };
const nothing = identity(allow("ec2:DescribeInstances"));

describe("the decision", () => {
  it.each<[string, string, Partial<Layers>, string, Partial<Call>?]>([
    ["nothing allows", USER, {}, "ImplicitlyDenied"],
    ["an identity policy allows", USER, { identityPolicies: [identity(allow())] }, "Allowed"],
    ["a Deny wins over an Allow", USER, { identityPolicies: [identity(allow(), deny("sqs:*"))] }, "ExplicitlyDenied"],
    ["a resource policy grants to the user", USER, { resourcePolicy: grant({ AWS: USER }) }, "Allowed"],
    [
      "... despite the boundary",
      USER,
      { resourcePolicy: grant({ AWS: USER }), permissionsBoundary: nothing },
      "Allowed",
    ],
    ["a resource policy grants to the role", SESSION, { resourcePolicy: grant({ AWS: ROLE }) }, "Allowed"],
    [
      "... within the boundary",
      SESSION,
      { resourcePolicy: grant({ AWS: ROLE }), permissionsBoundary: nothing },
      "ImplicitlyDenied",
    ],
    [
      "... within the session policy",
      SESSION,
      { resourcePolicy: grant({ AWS: ROLE }), sessionPolicy: nothing },
      "ImplicitlyDenied",
    ],
    [
      "a resource policy grants to the session",
      SESSION,
      { resourcePolicy: grant({ AWS: SESSION }), permissionsBoundary: nothing, sessionPolicy: nothing },
      "Allowed",
    ],
    [
      "a grant to the account waits for an identity policy",
      USER,
      { resourcePolicy: grant({ AWS: ROOT }) },
      "ImplicitlyDenied",
    ],
    [
      "... and goes on with one",
      USER,
      { resourcePolicy: grant({ AWS: ROOT }), identityPolicies: [identity(allow())] },
      "Allowed",
    ],
    [
      "the boundary limits identity policies",
      USER,
      { identityPolicies: [identity(allow())], permissionsBoundary: nothing },
      "ImplicitlyDenied",
    ],
    [
      "the session policy limits identity policies",
      SESSION,
      { identityPolicies: [identity(allow())], sessionPolicy: nothing },
      "ImplicitlyDenied",
    ],
    [
      "a Deny in the boundary counts",
      USER,
      { resourcePolicy: grant({ AWS: USER }), permissionsBoundary: identity(deny()) },
      "ExplicitlyDenied",
    ],
    [
      "another account needs both sides: identity alone",
      OTHER,
      { identityPolicies: [identity(allow())] },
      "ImplicitlyDenied",
    ],
    ["... resource alone", OTHER, { resourcePolicy: grant({ AWS: OTHER }) }, "ImplicitlyDenied"],
    [
      "... both",
      OTHER,
      { resourcePolicy: grant({ AWS: "222222222222" }), identityPolicies: [identity(allow())] },
      "Allowed",
    ],
    ["anonymous, public", "anonymous", { resourcePolicy: grant("*") }, "Allowed"],
    ["anonymous, not public", "anonymous", { resourcePolicy: grant({ AWS: USER }) }, "ImplicitlyDenied"],
    ["a service", "sns.amazonaws.com", { resourcePolicy: grant({ Service: "sns.amazonaws.com" }) }, "Allowed"],
    [
      "another service",
      "s3.amazonaws.com",
      { resourcePolicy: grant({ Service: "sns.amazonaws.com" }) },
      "ImplicitlyDenied",
    ],
    ["the root user needs no policy", ROOT, {}, "Allowed"],
    [
      "... but service control policies bind it",
      ROOT,
      { serviceControlPolicies: [[identity(allow(), deny("sqs:*"))]] },
      "ExplicitlyDenied",
    ],
    [
      "KMS asks the key policy even for identity policies",
      USER,
      { identityPolicies: [identity(allow())] },
      "ImplicitlyDenied",
      kms,
    ],
    [
      "... which may leave it to the account",
      USER,
      { identityPolicies: [identity(allow())], resourcePolicy: grant({ AWS: ROOT }, "kms:*") },
      "Allowed",
      kms,
    ],
    ["... or grant it", USER, { resourcePolicy: grant({ AWS: USER }, "kms:*") }, "Allowed", kms],
    [
      "a role is assumed by its trust policy's leave only",
      USER,
      { identityPolicies: [identity(allow())] },
      "ImplicitlyDenied",
      assume,
    ],
    [
      "... with the account's own policies where the root is trusted",
      USER,
      { resourcePolicy: grant({ AWS: ROOT }, "sts:AssumeRole") },
      "ImplicitlyDenied",
      assume,
    ],
    [
      "... without them where the user is named",
      USER,
      { resourcePolicy: grant({ AWS: USER }, "sts:AssumeRole") },
      "Allowed",
      assume,
    ],
    [
      "every level of service control policies must allow",
      USER,
      { identityPolicies: [identity(allow())], serviceControlPolicies: [[identity(allow())], [nothing]] },
      "ImplicitlyDenied",
    ],
    [
      "a level without policies allows nothing",
      USER,
      { identityPolicies: [identity(allow())], serviceControlPolicies: [[identity(allow())], []] },
      "ImplicitlyDenied",
    ],
    [
      "no levels: not in an organization",
      USER,
      { identityPolicies: [identity(allow())], serviceControlPolicies: [] },
      "Allowed",
    ],
    [
      "service control policies do not bind services",
      "sns.amazonaws.com",
      { resourcePolicy: grant({ Service: "sns.amazonaws.com" }), serviceControlPolicies: [[nothing]] },
      "Allowed",
    ],
    [
      "resource control policies bind everyone",
      "anonymous",
      { resourcePolicy: grant("*"), resourceControlPolicies: [[resource({ ...deny("sqs:*"), Principal: "*" })]] },
      "ExplicitlyDenied",
    ],
    [
      "resource control policies need not allow",
      USER,
      { identityPolicies: [identity(allow())], resourceControlPolicies: [[]] },
      "Allowed",
    ],
  ])("%s", (_, principal, layers, expected, call) => {
    expect(decide(principal, layers, call).decision).toBe(expected);
  });

  it("names the statement that decided", () => {
    const policies = [identity(allow("s3:*")), identity(allow(), { ...deny("sqs:SendMessage"), Sid: "NoSending" })];
    expect(decide(USER, { identityPolicies: policies }).by).toEqual({
      layer: "identityPolicies",
      level: null,
      policy: 1,
      statement: { index: 1, sid: "NoSending" },
    });
  });

  it("derives what follows from the caller, and lets the request say more", () => {
    const only = (Condition: object) => ({ identityPolicies: [identity(allow("*", { Condition }))] });
    expect(decide(SESSION, only({ ArnEquals: { "aws:PrincipalArn": ROLE } })).decision).toBe("Allowed");
    expect(decide(USER, only({ StringEquals: { "aws:username": "amin" } })).decision).toBe("Allowed");
    const mfa = only({ Bool: { "aws:MultiFactorAuthPresent": "true" } });
    expect(decide(USER, mfa).decision).toBe("ImplicitlyDenied");
    const context = new Map([["aws:multifactorauthpresent", ["true"]]]);
    expect(decide(USER, mfa, { context }).decision).toBe("Allowed");
  });

  it("fills policy variables in, and lets a pattern without a value match nothing", () => {
    const home = identity({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::home/${aws:username}/*" });
    const get = (name: string) => ({
      action: "s3:GetObject",
      resource: `arn:aws:s3:::home/${name}/f`,
      resourceAccount: "111111111111",
    });
    expect(decide(USER, { identityPolicies: [home] }, get("amin")).decision).toBe("Allowed");
    expect(decide(USER, { identityPolicies: [home] }, get("eve")).decision).toBe("ImplicitlyDenied");
    expect(decide(SESSION, { identityPolicies: [home] }, get("amin")).decision).toBe("ImplicitlyDenied");
  });
});
