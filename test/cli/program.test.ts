import { describe, expect, test } from "vitest";
import { commands } from "../../cli/main.ts";
import { gatehouse } from "./run.ts";

describe("help", () => {
  test("lists every command and the exit codes", async () => {
    const { code, stdout, stderr } = await gatehouse(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^  ${name.split(" ")[0]} `, "m"));
    expect(stdout).toContain("Exit codes:");
  });

  test.each(commands.map(({ name }) => name))("%s --help has an example and the global options", async (name) => {
    const { code, stdout } = await gatehouse([...name.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`$ gatehouse ${name}`);
    expect(stdout).toContain("--quiet");
  });

  test("without a command it is help as well, as an error", async () => {
    const { code, stdout, stderr } = await gatehouse([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: gatehouse");
  });
});

test.each([
  [["analyse"], "analyze"],
  [["synth", "--ouput", "x"], "--out"],
  [["analyze"], "missing required argument 'plan'"],
  [["analyze", "x", "--fail-on", "bad"], "Allowed choices are"],
  [["validate", "--format", "csv"], "text, json"],
  [["init", "--format", "json"], "has no --format"],
  [["validate", "a", "b"], "too many arguments"],
  [["validate", "--color", "maybe"], "auto, always, never"],
  [["validate", "--as-of", "2027-02-30"], "2027-01-31"],
])("a wrong call ends with 2 and says what is right: %j", async (args, hint) => {
  const { code, stdout, stderr } = await gatehouse(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(hint);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

describe("colour", () => {
  const introducer = "\u001b[";
  test.each([
    [["rules"], {}, false],
    [["rules"], { tty: true }, true],
    [["rules"], { tty: true, env: { NO_COLOR: "1" } }, false],
    [["rules"], { tty: true, env: { TERM: "dumb" } }, false],
    [["rules", "--color", "always"], { env: { NO_COLOR: "1" } }, true],
    [["--color", "never", "rules"], { tty: true }, false],
  ])("%j %j", async (args, world, colored) => {
    const { stdout } = await gatehouse(args, world);
    expect(stdout.includes(introducer)).toBe(colored);
  });
});

test("what nobody expected is a bug: exit code 3, without a stack trace unless asked for", async () => {
  const stdin = () => Promise.reject(new Error("the sky fell"));
  const plain = await gatehouse(["analyze", "-"], { stdin });
  expect(plain.code).toBe(3);
  expect(plain.stderr).toMatch(/the sky fell.*bug in Gatehouse.*report/s);
  expect(plain.stderr).not.toMatch(/^ {4}at /m);
  const debug = await gatehouse(["analyze", "-"], { stdin, env: { GATEHOUSE_DEBUG: "1" } });
  expect(debug.stderr).toMatch(/^ {4}at /m);
});
