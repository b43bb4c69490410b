/** The command line without a process: arguments in, exit code and output out. */
import type { ExitCode } from "../../cli/command.ts";
import type { Io } from "../../cli/io.ts";
import { main } from "../../cli/main.ts";

export interface Run {
  code: ExitCode;
  stdout: string;
  stderr: string;
}

export interface World {
  cwd?: string;
  stdin?: Io["stdin"];
  env?: Record<string, string>;
  /** Both outputs are terminals. */
  tty?: boolean;
}

export const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** Runs `gatehouse ...args`, by default from the root of the repository on 2026-06-01. */
export async function gatehouse(args: readonly string[], world: World = {}): Promise<Run> {
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTTY: world.tty ?? false,
    columns: 100,
  });
  const stdin = world.stdin ?? (async () => new Uint8Array());
  const io: Io = {
    stdout: output("stdout"),
    stderr: output("stderr"),
    stdin,
    async *stdinPieces() {
      const bytes = await stdin();
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    },
    cwd: world.cwd ?? root,
    env: world.env ?? {},
    now: () => new Date("2026-06-01T12:00:00Z"),
  };
  return { code: await main(args, io), ...written };
}
