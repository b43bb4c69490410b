import { expect, test } from "vitest";
import { error } from "../../../lib/manifest/problems.ts";
import { renderProblem } from "../../../lib/manifest/render.ts";

const sources = [
  { name: "access.yaml", text: "access:\r\n  - groups: develpers\r\n" },
  { name: "long.yaml", text: `${"x".repeat(300)}HERE${"y".repeat(300)}\n` },
  { name: "evil.yaml", text: "a\tb\u001b[31m\u202e: 日本 bad\n" },
];

test("place, severity, message, line, caret, hint, related", () => {
  const problem = error(
    "unknown-group",
    { file: "access.yaml", line: 2, column: 13, length: 9 },
    'unknown group "develpers"; did you mean "developers"?',
    {
      hint: "define it",
      related: [{ place: { file: "access.yaml", line: 1, column: 1, length: 6 }, message: "in here" }],
    },
  );
  expect(renderProblem(problem, sources)).toBe(
    [
      'access.yaml:2:13 error unknown group "develpers"; did you mean "developers"? [unknown-group]',
      "  2 |   - groups: develpers",
      "    |             ^^^^^^^^^",
      "  hint: define it",
      "  access.yaml:1:1 in here",
      "  1 | access:",
      "    | ^^^^^^",
    ].join("\n"),
  );
});

test("a long line is cut around the mark", () => {
  const text = renderProblem(
    error("yaml-tag", { file: "long.yaml", line: 1, column: 301, length: 4 }, "here"),
    sources,
  );
  const [, line, caret] = text.split("\n");
  expect(line!.length).toBeLessThan(120);
  expect(line).toMatch(/^ {2}1 \| …x+HEREy+…$/);
  expect(caret!.indexOf("^^^^")).toBe(line!.indexOf("HERE"));
});

test("control characters of the source and of messages are shown, not sent", () => {
  const place = { file: "evil.yaml", line: 1, column: 15, length: 3 };
  const text = renderProblem(error("yaml-tag", place, "bad \u001b]0;title\u0007"), sources);
  for (const character of ["\u001b", "\u0007", "\u202e", "\t"]) expect(text).not.toContain(character);
  expect(text).toContain("<U+001B>[31m<U+202E>");
  const [, line, caret] = text.split("\n");
  // each of the two characters before the mark takes two columns
  expect(caret!.indexOf("^")).toBe(line!.indexOf("bad") + 2);
});

test("a place that the source does not have is no trouble", () => {
  expect(renderProblem(error("yaml-tag", { file: "gone.yaml", line: 9, column: 1, length: 1 }, "m"), sources)).toBe(
    "gone.yaml:9:1 error m [yaml-tag]",
  );
  expect(
    renderProblem(error("yaml-tag", { file: "access.yaml", line: 1, column: 900, length: 5 }, "m"), sources),
  ).toContain("access:");
  expect(renderProblem(error("yaml-tag", null, "m"), sources)).toBe("error m [yaml-tag]");
});

test("colours come from the caller", () => {
  const mark = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
  const paint = { red: mark("r"), yellow: mark("y"), cyan: mark("c"), bold: mark("b"), dim: mark("d") };
  expect(renderProblem(error("yaml-tag", null, "m", { hint: "h" }), [], paint)).toBe(
    "<r>error</r> <b>m</b><d> [yaml-tag]</d>\n  <c>hint:</c> h",
  );
});

test("what stands between two quoted values is never cut", () => {
  const between = "is told in full ".repeat(20);
  expect(error("unknown-group", null, `"a" ${between} "b"`).message).toBe(`"a" ${between} "b"`);
});

test("no character of a long value is cut in two", () => {
  const { message } = error("unknown-group", null, `unknown group "${"😀".repeat(60)}"`);
  expect(message).toBe(`unknown group "${"😀".repeat(39)}…"`);
});

test("tells enough of a long value to find it, not all of it", () => {
  const long = "x".repeat(100_000);
  const { message, hint } = error("unknown-group", null, `unknown group "${long}"`, { hint: `write "${long}"` });
  expect(message).toBe(`unknown group "${"x".repeat(79)}…"`);
  expect(hint?.length).toBeLessThan(100);
});
