/** `gatehouse diff` as a user types it: paths, revisions, formats, and what cannot be read. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { git as gitIn } from "./git.ts";
import { gatehouse } from "./run.ts";

const manifest = (grant: string, more = "") => `gatehouse: 1
organization: { homeRegion: us-east-1, managementAccount: management }
accounts:
  management: { email: aws@x.example, id: "111111111111" }
  shop: { email: aws+shop@x.example, id: "333333333333" }
identity: { groups: { developers: {}, support: {} } }
permissionSets: { reader: { managedPolicies: ReadOnlyAccess } }
access:
  - { groups: ${grant}, permissionSets: reader, to: shop${more} }
`;

let folder: string;
const git = (...args: string[]) => gitIn(folder, ...args);
const write = (name: string, text: string) => {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const diff = (...args: string[]) => gatehouse(["diff", ...args], { cwd: folder });

/** main: first the developers, then support; `teams/` holds a folder of files. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-diff-"));
  git("init", "-q", "-b", "main");
  write("access.yaml", manifest("developers"));
  write("teams/access/base.yaml", manifest("developers").replace(/access:\n.*\n/, ""));
  write("teams/access/grants.yaml", "access: [{ groups: developers, permissionSets: reader, to: shop }]\n");
  write("teams/README.md", "none of the manifest\n");
  git("add", ".");
  git("commit", "-qm", "first");
  git("tag", "v1");
  write("access.yaml", manifest("support"));
  write("teams/access/grants.yaml", "access: [{ groups: support, permissionSets: reader, to: shop }]\n");
  write("broken.yaml", manifest("nobody"));
  symlinkSync("access.yaml", join(folder, "linked.yaml"));
  symlinkSync("/etc/hostname", join(folder, "outside.yaml"));
  symlinkSync("circle.yaml", join(folder, "circle.yaml"));
  git("add", ".");
  git("commit", "-qm", "second");
  git("tag", "v2");
});
afterAll(() => rmSync(folder, { recursive: true }));

const gained = `Access gained
  + group support
    + reader in shop, by accounts: shop

Access lost
  - group developers
    - reader in shop, by accounts: shop

1 assignment gained, 1 lost
`;

describe("sides", () => {
  test.each([
    ["a revision and the working copy", ["HEAD~1", "access.yaml"]],
    ["two revisions", ["HEAD~1", "HEAD"]],
    ["a tag", ["main~1", "v2"]],
    ["a full hash", ["HEAD~1", "HASH"]],
    ["a path in a revision", ["HEAD~1:access.yaml", "HEAD:access.yaml"]],
    ["a folder in a revision", ["HEAD~1:teams/access", "HEAD:teams/access/"]],
    ["a folder with the manifest further below", ["HEAD~1:teams", "HEAD:teams"]],
    ["a folder on the disk", ["HEAD~1:teams/access/", "teams/access"]],
    ["a path for revisions without one", ["HEAD~1", "HEAD", "--manifest", "teams/access"]],
    ["a link in a revision", ["HEAD~1", "HEAD:linked.yaml"]],
  ])("%s", async (_, args) => {
    const hash = git("rev-parse", "HEAD").trim();
    expect(await diff(...args.map((arg) => (arg === "HASH" ? hash : arg)))).toEqual({
      code: 0,
      stdout: gained,
      stderr: "",
    });
  });

  test("from a folder below, a path begins at the repository's root, or here with ./", async () => {
    const below = (...args: string[]) => gatehouse(["diff", ...args], { cwd: join(folder, "teams") });
    const expected = { code: 0, stdout: gained, stderr: "" };
    expect(await below("HEAD~1", "access")).toEqual(expected);
    expect(await below("HEAD~1:teams/access", "HEAD:./access")).toEqual(expected);
  });

  test("nothing changed", async () => {
    expect(await diff("HEAD", "access.yaml")).toEqual({
      code: 0,
      stdout: "no one gains or loses access\n",
      stderr: "",
    });
  });
});

describe("what cannot be read ends with 2 and says why", () => {
  test.each([
    ["mian", 'error: "mian" is neither a file nor a folder, and git knows no revision "mian"; did you mean "main"?\n'],
    ["--upload-pack=touch x", /^error: unknown option/],
    [
      "HEAD~9",
      'error: "HEAD~9" is neither a file nor a folder, and git knows no revision "HEAD~9"\n       write a file or folder, a branch, tag or commit such as main or HEAD~1, or a path in one: main:access/\n',
    ],
    ["HEAD --all", /git knows no revision "HEAD --all"/],
    [":access.yaml", /git knows no revision ""/],
    ["", "error: a side of the comparison is a path or a git revision\n"],
    ["-", "error: a side of the comparison is a path or a git revision\n"],
    ["HEAD:nothing", /^error: HEAD has no such manifest: nothing does not exist\n {7}a path in a revision begins at/],
    ["HEAD:outside.yaml", /HEAD has no such manifest/],
    ["HEAD:circle.yaml", /HEAD has no such manifest/],
    ["HEAD:../x", /HEAD has no such manifest/],
  ])("%s", async (side, message) => {
    const run = await diff(side, "access.yaml");
    expect(run).toMatchObject({ code: 2, stdout: "" });
    if (typeof message === "string") expect(run.stderr).toBe(message);
    else expect(run.stderr).toMatch(message);
  });

  test("the same files in another folder", async () => {
    const text = `${manifest("developers")}delegations: { shop: { files: "teams/**", owners: "@shop", mayGrant: { permissionSets: reader, to: shop } } }\n`;
    write("here/access.yaml", text);
    write("there/deep/access.yaml", text);
    expect(await diff("here", "there/deep")).toMatchObject({ code: 0, stdout: "no one gains or loses access\n" });
    write("there/deep/access.yaml", text.replace("teams/**", "shop/**"));
    expect((await diff("here", "there/deep")).stdout).toContain("Everything else\n  ~ delegations\n");
  });

  test("an option is no revision even after --", async () => {
    const run = await diff("--", "--upload-pack=touch x", "access.yaml");
    expect(run).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("git knows no revision") });
  });

  test("an old side that is not valid is shown with its errors, by the name that git has for it", async () => {
    const run = await diff("HEAD:broken.yaml", "access.yaml");
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain('HEAD:broken.yaml:9:15 error unknown group "nobody"');
    expect(run.stderr).toContain('error: "HEAD:broken.yaml" is not a valid manifest: there is nothing to compare\n');
  });

  test("both sides are read before it ends", async () => {
    const { stderr } = await diff("mian", "broken.yaml");
    expect(stderr).toContain("git knows no revision");
    expect(stderr).toContain("unknown group");
  });

  test("no repository", async () => {
    const alone = mkdtempSync(join(tmpdir(), "gatehouse-diff-"));
    try {
      cpSync(join(folder, "access.yaml"), join(alone, "access.yaml"));
      const run = await gatehouse(["diff", "main", "access.yaml"], { cwd: alone });
      expect(run).toMatchObject({ code: 2, stdout: "" });
      expect(run.stderr).toBe('error: "main" is neither a file nor a folder, and this is no git repository\n');
    } finally {
      rmSync(alone, { recursive: true });
    }
  });

  test("a day that is none", async () => {
    expect(await diff("HEAD", "HEAD", "--as-of", "soon")).toMatchObject({ code: 2 });
  });
});

describe("formats", () => {
  test("json holds every change", async () => {
    const { stdout } = await diff("HEAD~1", "HEAD", "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      before: "HEAD~1",
      after: "HEAD",
      access: {
        gained: [
          { principal: { type: "GROUP", key: "support" }, permissionSet: "reader", account: "shop", until: null },
        ],
        lost: [{ principal: { key: "developers" } }],
        changed: [],
      },
      people: { gained: [], lost: [] },
      permissions: [],
      settings: [],
    });
  });

  test("markdown for a pull request", async () => {
    const { stdout } = await diff("v1", "v2", "--format", "markdown");
    expect(stdout).toBe(`### Access: 1 assignment gained, 1 lost

\`v1\` → \`v2\`

**Access gained (1)**

- \`+\` group \`support\`
  - \`+\` \`reader\` in \`shop\`, by accounts: shop

**Access lost (1)**

- \`-\` group \`developers\`
  - \`-\` \`reader\` in \`shop\`, by accounts: shop
`);
  });

  test("nothing of a manifest becomes markup, and nothing of it reaches the terminal raw", async () => {
    const evil = "@team <img src=x> | [a](http://b) `c` \u001b[31m **d**";
    const before = manifest("developers").replace("support: {}", `support: { description: old }`);
    write("evil-before.yaml", before);
    write("evil-after.yaml", before.replace("description: old", `description: ${JSON.stringify(evil)}`));
    const text = await diff("evil-before.yaml", "evil-after.yaml");
    expect(text.stdout).toContain("description: old before");
    expect(text.stdout).not.toContain("\u001b");
    const { stdout } = await diff("evil-before.yaml", "evil-after.yaml", "--format", "markdown");
    expect(stdout).not.toMatch(/<img|@team|\]\(http|[^`]\*\*d/);
  });
});

test("a comment stays shorter than a forge takes, and says what it left out", async () => {
  const accounts = Array.from(
    { length: 1500 },
    (_, n) => `  an-account-of-a-large-organization-${n}: { email: aws+${n}@x.example, id: "${200000000000 + n}" }\n`,
  );
  const large = manifest("developers").replace("identity:", `${accounts.join("")}identity:`);
  write("large.yaml", large);
  const { stdout } = await diff("access.yaml", "large.yaml", "--format", "markdown");
  expect(stdout.length).toBeLessThan(65_536);
  expect(stdout).toMatch(/more lines left out/);
  expect(readFileSync(join(folder, "large.yaml"), "utf8").length).toBeGreaterThan(65_536);
});
