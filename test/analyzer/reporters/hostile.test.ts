/** Whatever a plan holds: a report has the shape of a harmless one, in every format. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Format, formats, noPaint, reporters } from "../../../analyzer/reporters/index.ts";
import { anyText, payloads, runnerCommands } from "../../hostile.ts";
import { reportWith } from "./reports.ts";
import { parseXml } from "./xml.ts";

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

  it.each(Object.entries(payloads))("keeps its shape: %s", (_, payload) => {
    const output = render(format, payload);
    expect(shapes[format](output)).toEqual(harmless);
    // the word joiner is the reporter's own
    if (format !== "json" && format !== "sarif") expect(runnerCommands(output, ["error", "warning"])).toEqual([]);
    expect(output.replaceAll("\u2060", "")).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  it("keeps its shape whatever the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(shapes[format](render(format, text))).toEqual(harmless);
      }),
      { numRuns: 200 },
    );
  });
});
