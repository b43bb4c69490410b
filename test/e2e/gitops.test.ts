/**
 * The whole loop on the emulator, by what `init --pipeline github` writes: bootstrap, the first apply of all stacks, a
 * good change, a careless one that is blocked and commented, its fix, apply, and nothing left to do.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { findTools, goMemory, type Result, unpackedProvider } from "../../scripts/terraform.ts";
import { gatehouse, root } from "../cli/run.ts";
import { type Emulator, emulatorMissing, startEmulator } from "../emulator/start.ts";
import { type Double, githubDouble, TOKEN } from "../review/forge-double.ts";

const manifest = (roles: string) => `gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
units: { workloads: {} }
accounts:
  management: { email: aws@loop.example, id: "111111111111" }
  shop: { email: aws+shop@loop.example, id: "333333333333", unit: workloads }
identity:
  source: identity-store
  groups: { developers: { members: ada } }
  users: { ada: { givenName: Ada, familyName: Lovelace, email: ada@loop.example } }
permissionSets: { reader: { managedPolicies: ReadOnlyAccess } }
access: [{ groups: developers, permissionSets: reader, to: shop }]
terraform:
  backend:
    s3:
      bucket: loop-example-state
      region: us-east-1
      use_path_style: true # as the emulator's S3 wants it
      skip_credentials_validation: true
      skip_metadata_api_check: true
  pipeline: { github: { repository: shop/aws } }
roles:
  web: { in: shop, trust: { service: ec2 }, ${roles} }
`;
const first = manifest("presets: session-manager");
const good = manifest("presets: [session-manager, lambda-logs]");
const careless = manifest("presets: session-manager, managedPolicies: AdministratorAccess");

/** The stacks that the pipeline applies. */
const stacks = ["organization", "account-shop", "identity-center"];

const tools = findTools();
const jq = spawnSync("jq", ["--version"], { stdio: "ignore" }).status === 0;
const missing = "missing" in tools ? tools.missing : jq ? emulatorMissing() : "jq is not on the PATH";

/** Milliseconds: a step runs Terraform a dozen times. */
const timeout = 600_000;

describe.skipIf(missing !== null)(missing === null ? "GitOps" : `GitOps (skipped: ${missing})`, { timeout }, () => {
  let folder: string;
  let repository: string;
  let emulator: Emulator;
  let forge: Double;

  const git = (...args: string[]) => {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@loop.example"];
    const { status, stderr } = spawnSync("git", [...who, ...args], { cwd: repository, encoding: "utf8" });
    expect([args, status, stderr]).toEqual([args, 0, expect.anything()]);
  };
  const commit = (text: string) => {
    writeFileSync(join(repository, "access.yaml"), text);
    git("add", "-A");
    git("commit", "-qm", "change");
  };
  const program = (name: string, text: string) => {
    const path = join(folder, "bin", name);
    writeFileSync(path, `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(path, 0o755);
  };

  /** A shell as the runner's, without anything of this machine's but the tools. */
  const bash = async (script: string, env: Readonly<Record<string, string>> = {}): Promise<Result> => {
    const child = spawn("bash", ["-eo", "pipefail", "-c", script], {
      cwd: repository,
      env: {
        PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
        HOME: folder,
        RUNNER_TEMP: folder,
        TF_CLI_CONFIG_FILE: join(folder, "cli.tfrc"),
        AWS_ENDPOINT_URL: emulator.url,
        AWS_ACCESS_KEY_ID: "emulated",
        AWS_SECRET_ACCESS_KEY: "emulated",
        AWS_CONFIG_FILE: devNull,
        AWS_EC2_METADATA_DISABLED: "true",
        ...goMemory,
        ...env,
      },
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      said.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      said.stderr += chunk;
    });
    const code = await new Promise<number | null>((done) => child.on("close", done));
    return { code: code ?? -1, ...said };
  };

  /** The shell steps of a workflow, in order, until one fails. What the runner would put into expressions is given. */
  const workflow = async (name: string, event: Readonly<Record<string, string>>): Promise<Result> => {
    const text = readFileSync(join(repository, `.github/workflows/gatehouse-${name}.yml`), "utf8");
    const { jobs }: { jobs: Record<string, { steps: { run?: string; env?: Record<string, string> }[] }> } = parse(text);
    const all: Result = { code: 0, stdout: "", stderr: "" };
    for (const { run, env = {} } of Object.values(jobs).flatMap((job) => job.steps)) {
      if (run === undefined || all.code !== 0) continue;
      const given = Object.entries(env).map(([key, value]) => [
        key,
        value.replace(/^\$\{\{ (.*) \}\}$/, (_, of) => event[of] ?? ""),
      ]);
      const step = await bash(run, { ...event, ...Object.fromEntries(given) });
      all.code = step.code;
      all.stdout += step.stdout;
      all.stderr += step.stderr;
    }
    return all;
  };
  const review = () =>
    workflow("review", {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: forge.url,
      GITHUB_REPOSITORY: "shop/aws",
      GITHUB_REF: "refs/pull/7/merge",
      GITHUB_BASE_REF: "main",
      "github.token": TOKEN,
    });

  beforeAll(async () => {
    if ("missing" in tools) return;
    folder = mkdtempSync(join(tmpdir(), "gatehouse-gitops-"));
    repository = join(folder, "repository");
    mkdirSync(repository);
    mkdirSync(join(folder, "bin"));
    emulator = await startEmulator("111111111111", { "aws+shop@loop.example": "333333333333" });
    forge = await githubDouble();
    const provider = unpackedProvider(tools.mirror);
    const override = provider === null ? "" : `dev_overrides {\n "hashicorp/aws" = ${JSON.stringify(provider)}\n }\n`;
    const source = `filesystem_mirror {\n path = ${JSON.stringify(tools.mirror)}\n }`;
    writeFileSync(
      join(folder, "cli.tfrc"),
      `disable_checkpoint = true\nprovider_installation {\n ${override}${source}\n}\n`,
    );
    program("gatehouse", `exec ${root}/node_modules/.bin/tsx ${root}/cli/gatehouse.ts "$@"`);
    program("npm", "exit 0");
    // what the provider needs to speak to the emulator has no variable of its own
    program(
      "terraform",
      `folder=.
for argument; do case $argument in -chdir=*) folder=\${argument#-chdir=} ;; esac; done
jq '{provider: {aws: [.provider.aws[] | {skip_credentials_validation: true, skip_metadata_api_check: true,
  s3_use_path_style: true, max_retries: 3} + (if .alias then {alias} else {} end)]}}' \\
  "$folder/cdk.tf.json" > "$folder/emulator_override.tf.json"
exec ${tools.terraform} "$@"`,
    );
    git("init", "-q", "-b", "main");
    writeFileSync(join(repository, "access.yaml"), first);
    writeFileSync(join(repository, ".gitignore"), "cdktf.out/\n");
    expect(await gatehouse(["init", "--pipeline", "github"], { cwd: repository })).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await emulator?.stop();
    await forge?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it("the bootstrap makes the bucket that its own state then moves into, and is applied again from there", async () => {
    const { code, stdout, stderr } = await bash("bash .gatehouse/pipeline.sh bootstrap first");
    expect({ code, stderr }, stdout + stderr).toEqual({ code: 0, stderr: expect.anything() });
    expect(stdout).toContain("Apply complete! Resources: 14 added, 0 changed, 0 destroyed.");
    const again = await bash("bash .gatehouse/pipeline.sh bootstrap");
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(again.stdout).toContain("Apply complete! Resources: 0 added, 0 changed, 0 destroyed.");
  });

  it("what is merged first is applied, all stacks in order", async () => {
    commit(first);
    git("update-ref", "refs/remotes/origin/main", "HEAD");
    const { code, stdout, stderr } = await workflow("apply", { "github.event.before": "0".repeat(40) });
    expect(code, stdout + stderr).toBe(0);
    const order = [...stdout.matchAll(/^== (.*)$/gm)].map(([, name]) => name);
    const [alone, ...wave] = stacks;
    expect(order.slice(0, 2)).toEqual([alone, alone]);
    // planned, and then applied, at the same time
    expect([order.slice(2, 4).sort(), order.slice(4).sort()]).toEqual([wave, wave]);
  });

  it("a good change is reviewed in one line", async () => {
    git("switch", "-qc", "change");
    commit(good);
    const { code, stdout, stderr } = await review();
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain("== account-shop");
    expect(stdout).not.toContain("== organization");
    expect(forge.comments.map(({ body }) => body)).toEqual([expect.stringContaining("opens up nothing new")]);
  });

  it("a careless change is blocked, and the comment says what it opens up", async () => {
    commit(careless);
    const { code, stdout, stderr } = await review();
    expect(code, stdout + stderr).toBe(1);
    expect(forge.comments.map(({ body }) => body)).toEqual([expect.stringContaining("admin-access")]);
  });

  it("its fix is let through, and the comment says so", async () => {
    commit(good);
    const { code, stdout, stderr } = await review();
    expect(code, stdout + stderr).toBe(0);
    expect(forge.comments.map(({ body }) => body)).toEqual([expect.not.stringContaining("admin-access")]);
  });

  it("it is applied", async () => {
    git("switch", "-q", "main");
    git("merge", "-q", "--ff-only", "change");
    const applied = await workflow("apply", { "github.event.before": "HEAD~3" });
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    expect(applied.stdout).toContain("Plan: 1 to add, 0 to change, 0 to destroy.");
  });

  it("nothing is left to do, in any stack", async () => {
    const { code, stdout, stderr } = await bash("bash .gatehouse/pipeline.sh drift drift.md");
    expect(code, stdout + stderr).toBe(0);
    expect(readFileSync(join(repository, "drift.md"), "utf8")).toBe("");
    expect(stdout.match(/No changes\./g)).toHaveLength(stacks.length + 1);
  });
});
