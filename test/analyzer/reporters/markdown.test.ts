import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeMarkdown, markdown } from "../../../analyzer/reporters/markdown.ts";
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

describe("escapeMarkdown", () => {
  it.each(payloads)("leaves nothing to interpret in %j", (payload) => {
    const escaped = escapeMarkdown(payload);
    expect(escaped.replaceAll(/&#\d+;/g, "")).not.toMatch(/[!-+./:-@[-`{-~\n\r]/);
    expect(escaped).not.toMatch(/&#(64|35);(?!\u2060)/);
    expect(escaped).not.toMatch(/GH-\d/);
    expect(decode(escaped)).toBe(visible(payload));
  });

  it("keeps every text readable", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decode(escapeMarkdown(text))).toBe(visible(text));
      }),
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
    expect(open).toMatch(/^### Gatehouse: 1 finding introduced, 1 worsened\n/);
    expect(open).toContain("| high | trust-missing-mfa | <code>module");
    expect(open).toContain("<em>user amin of account 123456789012 can call sts&#58;AssumeRole without MFA</em>");
    expect(open).toContain("| high (worse) | admin-access |");
    expect(open).not.toContain("resource-public");
    expect(folded.map((part) => part.match(/<summary>(.*)<\/summary>/)?.[1])).toEqual([
      "Not judged: 1",
      "Unchanged: 1",
      "Fixed: 1",
    ]);
  });

  it("says so when nothing is new", () => {
    expect(render([])).toMatch(/^### Gatehouse: this change opens up nothing new\n/);
  });

  it.each(payloads)("keeps its shape whatever the plan holds: %j", (payload) => {
    const hostile = finding({
      address: payload,
      attribute: payload,
      message: payload,
      remediation: payload,
      statement: { index: 0, sid: payload },
      location: { file: payload, line: 1 },
      witness: { principal: payload, action: payload, resource: payload, context: { [payload]: payload } },
    });
    const shape = (output: string) => (output.match(/<[^>]*>|\n|\||`|\[|\*\*/g) ?? []).join("");
    const harmless = finding({
      ...hostile,
      location: { file: "x", line: 1 },
      witness: { principal: "x", action: "x", resource: "x", context: { x: "y" } },
    });
    expect(shape(render([hostile]))).toBe(
      shape(render([{ ...harmless, address: "x", attribute: "x", message: "x", remediation: "x" }])),
    );
  });
});
