/** What a command costs, whatever else the machine does. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface Cost {
  seconds: number;
  /** User and system time: what the command costs, whatever else the machine does. */
  processor: number;
  megabytes: number;
}

/** What the built command costs with these arguments; it throws when the command ends otherwise than `wanted`. */
export function costOf(args: readonly string[], wanted: readonly number[] = [0]): Cost {
  const report = `process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    require("node:fs").writeSync(2, "\\nCOST " + (userCPUTime + systemCPUTime) / 1e6 + " " + maxRSS / 1024);
  })`;
  const hook = `data:text/javascript,import{createRequire}from"node:module";const require=createRequire("file:///");${encodeURIComponent(report)}`;
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--import", hook, "bin/gatehouse.js", ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  const seconds = (performance.now() - start) / 1000;
  if (status === null || !wanted.includes(status)) throw new Error(`${args.join(" ")} ended with ${status}\n${stderr}`);
  const [, processor, megabytes] = /COST ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  return { seconds, processor: Number(processor), megabytes: Number(megabytes) };
}
