/** Entry of the bundle: answers `--version` without loading anything else. */
import { version } from "./version.ts";

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) process.stdout.write(`${version}\n`);
else void run();

// what was written is out then; to take the heap of a large plan apart would take longer than to leave it
process.once("beforeExit", () => process.exit());

async function run(): Promise<void> {
  const [{ main }, { processIo }] = await Promise.all([import("./main.ts"), import("./io.ts")]);
  process.exitCode = await main(argv, processIo());
}
