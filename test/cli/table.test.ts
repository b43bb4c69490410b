import { expect, test } from "vitest";
import { renderCsv, renderTable } from "../../cli/table.ts";

test("columns are as wide as their widest cell, the last is not padded", () => {
  expect(
    renderTable(
      ["A", "NAME"],
      [
        ["1", "x"],
        ["long", "y"],
      ],
    ),
  ).toBe("A     NAME\n1     x\nlong  y\n");
});

test("terminal escapes in data do not reach the terminal", () => {
  expect(renderTable(["A"], [["\u001b[2Jgone\u0007"]])).toBe("A\n\u{fffd}[2Jgone\u{fffd}\n");
});

test.each([
  ["plain", "plain"],
  ['say "hi", twice', '"say ""hi"", twice"'],
  ["two\nlines", '"two\nlines"'],
  ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ['=1,"2"', `"'=1,""2"""`],
  ["\t=1", `"'\t=1"`],
  ["\n=1", `"'\n=1"`],
  ["\uff1d1", "'\uff1d1"],
  ["a;=1", '"a;=1"'],
])("CSV cell %j is %j", (cell, expected) => {
  expect(renderCsv(["h"], [[cell]])).toBe(`h\r\n${expected}\r\n`);
});

test("a file that is printed moves no cursor: line ends and tabs stay, other control characters do not", () => {
  expect(renderCsv(["h"], [["a\u001b[2Jb\nc"]])).toBe('h\r\n"a\ufffd[2Jb\nc"\r\n');
});
