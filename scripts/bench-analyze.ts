/**
 * How long `gatehouse analyze` takes on a large plan, beside Node reading and parsing the same file, and on a small one.
 *
 *   npx tsx scripts/bench-analyze.ts [POLICIES...]
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Kind, kinds, planText } from "./bench-plan.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const counts = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));

const parse = (file: string) => ["-e", `JSON.parse(require("fs").readFileSync(${JSON.stringify(file)}, "utf8"))`];
const analyze = (file: string) => ["bin/gatehouse.js", "analyze", file, "--fail-on", "none", "--format", "json"];

try {
  const sizes = counts.length > 0 ? counts : [10_000, 50_000];
  for (const [count, kind] of sizes.flatMap((count) => kinds.map((kind) => [count, kind] as const))) {
    const file = join(folder, `${count}-${kind}.json`);
    write(file, count, kind);
    const runs = count > 20_000 ? 1 : 3;
    const bare = fastest(parse(file), runs);
    const whole = fastest(analyze(file), runs);
    const size = `${(statSync(file).size / 1e6).toFixed(0)} MB`;
    console.log(
      `${count} updated policies, ${kind} (${size}): analyze ${seconds(whole)}, JSON.parse ${seconds(bare)}: ` +
        `${(whole.milliseconds / bare.milliseconds).toFixed(1)} times, ${whole.megabytes.toFixed(0)} MB of memory`,
    );
    rmSync(file);
  }
  const small = fastest(analyze("examples/careless-change/plan.json"), 7);
  console.log(
    `a small plan: ${small.milliseconds.toFixed(0)} ms in all, ${fastest(["-e", "0"], 7).milliseconds.toFixed(0)} of them Node's`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function write(file: string, count: number, kind: Kind): void {
  const out = openSync(file, "w");
  for (const piece of planText(count, kind)) writeSync(out, piece);
  closeSync(out);
}

interface Cost {
  milliseconds: number;
  megabytes: number;
}

/** The fastest of some runs, each a process of its own; memory is the peak that the system counted. */
function fastest(args: readonly string[], runs: number): Cost {
  const costs = Array.from({ length: runs }, () => run(args));
  return costs.reduce((best, cost) => (cost.milliseconds < best.milliseconds ? cost : best));
}

function run(args: readonly string[]): Cost {
  const report = 'process.on("exit",()=>require("fs").writeSync(2,"\\nRSS "+process.resourceUsage().maxRSS))';
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      `data:text/javascript,import{createRequire}from"node:module";const require=createRequire("file:///");${report}`,
      ...args,
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 2 ** 30 },
  );
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}\n${stderr}`);
  return { milliseconds, megabytes: Number(/RSS (\d+)/.exec(stderr)?.[1]) / 1024 };
}

function seconds({ milliseconds }: Cost): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
