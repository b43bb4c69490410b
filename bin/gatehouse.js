#!/usr/bin/env node
import { existsSync } from "node:fs";

const command = new URL("../dist/gatehouse.js", import.meta.url);
if (existsSync(command)) {
  await import(command.href);
} else {
  console.error("gatehouse: dist/ is missing. Run `npm ci` (or `npm run build`) in the Gatehouse folder first.");
  process.exitCode = 2;
}
