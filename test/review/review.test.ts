/** `gatehouse review` against servers that answer as forges do, spoken to by the real clients. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gatehouse } from "../cli/run.ts";
import { type Double, type DoubleOptions, githubDouble, gitlabDouble, TOKEN } from "./forge-double.ts";

const careless = "examples/one-word-change/plan.json";
const manifest = ["--manifest", "examples/securecart"];

interface ForgeCase {
  start: (options?: DoubleOptions) => Promise<Double>;
  env: (double: Double) => Record<string, string>;
  /** Requests that write. */
  writes: RegExp;
}

const forges: Readonly<Record<string, ForgeCase>> = {
  GitHub: {
    start: githubDouble,
    env: ({ url }) => ({
      GITHUB_ACTIONS: "true",
      GITHUB_TOKEN: TOKEN,
      GITHUB_REPOSITORY: "shop/aws",
      GITHUB_REF: "refs/pull/7/merge",
      GITHUB_API_URL: url,
    }),
    writes: /^(POST|PATCH)/,
  },
  GitLab: {
    start: gitlabDouble,
    env: ({ url }) => ({
      GITLAB_CI: "true",
      GITLAB_TOKEN: TOKEN,
      CI_PROJECT_ID: "5",
      CI_MERGE_REQUEST_IID: "7",
      CI_SERVER_URL: url,
    }),
    writes: /^(POST|PUT)/,
  },
};

let folder: string;
let clean: string;
let double: Double | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-review-"));
  clean = join(folder, "clean.json");
  writeFileSync(clean, JSON.stringify({ format_version: "1.2", terraform_version: "1.11.4", resource_changes: [] }));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await double?.close();
  double = null;
});

describe.each(Object.entries(forges))("a review at %s", (_, { start, env, writes }) => {
  const review = (forge: Double, ...args: readonly string[]) =>
    gatehouse(["review", ...args, ...manifest], { env: env(forge) });
  const writesOf = (forge: Double) => forge.requests.filter((request) => writes.test(request));

  it("posts, updates, resolves and leaves alone", async () => {
    const forge = await start();
    double = forge;

    const first = await review(forge, careless);
    expect(first).toMatchObject({ code: 1, stderr: "" });
    expect(first.stdout).toMatch(/^comment created/);
    expect(forge.comments).toHaveLength(1);
    expect(forge.comments[0]?.body).toContain("### Gatehouse: 4 findings introduced (2 high, 1 medium, 1 low)");
    expect(forge.comments[0]?.body).toContain(
      "user someone of account 333333333333 can call `sts:AssumeRole` without MFA",
    );

    const again = await review(forge, careless);
    expect(again.code).toBe(1);
    expect(again.stdout).toMatch(/^comment unchanged/);
    expect(writesOf(forge)).toHaveLength(1);

    const mended = await review(forge, clean);
    expect(mended.code).toBe(0);
    expect(mended.stdout).toMatch(/^comment updated/);
    expect(forge.comments).toHaveLength(1);
    expect(forge.comments[0]?.body).toMatch(
      /^\*\*Gatehouse\*\*: resolved: all 4 findings of this pull request are gone\./,
    );

    const stillFine = await review(forge, clean);
    expect(stillFine.stdout).toMatch(/^comment unchanged/);
    expect(writesOf(forge)).toHaveLength(2);

    const worse = await review(forge, careless);
    expect(worse.stdout).toMatch(/^comment updated/);
    expect(forge.comments).toHaveLength(1);
    expect(forge.comments[0]?.body).toContain("4 findings introduced");
  }, 60_000);

  it("costs the reader of a clean plan one line", async () => {
    double = await start();
    expect((await review(double, clean)).code).toBe(0);
    const shown = double.comments[0]?.body
      .replace(/<!--.*?-->/gs, "")
      .trim()
      .split("\n");
    expect(shown).toHaveLength(1);
    expect(shown?.[0]).toContain("this change opens up nothing new");
  });

  it("keeps a comment for each name", async () => {
    double = await start();
    await review(double, careless, "--name", "prod");
    await review(double, careless, "--name", "dev");
    await review(double, clean, "--name", "prod");
    expect(double.comments).toHaveLength(2);
    expect(double.comments.map(({ body }) => body.includes("resolved: all 4"))).toEqual([true, false]);
  });

  it("finds its comment behind hundreds of others, and takes nobody else's for its own", async () => {
    const forge = await start({ self: "reviewer" });
    double = forge;
    for (let id = 0; id < 250; id++) forge.comments.push({ id, body: `comment ${id}`, author: "bea", isBot: false });
    const spoofed = "all fine\n\n<!-- gatehouse-review default findings=0 resolved=0 -->";
    forge.comments.push({ id: 250, body: spoofed, author: "mallory", isBot: false });
    await review(forge, careless);
    expect(forge.comments).toHaveLength(252);
    expect(forge.comments[250]?.body).toBe(spoofed);
    await review(forge, clean);
    expect(forge.comments).toHaveLength(252);
    expect(forge.comments[251]?.body).toContain("resolved");
  });

  it("says less where the forge takes less", async () => {
    double = await start({ limit: 20_000 });
    const { code } = await review(double, "examples/careless-change/plan.json");
    expect(code).toBe(1);
    const [comment] = double.comments;
    expect(comment?.body.length).toBeLessThanOrEqual(20_000);
    expect(comment?.body).toContain("44 findings introduced");
    expect(comment?.body).toMatch(/\d+ more left out/);
  });

  it.each([
    [401, "does not know the token"],
    [403, "does not let the token comment"],
    [404, "check --repository and --number"],
  ])("explains %i, prints the comment and keeps the verdict", async (status, message) => {
    double = await start();
    double.failures.push({ status, message: "no" });
    const { code, stdout, stderr } = await review(double, careless);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stdout).toContain("4 findings introduced");
    double.failures.push({ status, message: "no" });
    expect((await review(double, clean)).code).toBe(2);
  });

  it("tries again when the forge is busy", async () => {
    double = await start();
    double.failures.push({ status: 502, message: "Bad Gateway" }, { status: 503, message: "Unavailable" });
    const { code, stdout } = await review(double, careless);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^comment created/);
  }, 30_000);
});

describe("a forge that is down", () => {
  it.each(["--github", "--gitlab"])(
    "does not hide the verdict: %s",
    async (flag) => {
      const call = (plan: string) =>
        gatehouse(
          [
            "review",
            plan,
            ...manifest,
            flag,
            "--repository",
            "shop/aws",
            "--number",
            "7",
            "--base-url",
            "http://127.0.0.1:9",
          ],
          {
            env: { GITHUB_TOKEN: TOKEN, GITLAB_TOKEN: TOKEN },
          },
        );
      const bad = await call(careless);
      expect(bad.code).toBe(1);
      expect(bad.stdout).toContain("### Gatehouse: 4 findings introduced");
      expect(bad.stderr).toContain("does not answer as it should");
      expect((await call(clean)).code).toBe(0);
    },
    90_000,
  );
});

describe("rate limits of GitHub", () => {
  it.each([
    ["secondary", { "retry-after": "1" }, "You have exceeded a secondary rate limit."],
    ["primary", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "0" }, "API rate limit exceeded"],
  ])(
    "waits for the %s one",
    async (_, headers, message) => {
      double = await githubDouble();
      double.failures.push({ status: 403, message, headers });
      const { stdout } = await gatehouse(["review", clean], { env: forges.GitHub!.env(double) });
      expect(stdout).toMatch(/^comment created/);
    },
    30_000,
  );

  it("does not wait for longer than a minute", async () => {
    double = await githubDouble();
    const headers = { "retry-after": "3600" };
    double.failures.push({ status: 403, message: "You have exceeded a secondary rate limit.", headers });
    const { code, stderr } = await gatehouse(["review", clean], { env: forges.GitHub!.env(double) });
    expect(code).toBe(0);
    expect(stderr).toContain("secondary rate limit");
  }, 30_000);
});

describe("what the call says", () => {
  it("tells everything that is missing at once", async () => {
    const { code, stderr } = await gatehouse(["review", clean, "--github", "--number", "x", "--name", "a b"]);
    expect(code).toBe(2);
    expect(stderr).toContain("there is no token");
    expect(stderr).toContain("GITHUB_TOKEN");
    expect(stderr).toContain("there is no --repository");
    expect(stderr).toContain('--number takes 42, not "x"');
    expect(stderr).toContain("--name takes letters");
  });

  it("asks for the forge when nothing tells it", async () => {
    const { code, stderr } = await gatehouse(["review", clean]);
    expect(code).toBe(2);
    expect(stderr).toContain("--github or --gitlab, or --dry-run");
  });

  it("finds the pull request in the event of a workflow that runs after another", async () => {
    double = await githubDouble();
    const event = join(folder, "event.json");
    writeFileSync(event, JSON.stringify({ workflow_run: { pull_requests: [{ number: 7 }] } }));
    const { GITHUB_REF: _ref, ...env } = forges.GitHub!.env(double);
    const { stdout } = await gatehouse(["review", clean], { env: { ...env, GITHUB_EVENT_PATH: event } });
    expect(stdout).toBe("comment created: https://github.test/shop/aws/pull/7#issuecomment-1000\n");
  });

  it("writes SARIF, the job summary and annotations beside it", async () => {
    double = await githubDouble();
    const summary = join(folder, "summary.md");
    const sarif = join(folder, "report.sarif");
    const env = { ...forges.GitHub!.env(double), GITHUB_STEP_SUMMARY: summary };
    const args = ["review", careless, ...manifest, "--sarif", sarif, "--annotations", "--format", "json", "--summary"];
    const { code, stdout, stderr } = await gatehouse(args, { env });
    expect(code).toBe(1);
    expect(stderr).toContain("::error title=high");
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, comment: { action: "created" }, stops: true });
    expect(readFileSync(summary, "utf8")).toContain("### Gatehouse: 4 findings introduced");
    expect(JSON.parse(readFileSync(sarif, "utf8")).runs[0].results.length).toBeGreaterThan(0);
  });

  it("tells later steps what it found, and where it stands", async () => {
    double = await githubDouble();
    const [outputs, report] = [join(folder, "outputs"), join(folder, "report.json")];
    writeFileSync(outputs, "before=1\n");
    const env = { ...forges.GitHub!.env(double), GITHUB_OUTPUT: outputs };
    const { code } = await gatehouse(["review", careless, ...manifest, "--report", report, "--outputs"], { env });
    expect(code).toBe(1);
    expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ version: 1, summary: { introduced: 4 } });
    expect(readFileSync(outputs, "utf8")).toBe(
      [
        "before=1",
        "GATEHOUSE_VERDICT=fail",
        ...["INFO=0", "LOW=1", "MEDIUM=1", "HIGH=2", "CRITICAL=0"].map((line) => `GATEHOUSE_${line}`),
        ...["INTRODUCED=4", "WORSENED=0", "UNCHANGED=0", "FIXED=0"].map((line) => `GATEHOUSE_${line}`),
        `GATEHOUSE_REPORT=${report}`,
        "GATEHOUSE_SARIF=",
        "GATEHOUSE_COMMENT_URL=https://github.test/shop/aws/pull/7#issuecomment-1000",
        "",
      ].join("\n"),
    );
  });

  it("gives JSON when it was asked for, whatever becomes of the comment", async () => {
    const printed = await gatehouse(["review", careless, ...manifest, "--dry-run", "--format", "json"]);
    expect(JSON.parse(printed.stdout)).toMatchObject({ comment: { action: "printed", url: null }, stops: true });
    double = await githubDouble();
    double.failures.push({ status: 401, message: "no" });
    const refused = await gatehouse(["review", clean, "--format", "json"], { env: forges.GitHub!.env(double) });
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({ comment: { action: "printed" }, stops: false });
  });

  it("says who gains access when the manifest is in the change", async () => {
    const [before, after] = ["before.yaml", "after.yaml"].map((name) => join(folder, name)) as [string, string];
    expect((await gatehouse(["init", folder])).code).toBe(0);
    const text = readFileSync(join(folder, "access.yaml"), "utf8");
    writeFileSync(before, text);
    writeFileSync(after, text.replace("to: { tags: { env: dev } }", "to: { tags: { env: [dev, prod] } }"));
    const base = ["--base", before, "--manifest", after];
    const { code, stdout } = await gatehouse(["review", clean, ...base, "--dry-run"]);
    expect(code).toBe(0);
    const [verdict, , access] = stdout.split("\n");
    expect(verdict).toContain("this change opens up nothing new");
    expect(access).toBe("Access: 1 assignment gained");
    expect(stdout).toContain("- `+` group `developers`");
    expect(stdout).toContain("`administrator` in `shop-prod`");
  });

  it("goes on without what changes for people where there was no manifest yet", async () => {
    const { code, stdout, stderr } = await gatehouse([
      "review",
      clean,
      ...manifest,
      "--base",
      "HEAD:docs",
      "--dry-run",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("this change opens up nothing new");
    expect(stderr).toContain("note: HEAD:docs has no valid manifest");
  });
});
