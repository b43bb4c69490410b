/** Requests are shown with actions that exist, and that are of the service in question. */
import { describe, expect, it } from "vitest";
import { callersOf } from "../../../lib/iam/caller-class.ts";
import { loadCatalog } from "../../../lib/iam/catalog.ts";
import { resourceFor } from "../../../lib/iam/example-resources.ts";
import { exampleServices, examplesOf } from "../../../lib/iam/examples.ts";
import { matches } from "../../../lib/iam/glob.ts";
import { ask, toWitness } from "../../../lib/iam/witness.ts";
import { identity, policyOf } from "./policies.ts";

it("every example is an action in AWS's own letters", async () => {
  const examples = exampleServices.flatMap(examplesOf);
  const catalog = await loadCatalog(examples);
  expect(examples.map((name) => catalog.actionsLike(name).map((action) => action.name))).toEqual(
    examples.map((name) => [name]),
  );
});

it("every example is shown on a resource that the action can be about", async () => {
  const examples = exampleServices.flatMap(examplesOf);
  const catalog = await loadCatalog(examples);
  const isOneOf = (action: string) => {
    const types = catalog.resourcesOf(action);
    return types.length === 0 || types.some((type) => matches(type, resourceFor(action)));
  };
  expect(examples.filter((action) => !isOneOf(action)).map((action) => `${action} on ${resourceFor(action)}`)).toEqual(
    [],
  );
});

describe("a request", () => {
  it.each<[string, string, string | null, string]>([
    ["kms:*", "*", null, "kms:Decrypt"],
    ["KMS:Encrypt*", "*", null, "kms:Encrypt"],
    ["s3:Put*", "*", null, "s3:PutObject"],
    ["*", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-*", null, "secretsmanager:GetSecretValue"],
    ["*", "*", "sqs", "sqs:SendMessage"],
    ["schemas:*", "arn:aws:schemas:eu-west-1:111111111111:registry/r", "schemas", "schemas:DescribeRegistry"],
    ["*", "*", "a-service-that-few-know", "s3:GetObject"],
    ["*", "*", null, "s3:GetObject"],
    ["sqs:ReceiveMessage", "*", "sqs", "sqs:ReceiveMessage"],
    ["few:Know*", "*", null, "few:KnowAny"],
  ])("for %s on %s of %s is %s", (Action, Resource, service, expected) => {
    const answer = ask({ policies: [identity({ Effect: "Allow", Action, Resource })], service });
    expect(answer).toMatchObject({ kind: "witness", request: { action: expected } });
  });

  it("shows the keys of its own service, of AWS and of credentials as absent", () => {
    const keys = ["aws:SourceVpc", "ec2:SourceInstanceArn", "s3:prefix", "saml:aud", "sagemaker:WorkteamType"];
    const Condition = { Null: Object.fromEntries(keys.map((name) => [name, "true"])) };
    const policy = identity({ Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition });
    const answer = ask({ policies: [policy] });
    const shown = answer.kind === "witness" ? Object.keys(toWitness(answer.request, [policy]).context) : [];
    expect(shown).toEqual(keys.slice(0, 4));
  });

  it("for what is new is of the new pattern", () => {
    const old = identity({ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" });
    const now = identity({ Effect: "Allow", Action: ["kms:Decrypt", "kms:*"], Resource: "*" });
    const answer = ask({ policies: [now], notAllowedBy: [old] });
    expect(answer).toMatchObject({ kind: "witness", request: { action: expect.stringMatching(/^kms:/) } });
    expect(answer).not.toMatchObject({ request: { action: "kms:Decrypt" } });
  });
});

describe("what stands for a pattern", () => {
  const role = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
  it.each([
    ["ci-*", "ci-someone"],
    ["*-ci", "someone-ci"],
    ["*deploy*", "deploysomeone"],
    ["team/*/ci", "team/someone/ci"],
    [
      "aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*",
      "aws-reserved/sso.amazonaws.com/someone/AWSReservedSSO_Admin_someone",
    ],
  ])("has nothing cut off: %s", (pattern, name) => {
    const trust = policyOf("trust", {
      ...{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "111111111111" } },
      Condition: { ArnLike: { "aws:PrincipalArn": role(pattern) } },
    });
    const answer = ask({ policies: [trust], callers: callersOf("111111111111").filter(({ kind }) => kind === "role") });
    expect(answer.kind === "witness" && answer.request.caller.name).toBe(role(name));
  });
});
