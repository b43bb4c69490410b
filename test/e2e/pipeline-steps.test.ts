/** The steps of the GitHub Action and of the GitLab component, run as a runner runs them, against servers like the forges. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { NoOperationTraceWriter } from "@actions/workflow-parser/templates/trace-writer";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { root } from "../cli/run.ts";
import { type Double, githubDouble, gitlabDouble, TOKEN } from "../review/forge-double.ts";

const run = promisify(execFile);
const text = (path: string) => readFileSync(join(root, path), "utf8");
const careless = text("examples/one-word-change/plan.json");
const clean = JSON.stringify({ format_version: "1.2", terraform_version: "1.11.4", resource_changes: [] });

/** What a shell would obey, were it part of a script. */
const hostileName = "plan $(touch owned) `touch owned`; touch owned #.json";

interface Step {
  run: string;
  env?: Record<string, string>;
}

const action: {
  inputs: Record<string, { default?: string; description: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: readonly [install: Step, review: Step] };
} = parse(text("action.yml"));

const [spec, jobs] = parseAllDocuments(text("templates/review/template.yml")).map((document) => document.toJS());
const inputsOfComponent: Record<string, { default?: string | boolean }> = spec.spec.inputs;
const job: {
  variables: Record<string, string | { value: string; expand: false }>;
  before_script: readonly string[];
  script: readonly string[];
} = jobs["$[[ inputs.job ]]"];

let installed: string;
let folder: string;
let double: Double | null = null;

beforeAll(async () => {
  installed = mkdtempSync(join(tmpdir(), "gatehouse-installed-"));
  cpSync(join(root, "bin"), join(installed, "bin"), { recursive: true });
  writeFileSync(join(installed, "package.json"), JSON.stringify({ type: "module" }));
  await run(process.execPath, [join(root, "scripts/build.js"), join(installed, "dist")]);
});
afterAll(() => rmSync(installed, { recursive: true, force: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-pipeline-"));
  mkdirSync(join(folder, "plans", "deep er"), { recursive: true });
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await double?.close();
  double = null;
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A script as runners start it. */
async function bash(script: string, env: Record<string, string>): Promise<Ended> {
  const file = join(installed, "step.sh");
  writeFileSync(file, script);
  const options = { cwd: folder, env: { PATH: process.env.PATH ?? "", HOME: folder, ...env } };
  try {
    const { stdout, stderr } = await run("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Error & Ended;
    return { code, stdout, stderr };
  }
}

/** A program on the search path that only writes down how it was called. */
function pretend(name: string): { PATH: string; calls: () => string } {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, name), `#!/bin/sh\necho "$PWD: $*" >> '${join(folder, "calls")}'\n`, { mode: 0o755 });
  return { PATH: `${bin}${delimiter}${process.env.PATH}`, calls: () => readFileSync(join(folder, "calls"), "utf8") };
}

function valuesIn(file: string): ReadonlyMap<string, string> {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

describe("the GitHub Action", () => {
  /** Runs the review, and gives the outputs as the runner works them out. */
  async function review(inputs: Record<string, string>, env: Record<string, string> = {}) {
    const step = action.runs.steps[1];
    const [outputFile, summaryFile] = [
      join(folder, "..", `${folder.split("/").at(-1)}.out`),
      join(folder, "summary.md"),
    ];
    writeFileSync(outputFile, "");
    const given = Object.entries(step.env ?? {}).map(([name, expression]) => {
      const [, input = ""] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression) ?? [];
      expect(Object.keys(action.inputs)).toContain(input);
      const value = inputs[input] ?? (input === "token" ? TOKEN : action.inputs[input]?.default);
      return [name, value ?? ""];
    });
    const ended = await bash(step.run, {
      ...Object.fromEntries(given),
      GITHUB_ACTIONS: "true",
      GITHUB_ACTION_PATH: installed,
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      GITHUB_REPOSITORY: "shop/aws",
      GITHUB_REF: "refs/pull/7/merge",
      ...(double === null ? {} : { GITHUB_API_URL: double.url }),
      ...env,
    });
    const written = valuesIn(outputFile);
    rmSync(outputFile);
    const outputs = Object.entries(action.outputs).map(([name, { value }]) => {
      const [, variable = "", other = ""] =
        /^\$\{\{ steps\.review\.outputs\.(\w+)(?: \|\| '(\w+)')? \}\}$/.exec(value) ?? [];
      return [name, written.get(variable) || other];
    });
    return { ...ended, outputs: Object.fromEntries(outputs) as Record<string, string> };
  }

  it("is an action by GitHub's own parser, and no input is part of a script", () => {
    const { context } = parseAction({ name: "action.yml", content: text("action.yml") }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
    for (const { run } of action.runs.steps) expect(run).not.toContain("${{");
    for (const { description } of Object.values(action.inputs)) expect(description).toMatch(/\S/);
  });

  it("installs the command where it is not there", async () => {
    const { PATH, calls } = pretend("npm");
    const [install] = action.runs.steps;
    const bare = join(folder, "bare");
    mkdirSync(bare);
    expect(await bash(install.run, { PATH, GITHUB_ACTION_PATH: installed })).toMatchObject({ code: 0 });
    expect(() => calls()).toThrow();
    expect(await bash(install.run, { PATH, GITHUB_ACTION_PATH: bare })).toMatchObject({ code: 0 });
    expect(calls()).toBe(`${bare}: ci --omit=dev --no-audit --no-fund\n`);
  });

  it("comments on what plans in many places bring, and says so in its outputs", async () => {
    double = await githubDouble();
    writeFileSync(join(folder, "plans", "deep er", hostileName), careless);
    writeFileSync(join(folder, "clean one.json"), clean);
    const inputs = { plans: "plans/**/*.json\n  clean one.json \n", report: "out/r e.json", sarif: "r.sarif" };
    const { code, outputs } = await review(inputs);
    expect(code).toBe(1);
    expect(outputs).toEqual({
      verdict: "fail",
      ...{ critical: "0", high: "2", medium: "1", low: "1", info: "2" },
      ...{ introduced: "5", worsened: "1", unchanged: "0", fixed: "0" },
      report: "out/r e.json",
      sarif: "r.sarif",
      "comment-url": "https://github.test/shop/aws/pull/7#issuecomment-1000",
    });
    expect(double.comments[0]?.body).toContain("4 findings introduced");
    expect(double.comments[0]?.body).toContain("2 plans");
    expect(readFileSync(join(folder, "summary.md"), "utf8")).toContain("4 findings introduced");
    expect(JSON.parse(readFileSync(join(folder, inputs.report), "utf8")).summary.introduced).toBe(5);
    expect(readdirSync(folder)).not.toContain("owned");
  });

  it("passes where the severity does not stop, and prints where it may not comment", async () => {
    writeFileSync(join(folder, "plan.json"), careless);
    const { code, stdout, outputs } = await review({ plans: "plan.json", "fail-on": "critical", comment: "false" });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^### Gatehouse: 4 findings introduced/);
    expect(outputs).toMatchObject({ verdict: "pass", high: "2", "comment-url": "" });
  });

  it.each([
    ["a plan that is not there", { plans: "missing-*.json" }, "missing-*.json"],
    ["no plan", { plans: "\n" }, "missing required argument"],
    ["a switch that is none", { plans: "x", comment: "yes; touch owned" }, "COMMENT takes true or false"],
    ["a plan that looks like an option", { plans: "--help" }, "--help"],
    ["a name with a command in it", { plans: "x", name: '"$(touch owned)"' }, "--name takes"],
    ["a manifest with a command in it", { plans: "x", manifest: "$(touch owned)`touch owned`" }, "$(touch owned)"],
    ["a severity that is none", { plans: "x", "fail-on": "'; touch owned #" }, "fail-on"],
  ])("refuses %s", async (_, inputs, message) => {
    double = await githubDouble();
    const { code, stderr, outputs } = await review(inputs as Record<string, string>);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(outputs.verdict).toBe("error");
    expect(readdirSync(folder)).not.toContain("owned");
    expect(double.comments).toEqual([]);
  });
});

describe("the GitLab component", () => {
  /** Runs the job, and gives what its dotenv report holds. */
  async function review(inputs: Record<string, string>, PATH: string) {
    const given = Object.entries(job.variables).map(([name, variable]) => {
      const expression = typeof variable === "string" ? variable : variable.value;
      const [, input = ""] = /^\$\[\[ inputs\.([\w-]+) \]\]$/.exec(expression) ?? [];
      expect(Object.keys(inputsOfComponent)).toContain(input);
      return [name, inputs[input] ?? String(inputsOfComponent[input]?.default ?? "")];
    });
    const ended = await bash([...job.before_script, ...job.script].join("\n"), {
      PATH,
      ...Object.fromEntries(given),
      GITLAB_CI: "true",
      GITLAB_TOKEN: TOKEN,
      CI_PROJECT_ID: "5",
      CI_MERGE_REQUEST_IID: "7",
      ...(double === null ? {} : { CI_SERVER_URL: double.url }),
    });
    return ended;
  }

  it("has no input in a script, and defaults for all but what only the project knows", () => {
    for (const line of [...job.before_script, ...job.script]) expect(line).not.toContain("$[[");
    const required = Object.entries(inputsOfComponent).filter(([, { default: value }]) => value === undefined);
    expect(required.map(([name]) => name)).toEqual(["plans", "gatehouse", "version"]);
  });

  it("fetches a revision, comments, and leaves a report for later jobs", async () => {
    double = await gitlabDouble();
    const { PATH, calls } = pretend("npm");
    const git = (...args: readonly string[]) =>
      run("git", ["-C", installed, "-c", "user.name=x", "-c", "user.email=x@x.example", ...args]);
    await git("init", "-q", "-b", "main");
    await git("add", "bin", "dist", "package.json");
    await git("commit", "-qm", "x");
    writeFileSync(join(folder, "plans", "deep er", hostileName), careless);
    const inputs = { plans: "plans/**/*.json", gatehouse: installed, version: "main" };
    const { code, stderr } = await review(inputs, PATH);
    expect(stderr).toBe("");
    expect(code).toBe(1);
    expect(calls()).toMatch(/: ci --omit=dev --no-audit --no-fund\n$/);
    expect(double.comments[0]?.body).toContain("4 findings introduced");
    const values = valuesIn(join(folder, "gatehouse.env"));
    expect(values.get("GATEHOUSE_VERDICT")).toBe("fail");
    expect(values.get("GATEHOUSE_REPORT")).toBe("gatehouse-report.json");
    expect(readdirSync(folder)).not.toContain("owned");

    const printed = await review({ ...inputs, comment: "false", "fail-on": "none", manifest: "" }, PATH);
    expect(printed).toMatchObject({ code: 0 });
    expect(printed.stdout).toContain("### Gatehouse: 4 findings introduced");
    const hostile = await review({ ...inputs, manifest: "$(touch owned)", base: "`touch owned`" }, PATH);
    expect(hostile.code).toBe(2);
    expect(readdirSync(folder)).not.toContain("owned");
  });
});
