const { existsSync, readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { resolve } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

// a run is over before the larger functions that come of inlining have paid for the time it takes to compile them:
// measured with Node 20, in whose V8 no quicker compiler stands before the optimizing one
if (process.versions.node.startsWith("20.")) setFlagsFromString("--max-inlined-bytecode-size-cumulative=100");

/**
 * Loads the bundle in a folder, with what V8 compiled of it when it was built; another version of Node finds that of no
 * use, and compiles anew.
 */
exports.load = (folder) => {
  const file = resolve(folder, "gatehouse.cjs");
  const cache = resolve(folder, "gatehouse.cache");
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  // the bundle is ASCII, and is read faster as such
  const script = new Script(readFileSync(file, "latin1"), { filename: file, cachedData });
  const run = () => {
    const module = { exports: {} };
    script.runInThisContext()(module.exports, createRequire(file), module, file, folder);
  };
  return { script, cache, run };
};
