/** Whatever a plan holds: a report has the shape of a harmless one, in every format. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summarize } from "../../../analyzer/analyze.ts";
import type { Report } from "../../../analyzer/report.ts";
import { type Format, formats, noPaint, reporters } from "../../../analyzer/reporters/index.ts";
import type { Finding } from "../../../lib/finding.ts";
import { finding, reportOf } from "./reports.ts";
import { parseXml } from "./xml.ts";

const payloads = [
  "<script>alert(1)</script>",
  "</code></td></table><h1>",
  "<!-- hidden --> <details> </details>",
  "a | b | c \\| d \\\\| e\\",
  "`code` ``x`` ``` \\`",
  "[click](https://evil.example) ![x](https://evil.example/pixel)",
  "https://evil.example www.evil.example eve@evil.example",
  "@securecart/security #1 securecart/shop#2 GH-3 !4 $5 &6 %7 ~bug",
  "**bold** _em_ ~~no~~ :tada: $x$",
  "line\n\n# heading\n- list\n| x |\n/close\n::error::owned",
  "\r::set-output name=a::b",
  "::stop-commands::x",
  "%0A::error::owned,line=3",
  "]]> --> ?> &lt; &#60; &unknown;",
  '" onload="x" \'',
  "\u001b]0;owned\u0007\u001b[31m\u009b2J",
  "\u202etfel\u2066\u2028\u2029\u{e0001}\u200b",
  "\u0000\ufffe\uffff\ud800",
  "__proto__",
  `${"x".repeat(70_000)}`,
];

/** A report with the text everywhere that a plan can put one. */
function reportWith(text: string): Report {
  const hostile: Finding = finding({
    plan: text,
    address: text,
    resourceType: text,
    attribute: text,
    message: text,
    remediation: text,
    statement: { index: 0, sid: text },
    witness: {
      principal: text,
      action: text,
      resource: text,
      context: { "aws:SourceVpc": text, "aws:UserAgent": [text] },
    },
    location: { file: text, line: 1 },
  });
  const suppressed = { ...hostile, suppressed: { reason: text, until: null } };
  const findings = [hostile, suppressed, { ...hostile, change: "unchanged" as const }];
  const plan = { file: text, terraformVersion: text, complete: true, errored: true, resourceChanges: 1, deferred: 0 };
  return reportOf(findings, {
    plans: [plan, plan],
    drift: [hostile],
    coverage: {
      policies: 1,
      evaluated: 1,
      unknown: [{ address: text, attribute: text, reason: text, references: [text] }],
      unlisted: [{ address: text, attribute: text }],
    },
    summary: summarize(findings),
  });
}

/** What must not change with the text. */
const shapes: Readonly<Record<Format, (output: string) => unknown>> = {
  text: (output) => output.split("\n").length,
  // tags, cells, emphasis, links, and what begins a line; a code span and a reference are what the text may become
  markdown: (output) =>
    output
      .replace(/`[^`\n]*`/g, "")
      .split("\n")
      .map(
        (line) => `${line.slice(0, 1)} ${(line.match(/<(?!\/?code>)[^>]*>|[`|\\@[\]_]|\*\*|https?:/g) ?? []).join("")}`,
      ),
  json: (output) => shapeOf(JSON.parse(output)),
  sarif: (output) => shapeOf(JSON.parse(output)),
  github: (output) =>
    output.split("\n").map((line) => {
      const [, level, properties = ""] = /^::(\w+) ([^:]*)::/.exec(line) ?? [];
      return [level, properties.split(",").map((property) => property.split("=")[0])];
    }),
  junit: (output) => names(parseXml(output)),
};

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]);
}

function names({ name, attributes, children }: ReturnType<typeof parseXml>): unknown {
  return [name, Object.keys(attributes), children.map(names)];
}

const render = (format: Format, text: string) => reporters[format](reportWith(text), { rules: [], paint: noPaint });

describe.each(formats)("%s", (format) => {
  const harmless = shapes[format](render(format, "x"));

  it.each(payloads.map((payload) => [payload.slice(0, 40), payload]))("keeps its shape: %j", (_, payload) => {
    const output = render(format, payload);
    expect(shapes[format](output)).toEqual(harmless);
    // the word joiner is the reporter's own
    expect(output.replaceAll("\u2060", "")).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  it("keeps its shape whatever the text", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(..."`|\\<>[]*_:@#%\n,=x ") }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        fc.pre(text !== "");
        expect(shapes[format](render(format, text))).toEqual(harmless);
      }),
      { numRuns: 200 },
    );
  });
});
