/**
 * Writes `plan.json` beside each `main.tf` of the analyzer's fixtures, with real Terraform, offline. A `state.json` is
 * the state that the plan starts from.
 *
 *   npx tsx scripts/make-rule-plans.ts [FIXTURE...]
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { asArray, asObject, at, type JsonObject } from "../analyzer/json.ts";
import { findTools, type Tools } from "./terraform.ts";

const fixtures = join(import.meta.dirname, "..", "test", "fixtures");
const folders = ["plans", "rules"].flatMap((kind) => readdirSync(join(fixtures, kind)).map((name) => join(kind, name)));

/** The provider never calls AWS: no account look-up, no credential check, no refresh. */
const provider = {
  provider: {
    aws: {
      region: "eu-west-1",
      access_key: "offline",
      secret_key: "offline",
      skip_credentials_validation: true,
      skip_requesting_account_id: true,
      skip_metadata_api_check: true,
      skip_region_validation: true,
    },
  },
};

const tools = findTools();
if ("missing" in tools) {
  console.error(tools.missing);
  process.exit(2);
}
const wanted = process.argv.slice(2);
for (const name of folders.sort()) {
  const folder = join(fixtures, name);
  if (!existsSync(join(folder, "main.tf")) || (wanted.length > 0 && !wanted.includes(basename(name)))) continue;
  const plan = makePlan(tools, folder);
  writeFileSync(join(folder, "plan.json"), `${JSON.stringify(normalise(plan), null, 1)}\n`);
  console.log(`${name}: ${asArray(at(plan, "resource_changes")).length} resource changes`);
}

function makePlan({ terraform, mirror }: Tools, source: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-rule-"));
  try {
    cpSync(source, folder, { recursive: true });
    const state = join(folder, "state.json");
    if (existsSync(state)) renameSync(state, join(folder, "terraform.tfstate"));
    writeFileSync(join(folder, "provider.tf.json"), JSON.stringify(provider));
    const rc = join(folder, "terraform.rc");
    writeFileSync(rc, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`);
    const run = (...args: string[]) =>
      execFileSync(terraform, args, {
        cwd: folder,
        env: { ...process.env, TF_CLI_CONFIG_FILE: rc, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" },
        encoding: "utf8",
        maxBuffer: 1 << 28,
        stdio: ["ignore", "pipe", "inherit"],
      });
    run("init", "-no-color", "-input=false");
    run("plan", "-no-color", "-input=false", "-refresh=false", "-out=plan.bin");
    return JSON.parse(run("show", "-json", "plan.bin"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Keeps what the analyzer reads: no time, no path, no credentials, nothing that differs from run to run. */
function normalise(plan: unknown): JsonObject {
  const configuration = asObject(at(plan, "configuration"));
  const { provider_config: _, ...modules } = configuration;
  return {
    ...pick(plan, "format_version", "terraform_version"),
    resource_changes: asArray(at(plan, "resource_changes")).map((change) => ({
      ...pick(change, "address", "previous_address", "mode", "type", "name", "index", "deposed"),
      change: pick(at(change, "change"), "actions", "before", "after", "after_unknown"),
    })),
    configuration: modules,
    ...pick(plan, "complete", "errored"),
  };
}

function pick(value: unknown, ...keys: string[]): JsonObject {
  const object = asObject(value);
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]]));
}
