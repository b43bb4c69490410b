/** Whatever a plan, a manifest or a file name holds: the comment has the shape of a harmless one, and no log obeys it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compose } from "../../review/comment.ts";
import { MARKER, marked, readMarker } from "../../review/marker.ts";
import { gatehouse } from "../cli/run.ts";
import { anyText, longMarkup, payloads, runnerCommands } from "../hostile.ts";
import { faults, outline, textOf, treeOf } from "./github-flavoured.ts";
import { hostilePlan } from "./hostile-plan.ts";
import { reviewWith } from "./hostile-review.ts";

const commentWith = (text: string, limit = 200_000) => marked(compose(reviewWith(text), null, limit), "default");

/** What must hold for every comment. */
function check(comment: string): void {
  expect(faults(comment)).toEqual([]);
  expect(runnerCommands(comment)).toEqual([]);
  // a quick action of GitLab begins a line, wherever that is
  expect(comment).not.toMatch(/^\s*\//m);
  expect(comment.match(/<!--/g)).toHaveLength(1);
  expect(readMarker(comment, "default")).toEqual({ findings: 1, resolved: 0 });
  // the word joiner is our own
  expect(comment.replaceAll("\u2060", "")).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
}

describe("a comment", () => {
  const harmless = outline(treeOf(commentWith("x")));

  it("is sound where nothing is hostile", () => {
    check(commentWith("x"));
    expect(harmless).toContain("pre(code.language-mermaid)");
    expect(harmless).toMatch(/\(comment\)$/);
  });

  it.each(Object.entries(payloads))("is not changed by %s", (_, payload) => {
    const comment = commentWith(payload);
    check(comment);
    expect(outline(treeOf(comment))).toBe(harmless);
  });

  it("is not changed by any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const comment = commentWith(text);
        check(comment);
        expect(outline(treeOf(comment))).toBe(harmless);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it("says what was written, as text", () => {
    const shown = textOf(treeOf(commentWith(payloads["a script"]!)));
    expect(shown.replaceAll("\u2060", "")).toContain("<script>alert(1)</script>");
  });

  it("stays within its limit", () => {
    for (const text of [longMarkup, "@".repeat(100_000), "\u0007".repeat(100_000)]) {
      const comment = commentWith(text, 20_000);
      check(comment);
      expect(comment.length).toBeLessThanOrEqual(20_000 + MARKER);
    }
  });
});

describe("the command", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gatehouse-hostile-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A name that a file may have. */
  const fileName = (text: string) =>
    text
      .replace(/[/\0]/g, "_")
      .replace(/[\ud800-\udfff]/g, "")
      .slice(0, 60);

  it.each(Object.entries(payloads))("posts and logs nothing that obeys %s", async (_, text) => {
    const named = `${fileName(text)}.json`;
    mkdirSync(join(folder, "plans"));
    writeFileSync(join(folder, "plans", named), JSON.stringify(hostilePlan(text)));
    const reason = text.slice(0, 500);
    const suppressions = [
      { rule: "trust-anyone", address: "*suppressed*", reason, owner: reason, until: "2027-01-01" },
    ];
    writeFileSync(join(folder, "gatehouse.config.yaml"), JSON.stringify({ suppressions }));
    const calls = [
      [`plans/${named}`, "--summary", "summary.md", "--outputs", "outputs", "--report", "r.json", "--sarif", "r.sarif"],
      [`plans/missing ${named}`, "--manifest", text.replaceAll("\0", ""), "--name", text, "--source", `no ${named}`],
    ];
    for (const call of calls) {
      const { stdout, stderr } = await gatehouse(["review", "--dry-run", "--annotations", ...call], { cwd: folder });
      expect(runnerCommands(stdout)).toEqual([]);
      expect(runnerCommands(stderr, ["error", "warning", "notice"])).toEqual([]);
    }
    const comment = readFileSync(join(folder, "summary.md"), "utf8");
    expect(faults(comment)).toEqual([]);
    expect(comment).toMatch(/^### Gatehouse: \d+ findings introduced/);
    expect(comment).toContain("Suppressed: 1");
    const names = readFileSync(join(folder, "outputs"), "utf8").trimEnd().split("\n");
    expect(names.every((line) => /^GATEHOUSE_[A-Z_]+=/.test(line))).toBe(true);
    expect(names[0]).toBe("GATEHOUSE_VERDICT=fail");
  });

  it.each(Object.entries(payloads))(
    "says of a manifest with %s what changes, or what is wrong with it",
    async (_, text) => {
      const manifestWith = (value: string) =>
        JSON.stringify({
          gatehouse: 1,
          organization: { homeRegion: "us-east-1", managementAccount: "management" },
          accounts: {
            management: { email: "aws@example.com", id: "111111111111" },
            shop: {
              email: `${value.slice(0, 20)}@example.com`,
              id: "222222222222",
              tags: { team: value.slice(0, 200) },
            },
          },
          identity: { source: "external", groups: { developers: { name: value.slice(0, 400) } } },
          permissionSets: {
            reader: {
              name: "Reader",
              description: value.slice(0, 400),
              inline: { allow: [{ actions: "s3:GetObject", resources: `arn:aws:s3:::b/${value.slice(0, 400)}` }] },
            },
          },
          access: [
            { groups: "developers", permissionSets: "reader", to: { accounts: "shop" }, reason: value.slice(0, 400) },
          ],
        });
      writeFileSync(join(folder, "before.yaml"), manifestWith("x"));
      writeFileSync(join(folder, "after.yaml"), manifestWith(text));
      writeFileSync(join(folder, "plan.json"), JSON.stringify(hostilePlan("x")));
      const call = ["review", "plan.json", "--dry-run", "--base", "before.yaml", "--manifest", "after.yaml"];
      const { code, stdout, stderr } = await gatehouse(call, { cwd: folder });
      expect(code).toBe(1);
      expect(runnerCommands(stdout + stderr)).toEqual([]);
      expect(faults(stdout)).toEqual([]);
      expect(stdout === "" ? stderr : stdout).toMatch(/^### Gatehouse: |error/);
    },
  );
});
