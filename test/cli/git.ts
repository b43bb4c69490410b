/** Git for tests, whatever the machine's own settings say. */
import { execFileSync } from "node:child_process";

/** Runs git in a folder and gives what it prints. */
export function git(folder: string, ...args: string[]): string {
  const settings = ["-c", "user.name=t", "-c", "user.email=t@x.example", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...settings, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: "1" },
  });
}
