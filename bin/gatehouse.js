#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { load } from "./load.js";

const folder = fileURLToPath(new URL("../dist", import.meta.url));
if (existsSync(`${folder}/gatehouse.cjs`)) {
  load(folder).run();
} else {
  console.error("gatehouse: dist/ is missing. Run `npm ci` (or `npm run build`) in the Gatehouse folder first.");
  process.exitCode = 2;
}
