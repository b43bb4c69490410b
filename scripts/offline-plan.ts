/** Plans made by real Terraform without an AWS account: nothing is refreshed, no credentials are checked. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asArray, asObject, at, type JsonObject } from "../analyzer/json.ts";

const offlineProvider = {
  access_key: "offline",
  secret_key: "offline",
  skip_credentials_validation: true,
  skip_metadata_api_check: true,
  skip_region_validation: true,
  skip_requesting_account_id: true,
};

export interface Toolchain {
  terraform: string;
  /** Folder with unpacked providers. */
  mirror: string;
}

/** Runs init, validate, plan and show in `folder`, and returns the plan as JSON text. */
export function planOffline({ terraform, mirror }: Toolchain, folder: string): string {
  const cli = join(folder, "terraform.rc");
  writeFileSync(cli, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`);
  makeOffline(folder);
  const run = (...args: string[]) =>
    execFileSync(terraform, args, {
      cwd: folder,
      env: { ...process.env, TF_CLI_CONFIG_FILE: cli, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" },
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "pipe"],
    });
  run("init", "-no-color", "-input=false");
  run("validate", "-no-color");
  run("plan", "-no-color", "-input=false", "-refresh=false", "-out=tfplan");
  return run("show", "-no-color", "-json", "tfplan");
}

/** Synthesized stacks enter member accounts by role and may keep state far away: neither is there offline. */
function makeOffline(folder: string): void {
  const path = join(folder, "cdk.tf.json");
  if (!existsSync(path)) {
    const override = { provider: { aws: offlineProvider } };
    writeFileSync(join(folder, "offline_override.tf.json"), JSON.stringify(override));
    return;
  }
  const stack = asObject(JSON.parse(readFileSync(path, "utf8")));
  const providers = asArray(at(at(stack, "provider"), "aws")).map((config) => {
    const { assume_role: _, ...rest } = asObject(config);
    return { ...rest, ...offlineProvider };
  });
  const { backend: _, cloud: __, ...terraform } = asObject(stack.terraform);
  writeFileSync(path, JSON.stringify({ ...stack, provider: { aws: providers }, terraform }));
}

/** What of a plan is worth keeping in the repository: no time, no path, no credentials, the same bytes each time. */
export function normalisePlan(json: string): string {
  const plan: unknown = JSON.parse(json);
  const { provider_config: _, ...configuration } = asObject(at(plan, "configuration"));
  const kept = {
    ...pick(plan, "format_version", "terraform_version"),
    resource_changes: asArray(at(plan, "resource_changes")).map((change) => ({
      ...pick(change, "address", "previous_address", "mode", "type", "name", "index", "deposed"),
      change: pick(at(change, "change"), "actions", "before", "after", "after_unknown"),
    })),
    configuration,
    ...pick(plan, "complete", "errored"),
  };
  return `${JSON.stringify(kept, null, 1)}\n`;
}

function pick(value: unknown, ...keys: string[]): JsonObject {
  const object = asObject(value);
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]]));
}
