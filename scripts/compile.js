/**
 * Runs the bundle in the folder that the argument names once, and keeps what V8 compiled meanwhile: the next run of the
 * same Node compiles nothing of it again.
 */
import { writeFileSync } from "node:fs";
import { load } from "../bin/load.js";

const [node, , folder] = process.argv;
const bundle = load(folder);
// an ordinary run: most functions of the analyzer, and of the command line
process.argv = [node, "gatehouse", "analyze", "examples/careless-change/plan.json", "--fail-on", "none"];
process.on("exit", () => writeFileSync(bundle.cache, bundle.script.createCachedData()));
bundle.run();
