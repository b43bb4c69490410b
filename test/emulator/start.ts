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

/** @param account twelve digits of the account that callers belong to */
export async function startEmulator(account: string): Promise<Emulator> {
  const child = spawn("python3", [join(import.meta.dirname, "emulator.py"), account], {
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
