/**
 * Writes `plan.json` beside each `main.tf` of the analyzer's fixtures, with real Terraform, offline. A `state.json` is
 * the state that the plan starts from; in its place, a folder `before` holds the configuration that was applied before.
 *
 *   npx tsx scripts/make-rule-plans.ts [FIXTURE...]
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { asArray, asObject, at, type JsonObject } from "../analyzer/json.ts";
import { appliedState } from "./applied-state.ts";
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
    const rc = join(folder, "terraform.rc");
    writeFileSync(rc, cliConfiguration(mirror));
    const open = (cwd: string) => {
      writeFileSync(join(cwd, "provider.tf.json"), JSON.stringify(provider));
      const run = (...args: string[]) =>
        execFileSync(terraform, args, {
          cwd,
          env: { ...process.env, TF_CLI_CONFIG_FILE: rc, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" },
          encoding: "utf8",
          maxBuffer: 1 << 28,
          stdio: ["ignore", "pipe", "inherit"],
        });
      if (unpackedProvider(mirror) === null) run("init", "-no-color", "-input=false");
      else run("get", "-no-color");
      const plan = (): unknown => {
        run("plan", "-no-color", "-input=false", "-refresh=false", "-out=plan.bin");
        return JSON.parse(run("show", "-json", "plan.bin"));
      };
      return { run, plan };
    };
    const state = join(folder, "terraform.tfstate");
    const applied = join(folder, "before");
    if (existsSync(applied)) {
      const { run, plan } = open(applied);
      const schema: unknown = JSON.parse(run("providers", "schema", "-json"));
      // What one resource takes from another is known once the other stands in the state.
      for (let known = "", now = appliedState(plan(), schema); now !== known; now = appliedState(plan(), schema)) {
        writeFileSync(join(applied, "terraform.tfstate"), now);
        known = now;
      }
      renameSync(join(applied, "terraform.tfstate"), state);
    }
    if (existsSync(join(folder, "state.json"))) renameSync(join(folder, "state.json"), state);
    return open(folder).plan();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An unpacked provider is named as an override: Terraform would otherwise read and hash its 700 MB for every command. */
function cliConfiguration(mirror: string): string {
  const unpacked = unpackedProvider(mirror);
  const override =
    unpacked === null ? "" : `dev_overrides {\n    "hashicorp/aws" = ${JSON.stringify(unpacked)}\n  }\n  `;
  const source = `filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`;
  return `provider_installation {\n  ${override}${source}\n}\n`;
}

function unpackedProvider(mirror: string): string | null {
  const aws = join(mirror, "registry.terraform.io", "hashicorp", "aws");
  const folders = readdirSync(aws, { recursive: true, withFileTypes: true });
  return folders.find((entry) => entry.name.startsWith("terraform-provider-aws_v"))?.parentPath ?? null;
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
