/** Writes the table of features into docs/stacks.md. `--check` fails when it is not up to date. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFeatures } from "./features.ts";
import { featuresTable } from "./features-table.ts";

const path = join(import.meta.dirname, "..", "docs", "stacks.md");
const page = readFileSync(path, "utf8");
const renewed = page.replace(
  /(<!-- features:start -->)[\s\S]*?(<!-- features:end -->)/,
  (_, start, end) => `${start}\n\n${featuresTable(readFeatures())}\n${end}`,
);
if (!process.argv.includes("--check")) writeFileSync(path, renewed);
else if (renewed !== page) {
  console.error("docs/stacks.md is stale: run npm run generate");
  process.exitCode = 1;
}
