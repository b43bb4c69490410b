import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { StackEntry } from "../../cli/commands/stacks.ts";
import { commands } from "../../cli/main.ts";
import type { Finding } from "../../lib/finding.ts";
import { git } from "./git.ts";
import { gatehouse, type Run, root } from "./run.ts";

const securecart = "examples/securecart";
const careless = "examples/careless-change/plan.json";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-commands-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string | Uint8Array) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** What is in the folder, as two revisions of a repository. */
function commitTwice(): void {
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", "access");
  git(folder, "commit", "-qm", "first");
  git(folder, "commit", "-qm", "second", "--allow-empty");
  git(folder, "update-ref", "refs/remotes/origin/main", "HEAD~1");
}

/** One clear message, no result, no stack trace. */
function expectRefusal({ code, stdout, stderr }: Run, expected: 1 | 2, message: string | RegExp): void {
  expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ {4}at /m);
}

const soundTrust = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
});

describe("the examples in --help work as they are written", () => {
  const lines = commands.flatMap(({ examples }) => examples.map(([line]) => line));
  test.each(lines)("gatehouse %s", async (line) => {
    await gatehouse(["init", "access"], { cwd: folder });
    const plan = readFileSync(join(root, careless));
    write("plan.json", plan);
    write("accepted.json", JSON.stringify({ version: 1, tool: { name: "gatehouse" }, findings: [] }));
    mkdirSync(join(folder, "infra"));
    write(join("infra", "main.tf"), 'resource "aws_iam_role" "deploy" {}\n');
    for (const name of ["before.json", "after.json", "trust.json"]) write(name, soundTrust);
    write("case.json", JSON.stringify({ request: { principal: "anonymous", action: "s3:GetObject" } }));
    mkdirSync(join(folder, "plans"));
    write(join("plans", "shop.json"), plan);
    commitTwice();
    const [typed = ""] = line.split(/ [<>] /);
    // the shell finds the files; and no test writes to a pull request
    const call = typed.replace("*", "shop").replace(/^review(?!.*--dry-run)/, "review --dry-run");
    const { code, stderr } = await gatehouse(call.split(" "), { cwd: folder, stdin: async () => plan });
    expect({ code, stderr }).toEqual({
      code: /^(analyze|review)/.test(call) ? 1 : 0,
      stderr: expect.not.stringContaining("error"),
    });
  });
});

describe("init", () => {
  test("writes a manifest that validates and synthesizes, and a schema where its first line says", async () => {
    expect(await gatehouse(["init", "new"], { cwd: folder })).toMatchObject({ code: 0, stdout: "" });
    expect(await gatehouse(["validate"], { cwd: join(folder, "new") })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^valid: 3 accounts, 1 unit, 2 permission sets, 3 assignments/),
    });
    expect((await gatehouse(["synth"], { cwd: join(folder, "new") })).code).toBe(0);

    const [modeline] = readFileSync(join(folder, "new/access.yaml"), "utf8").split("\n");
    const schema = modeline?.split("$schema=")[1] ?? "";
    expect(JSON.parse(readFileSync(join(folder, "new", schema), "utf8"))).toHaveProperty("$schema");
  });

  test("says what it wrote", async () => {
    const { stderr } = await gatehouse(["init", "new"], { cwd: folder });
    expect(stderr).toContain("new/access.yaml");
    expect(stderr).toContain("new/.gatehouse/manifest.schema.json");
  });

  test("never overwrites", async () => {
    write("access.yaml", "mine");
    expectRefusal(await gatehouse(["init", "."], { cwd: folder }), 2, "exists already");
    expect(readdirSync(folder)).toEqual(["access.yaml"]);
    expect(readFileSync(join(folder, "access.yaml"), "utf8")).toBe("mine");
  });
});

describe("validate", () => {
  test("counts what a valid manifest holds", async () => {
    const { code, stdout } = await gatehouse(["validate", securecart]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/valid: 12 accounts, /);
  });

  test("shows every problem with its place, a code frame, and what was meant", async () => {
    const file = "access.yaml";
    await gatehouse(["init"], { cwd: folder });
    const text = readFileSync(join(folder, file), "utf8");
    write(file, text.replaceAll("groups: developers", "groups: develpers").replace("session: 4h", "sesion: 4h"));
    const { code, stdout } = await gatehouse(["validate"], { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^access\.yaml:\d+:\d+ .*unknown key "sesion".*"session"/m);
    expect(stdout.match(/unknown group "develpers"; did you mean "developers"\?/g)).toHaveLength(2);
    expect(stdout).toContain("groups: develpers");
    expect(stdout).toMatch(/not valid: 3 errors, 0 warnings in 1 file\n$/);
  });

  test("json is the same as data", async () => {
    write("access.yaml", "gatehouse: 1\naccouns: {}\n");
    const { code, stdout } = await gatehouse(["validate", "--format", "json"], { cwd: folder });
    const result = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(result).toMatchObject({ version: 1, valid: false });
    expect(result.summary.errors).toBe(result.problems.length);
    expect(result.problems[0].place).toMatchObject({ file: "access.yaml" });
  });
});

describe("what is no path to a manifest", () => {
  test.each(["validate", "synth", "stacks", "access"])("%s", async (name) => {
    await gatehouse(["init"], { cwd: folder });
    const before = readdirSync(folder);
    expectRefusal(await gatehouse([name, ""], { cwd: folder }), 2, "the path of the manifest is empty");
    expectRefusal(await gatehouse([name, "-"], { cwd: folder }), 2, "not read from standard input");
    expect(readdirSync(folder)).toEqual(before);
  });

  test.each([
    ["synth", "--out", ""],
    ["init", ""],
  ])("%s into nowhere: %j", async (...args) => {
    write("access.yaml", "gatehouse: 1\n");
    expectRefusal(await gatehouse(args, { cwd: folder }), 2, "empty");
    expect(readdirSync(folder)).toEqual(["access.yaml"]);
  });

  test.each([
    ["a Terraform plan", careless, `gatehouse analyze ${careless}`],
    [
      "a policy document",
      "examples/policies/trust-today.json",
      "gatehouse policy check examples/policies/trust-today.json",
    ],
    ["a stack in Terraform's JSON", "stack.json", "gatehouse analyze -"],
    ["a Terraform state", "state.json", "gatehouse analyze -"],
  ])("%s is called so, with the command that reads it", async (what, file, command) => {
    write("stack.json", '{ "terraform": {}, "provider": {}, "resource": {} }');
    write("state.json", '{ "version": 4, "serial": 1, "lineage": "x", "resources": [] }');
    const cwd = file.includes("/") ? root : folder;
    const { code, stdout } = await gatehouse(["validate", file], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain(`this looks like ${what}, not like an access manifest`);
    expect(stdout).toContain(command);
    expect(stdout).toMatch(/not valid: 1 error, 0 warnings in 1 file\n$/);
  });

  test("any other file: one error, and how a manifest begins", async () => {
    write("package.yaml", "name: x\nversion: 1\nscripts: {}\n");
    const { code, stdout } = await gatehouse(["validate", "package.yaml"], { cwd: folder });
    expect({ code, errors: stdout.match(/ error /g)?.length }).toEqual({ code: 1, errors: 1 });
    expect(stdout).toContain('a manifest begins with "gatehouse: 1"');
  });

  test("access.yaml beside access/: the folder is said to be left out, on standard error", async () => {
    await gatehouse(["init"], { cwd: folder });
    mkdirSync(join(folder, "access"));
    const run = await gatehouse(["validate"], { cwd: folder });
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining("the folder access/ is not") });
    expect((await gatehouse(["validate", "--quiet"], { cwd: folder })).stderr).toBe("");
  });
});

describe("synth", () => {
  test("same input, same bytes, wherever it is written", async () => {
    const files = async (out: string) => {
      expect((await gatehouse(["synth", securecart, "--out", join(folder, out)])).code).toBe(0);
      const names = readdirSync(join(folder, out), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + out.length + 2))
        .sort();
      return names.map((name) => [name, readFileSync(join(folder, out, name), "utf8")]);
    };
    const first = await files("a");
    expect(await files("b")).toEqual(first);
    expect(first.length).toBeGreaterThan(4);
    for (const [name, text] of first) {
      expect(name).toMatch(/^(\.gatehouse\.json|stacks\/[\w-]+\/cdk\.tf\.json)$/);
      expect(text).not.toContain(folder);
    }
  });

  test("the plan that ships for machines without Terraform is one of the stack as it is", async () => {
    await gatehouse(["synth", securecart, "--only", "account-shop-prod", "--out", folder]);
    const stack = JSON.parse(readFileSync(join(folder, "stacks/account-shop-prod/cdk.tf.json"), "utf8"));
    const plan = JSON.parse(readFileSync(join(root, "examples/plans/account-shop-prod.json"), "utf8"));
    const addresses = Object.entries<object>(stack.resource).flatMap(([type, byName]) =>
      Object.keys(byName).map((name) => `${type}.${name}`),
    );
    // renewed by: npx tsx scripts/demo.ts --save
    expect(plan.resource_changes.map(({ address }: { address: string }) => address).sort()).toEqual(addresses.sort());
  });

  test("--only writes what it names", async () => {
    const run = await gatehouse(["synth", securecart, "--only", "organization", "--out", folder]);
    expect(readdirSync(join(folder, "stacks"))).toEqual(["organization"]);
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("1 stack,") });
  });

  test("an invalid manifest writes nothing", async () => {
    write("access.yaml", "gatehouse: 2\n");
    expectRefusal(await gatehouse(["synth"], { cwd: folder }), 1, /access\.yaml:1:\d+/);
    expect(readdirSync(folder)).toEqual(["access.yaml"]);
  });

  test("an unknown stack is named, with the nearest one", async () => {
    const run = await gatehouse(["synth", join(root, securecart), "--only", "organisation"], { cwd: folder });
    expectRefusal(run, 2, 'unknown stack "organisation"; did you mean "organization"?');
    expect(readdirSync(folder)).toEqual([]);
  });

  test("an output folder that is a file is left alone", async () => {
    write("out", "mine");
    expectRefusal(
      await gatehouse(["synth", join(root, securecart), "--out", "out"], { cwd: folder }),
      2,
      "cannot write to out",
    );
    expect(readFileSync(join(folder, "out"), "utf8")).toBe("mine");
  });
});

describe("stacks", () => {
  const stacks = async (format: string) => {
    const { code, stdout } = await gatehouse(["stacks", securecart, "--format", format]);
    expect(code).toBe(0);
    return stdout;
  };

  test("every stack comes in a later wave than what it depends on, and is a folder that synth writes", async () => {
    const list: StackEntry[] = JSON.parse(await stacks("json"));
    const waves = new Map(list.map(({ name, wave }) => [name, wave]));
    for (const { wave, dependsOn } of list) {
      for (const name of dependsOn) expect(waves.get(name)).toBeLessThan(wave);
    }
    await gatehouse(["synth", securecart, "--out", folder]);
    expect(list.map(({ name }) => name).sort()).toEqual(readdirSync(join(folder, "stacks")).sort());
  });

  test("the GitHub matrix is one line, an include per stack", async () => {
    const text = await stacks("github-matrix");
    expect(text.trimEnd()).not.toContain("\n");
    const list: StackEntry[] = JSON.parse(await stacks("json"));
    expect(JSON.parse(text).include.map(({ stack }: { stack: string }) => stack)).toEqual(list.map(({ name }) => name));
  });

  test("Atlantis gets a project per stack, which waits for the ones before", async () => {
    const list: StackEntry[] = JSON.parse(await stacks("json"));
    const config = parse(await stacks("atlantis"));
    expect(config.version).toBe(3);
    expect(config.projects).toEqual(
      list.map(({ name, wave, dependsOn, folder }) => ({
        name,
        dir: folder,
        execution_order_group: wave,
        ...(dependsOn.length > 0 ? { depends_on: dependsOn } : {}),
        autoplan: { enabled: true, when_modified: ["*.tf.json"] },
      })),
    );
  });

  test("the table names every stack", async () => {
    const list: StackEntry[] = JSON.parse(await stacks("json"));
    const table = await stacks("table");
    for (const { name } of list) expect(table).toContain(` ${name} `);
  });
});

describe("access", () => {
  test("filters answer who may enter one account, each with its line", async () => {
    const { code, stdout } = await gatehouse(["access", securecart, "--account", "shop-prod", "--format", "json"]);
    const rows = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ account }: { account: string }) => account))).toEqual(new Set(["shop-prod"]));
    const { place } = rows[0];
    const line = readFileSync(join(root, place.file), "utf8").split("\n")[place.line - 1];
    expect(line?.trim()).not.toBe("");
  });

  test("CSV has a header and as many rows as JSON", async () => {
    const rows = JSON.parse((await gatehouse(["access", securecart, "--format", "json"])).stdout);
    const { stdout } = await gatehouse(["access", securecart, "--format", "csv"]);
    expect(stdout).toMatch(/^account,account_name,account_id,/);
    expect(stdout.trimEnd().split("\r\n")).toHaveLength(rows.length + 1);
  });

  test("an option given twice means either", async () => {
    const rows = async (...args: string[]): Promise<{ account: string; principal: string }[]> =>
      JSON.parse((await gatehouse(["access", securecart, "--format", "json", ...args])).stdout);
    const both = await rows("--account", "shop-prod", "--account", "data-prod");
    expect(both).toHaveLength(
      (await rows("--account", "shop-prod")).length + (await rows("--account", "data-prod")).length,
    );
    expect(new Set(both.map(({ account }) => account))).toEqual(new Set(["shop-prod", "data-prod"]));
  });

  test.each([
    [["--account", "111111111111"], 'that is the id of "management": write the key'],
    [["--group", "SecureCart-Developers"], 'that is the name of "developers": write the key'],
    [["--group", "nobody-at-all"], "known groups: "],
    [["--account", "shop-prod", "--account", "shop-prd"], 'unknown account "shop-prd"'],
    [["--account", "shop-prd"], 'unknown account "shop-prd"; did you mean "shop-prod"?'],
    [["--group", "nobody-at-all"], 'unknown group "nobody-at-all"'],
    [["--user", "nobody-at-all"], 'unknown user "nobody-at-all"'],
    [["--permission-set", "nothing-at-all"], 'unknown permission set "nothing-at-all"'],
  ])("an unknown key is no empty answer: %j", async (args, message) => {
    expectRefusal(await gatehouse(["access", securecart, ...args]), 2, message);
  });
});

describe("rules", () => {
  test("lists and explains", async () => {
    const { stdout } = await gatehouse(["rules", "--format", "json"]);
    const rules: { id: string; fix: string }[] = JSON.parse(stdout);
    const list = await gatehouse(["rules"]);
    for (const { id, fix } of rules) {
      expect(list.stdout).toContain(id);
      expect((await gatehouse(["rules", id])).stdout).toContain(fix.trim().split("\n")[0]);
    }
    expect(rules.length).toBeGreaterThan(0);
  });

  test("an unknown rule is named, with the nearest one", async () => {
    expectRefusal(await gatehouse(["rules", "trust-anyon"]), 2, 'did you mean "trust-anyone"?');
  });
});

describe("analyze", () => {
  const analyze = (...args: string[]) => gatehouse(["analyze", careless, ...args]);

  test("the exit code follows --fail-on", async () => {
    expect((await analyze()).code).toBe(1);
    expect((await analyze("--fail-on", "none")).code).toBe(0);
  });

  test("findings that were there before do not fail", async () => {
    const plan = JSON.parse(readFileSync(join(root, careless), "utf8"));
    for (const { change } of plan.resource_changes) Object.assign(change, { actions: ["no-op"], before: change.after });
    const path = write("plan.json", JSON.stringify(plan));
    const { code, stdout } = await gatehouse(["analyze", path, "--format", "json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).summary).toMatchObject({ introduced: 0, worsened: 0, unchanged: expect.any(Number) });
    expect(JSON.parse(stdout).summary.unchanged).toBeGreaterThan(0);
  });

  test("several plans and standard input are one report", async () => {
    const stdin = async () => readFileSync(join(root, careless));
    const { stdout } = await gatehouse(["analyze", careless, "-", "--format", "json"], { stdin });
    expect(JSON.parse(stdout).plans.map(({ file }: { file: string }) => file)).toEqual([careless, "-"]);
  });

  test("--output writes the report and nothing on standard output", async () => {
    const direct = await analyze("--format", "sarif");
    const run = await analyze("--format", "sarif", "--output", join(folder, "report.sarif"));
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(readFileSync(join(folder, "report.sarif"), "utf8")).toBe(direct.stdout);
    expect(readdirSync(folder)).toEqual(["report.sarif"]);
  });

  test("the manifest says who is inside", async () => {
    const outside = await analyze("--organization-accounts", "999999999999", "--format", "json");
    const inside = await analyze("--manifest", securecart, "--format", "json");
    const strangers = ({ stdout }: Run): readonly string[] =>
      JSON.parse(stdout)
        .findings.filter(({ rule, severity }: Finding) => rule === "trust-outside-organization" && severity === "high")
        .map(({ address }: Finding) => address);
    expect(strangers(inside)).toEqual(["aws_iam_role.cost_reports"]);
    expect(strangers(outside).length).toBeGreaterThan(1);
  });

  test("a vendor that the manifest names is worth a word, and stops nobody; without the manifest it does", async () => {
    const plan = "examples/plans/account-shop-prod.json";
    const known = await gatehouse([
      "analyze",
      plan,
      "--manifest",
      securecart,
      "--format",
      "json",
      "--fail-on",
      "medium",
    ]);
    expect(known.code).toBe(0);
    expect(JSON.parse(known.stdout).findings).toMatchObject([{ rule: "trust-outside-organization", severity: "low" }]);
    const ids = "444444444444,666666666666,333333333333,888888888888";
    expect((await gatehouse(["analyze", plan, "--organization-accounts", ids])).code).toBe(1);
  });

  test.each([
    ["is missing", ["missing.json"], "cannot read the plan missing.json: no such file"],
    ["is a folder", ["examples"], "cannot read the plan examples: it is a folder"],
    ["and another is given as standard input twice", ["-", "-"], "given twice"],
    ["comes with a wrong organization id", [careless, "--organization-id", "acme"], "o-a1b2c3d4e5"],
    ["comes with a wrong account id", [careless, "--organization-accounts", "12,34"], "twelve digits"],
    ["comes with a manifest that is missing", [careless, "--manifest", "missing.yaml"], "missing.yaml"],
    ["is to be reported into a folder", [careless, "--output", "examples"], "cannot write examples: it is a folder"],
  ])("a plan that %s", async (_, args, message) => {
    expectRefusal(await gatehouse(["analyze", ...args]), 2, message);
  });

  test.each([
    ["empty", ""],
    ["no JSON", "Terraform will perform the following actions:"],
    ["truncated", readFileSync(join(root, careless), "utf8").slice(0, 900)],
    ["no plan", "[]"],
    ["of an unknown version", '{"format_version":"9.0","resource_changes":[]}'],
    ["a state", '{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","resources":[]}'],
  ])("a plan that is %s", async (_, text) => {
    const path = write("plan.json", text);
    expectRefusal(await gatehouse(["analyze", path]), 2, path);
    expectRefusal(await gatehouse(["analyze", careless, path]), 2, path);
  });
});

describe("a manifest that", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (const name of "bcdefghi") {
    const before = String.fromCharCode(name.charCodeAt(0) - 1);
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`);
  }

  test.each([
    ["has an unknown key", "gatehouse: 1\nacounts: {}\n", 'did you mean "accounts"'],
    ["has a wrong type", "gatehouse: 1\naccounts: 7\n", "accounts"],
    ["has a key twice", "gatehouse: 1\ngatehouse: 1\n", "gatehouse"],
    ["is indented by tabs", "gatehouse: 1\naccounts:\n\tshop: {}\n", "tab"],
    ["is an alias bomb", `${bomb.join("\n")}\n`, "alias"],
    ["is empty", "", "empty"],
    ["includes itself", "gatehouse: 1\ninclude: [access.yaml]\n", "include"],
  ])("%s is invalid", async (_, text, message) => {
    write("access.yaml", text);
    const { code, stdout, stderr } = await gatehouse(["validate"], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout.toLowerCase()).toContain(message);
    expect(stdout).toContain("access.yaml");
    expectRefusal(await gatehouse(["synth"], { cwd: folder }), 1, "access.yaml");
    expect(readdirSync(folder)).toEqual(["access.yaml"]);
  });

  test.each([
    ["is not there", undefined, "access.yaml"],
    ["has 20 MB", Buffer.alloc(20 << 20, "# gate\n"), "16 MiB"],
    ["is not UTF-8", Buffer.from([0xff, 0xfe, 0x00, 0xd8]), "UTF-8"],
  ])("%s cannot be read", async (_, bytes, message) => {
    if (bytes) write("access.yaml", bytes);
    for (const name of ["validate", "synth", "stacks", "access"]) {
      expectRefusal(await gatehouse([name], { cwd: folder }), 2, message);
    }
    expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
  });

  test("is a folder without a manifest", async () => {
    mkdirSync(join(folder, "access"));
    expectRefusal(await gatehouse(["validate", "access"], { cwd: folder }), 2, "access");
  });
});
