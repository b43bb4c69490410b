/** The command as it is installed: the launcher, the bundle, a process of its own. */
import { execFileSync, type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { root } from "./run.ts";

/** `installed` is what npm leaves; `lean` has the same without a single dependency beside it. */
const homes = { installed: "", lean: "", unbuilt: "" };

beforeAll(() => {
  const base = mkdtempSync(join(tmpdir(), "gatehouse-launcher-"));
  chmodSync(base, 0o755);
  for (const name of Object.keys(homes) as (keyof typeof homes)[]) {
    homes[name] = join(base, name);
    cpSync(join(root, "bin"), join(homes[name], "bin"), { recursive: true });
  }
  execFileSync(process.execPath, ["scripts/build.js", join(homes.lean, "dist")], { cwd: root });
  cpSync(join(homes.lean, "dist"), join(homes.installed, "dist"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(homes.installed, "node_modules"));
}, 120_000);
afterAll(() => rmSync(join(homes.installed, ".."), { recursive: true, force: true }));

function launch(
  home: keyof typeof homes,
  args: readonly string[],
  options: { input?: string; uid?: number } = {},
): SpawnSyncReturns<string> {
  const command = [join(homes[home], "bin/gatehouse.js"), ...args];
  return spawnSync(process.execPath, command, { cwd: root, encoding: "utf8", ...options });
}

test("prints its version", () => {
  expect(launch("lean", ["--version"])).toMatchObject({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

test("says how to build it when it is not built", () => {
  const { status, stderr } = launch("unbuilt", ["--help"]);
  expect(status).toBe(2);
  expect(stderr).toContain("npm ci");
});

test.each([
  "--help",
  "rules",
  "validate examples/securecart",
  "stacks examples/securecart",
  "access examples/securecart --quiet",
  "analyze examples/careless-change/plan.json --fail-on none",
])("loads neither CDKTF nor anything else outside the bundle: %s", (line) => {
  expect(launch("lean", line.split(" "))).toMatchObject({ status: 0, stderr: "" });
});

test("exit codes come from the command", () => {
  expect(launch("installed", ["analyze", "examples/careless-change/plan.json"]).status).toBe(1);
  expect(launch("installed", ["nonsense"]).status).toBe(2);
});

test("reads a plan from standard input", () => {
  const { status, stdout, stderr } = launch("installed", ["analyze", "-"], { input: "no plan" });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).not.toContain("    at ");
});

test("a reader that goes away early is no error", () => {
  const access = `"${process.execPath}" "${homes.installed}/bin/gatehouse.js" access examples/securecart --format json`;
  const shell = ["-o", "pipefail", "-c", `${access} | head -c 1`];
  const { status, stderr } = spawnSync("bash", shell, { cwd: root, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test.runIf(existsSync("/dev/full"))("a full disk behind standard output is said, not thrown", () => {
  const shell = `"${process.execPath}" "${homes.installed}/bin/gatehouse.js" rules > /dev/full`;
  const { status, stderr } = spawnSync("bash", ["-c", shell], { cwd: root, encoding: "utf8" });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: "error: cannot write the output: no space left on the device\n",
  });
});

test("without permission to write: says so, and writes nothing", () => {
  const folder = join(homes.installed, "locked");
  mkdirSync(folder);
  chmodSync(folder, 0o555);
  // Permissions do not bind root, so root tries as nobody.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const args = ["synth", join(root, "examples/securecart"), "--out", join(folder, "cdktf.out")];
  const { status, stdout, stderr } = launch("installed", args, nobody);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain("permission denied");
  expect(readdirSync(folder)).toEqual([]);
});

test("what V8 compiled for another Node does no harm", () => {
  writeFileSync(join(homes.lean, "dist", "gatehouse.cache"), "of another time");
  expect(launch("lean", ["validate", "examples/securecart"])).toMatchObject({ status: 0, stderr: "" });
});
