/** Starts the emulator for a test file and stops it with it. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Why the emulator cannot run here, or `null`. */
export function emulatorMissing(): string | null {
  const { status } = spawnSync("python3", ["-c", "import moto.server"], { stdio: "ignore" });
  return status === 0 ? null : "python3 with moto[server] is not installed";
}

export interface Emulator {
  url: string;
  stop(): Promise<void>;
}

/**
 * @param account twelve digits of the account that callers belong to
 * @param ids of the accounts that will be created, by e-mail address
 * @param there what is there already: buckets as `222222222222/logs`, Lambda functions by ARN
 */
export async function startEmulator(
  account: string,
  ids: Readonly<Record<string, string>> = {},
  there: readonly string[] = [],
): Promise<Emulator> {
  const script = join(import.meta.dirname, "emulator.py");
  const child = spawn("python3", [script, account, JSON.stringify(ids), ...there], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" },
  });
  const exited = once(child, "exit");
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith("http://")) continue;
    return {
      url: line,
      stop: async () => {
        child.kill();
        await exited;
      },
    };
  }
  throw new Error("the emulator ended before it printed its address");
}
