/**
 * Shows Gatehouse at work on SecureCart: manifest, Terraform, a real plan, a careless change. Writes in a temporary
 * folder only, and fails when something does not go as it should.
 *
 *   npm run demo
 *   npx tsx scripts/demo.ts --save     also renews the plans that ship for machines without Terraform
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "../analyzer/report.ts";
import { paintFor } from "../cli/paint.ts";
import { byCodeUnit } from "../lib/finding.ts";
import { normalisePlan } from "./plan-json.ts";
import { findTools, openWorkspace, type Result, type Tools } from "./terraform.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = "examples/securecart";
const stack = "account-shop-prod";
const change = "examples/careless-change";
const smallChange = "examples/one-word-change";
const shipped = { stack: `examples/plans/${stack}.json`, change: `${change}/plan.json` };
const save = process.argv.includes("--save");

/** What the careless change does wrong: the rule that has to notice, and the resource. */
const mistakes: readonly [rule: string, address: string][] = JSON.parse(
  readFileSync(join(root, change, "expected.json"), "utf8"),
);

const colored = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = paintFor(colored);
const failures: string[] = [];
const folder = mkdtempSync(join(tmpdir(), "gatehouse-demo-"));

try {
  await demo();
} catch (error) {
  failures.push(error instanceof Error ? error.message : String(error));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const failure of failures) console.error(paint.red(`The demo did not go as it should: ${failure}`));
process.exitCode = failures.length > 0 ? 1 : 0;

async function demo(): Promise<void> {
  console.log(paint.bold("Gatehouse on SecureCart, an online shop with eleven AWS accounts"));

  heading("1", "The access manifest is checked");
  gatehouse(["validate", manifest], 0);

  heading("2", "It becomes Terraform, one folder per stack");
  gatehouse(["synth", manifest, "--out", join(folder, "cdktf.out")], 0);

  heading("3", `Terraform plans one of the stacks: ${stack}`);
  const tools = findTools();
  const synthesized = readFileSync(join(folder, "cdktf.out", "stacks", stack, "cdk.tf.json"), "utf8");
  const stackPlan = await makePlan(tools, shipped.stack, synthesized);

  heading("4", "The plan is judged before it is applied");
  gatehouse(["analyze", stackPlan, "--manifest", manifest], 0);

  heading("5", `A careless pull request makes ${mistakes.length} mistakes`);
  console.log(`   they are explained one by one in ${change}/after`);
  const provider = JSON.stringify({ provider: { aws: [{ region: "us-east-1" }] } });
  const changePlan = await makePlan(tools, shipped.change, provider, applied(change));
  if (save) await makePlan(tools, `${smallChange}/plan.json`, provider, applied(smallChange));

  heading("6", "That plan is judged, too");
  gatehouse(["analyze", changePlan, "--manifest", manifest], 1);
  expectFindings(changePlan);

  console.log(`\n${paint.bold("Next")}
   node bin/gatehouse.js access ${manifest}   who may enter what, and why
   node bin/gatehouse.js rules trust-anyone           what a rule looks for, and the fix
   node bin/gatehouse.js init my-organization         start a manifest of your own
   README.md                                          the tour, all commands, exit codes`);
}

/** Puts what a change wants where Terraform plans it, over the state of what is there. */
function applied(change: string): (folder: string) => void {
  return (folder) => {
    cpSync(join(root, change, "after"), folder, { recursive: true });
    copyFileSync(join(root, change, "before", "state.json"), join(folder, "terraform.tfstate"));
  };
}

function heading(number: string, text: string): void {
  console.log(`\n${paint.cyan(number.padEnd(3))}${paint.bold(text)}`);
}

/** Runs the command as a user would, its output indented. */
function gatehouse(args: readonly string[], expected: number): void {
  const shown = args.map((arg) => arg.replace(folder, "$TMP")).join(" ");
  console.log(paint.dim(`   $ gatehouse ${shown}`));
  const { status, output } = run([...args, "--color", colored ? "always" : "never"]);
  console.log(
    output
      .replaceAll(folder, "$TMP")
      .trimEnd()
      .replaceAll(/^(?=.)/gm, "   "),
  );
  if (status !== expected) failures.push(`\`gatehouse ${shown}\` ended with ${status} instead of ${expected}`);
  else if (expected !== 0) console.log(paint.dim(`   exit code ${status}: the pipeline stops here`));
}

function run(args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "bin/gatehouse.js"), ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status, output: stderr + stdout };
}

/** A plan by real Terraform where it is on the machine, and the one that ships otherwise. Returns its path. */
async function makePlan(
  tools: Tools | { missing: string },
  fallback: string,
  json: string,
  prepare: (folder: string) => void = () => {},
): Promise<string> {
  if ("missing" in tools) {
    console.log(`   ${tools.missing}: using the plan that ships, ${fallback}`);
    return fallback;
  }
  console.log(
    paint.dim("   $ terraform init && terraform validate && terraform plan && terraform show -json   (half a minute)"),
  );
  const workspace = openWorkspace(tools, json, { kind: "offline" });
  try {
    prepare(workspace.folder);
    succeeded(await workspace.init(), 0);
    succeeded(await workspace.validate(), 0);
    succeeded(await workspace.plan(), 2);
    const plan = normalisePlan(succeeded(await workspace.show(), 0));
    console.log(`   ${summary(plan)}`);
    if (save) {
      mkdirSync(join(root, fallback, ".."), { recursive: true });
      writeFileSync(join(root, fallback), plan);
    }
    const path = join(folder, fallback.replaceAll("/", "-"));
    writeFileSync(path, plan);
    return path;
  } finally {
    workspace.remove();
  }
}

function succeeded({ code, stdout, stderr }: Result, expected: number): string {
  if (code !== expected) throw new Error(`terraform ended with ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
}

/** `Terraform 1.11.4 plans: create 23 resources`. */
function summary(json: string): string {
  const plan: { terraform_version: string; resource_changes: { change: { actions: string[] } }[] } = JSON.parse(json);
  const actions = plan.resource_changes.map(({ change }) => change.actions.join(" and "));
  const counts = [...new Set(actions)]
    .sort(byCodeUnit)
    .map((action) => `${action} ${actions.filter((other) => other === action).length}`);
  return `Terraform ${plan.terraform_version} plans, resources by action: ${counts.join(", ")}`;
}

/** Each mistake is found, as something that this change brings. */
function expectFindings(plan: string): void {
  const { output } = run(["analyze", plan, "--manifest", manifest, "--format", "json", "--quiet"]);
  const { findings }: Report = JSON.parse(output);
  for (const [rule, address] of mistakes) {
    const found = findings.some(
      (finding) =>
        finding.address === address &&
        finding.rule === rule &&
        (finding.change === "introduced" || finding.change === "worsened"),
    );
    if (!found) failures.push(`${rule} did not report ${address}`);
  }
}
