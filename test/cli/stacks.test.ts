/** `gatehouse stacks --changed-since` as a pipeline calls it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { git as gitIn } from "./git.ts";
import { gatehouse } from "./run.ts";

const manifest = ({ roles = "", group = "developers" } = {}) => `gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
accounts:
  management: { email: aws@x.example, id: "111111111111" }
  shop: { email: aws+shop@x.example, id: "333333333333" }
  data: { email: aws+data@x.example, id: "444444444444" }
identity: { groups: { developers: {}, support: {} } }
permissionSets: { reader: { managedPolicies: ReadOnlyAccess } }
access:
  - { groups: ${group}, permissionSets: reader, to: shop }
roles:
  web: { in: shop, trust: { service: ec2 }, presets: view-only }
${roles}`;

const inData = "  load: { in: data, trust: { service: lambda }, presets: view-only }\n";

let folder: string;
const git = (...args: string[]) => gitIn(folder, ...args);
const write = (text: string) => writeFileSync(join(folder, "access.yaml"), text);
const commit = (tag: string) => {
  git("add", ".");
  git("commit", "-qm", tag);
  git("tag", tag);
};
const stacks = (...args: string[]) => gatehouse(["stacks", ...args], { cwd: folder });
const changes = async (...args: string[]) => {
  const { stdout } = await stacks("--format", "json", ...args);
  return JSON.parse(stdout).map(({ name, change }: { name: string; change: string }) => `${change} ${name}`);
};

/** empty: no manifest yet; broken: none that is valid; before: roles in both accounts. The working copy has them in one. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-stacks-"));
  git("init", "-q", "-b", "main");
  writeFileSync(join(folder, "README.md"), "soon\n");
  commit("empty");
  write(manifest({ group: "nobody" }));
  commit("broken");
  write(manifest({ roles: inData }));
  commit("before");
  await gatehouse(["synth", "--out", "earlier"], { cwd: folder });
  write(manifest({ group: "support" }));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("stacks --changed-since", () => {
  test.each(["before", "HEAD", "earlier", "HEAD:access.yaml"])(
    "%s: only what differs, then what is gone",
    async (since) => {
      expect(await changes("--changed-since", since)).toEqual(["changed identity-center", "removed account-data"]);
    },
  );

  test("keeps order, waves and what comes before; a stack that is no more has its folder", async () => {
    const all = JSON.parse((await stacks("--format", "json")).stdout);
    const [people, gone] = JSON.parse((await stacks("--format", "json", "--changed-since", "HEAD")).stdout);
    expect(people).toEqual({ ...all.find(({ name }: { name: string }) => name === people.name), change: "changed" });
    expect(gone).toEqual({ name: "account-data", folder: "cdktf.out/stacks/account-data", change: "removed" });
  });

  test("is a table", async () => {
    const { stdout } = await stacks("--changed-since", "HEAD");
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ["WAVE", "STACK", "CHANGE"],
      ["2", "identity-center", "changed"],
      ["-", "account-data", "removed"],
      [""],
    ]);
  });

  test("gives pipelines what they can plan, and names the rest", async () => {
    const matrix = await stacks("--format", "github-matrix", "--changed-since", "HEAD");
    expect(JSON.parse(matrix.stdout).include.map(({ stack }: { stack: string }) => stack)).toEqual(["identity-center"]);
    expect(matrix.stderr).toContain("nothing destroys them by itself: account-data");
    const atlantis = await stacks("--format", "atlantis", "--changed-since", "HEAD");
    const [project, ...more] = parse(atlantis.stdout).projects;
    expect(project).toMatchObject({ name: "identity-center", execution_order_group: 2 });
    // the organization has not changed: Atlantis would not know it
    expect(project).not.toHaveProperty("depends_on");
    expect(more).toEqual([]);
  });

  test("of the manifest itself: nothing, in any format", async () => {
    const same = (...args: string[]) => stacks("--changed-since", "access.yaml", ...args);
    expect((await same()).stdout).toBe("no stack has changed\n");
    expect((await same("--format", "json")).stdout).toBe("[]\n");
    expect((await same("--format", "github-matrix")).stdout).toBe('{"include":[]}\n');
    expect(parse((await same("--format", "atlantis")).stdout)).toEqual({ version: 3, projects: [] });
  });

  test.each([
    ["empty", "warning: every stack is taken for new: empty has no such manifest"],
    [
      "broken",
      'warning: every stack is taken for new: broken is not a valid manifest: broken:access.yaml:10: unknown group "nobody"',
    ],
  ])("%s: nobody knows what was there, so everything is listed", async (since, warning) => {
    const { code, stderr } = await stacks("--changed-since", since);
    expect([code, stderr]).toEqual([0, expect.stringContaining(warning)]);
    expect(await changes("--changed-since", since)).toEqual([
      "added organization",
      "added identity-center",
      "added account-shop",
    ]);
  });

  test.each([
    ["nope", "nope"],
    ["", "a side of the comparison"],
    ["README.md", "README.md is not a valid manifest"],
  ])("%j is an error of the call", async (since, message) => {
    const { code, stdout, stderr } = await stacks("--changed-since", since);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  test("outside a repository", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "gatehouse-stacks-"));
    writeFileSync(join(elsewhere, "access.yaml"), manifest());
    const { code, stderr } = await gatehouse(["stacks", "--changed-since", "main"], { cwd: elsewhere });
    rmSync(elsewhere, { recursive: true });
    expect([code, stderr]).toEqual([2, expect.stringContaining("git repository")]);
  });
});

describe("what moves between states", () => {
  const cut = "terraform: { shards: 1024 }\n";
  const sentence = /1 assignment moves from stack identity-center to identity-center-\d{4}: Terraform would destroy/;
  beforeAll(() => writeFileSync(join(folder, "cut.yaml"), manifest() + cut));

  test("is a warning of stacks and stands first in diff, with the way out", async () => {
    writeFileSync(join(folder, "whole.yaml"), manifest());
    const { stderr } = await stacks("cut.yaml", "--changed-since", "whole.yaml");
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain("gatehouse synth --moved-from whole.yaml");
    const { stdout } = await gatehouse(["diff", "whole.yaml", "cut.yaml"], { cwd: folder });
    expect(stdout).toMatch(/^Moves between states\n/);
    expect(stdout).toMatch(sentence);
  });

  test.each([
    ["nope", 2, /--moved-from: .*nope/],
    ["empty", 0, /warning: nothing is taken over: empty has no such manifest/],
  ])("synth --moved-from %s", async (since, code, message) => {
    const run = await gatehouse(["synth", "--moved-from", since, "--out", "moved"], { cwd: folder });
    expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(message)]);
  });
});
