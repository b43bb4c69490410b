/**
 * How long a manifest of 2,000 accounts takes, by the number of assignments that its grants expand to: processor time
 * and the peak of memory of the whole command. Growth compares the processor time with that of the fewest assignments.
 *
 *   npx tsx scripts/bench-manifest.ts [ASSIGNMENTS...]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cost, costOf } from "./cost.ts";
import { largeManifest } from "./large-manifest.ts";

const sizes = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));

const commands: Readonly<Record<string, (manifest: string) => string[]>> = {
  validate: (manifest) => ["validate", manifest],
  "access --format json": (manifest) => ["access", manifest, "--format", "json"],
  diff: (manifest) => ["diff", manifest, manifest],
  synth: (manifest) => ["synth", manifest, "--out", join(folder, "out")],
};

try {
  console.log(
    `${"command".padEnd(22)}${"assignments".padStart(12)}${"time".padStart(10)}${"processor".padStart(11)}${"memory".padStart(9)}  growth`,
  );
  const manifests = (sizes.length > 0 ? sizes : [12_500, 25_000, 50_000]).map((size) => ({ size, path: write(size) }));
  for (const [name, argumentsFor] of Object.entries(commands)) {
    let first: Cost | null = null;
    for (const { size, path } of manifests) {
      const cost = costOf(argumentsFor(path));
      first ??= cost;
      const growth = `${(cost.processor / first.processor).toFixed(1)} times for ${size / manifests[0]!.size} times`;
      console.log(
        `${name.padEnd(22)}${String(size).padStart(12)}${`${cost.seconds.toFixed(1)} s`.padStart(10)}` +
          `${`${cost.processor.toFixed(1)} s`.padStart(11)}${`${cost.megabytes.toFixed(0)} MB`.padStart(9)}  ${growth}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function write(assignments: number): string {
  const path = join(folder, String(assignments));
  mkdirSync(path);
  for (const [name, text] of largeManifest(assignments)) writeFileSync(join(path, name), text);
  return path;
}
