/** What is not known is said, never taken for fine. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { reporters } from "../../analyzer/reporters/index.ts";
import { noPaint } from "../../analyzer/reporters/reporter.ts";
import { rules } from "../../analyzer/rules.ts";
import type { Organization } from "../../analyzer/world.ts";
import { planOf } from "./plans.ts";

const role = (account: string, Condition?: object) => ({
  address: "aws_iam_role.x",
  type: "aws_iam_role",
  actions: ["create"],
  after: {
    assume_role_policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: account },
        Action: "sts:AssumeRole",
        ...(Condition && { Condition }),
      },
    }),
  },
});
const nobodySaid: Partial<Organization> = { organizationId: null, accounts: null };
const judge = (world: Partial<Organization>, ...args: Parameters<typeof planOf>) =>
  analyze([planOf(...args)], { rules, world, toolVersion: "0.0.0" });
const outside = async (world: Partial<Organization>) =>
  (await judge(world, [role("arn:aws:iam::999999999999:role/vendor")])).findings.find(
    ({ rule }) => rule === "trust-outside-organization",
  );

describe("an account that nobody placed", () => {
  it("is named and not judged when the organization's accounts are unknown", async () => {
    expect(await outside(nobodySaid)).toMatchObject({ severity: "info", confidence: "low" });
    expect((await outside(nobodySaid))?.message).toContain("--organization-accounts");
  });

  it("is judged when they are known", async () => {
    const inside = new Set(["111111111111"]);
    expect(await outside({ organizationId: null, accounts: inside })).toMatchObject({
      severity: "high",
      confidence: "high",
    });
    expect(await outside({ organizationId: null, accounts: new Set(["999999999999"]) })).toBeUndefined();
    const onRecord = await outside({ organizationId: null, accounts: inside, vendors: new Set(["999999999999"]) });
    expect(onRecord).toMatchObject({ severity: "low", message: expect.stringContaining("third party") });
  });
});

describe("a plan that ended with an error", () => {
  it.each(["text", "markdown"] as const)("is not called clean in %s", async (format) => {
    const options = { rules, paint: noPaint };
    const broken = await judge(nobodySaid, [], { errored: true, complete: false });
    expect(reporters[format](broken, options)).not.toContain("opens up nothing new");
    expect(reporters[format](broken, options)).toContain("incomplete");
    expect(reporters[format](await judge(nobodySaid, []), options)).toContain("opens up nothing new");
  });
});
