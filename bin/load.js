import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { Script } from "node:vm";

/**
 * Loads the bundle in a folder, with what V8 compiled of it when it was built; another version of Node finds that of no
 * use, and compiles anew.
 */
export function load(folder) {
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
}
