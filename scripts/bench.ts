/**
 * Measures how fast the command starts and works on the example, beside a bare `node -e 0`.
 *
 *   npm run bench [-- RUNS]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const runs = Number(process.argv[2] ?? 15);
const out = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
const gatehouse = (...args: string[]) => ["bin/gatehouse.js", ...args];

const cases: Readonly<Record<string, readonly string[]>> = {
  "node -e 0": ["-e", "0"],
  "--version": gatehouse("--version"),
  "--help": gatehouse("--help"),
  rules: gatehouse("rules"),
  validate: gatehouse("validate", "examples/securecart"),
  stacks: gatehouse("stacks", "examples/securecart"),
  synth: gatehouse("synth", "examples/securecart", "--out", out),
  analyze: gatehouse("analyze", "examples/careless-change/plan.json", "--fail-on", "none"),
};

try {
  for (const [name, args] of Object.entries(cases)) {
    const times = Array.from({ length: runs }, () => milliseconds(args)).sort((a, b) => a - b);
    const median = times[Math.floor(runs / 2)] ?? Number.NaN;
    console.log(`${name.padEnd(12)} ${median.toFixed(0).padStart(6)} ms   (fastest ${times[0]?.toFixed(0)} ms)`);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}

function milliseconds(args: readonly string[]): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}\n${stderr}`);
  return elapsed;
}
