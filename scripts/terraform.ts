/**
 * Real Terraform for tests and the demo: finds the program and an unpacked or packed AWS provider on this machine, and
 * runs commands on one synthesized stack in a temporary folder. Nothing is downloaded, no real credentials are used.
 */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { devNull, homedir, tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";

const host = "registry.terraform.io";
const skipped = new Set(["proc", "sys", "dev", "node_modules", ".git", ".terraform"]);
/** Folders looked into below one root: a search that finds nothing ends within a second or two. */
const budget = 20_000;

export interface Tools {
  /** Path of the program. */
  terraform: string;
  /** Folder with `registry.terraform.io/hashicorp/aws` below it. */
  mirror: string;
}

/** Both tools, or which one is missing and how to provide it. */
export function findTools(): Tools | { missing: string } {
  const terraform = findTerraform();
  if (terraform === null) return { missing: "terraform is not on the PATH" };
  const mirror = findProviderMirror();
  if (mirror === null)
    return { missing: "no mirror folder with the AWS provider; name one by GATEHOUSE_PROVIDER_MIRROR" };
  return { terraform, mirror };
}

/** The `terraform` (or `tofu`) program on the search path. */
export function findTerraform(): string | null {
  const names = process.platform === "win32" ? ["terraform.exe", "tofu.exe"] : ["terraform", "tofu"];
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = folders.flatMap((folder) => {
    const present = new Set(entries(folder).map((entry) => entry.name));
    return names.filter((name) => present.has(name)).map((name) => join(folder, name));
  });
  return found[0] ?? null;
}

/** The folder that holds the AWS provider: the one that is named, Terraform's plugin cache, or the first one found. */
export function findProviderMirror(): string | null {
  const { GATEHOUSE_PROVIDER_MIRROR: named, TF_PLUGIN_CACHE_DIR: cache } = process.env;
  if (named !== undefined && named !== "") return isMirror(named) ? resolve(named) : null;
  const roots = [
    cache ?? "",
    join(homedir(), ".terraform.d"),
    "/opt",
    "/usr/local",
    "/usr/share",
    "/usr/lib",
    homedir(),
    "/",
  ];
  for (const root of roots.filter((root) => root !== "")) {
    const mirror = mirrorBelow(root);
    if (mirror !== null) return mirror;
  }
  return null;
}

function mirrorBelow(root: string): string | null {
  const waiting = [root];
  for (let seen = 0; seen < budget; seen++) {
    const folder = waiting.shift();
    if (folder === undefined) return null;
    const folders = entries(folder).filter((entry) => entry.isDirectory());
    if (folders.some(({ name }) => name === host) && isMirror(folder)) return folder;
    waiting.push(...folders.filter(({ name }) => !skipped.has(name)).map(({ name }) => join(folder, name)));
  }
  return null;
}

function isMirror(folder: string): boolean {
  return entries(join(folder, host, "hashicorp", "aws")).length > 0;
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** What Terraform talks to: nothing at all (plans only), or an emulator of AWS at a URL. */
export type Target = { kind: "offline" } | { kind: "emulator"; url: string };

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** What stacks with a role of their own for plans are told (`terraform.planRole`); the others do not ask. */
export const terraformRoles = { plan: "terraform-plan", apply: "OrganizationAccountAccessRole" };

/** A line of `terraform plan`: what it is about to do with a resource. */
export interface PlannedChange {
  /** Terraform's word: `create`, `update`, `replace`, `delete`, `move` ... */
  action: string;
  address: string;
  type: string;
}

export interface Workspace {
  folder: string;
  /** Runs `terraform ...args`; never throws, the exit code says what happened. */
  run(...args: string[]): Promise<Result>;
  /** `init`; call it first. */
  init(): Promise<Result>;
  /** Puts another stack in the place of the one before, with the state it was left in; needs no second `init`. */
  use(json: string, state?: string): void;
  /** The state of the stack, for a later `use`. */
  state(): string;
  validate(): Promise<Result>;
  /** `-detailed-exitcode`: 0 nothing to do, 2 changes, 1 failed. Offline, no resource is read. */
  plan(): Promise<Result>;
  /** The same, and what it is about to do: all that Terraform needs no second command for to say. */
  planChanges(): Promise<Result & { changes: readonly PlannedChange[] }>;
  apply(): Promise<Result>;
  /** The last plan as JSON. */
  show(): Promise<Result>;
  /** Another workspace, with what this one's `init` has installed: it needs none. Remove it before this one. */
  beside(json: string): Workspace;
  remove(): void;
}

/** A temporary folder with one stack's Terraform JSON in it and, beside it, the settings that the target needs. */
export function openWorkspace(tools: Tools, json: string, target: Target): Workspace {
  return workspaceLike(null, tools, json, target);
}

/** @param initialized the folder of another workspace, whose provider and backend this one uses */
function workspaceLike(initialized: string | null, tools: Tools, json: string, target: Target): Workspace {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-terraform-"));
  const config = join(folder, "cli.tfrc");
  const env = environment(config, target);
  const runAs = (role: string, ...args: string[]) =>
    execute(tools.terraform, args, folder, { ...env, TF_VAR_execution_role: role });
  const run = (...args: string[]) => runAs(terraformRoles.plan, ...args);
  const common = ["-input=false", "-no-color"];
  const refresh = target.kind === "offline" ? ["-refresh=false"] : [];
  const stateFile = join(folder, "terraform.tfstate");
  const planAs = (...flags: string[]) =>
    run("plan", ...common, ...refresh, "-detailed-exitcode", "-out=plan.bin", ...flags);
  const use = (next: string, state?: string) => {
    for (const left of ["terraform.tfstate", "terraform.tfstate.backup", "plan.bin"]) {
      rmSync(join(folder, left), { force: true });
    }
    if (state !== undefined) writeFileSync(stateFile, state);
    writeFileSync(join(folder, "cdk.tf.json"), next);
    writeFileSync(join(folder, "target_override.tf.json"), JSON.stringify(override(next, target)));
  };
  const init = async () => {
    writeFileSync(config, cliConfiguration(tools.mirror, null));
    const result = await run("init", ...common);
    writeFileSync(config, cliConfiguration(tools.mirror, installedProvider(folder)));
    return result;
  };
  if (initialized !== null) {
    writeFileSync(config, cliConfiguration(tools.mirror, installedProvider(initialized)));
    mkdirSync(join(folder, ".terraform"));
    copyFileSync(join(initialized, backendFile), join(folder, backendFile));
  }
  use(json);
  return {
    folder,
    run,
    init,
    use,
    state: () => readFileSync(stateFile, "utf8"),
    validate: () => run("validate", "-no-color"),
    plan: () => planAs(),
    planChanges: async () => {
      const result = await planAs("-json");
      return { ...result, changes: changesIn(result.stdout) };
    },
    // much of an apply is waiting: the provider asks again every few seconds whether AWS is done
    apply: () => runAs(terraformRoles.apply, "apply", ...common, "-parallelism=50", "plan.bin"),
    show: () => run("show", "-json", "plan.bin"),
    beside: (next) => workspaceLike(folder, tools, next, target),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Which backend `init` has set up. */
const backendFile = join(".terraform", "terraform.tfstate");

/** Machine-readable output: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
function changesIn(output: string): readonly PlannedChange[] {
  return output.split("\n").flatMap((line) => {
    const event: { type?: string; change?: { action: string; resource: { addr: string; resource_type: string } } } =
      line === "" ? {} : JSON.parse(line);
    if (event.type !== "planned_change" || !event.change) return [];
    const { action, resource } = event.change;
    return [{ action, address: resource.addr, type: resource.resource_type }];
  });
}

/**
 * Providers from the mirror alone. Once one is installed it is named as an override as well: Terraform would otherwise
 * read and hash its 700 MB again for every command.
 */
function cliConfiguration(mirror: string, installed: string | null): string {
  const override =
    installed === null ? "" : `dev_overrides {\n    "hashicorp/aws" = ${JSON.stringify(installed)}\n  }\n  `;
  const source = `filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`;
  return `disable_checkpoint = true\nprovider_installation {\n  ${override}${source}\n}\n`;
}

/** The folder `init` has put the provider into. */
const installedProvider = (folder: string) => unpackedProvider(join(folder, ".terraform", "providers"));

/** The folder with the provider itself in a mirror: one version, one platform. */
export function unpackedProvider(mirror: string): string | null {
  const aws = join(mirror, host, "hashicorp", "aws");
  const [version] = entries(aws);
  const [platform] = version === undefined ? [] : entries(join(aws, version.name));
  return version === undefined || platform === undefined ? null : join(aws, version.name, platform.name);
}

const run = promisify(execFile);

async function execute(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Result> {
  try {
    const { stdout, stderr } = await run(program, args, { cwd, env, encoding: "utf8", maxBuffer: 1 << 28 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (!isResult(error)) throw error;
    return { code: error.code, stdout: error.stdout, stderr: error.stderr };
  }
}

/** A command that ran and gave a code; anything else (no such program) is not a result. */
function isResult(error: unknown): error is Result {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "stdout" in error;
}

/**
 * For programs in Go that run for seconds: a third of what a command costs would be the collection of garbage, mostly of
 * the provider's schema. Beyond the limit they collect as usual.
 */
export const goMemory = { GOGC: "off", GOMEMLIMIT: "1GiB" } as const;

/** The caller's own AWS settings and Terraform variables stay outside. */
function environment(config: string, target: Target): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    PATH,
    HOME,
    TMPDIR,
    TF_CLI_CONFIG_FILE: config,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    ...goMemory,
    AWS_ACCESS_KEY_ID: "emulated",
    AWS_SECRET_ACCESS_KEY: "emulated",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    ...(target.kind === "emulator" ? { AWS_ENDPOINT_URL: target.url } : {}),
  };
}

const settings = {
  offline: {
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_requesting_account_id: true,
    skip_region_validation: true,
  },
  emulator: {
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    s3_use_path_style: true,
    max_retries: 3,
  },
} as const;

/** An override can replace a block and not remove it; a dynamic block without elements comes to the same. */
const noAssumedRole = { assume_role: { for_each: [], content: {} } };

/** Every provider of the stack with the target's settings, and the state beside the stack. */
function override(json: string, target: Target) {
  const stack: { provider?: { aws?: Record<string, unknown>[] } } = JSON.parse(json);
  const aws = (stack.provider?.aws ?? []).map(({ alias, assume_role }) => ({
    ...settings[target.kind],
    ...(alias === undefined ? {} : { alias }),
    // Offline there is nobody to assume a role with.
    ...(target.kind === "offline" && assume_role !== undefined ? { dynamic: noAssumedRole } : {}),
  }));
  return { provider: { aws }, terraform: { backend: { local: { path: "terraform.tfstate" } } } };
}
