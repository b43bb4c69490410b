import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadManifest } from "../../cli/load.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "gatehouse-load-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function write(files: Record<string, string | Uint8Array>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
}

/** Names of the files, and `line code message` of the problems. */
function load(path?: string) {
  const { files, policyFiles, problems } = loadManifest(path, cwd);
  return {
    files: files.map(({ name }) => name),
    policies: Object.fromEntries(policyFiles),
    problems: problems.map(({ place, code, message }) =>
      [place === null ? "" : `${place.file}:${place.line} `, code, " ", message].join(""),
    ),
  };
}

describe("which files", () => {
  test("access.yaml first, then access/, else a way to begin", () => {
    expect(load().problems).toEqual(["no-manifest there is no manifest here: neither access.yaml nor access/"]);
    write({ "access/a.yaml": "" });
    expect(load().files).toEqual(["access/a.yaml"]);
    write({ "access.yaml": "" });
    expect(load().files).toEqual(["access.yaml"]);
  });

  test("what lies beside access.yaml in access/ is said to be left out, unless it is included", () => {
    const leftOut = (path?: string) => loadManifest(path, cwd).leftOut;
    write({ "access.yaml": "" });
    expect(leftOut()).toBeNull();
    write({ "access/a.yaml": "" });
    expect(leftOut()).toBe(
      'access.yaml is read, the folder access/ is not; to read it as well write: include: "access/**/*.yaml"',
    );
    expect(leftOut("access.yaml")).toBeNull();
    write({ "access.yaml": 'include: "access/**/*.yaml"\n' });
    expect(leftOut()).toBeNull();
  });

  test("a template that the manifest names is none of its files, though it is YAML in its folder", () => {
    const config = "config: { accounts: a, conformancePacks: { own: { file: packs/own.yaml } } }";
    write({ "m/z.yaml": `monitoring: { ${config} }\n`, "m/packs/own.yaml": "Resources: {}\n" });
    expect(load("m")).toMatchObject({ files: ["m/z.yaml"], policies: { "m/packs/own.yaml": "Resources: {}\n" } });
  });

  test("a folder with all below it, but for hidden folders, node_modules and other files", () => {
    write({
      "m/b.yaml": "",
      "m/a/c.yml": "",
      "m/.git/x.yaml": "",
      "m/node_modules/x.yaml": "",
      "m/README.md": "",
      "m/.hidden.yaml": "",
    });
    expect(load("m")).toMatchObject({ files: ["m/a/c.yml", "m/b.yaml"], policies: {}, problems: [] });
  });

  test.each([
    ["missing.yaml", "missing-file missing.yaml does not exist"],
    ["empty", "no-manifest empty holds no *.yaml or *.yml file"],
    ["a\0b", "missing-file a\0b does not exist"],
  ])("%j", (path, said) => {
    mkdirSync(join(cwd, "empty"));
    expect(load(path)).toMatchObject({ files: [], problems: [said] });
  });
});

describe("includes", () => {
  test("are relative to the file that includes, each file once", () => {
    write({
      "access.yaml": "include: [teams/*.yaml, shared.yaml]\n",
      "shared.yaml": "",
      "teams/shop.yaml": "include: ../shared.yaml\n",
      "teams/data.yaml": "",
      "teams/note.txt": "",
    });
    expect(load()).toMatchObject({
      files: ["access.yaml", "shared.yaml", "teams/data.yaml", "teams/shop.yaml"],
      problems: [],
    });
  });

  test("a glob does not mean the file it stands in", () => {
    write({ "access.yaml": 'include: "*.yaml"\n', "b.yaml": "" });
    expect(load()).toMatchObject({ files: ["access.yaml", "b.yaml"], problems: [] });
  });

  test("work from another folder", () => {
    write({ "m/access.yaml": 'include: "teams/**/*.yaml"\n', "m/teams/a/b.yaml": "", "here/x": "" });
    const { files, problems } = loadManifest("../m/access.yaml", join(cwd, "here"));
    expect(problems).toEqual([]);
    expect(files.map(({ name }) => name)).toEqual(["../m/access.yaml", "../m/teams/a/b.yaml"]);
  });

  test("that go round in a circle name it", () => {
    write({ "access.yaml": "include: b.yaml\n", "b.yaml": "\ninclude: c.yaml\n", "c.yaml": "include: b.yaml\n" });
    expect(load().problems).toEqual([
      "c.yaml:1 include-cycle the files include each other: b.yaml -> c.yaml -> b.yaml",
    ]);
  });

  test.each([
    ["../outside.yaml", 'outside-manifest "../outside.yaml" is outside the manifest\'s folder'],
    ["../*.yaml", 'outside-manifest "../*.yaml" is outside the manifest\'s folder'],
    ["/etc/hosts", 'outside-manifest "/etc/hosts" is outside the manifest\'s folder'],
    ["link.yaml", "unreadable-file m/link.yaml is outside the manifest's folder"],
    ["gone.yaml", "unreadable-file m/gone.yaml does not exist"],
    ["none/*.yaml", 'include-matches-nothing no file matches "none/*.yaml"'],
  ])("%s", (pattern, said) => {
    write({ "m/access.yaml": `gatehouse: 1\ninclude: "${pattern}"\n`, "outside.yaml": "secret: 1\n" });
    symlinkSync(join(cwd, "outside.yaml"), join(cwd, "m/link.yaml"));
    expect(load("m/access.yaml")).toMatchObject({ files: ["m/access.yaml"], problems: [`m/access.yaml:2 ${said}`] });
  });
});

describe("policy files", () => {
  test("are read, or it is said why not", () => {
    write({
      "m/access.yaml": "roles:\n  a: { file: p/a.json }\n  b: { file: ../b.json }\npolicies: { c: { file: c.json } }\n",
      "m/p/a.json": "{}",
      "b.json": "{}",
    });
    expect(load("m")).toEqual({
      files: ["m/access.yaml"],
      policies: {
        "m/p/a.json": "{}",
        "b.json": { unreadable: "is outside the manifest's folder" },
        "m/c.json": { unreadable: "does not exist" },
      },
      problems: [],
    });
  });
});

describe("what cannot be read", () => {
  test("a link to a folder, which is not followed, is said", () => {
    write({ "m/access.yaml": "", "m/MORE.YAML": "", "elsewhere/team.yaml": "" });
    symlinkSync("../elsewhere", join(cwd, "m/teams"));
    expect(load("m")).toMatchObject({
      files: ["m/MORE.YAML", "m/access.yaml"],
      problems: ["linked-folder m/teams is a link to a folder: what is in it is not read"],
    });
  });

  test("a link that leaves the folder", () => {
    write({ "m/access.yaml": "", "secret.yaml": "" });
    symlinkSync("../secret.yaml", join(cwd, "m/team.yaml"));
    expect(load("m")).toMatchObject({
      files: ["m/access.yaml"],
      problems: ["unreadable-file m/team.yaml is outside the manifest's folder"],
    });
  });

  test("bytes that are not UTF-8", () => {
    write({ "access.yaml": new Uint8Array([0x61, 0xff, 0xfe]) });
    expect(load()).toMatchObject({ files: [], problems: ["unreadable-file access.yaml is not UTF-8 text"] });
  });

  test("more than 16 MiB: one message, and none of it is read", () => {
    write({ "m/a.yaml": "a: 1\n", "m/b.yaml": "b: 1\n", "m/c.yaml": "" });
    truncateSync(join(cwd, "m/b.yaml"), 20 * 1024 * 1024);
    const started = performance.now();
    expect(load("m")).toMatchObject({
      files: [],
      problems: ["manifest-too-large the manifest is larger than 16 MiB, as of m/b.yaml"],
    });
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
