import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { code, plain, prose } from "../../../analyzer/reporters/escape-markdown.ts";
import { markdown } from "../../../analyzer/reporters/markdown.ts";
import { noPaint } from "../../../analyzer/reporters/reporter.ts";
import { visible } from "../../../lib/visible.ts";
import { finding, reportOf } from "./reports.ts";

const render = (...args: Parameters<typeof reportOf>) => markdown(reportOf(...args), { rules: [], paint: noPaint });

/** What a reader sees of escaped text. */
const decode = (text: string) =>
  text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll("\u2060", "");

const payloads = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "</code></td></table><h1>",
  "a | b | c",
  "`code` ``x`` ```",
  "[click](https://evil.example)",
  "![x](https://evil.example/pixel)",
  "https://evil.example www.evil.example eve@evil.example",
  "@securecart/security @amin",
  "#1 securecart/shop#2 GH-3 !4 $5 &6 %7 ~bug",
  "**bold** _em_ ~~no~~",
  "line\n\n# heading\n- list\n| x |\n<details>",
  "&lt;b&gt; &#60;b&#62;",
  "\\| \\` \\<",
  "$\\unicode{x}$ $$x$$",
  "<!-- hidden -->",
  ":tada: :shipit:",
];

/** What is left when code spans, elements and character references are taken away. */
const bare = (text: string) => text.replaceAll(/<code>.*<\/code>|`[^`]*`|&#\d+;\u2060?/g, "");

describe.each([
  ["plain", plain],
  ["prose", prose],
  ["code", code],
])("%s", (_, escaping) => {
  it.each(payloads)("leaves nothing to interpret in %j", (payload) => {
    const escaped = escaping(payload);
    expect(bare(escaped)).not.toMatch(/:(?! |$)|[!#$%&*<>@[\\\]^_`{|}~\n\r]|GH-\d|www\.\w/);
    expect(escaped).not.toMatch(/&#(64|35);(?!\u2060)/);
    expect(decode(escaped.replaceAll(/<\/?code>|`/g, ""))).toBe(visible(payload));
  });

  it("keeps every text readable, but for blanks at its start", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const shown = decode(escaping(text).replaceAll(/<\/?code>|`/g, ""));
        expect(shown.trimStart()).toBe(visible(text).trimStart());
      }),
    );
  });
});

describe("a name", () => {
  it.each([
    ['module.a["b c"].aws_iam_role.x[0]', '`module.a["b c"].aws_iam_role.x[0]`'],
    ["arn:aws:s3:::bucket/*", "`arn:aws:s3:::bucket/*`"],
    ["${aws:username}", "<code>&#36;\u2060&#123;aws&#58;username&#125;</code>"],
    ["a|b", "<code>a&#124;b</code>"],
  ])("%s is %s", (name, expected) => expect(code(name)).toBe(expected));

  it("is a code span in a sentence", () => {
    expect(prose("anyone can call s3:GetObject, or iam:* (on arn:aws:s3:::a/b) without aws_iam_role.x.")).toBe(
      "anyone can call `s3:GetObject`, or `iam:*` (on `arn:aws:s3:::a/b`) without `aws_iam_role.x`.",
    );
  });
});

describe("markdown", () => {
  it("shows what is new in a table and folds the rest away", () => {
    const output = render([
      finding({ rule: "trust-missing-mfa" }),
      finding({ rule: "admin-access", change: "worsened" }),
      finding({ rule: "policy-unknown", severity: "info" }),
      finding({ rule: "resource-public", change: "unchanged" }),
      finding({ rule: "trust-anyone", change: "fixed" }),
    ]);
    const [open, ...folded] = output.split("<details>");
    expect(open).toMatch(/^### Gatehouse: 1 finding introduced, 1 worsened \(2 high\)\n/);
    expect(open).toContain(
      "| **high**<br>`trust-missing-mfa` | Users may assume the role without MFA<br>" +
        "<em>user amin of account 123456789012 can call `sts:AssumeRole` without MFA</em> | " +
        '`module.a.aws_iam_role.x["k"]`<br>`assume_role_policy`, statement 1 (People) |',
    );
    expect(open).toContain("| **high** (worse)<br>`admin-access` |");
    expect(open).not.toContain("resource-public");
    expect(folded.map((part) => part.match(/<summary>(.*)<\/summary>/)?.[1])).toEqual([
      "How to fix: 2",
      "Not judged, or only noted: 1",
      "Unchanged: 1",
      "Fixed: 1",
    ]);
  });

  it("says so when nothing is new", () => {
    expect(render([])).toMatch(/^### Gatehouse: this change opens up nothing new\n/);
    expect(render([finding({ severity: "info" })])).toMatch(/^### Gatehouse: nothing to fix, 1 to look at\n/);
  });

  it("shows drift and places that are not known, folded", () => {
    const coverage = { ...reportOf([]).coverage, unlisted: [{ address: "aws_new_thing.x", attribute: "rules" }] };
    const output = render([], { drift: [finding()], coverage });
    expect(output).toContain("this change opens up nothing new");
    expect(output).toContain("<summary>Drift: done outside Terraform, and open already: 1</summary>");
    expect(output).toContain("- `aws_new_thing.x` rules: looks like a policy");
  });

  it("says loudly that a plan failed", () => {
    const plan = { ...reportOf([]).plans[0]!, errored: true };
    const output = render([], { plans: [plan] });
    expect(output).toMatch(/^### Gatehouse: cannot say what this change opens up/);
    expect(output).toContain("> **Warning:** `plan.json`: the plan ended with an error");
  });

  it("does not repeat itself for a hundred plans that failed", () => {
    const plan = { ...reportOf([]).plans[0]!, errored: true };
    const plans = Array.from({ length: 100 }, (_, i) => ({ ...plan, file: `${i}${"x".repeat(5_000)}.json` }));
    const output = render([], { plans });
    expect(output.length).toBeLessThan(60_000);
    expect(output).toContain("> 95 more warnings of this kind.");
  });

  it("fits in a comment: the least important goes first, and is counted", () => {
    const many = (count: number, more: Parameters<typeof finding>[0]) =>
      Array.from({ length: count }, (_, i) => finding({ address: `aws_iam_role.${more?.severity}_${i}`, ...more }));
    const output = render([
      ...many(100, { severity: "critical", message: "x".repeat(5_000) }),
      ...many(500, { severity: "low" }),
      ...many(500, { change: "unchanged" }),
    ]);
    expect(output.length).toBeLessThan(62_000);
    expect(output.match(/\*\*critical\*\*/g)!.length).toBeGreaterThan(50);
    expect(output).toMatch(/\d+ more left out, as this comment would be too long/);
    expect(output).toContain("<summary>Unchanged: 500</summary>\n\n500 more left out");
  });
});
