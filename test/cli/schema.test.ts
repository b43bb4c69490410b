/** `gatehouse schema`: what an editor completes and checks by, for one manifest. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadManifest } from "../../cli/load.ts";
import { gatehouse } from "./run.ts";

const compiled = (text: string) => new Ajv({ allowUnionTypes: true }).compile(JSON.parse(text));

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
  expect(validate(grant({}))).toBe(true);
  expect(validate(grant({ to: { units: "workloads/prod", except: { accounts: ["shop-prod"] } } }))).toBe(true);
  for (const wrong of [{ groups: "develpers" }, { permissionSets: ["x"] }, { to: "shop" }, { to: { units: "prod" } }]) {
    expect(validate(grant(wrong)), JSON.stringify(wrong)).toBe(false);
  }
  // the same bytes, however often
  expect((await gatehouse(["schema", "examples/securecart"])).stdout).toBe(stdout);
});

test(
  "a manifest that is not valid, or not even YAML in one of its files, has its keys all the same",
  patience,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-schema-"));
    try {
      writeFileSync(join(folder, "a.yaml"), "accounts: { shop: {} }\naccess: [{ groups: nobody, to: 7 }]\n");
      writeFileSync(join(folder, "b.yaml"), "accounts: [\n");
      const { code } = await gatehouse(["schema", ".", "--output", "out/schema.json"], { cwd: folder });
      expect(code).toBe(0);
      const validate = compiled(readFileSync(join(folder, "out/schema.json"), "utf8"));
      expect(validate({ organization: { homeRegion: "us-east-1", managementAccount: "shop" } })).toBe(true);
      expect(validate({ organization: { homeRegion: "us-east-1", managementAccount: "shp" } })).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("without a manifest there is nothing to take keys from", async () => {
  expect(await gatehouse(["schema", "no/such/folder"])).toMatchObject({ code: 2, stdout: "" });
});
