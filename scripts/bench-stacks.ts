/**
 * What the stacks of a large organization cost: 500 accounts with roles in each, all synthesized; and the plan of the
 * largest stack of 2,000 accounts with 50,000 assignments, by real Terraform where it is installed.
 *
 *   npx tsx scripts/bench-stacks.ts
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costOf } from "./cost.ts";
import { largeManifest, manifestWithRoles } from "./large-manifest.ts";
import { findTools, openWorkspace } from "./terraform.ts";

const accounts = 500;
const assignments = 50_000;
const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));

try {
  const roles = synthesize("roles", manifestWithRoles(accounts));
  say(`synth, ${accounts} accounts with roles in each`, roles);
  const people = synthesize("people", largeManifest(assignments));
  const largest = [...people.resources].sort((a, b) => b[1] - a[1])[0];
  say(`synth, ${assignments} assignments`, people);
  if (largest !== undefined) await plan(join(folder, "people-out", "stacks", largest[0]), largest);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Synthesis {
  seconds: number;
  processor: number;
  megabytes: number;
  /** By stack. */
  resources: ReadonlyMap<string, number>;
}

function synthesize(name: string, files: ReadonlyMap<string, string>): Synthesis {
  const manifest = join(folder, name);
  mkdirSync(manifest);
  for (const [file, text] of files) writeFileSync(join(manifest, file), text);
  const out = join(folder, `${name}-out`);
  const cost = costOf(["synth", manifest, "--out", out]);
  const stacks = readdirSync(join(out, "stacks"));
  return { ...cost, resources: new Map(stacks.map((stack) => [stack, resourcesIn(join(out, "stacks", stack))])) };
}

function resourcesIn(stack: string): number {
  const { resource = {} } = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8"));
  return Object.values<object>(resource).reduce((sum, ofType) => sum + Object.keys(ofType).length, 0);
}

function say(what: string, { seconds, processor, megabytes, resources }: Synthesis): void {
  const all = [...resources.values()];
  const sum = all.reduce((total, number) => total + number, 0);
  console.log(
    `${what}: ${seconds.toFixed(1)} s (${processor.toFixed(1)} s of processor), ${megabytes.toFixed(0)} MB; ` +
      `${all.length} stacks, ${sum} resources, at most ${Math.max(...all)} in one`,
  );
}

/** Everything in the plan is new, so nothing is asked of AWS. */
async function plan(stack: string, [name, resources]: readonly [string, number]): Promise<void> {
  const tools = findTools();
  if ("missing" in tools) {
    console.log(`plan of ${name}: skipped, ${tools.missing}`);
    return;
  }
  const workspace = openWorkspace(tools, readFileSync(join(stack, "cdk.tf.json"), "utf8"), { kind: "offline" });
  try {
    const initialized = await workspace.init();
    if (initialized.code !== 0) throw new Error(initialized.stderr);
    const start = performance.now();
    const planned = await workspace.plan();
    if (planned.code !== 2) throw new Error(planned.stderr);
    const seconds = (performance.now() - start) / 1000;
    console.log(`plan of ${name}, ${resources} resources: ${seconds.toFixed(1)} s`);
  } finally {
    workspace.remove();
  }
}
