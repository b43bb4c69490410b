import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gatehouse as run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-policy-"));
const write = (name: string, value: unknown) =>
  writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value, null, 2));

const trust = (Condition: object) => ({
  Version: "2012-10-17",
  Statement: [
    { Sid: "People", Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole", Condition },
  ],
});
write("strict.json", trust({ Bool: { "aws:MultiFactorAuthPresent": "true" } }));
write("lenient.json", trust({ BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } }));
write("variable.json", {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::home/${aws:username}/*" },
});
write("admin-home.json", {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::home/*" },
    { Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::home/admin*/*" },
  ],
});
write("misspelled.json", {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:GetObjet", Resource: "arn:aws:s3:::images/*" },
});
write("public.json", {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::images/*" },
});
write("suffix.json", {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:*", Resource: "*" },
    { Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::a-?-b-??" },
  ],
});
write("two-variables.json", {
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Action: "s3:*",
    Resource: "arn:aws:s3:::a-${aws:username}-b-${aws:username}",
  },
});
write("broken.json", '{ "Version": "2012-10-17",\n  "Statement": [');
write("typo.json", {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:*", Resource: "*", Conditions: {} },
});
write("case.json", {
  request: {
    principal: "arn:aws:iam::111122223333:user/amin",
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/k",
    resourceAccount: "111122223333",
    context: { "aws:MultiFactorAuthPresent": true },
  },
  identityPolicies: [
    {
      Version: "2012-10-17",
      Statement: {
        Sid: "Read",
        Effect: "Allow",
        Action: "s3:Get*",
        Resource: "*",
        Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
      },
    },
  ],
});
write("bad-case.json", { request: { principal: "amin", action: "s3:*", resorce: "x" }, identityPolicies: {} });

const gatehouse = (...argv: string[]) => run(argv, { cwd: folder });

describe("policy diff", () => {
  it("shows what the change lets in, and by which statement", async () => {
    const { code, stdout } = await gatehouse("policy", "diff", "strict.json", "lenient.json");
    expect(code).toBe(1);
    expect(stdout).toContain("new access: arn:aws:iam::111122223333:user/");
    expect(stdout).toContain("aws:MultiFactorAuthPresent is absent");
    expect(stdout).toContain("allowed after, by statement 1 (People)");
    expect(stdout).toContain(
      "statement 1 (People) does not apply: it asks Bool aws:MultiFactorAuthPresent = true, and the key is absent",
    );
  });

  it("follows the contract as JSON", async () => {
    const { code, stdout } = await gatehouse("policy", "diff", "strict.json", "lenient.json", "--format", "json");
    expect(code).toBe(1);
    const report = JSON.parse(stdout);
    expect(Object.keys(report)).toEqual(["newAccess", "witness", "because"]);
    expect(report.newAccess).toBe(true);
    expect(report.witness).toMatchObject({ action: "sts:AssumeRole", context: { "aws:MultiFactorAuthPresent": null } });
  });

  it("says that there is nothing new", async () => {
    const { code, stdout } = await gatehouse("policy", "diff", "lenient.json", "strict.json", "--format", "json");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { newAccess: false, witness: null }]);
  });

  it("decides policy variables where every value gives the same answer", async () => {
    const { code } = await gatehouse("policy", "diff", "variable.json", "variable.json");
    expect(code).toBe(0);
  });

  it("finds the value of a variable that matters", async () => {
    const { code, stdout } = await gatehouse("policy", "diff", "admin-home.json", "variable.json", "--format", "json");
    expect([code, JSON.parse(stdout).newAccess]).toEqual([1, true]);
    expect(JSON.parse(stdout).witness.resource).toMatch(/^arn:aws:s3:::home\/admin/);
  });

  it("does not guess where it cannot weigh all values of a variable", async () => {
    // no name has one letter and two: true, but beyond what is weighed
    const { code, stdout } = await gatehouse("policy", "diff", "suffix.json", "two-variables.json", "--format", "json");
    expect([code, JSON.parse(stdout).newAccess]).toEqual([4, null]);
    expect(JSON.parse(stdout).because).toContain("${aws:username}");
  });

  it("refuses what it cannot read, with the place", async () => {
    const broken = await gatehouse("policy", "diff", "broken.json", "strict.json");
    expect([broken.code, broken.stdout]).toEqual([2, ""]);
    expect(broken.stderr).toContain("broken.json:2:17 not valid JSON: the text ends too early");
    const typo = await gatehouse("policy", "diff", "typo.json", "strict.json");
    expect(typo.code).toBe(2);
    expect(typo.stderr).toMatch(/typo\.json:7:5 unknown element "Conditions" in the statement/);
    expect((await gatehouse("policy", "diff", "missing.json", "strict.json")).stderr).toContain("no such file");
  });
});

describe("policy check", () => {
  it("points at the statement and shows a request", async () => {
    const { code, stdout } = await gatehouse("policy", "check", "lenient.json");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^lenient\.json:4 \(People\) high trust-missing-mfa$/m);
    expect(stdout).toContain("without MFA");
  });

  it("knows who comes without credentials, whatever the document belongs to", async () => {
    const { stdout } = await gatehouse("policy", "check", "public.json");
    expect(stdout).toContain("anyone, without credentials, can call s3:GetObject");
  });

  it("is silent about a sound policy, and about findings below the threshold", async () => {
    expect((await gatehouse("policy", "check", "strict.json")).code).toBe(0);
    expect((await gatehouse("policy", "check", "lenient.json", "--fail-on", "critical")).code).toBe(0);
  });

  it("says which names AWS does not have", async () => {
    const { code, stdout } = await gatehouse("policy", "check", "misspelled.json");
    expect(code).toBe(0);
    expect(stdout).toContain('misspelled.json:3 note AWS has no action "s3:GetObjet"; did you mean "s3:GetObject"?');
  });

  it("refuses what is not JSON", async () => {
    const { code, stderr } = await gatehouse("policy", "check", "broken.json");
    expect([code, stderr]).toEqual([2, expect.stringContaining("broken.json:2:17")]);
  });
});

describe("policy simulate", () => {
  it("decides, and names the statement", async () => {
    const { code, stdout } = await gatehouse("policy", "simulate", "case.json", "--format", "json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      decision: "Allowed",
      by: { layer: "identityPolicies", policy: 0, statement: { index: 0, sid: "Read" } },
    });
  });

  it("says everything that is wrong with a case at once", async () => {
    const { code, stderr } = await gatehouse("policy", "simulate", "bad-case.json");
    expect(code).toBe(2);
    for (const part of [
      'unknown key "resorce"',
      '"amin" is neither',
      '"s3:*" is not one action',
      "identityPolicies: expected a list",
    ]) {
      expect(stderr).toContain(part);
    }
  });
});
