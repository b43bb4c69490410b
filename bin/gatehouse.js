#!/usr/bin/env node
// CommonJS, as the bundle is: a start without Node's other loader is shorter
const { existsSync } = require("node:fs");
const { resolve } = require("node:path");
const { load } = require("./load.js");

const folder = resolve(__dirname, "../dist");
if (existsSync(`${folder}/gatehouse.cjs`)) {
  load(folder).run();
} else {
  console.error("gatehouse: dist/ is missing. Run `npm ci` (or `npm run build`) in the Gatehouse folder first.");
  process.exitCode = 2;
}
