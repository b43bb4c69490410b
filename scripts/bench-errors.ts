/**
 * How long a manifest takes in which one mistake is made thousands of times, by kind of mistake: processor time and the
 * peak of memory of the whole command. Growth compares the processor time with that of half as many.
 *
 *   npx tsx scripts/bench-errors.ts [COUNT] [KIND...]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cost, costOf } from "./cost.ts";
import { mistakes, wrongManifest } from "./wrong-manifests.ts";

const [count = 24_000, ...kinds] = process.argv.slice(2).map((word, index) => (index === 0 ? Number(word) : word));
const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));

try {
  console.log(`${`${count} of a kind`.padEnd(34)}${"processor".padStart(11)}${"memory".padStart(9)}  growth`);
  for (const [kind, mistake] of Object.entries(mistakes)) {
    if (kinds.length > 0 && !kinds.includes(kind)) continue;
    const [half, whole] = [Number(count) / 2, Number(count)].map((size): Cost => {
      const path = join(folder, `${kind.replace(/\W+/g, "-")}-${size}`);
      mkdirSync(path);
      for (const [name, text] of wrongManifest(mistake, size)) writeFileSync(join(path, name), text);
      return costOf(["validate", path], [0, 1]);
    });
    const growth = (whole!.processor / half!.processor).toFixed(1);
    console.log(
      `${kind.padEnd(34)}${`${whole!.processor.toFixed(1)} s`.padStart(11)}` +
        `${`${whole!.megabytes.toFixed(0)} MB`.padStart(9)}  ${growth} times for 2 times`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
