/** Settings, suppressions, baselines and code, as a pipeline meets them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../lib/finding.ts";
import { gatehouse } from "./run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-analyze-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const anyone = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
const trust = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

const roles = (names: readonly string[], actions = ["create"]) =>
  JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    resource_changes: names.map((name) => {
      const after = { name, assume_role_policy: trust(anyone) };
      const before = actions[0] === "create" ? null : after;
      const change = { actions, before, after, after_unknown: {} };
      return { address: `aws_iam_role.${name}`, mode: "managed", type: "aws_iam_role", name, change };
    }),
  });

const suppression = (more = "") => `suppressions:
  - rule: trust-anyone
    address: aws_iam_role.catalog
    reason: public catalogue
    owner: platform
    until: 2026-12-31
${more}`;

const analyze = (...args: string[]) => gatehouse(["analyze", "plan.json", ...args], { cwd: folder });
const findings = async (...args: string[]): Promise<readonly Finding[]> =>
  JSON.parse((await analyze(...args, "--format", "json")).stdout).findings;

describe("gatehouse.config.yaml", () => {
  beforeEach(() => write("plan.json", roles(["catalog"])));

  it("is read from the working directory: its suppressions decide the exit code", async () => {
    expect((await analyze()).code).toBe(1);
    write("gatehouse.config.yaml", suppression());
    expect((await analyze()).code).toBe(0);
    expect((await analyze("--as-of", "2027-01-01")).code).toBe(1);
  });

  it("may stand elsewhere, and names the manifest from there", async () => {
    write("policy/own.yaml", "manifest: access.yaml\nfailOn: none\n");
    const { code, stderr } = await analyze("--config", "policy/own.yaml");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("policy/access.yaml does not exist") });
    await gatehouse(["init", "policy/access"], { cwd: folder });
    write("policy/own.yaml", "manifest: access\nfailOn: none\n");
    expect((await analyze("--config", "policy/own.yaml")).code).toBe(0);
  });

  it("sets severities, turns rules off and says when to fail; an option on the command line wins", async () => {
    write("gatehouse.config.yaml", "rules: { trust-anyone: { severity: low } }\n");
    expect(await findings()).toMatchObject([{ rule: "trust-anyone", severity: "low" }]);
    write("gatehouse.config.yaml", "rules: { trust-anyone: { severity: off, reason: a catalogue }}\nfailOn: none\n");
    expect(await findings()).toEqual([]);
    write("gatehouse.config.yaml", "failOn: low\nrules: { trust-anyone: { severity: low } }\n");
    expect((await analyze("--format", "junit")).stdout).toContain('failures="1"');
    write("gatehouse.config.yaml", "failOn: none\n");
    expect((await analyze()).code).toBe(0);
    expect((await analyze("--fail-on", "critical")).code).toBe(1);
  });

  it("says who is inside", async () => {
    const stranger = { ...anyone, Principal: { AWS: "arn:aws:iam::222222222222:role/r" } };
    write("plan.json", roles(["r"]).replace(JSON.stringify(trust(anyone)), JSON.stringify(trust(stranger))));
    const strangers = async () =>
      (await findings()).filter(({ rule }) => rule === "trust-outside-organization").map(({ severity }) => severity);
    write("gatehouse.config.yaml", 'organization: { accounts: ["111111111111"] }\n');
    expect(await strangers()).toEqual(["high"]);
    write("gatehouse.config.yaml", 'organization: { accounts: ["111111111111"], vendors: ["222222222222"] }\n');
    expect(await strangers()).toEqual(["low"]);
    write("gatehouse.config.yaml", 'organization: { accounts: ["111111111111", "222222222222"] }\n');
    expect(await strangers()).toEqual([]);
  });
});

describe("a baseline", () => {
  it("lets a pipeline begin with what is there, and shows what is new", async () => {
    write("plan.json", roles(["catalog"]));
    await analyze("--format", "json", "--output", "accepted.json");
    expect((await analyze("--baseline", "accepted.json")).code).toBe(0);
    expect((await analyze("--baseline", "accepted.json", "--all")).code).toBe(1);
    write("plan.json", roles(["catalog", "open"]));
    expect((await analyze("--baseline", "accepted.json")).code).toBe(1);
    const changes = (await findings("--baseline", "accepted.json")).map(({ address, change }) => [address, change]);
    expect(changes).toEqual([
      ["aws_iam_role.open", "introduced"],
      ["aws_iam_role.catalog", "unchanged"],
    ]);
  });
});

it("--all lets findings count that were there before, and shows them", async () => {
  write("plan.json", roles(["catalog"], ["no-op"]));
  expect((await analyze()).code).toBe(0);
  const { code, stdout } = await analyze("--all");
  expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("trust-anyone (as before)") });
});

describe("--source", () => {
  const block = 'resource "aws_iam_role" "catalog" {\n  assume_role_policy = local.anyone\n}\n';
  beforeEach(() => write("plan.json", roles(["catalog"])));

  it("gives file and line", async () => {
    write("infra/main.tf", `\n${block}`);
    expect(await findings("--source", "infra")).toMatchObject([{ location: { file: "infra/main.tf", line: 3 } }]);
    expect(await findings("--source", `${folder}/infra/`)).toMatchObject([{ location: { file: "infra/main.tf" } }]);
  });

  it("reads suppressions beside the resource", async () => {
    write("infra/main.tf", `# gatehouse:ignore trust-anyone: public catalogue\n${block}`);
    expect((await analyze("--source", "infra")).code).toBe(0);
    write("infra/main.tf", `# gatehouse:ignore trust-anyone\n${block}`);
    const { code, stdout } = await analyze("--source", "infra");
    expect(code).toBe(1);
    expect(stdout).toContain("suppression-malformed");
  });

  it("warns of a suppression that stands beside no resource", async () => {
    write("infra/main.tf", `${block}# gatehouse:ignore trust-anyone: public catalogue\n`);
    const { code, stderr } = await analyze("--source", "infra");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^infra\/main\.tf:4:1 warning the suppression stands beside no resource/);
  });

  it("warns of code that is broken, and reads the rest", async () => {
    write("infra/broken.tf", 'resource "aws_iam_user" "u" { name = \n');
    write("infra/main.tf", `# gatehouse:ignore trust-anyone: public catalogue\n${block}`);
    const { code, stderr } = await analyze("--source", "infra");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^infra\/broken\.tf:1:1 warning the code is broken/),
    });
  });

  it("reads templates of the code, and no hidden files", async () => {
    const after_unknown = { policy: true };
    const change = { actions: ["create"], before: null, after: { name: "p" }, after_unknown };
    const resource = { address: "aws_iam_policy.p", mode: "managed", type: "aws_iam_policy", name: "p", change };
    const expressions = { policy: { references: ["aws_kms_key.k.arn", "aws_kms_key.k"] } };
    const configuration = { root_module: { resources: [{ address: "aws_iam_policy.p", expressions }] } };
    write("plan.json", JSON.stringify({ format_version: "1.2", resource_changes: [resource], configuration }));
    const admin = '{ "Statement": { "Effect": "Allow", "Action": "*", "Resource": ["*", "${key}"] } }';
    write("infra/templates/p.tpl", admin);
    write("infra/.hidden/p.tpl", admin);
    const using = (path: string) =>
      write(
        "infra/main.tf",
        `resource "aws_iam_policy" "p" {\n  policy = templatefile("\${path.module}/${path}", { key = aws_kms_key.k.arn })\n}`,
      );
    using("templates/p.tpl");
    expect((await findings("--source", "infra")).map(({ rule }) => rule)).toEqual(["admin-access"]);
    using(".hidden/p.tpl");
    expect((await findings("--source", "infra")).map(({ rule }) => rule)).toEqual(["policy-unknown"]);
  });

  it("shows what the plan does not", async () => {
    const change = {
      ...{ actions: ["create"], before: null, after: { name: "p" } },
      after_unknown: { policy: true },
    };
    const resource = { address: "aws_iam_policy.p", mode: "managed", type: "aws_iam_policy", name: "p", change };
    const configuration = {
      root_module: {
        resources: [
          {
            address: "aws_iam_policy.p",
            expressions: { policy: { references: ["aws_kms_key.k.arn", "aws_kms_key.k"] } },
          },
        ],
      },
    };
    write("plan.json", JSON.stringify({ format_version: "1.2", resource_changes: [resource], configuration }));
    write(
      "infra/main.tf",
      `resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Action = "kms:Decrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = "*", Resource = "*" },
    ]
  })
}`,
    );
    expect((await findings()).map(({ rule }) => rule)).toEqual(["policy-unknown"]);
    const shown = await findings("--source", "infra");
    expect(shown).toMatchObject([{ rule: "admin-access", location: { file: "infra/main.tf", line: 5 } }]);
  });

  it("of Gatehouse's own stacks points at the manifest", async () => {
    await gatehouse(["init", "access"], { cwd: folder });
    const role = "  catalog:\n    in: management\n    trust: { service: lambda.amazonaws.com }\n";
    write("access/machines.yaml", `# Machines\nroles:\n${role}`);
    const [finding] = await findings("--manifest", "access");
    expect(finding).toMatchObject({ rule: "trust-anyone", location: { file: "access/machines.yaml", line: 3 } });
  });
});

it("shows everything that is wrong with its inputs at once", async () => {
  write("gatehouse.config.yaml", "falOn: high\n");
  write("plan.json", "{}");
  write("old.json", "[]");
  const args = ["--source", "infra", "--baseline", "old.json", "--manifest", "missing.yaml"];
  const { code, stdout, stderr } = await gatehouse(["analyze", "plan.json", "gone.json", ...args], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  for (const part of [
    'gatehouse.config.yaml:1:1 error unknown key "falOn"; did you mean "failOn"?',
    "plan.json: this JSON is not a Terraform plan",
    "cannot read the plan gone.json",
    "cannot read the code in infra",
    "cannot use the baseline old.json",
    "missing.yaml does not exist",
  ]) {
    expect(stderr).toContain(part);
  }
});

it.each([
  ["a configuration that is missing", ["--config", "own.yaml"], "cannot read the configuration own.yaml: no such file"],
  ["a baseline that is missing", ["--baseline", "old.json"], "cannot read old.json: no such file"],
  ["a folder without code", ["--source", "."], "there is no Terraform code in it"],
  ["a baseline where a plan is read", ["-", "--baseline", "-"], "standard input (-) is given twice"],
  ["a day that is none", ["--as-of", "2026-02-30"], "2027-01-31"],
])("%s is refused", async (_, args, message) => {
  write("plan.json", roles(["catalog"]));
  const { code, stdout, stderr } = await analyze(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});
