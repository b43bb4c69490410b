/** `gatehouse schema`: what an editor completes and checks by, for one manifest. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadManifest } from "../../cli/load.ts";
import { gatehouse, root } from "./run.ts";

const compiled = (text: string) => new Ajv({ allowUnionTypes: true, inlineRefs: false }).compile(JSON.parse(text));

// compiling the whole schema takes seconds on a busy machine
const patience = { timeout: 120_000 };

test("a manifest satisfies its own schema, and a key that it does not have does not", patience, async () => {
  const { code, stdout } = await gatehouse(["schema", "examples/securecart"]);
  expect(code).toBe(0);
  const validate = compiled(stdout);
  for (const { name, text } of loadManifest("examples/securecart", process.cwd()).files) {
    expect(validate(parse(text)), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
  }
  const grant = (over: object) => ({
    access: [{ groups: "developers", permissionSets: "deployer", to: "shop-prod", ...over }],
  });
  const role = (over: object) => ({ roles: { r: { in: "shop-prod", trust: { service: "ec2" }, ...over } } });
  const fine = [
    grant({}),
    grant({ to: { units: "workloads/prod", except: { accounts: ["shop-prod"] } } }),
    grant({ to: "${var.account}" }),
    role({ customerManagedPolicies: ["made-elsewhere"] }),
    { policies: { p: { type: "scp", preset: "deny-iam-users", exempt: { accounts: "999999999999" } } } },
  ];
  for (const right of fine) expect(validate(right), JSON.stringify(right)).toBe(true);
  const mistyped = [
    grant({ groups: "develpers" }),
    grant({ users: "amn" }),
    grant({ permissionSets: ["x"] }),
    grant({ to: "shop" }),
    grant({ to: { units: "prod" } }),
    role({ in: "shop" }),
    role({ assumeRoles: "x" }),
    role({ trust: { account: "x", users: true } }),
    role({ trust: { account: "shop-prod", role: "x" } }),
    role({ trust: { account: "shop-prod", permissionSet: "x" } }),
    role({ trust: { rolesAnywhere: { trustAnchor: "x", subject: { CN: "a" } } } }),
    { accounts: { a: { email: "a@example.com", unit: "x" } } },
    { units: { a: { policies: "x" } } },
    { monitoring: { events: { e: { pattern: {}, targets: { topic: "x" } } } } },
    { monitoring: { metricFilters: { f: { logGroup: "x", pattern: "", metric: { namespace: "N", name: "M" } } } } },
    { monitoring: { guardDuty: { administrator: "x" } } },
    { delegations: { d: { files: "a/**", mayDeclare: { boundary: "x" } } } },
    { assertions: { s: { never: { roles: "x" } } } },
  ];
  for (const wrong of mistyped) expect(validate(wrong), JSON.stringify(wrong)).toBe(false);
  // the same bytes, however often
  expect((await gatehouse(["schema", "examples/securecart"])).stdout).toBe(stdout);
});

test(
  "a manifest that is not valid, or not even YAML in one of its files, has its keys all the same",
  patience,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-schema-"));
    try {
      writeFileSync(
        join(folder, "a.yaml"),
        "accounts: { shop: {} }\niam: { groups: { callers: }, users: { batch: 7 } }\ntemplates: { usual: }\naccess: [{ groups: nobody, to: 7 }]\n",
      );
      writeFileSync(join(folder, "b.yaml"), "accounts: [\n");
      const { code } = await gatehouse(["schema", ".", "--output", "out/schema.json"], { cwd: folder });
      expect(code).toBe(0);
      const validate = compiled(readFileSync(join(folder, "out/schema.json"), "utf8"));
      expect(validate({ organization: { homeRegion: "us-east-1", managementAccount: "shop" } })).toBe(true);
      expect(validate({ organization: { homeRegion: "us-east-1", managementAccount: "shp" } })).toBe(false);
      const called = (iamGroup: string) => ({ roles: { r: { in: "shop", trust: { account: "shop", iamGroup } } } });
      expect([called("callers"), called("calers")].map((one) => validate(one))).toEqual([true, false]);
      const account = (template: string) => ({ accounts: { shop: { email: "a@example.com", template } } });
      expect([account("usual"), account("usal")].map((one) => validate(one))).toEqual([true, false]);
      const group = (members: string) => ({ iam: { groups: { g: { in: "shop", members } } } });
      expect([group("batch"), group("bach")].map((one) => validate(one))).toEqual([true, false]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("what the editor is told on the first line is where init writes the schema, and what the documentation says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-schema-"));
  try {
    expect(await gatehouse(["init"], { cwd: folder })).toMatchObject({ code: 0 });
    const [first = ""] = readFileSync(join(folder, "access.yaml"), "utf8").split("\n");
    const [, path = ""] = first.match(/^# yaml-language-server: \$schema=(\S+)$/) ?? [];
    const renewed = { $comment: "Renewed by: gatehouse schema --output .gatehouse/manifest.schema.json" };
    expect(JSON.parse(readFileSync(join(folder, path), "utf8"))).toMatchObject({ ...renewed, definitions: {} });
    expect(readFileSync(join(root, "docs/manifest.md"), "utf8")).toContain(`\`\`\`yaml\n${first}\n\`\`\`\n`);
    // renewing the schema writes to the same place
    expect(await gatehouse(["schema", "--output", path], { cwd: folder })).toMatchObject({ code: 0 });
    const { definitions, $comment } = JSON.parse(readFileSync(join(folder, path), "utf8"));
    expect({ $comment: $comment.replace("./", "") }).toEqual(renewed);
    expect(definitions.accountKey.anyOf[0].enum).toContain("management");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("without a manifest there is nothing to take keys from", async () => {
  expect(await gatehouse(["schema", "no/such/folder"])).toMatchObject({ code: 2, stdout: "" });
});
