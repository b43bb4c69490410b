/** Entry of the bundle: answers `--version` without loading anything else. */
import { version } from "./version.ts";

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) process.stdout.write(`${version}\n`);
else void run();

async function run(): Promise<void> {
  const [{ main }, { processIo }] = await Promise.all([import("./main.ts"), import("./io.ts")]);
  process.exitCode = await main(argv, processIo());
}
