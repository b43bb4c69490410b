import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replaceFiles, writeOutput } from "../../cli/files.ts";
import { writeStacks } from "../../cli/write-stacks.ts";

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "gatehouse-files-"));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const read = (path: string) => readFileSync(join(out, path), "utf8");
const tree = () => readdirSync(out, { recursive: true }).map(String).sort();
const stack = (name: string, json = `{"${name}":1}\n`) => ({ name, json });

test("stacks land in one folder each, with an index of what was written", () => {
  expect(writeStacks(out, [stack("organization"), stack("account-a")], true)).toEqual({ removed: [] });
  expect(read("stacks/organization/cdk.tf.json")).toBe('{"organization":1}\n');
  expect(JSON.parse(read(".gatehouse.json"))).toEqual({ version: 1, stacks: ["account-a", "organization"] });
  expect(tree()).toHaveLength(6);
});

test("a stack that left the manifest is removed; state, lock file and foreign folders stay", () => {
  writeStacks(out, [stack("organization"), stack("account-a"), stack("account-b")], true);
  writeFileSync(join(out, "stacks/account-a/terraform.tfstate"), "state");
  mkdirSync(join(out, "stacks/handmade"));
  writeFileSync(join(out, "stacks/handmade/cdk.tf.json"), "mine");

  const result = writeStacks(out, [stack("organization", "new\n")], true);

  expect(result).toEqual({ removed: ["account-a", "account-b"] });
  expect(read("stacks/organization/cdk.tf.json")).toBe("new\n");
  expect(readdirSync(join(out, "stacks/account-a"))).toEqual(["terraform.tfstate"]);
  expect(read("stacks/handmade/cdk.tf.json")).toBe("mine");
  expect(readdirSync(join(out, "stacks")).sort()).toEqual(["account-a", "handmade", "organization"]);
});

test("a selection of stacks removes nothing and keeps the others in the index", () => {
  writeStacks(out, [stack("organization"), stack("account-a")], true);
  expect(writeStacks(out, [stack("account-a", "new\n")], false)).toEqual({ removed: [] });
  expect(read("stacks/organization/cdk.tf.json")).toBe('{"organization":1}\n');
  expect(JSON.parse(read(".gatehouse.json")).stacks).toEqual(["account-a", "organization"]);
});

test.each([
  ["leads outside", { version: 1, stacks: ["../../victim", "..", "/etc"] }],
  ["is not ours", ["x"]],
])("an index that %s removes nothing", (_, index) => {
  const victim = join(out, "victim");
  mkdirSync(victim);
  writeFileSync(join(victim, "cdk.tf.json"), "keep");
  mkdirSync(join(out, "build"));
  writeFileSync(join(out, "build/.gatehouse.json"), JSON.stringify(index));
  expect(writeStacks(join(out, "build"), [], true)).toEqual({ removed: [] });
  expect(read("victim/cdk.tf.json")).toBe("keep");
});

test("when one stack cannot be written, all is as it was before", () => {
  writeStacks(out, [stack("organization"), stack("account-b")], true);
  // A folder in the place of the last file: the first two have been replaced by then.
  mkdirSync(join(out, "stacks/zone/cdk.tf.json"), { recursive: true });
  const before = tree();

  const result = writeStacks(out, [stack("organization", "new\n"), stack("account-c"), stack("zone")], true);

  expect(result).toEqual({ reason: expect.stringContaining("folder") });
  expect(tree()).toEqual(before);
  expect(read("stacks/organization/cdk.tf.json")).toBe('{"organization":1}\n');
  expect(JSON.parse(read(".gatehouse.json")).stacks).toEqual(["account-b", "organization"]);
});

test("a file in the place of the output folder is named as the reason", () => {
  writeFileSync(join(out, "file"), "");
  expect(replaceFiles(join(out, "file"), new Map())).toBe("a file is where a folder should be");
  expect(replaceFiles(join(out, "file", "below"), new Map())).toMatch(/file.* folder/);
});

test.runIf(existsSync("/proc/self"))("where no folder can be made, it says so and returns", () => {
  expect(replaceFiles("/proc/gatehouse/out", new Map())).toBe("no such file or folder");
});

test("a named output file is replaced, a link is followed, a device is written to", () => {
  writeFileSync(join(out, "report"), "old");
  symlinkSync("report", join(out, "link"));
  expect(writeOutput(join(out, "link"), "new")).toBeNull();
  expect(read("report")).toBe("new");
  expect(lstatSync(join(out, "link")).isSymbolicLink()).toBe(true);

  symlinkSync("/dev/null", join(out, "null"));
  expect(writeOutput(join(out, "null"), "gone")).toBeNull();
  expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  expect(writeOutput(out, "x")).toBe("it is a folder, not a file");
});
