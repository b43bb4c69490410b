import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeAt, placeAt, toValue, without } from "../../../lib/manifest/node.ts";
import { parseFile, parseManifest } from "../../../lib/manifest/parse.ts";
import { readManifest } from "../../../lib/manifest/read.ts";
import { good } from "../../fixtures/manifests/bad.ts";

const read = (text: string) => {
  const { root, problems } = parseFile({ name: "a.yaml", text });
  return problems.length > 0 ? problems.map(({ code }) => code) : root && toValue(root);
};

describe("one file", () => {
  test("YAML 1.2: yes and a date are texts, 0o17 and 1e3 are numbers", () => {
    expect(read("a: yes\nb: 2027-01-31\nc: 0o17\nd: 1e3\ne: ~\nf: true\n")).toEqual({
      a: "yes",
      b: "2027-01-31",
      c: 15,
      d: 1000,
      e: null,
      f: true,
    });
  });

  test("merge keys: own keys win, then the first source", () => {
    const text = "x: &x { a: 1, b: 1 }\ny: &y { b: 2, c: 2 }\nz:\n  <<: [*x, *y]\n  a: 0\n";
    expect(read(text)).toMatchObject({ z: { a: 0, b: 1, c: 2 } });
  });

  test("an inherited value stands where it is written", () => {
    const { root } = parseFile({ name: "a.yaml", text: "x: &x { a: 1 }\nz:\n  <<: *x\n" });
    expect(placeAt(root!, ["z", "a"])).toEqual({ file: "a.yaml", line: 1, column: 12, length: 1 });
  });

  test("keys that every object has are ordinary keys", () => {
    expect(read("constructor: 1\ntoString: 2\nhasOwnProperty: 3\n")).toEqual({
      constructor: 1,
      toString: 2,
      hasOwnProperty: 3,
    });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("an alias bomb is refused, and fast", () => {
    const levels = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`)}]`);
    expect(read(`a0: &a0 [x]\n${levels.join("\n")}\n`)).toEqual(["alias-bomb"]);
  });

  test("deep nesting is refused", () => {
    expect(read(`a: ${"[".repeat(101)}${"]".repeat(101)}`)).toEqual(["nested-too-deep"]);
    expect(read(`a: ${"[".repeat(20_000)}${"]".repeat(20_000)}`)).toEqual(["nested-too-deep"]);
  });

  test("a byte order mark and CRLF do not move places", () => {
    const { root } = parseFile({ name: "a.yaml", text: "\uFEFFa: 1\r\nbb: [x,\r\n  yy]\r\n" });
    expect(placeAt(root!, ["bb", 1])).toEqual({ file: "a.yaml", line: 3, column: 3, length: 2 });
  });

  test("a place is the scalar, the key of a map, or the nearest parent", () => {
    const { root } = parseFile({ name: "a.yaml", text: "a:\n  b: { c: dd }\n  e: one\n" });
    const at = (path: (string | number)[]) => {
      const { line, column, length } = placeAt(root!, path);
      return [line, column, length];
    };
    expect(at(["a", "b", "c"])).toEqual([2, 11, 2]);
    expect(at(["a", "b"])).toEqual([2, 3, 1]);
    expect(at(["a", "b", "missing", "deeper"])).toEqual([2, 3, 1]);
    expect(at(["a", "e", 0])).toEqual([3, 6, 3]);
  });

  test("any text is read or refused, never thrown at", () => {
    const piece = fc.constantFrom(
      "a",
      ": ",
      "\n",
      "  ",
      "- ",
      "[",
      "]",
      "{",
      "}",
      "&x ",
      "*x",
      "<<",
      "!t ",
      '"',
      "'",
      "\t",
      "|\n",
      "---\n",
      "#",
      "?",
      ",",
      "%",
      "\0",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, fc.nat(good.length), (noise, at) => {
        const options = { asOf: "2026-11-22", policyFiles: new Map() };
        for (const source of [noise, good.slice(0, at) + noise + good.slice(at)]) {
          const { graph, problems } = readManifest([{ name: "a.yaml", text: source }], options);
          expect(graph === null).toBe(problems.some(({ severity }) => severity === "error"));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("several files", () => {
  const parse = (...texts: string[]) =>
    parseManifest(texts.map((text, index) => ({ name: `${index + 1}.yaml`, text })));

  test("sections come together by key, lists one after the other, the version once", () => {
    const { root, problems } = parse(
      "gatehouse: 1\naccounts: { a: { email: x } }\naccess: [1]\nidentity: { source: external }\n",
      "gatehouse: 1\naccounts: { b: { email: y } }\naccess: [2]\nidentity: { groups: { g: {} } }\nroles:\n",
    );
    expect(problems).toEqual([]);
    expect(toValue(root!)).toEqual({
      gatehouse: 1,
      accounts: { a: { email: "x" }, b: { email: "y" } },
      access: [1, 2],
      identity: { source: "external", groups: { g: {} } },
    });
    expect(placeAt(root!, ["access", 1])).toMatchObject({ file: "2.yaml", line: 3 });
  });

  test.each([
    ["access: [1]\n", "access:\n"],
    ["access:\n", "access: [1]\n"],
  ])("a list with nothing in it is as good as none: %j, %j", (first, second) => {
    const { root, problems } = parse(first, second);
    expect(problems).toEqual([]);
    expect(toValue(root!)).toEqual({ access: [1] });
  });

  test.each([
    ["access: [1]\n", "access: { groups: g }\n", '2.yaml:1 "access" has to be a list, as it is at 1.yaml:1:1'],
    ["access: { groups: g }\n", "access: [1]\n", '1.yaml:1 "access" has to be a list, as it is at 2.yaml:1:1'],
    ["accounts: { a: {} }\n", "accounts: [a]\n", '2.yaml:1 "accounts" has to be a map, as it is at 1.yaml:1:1'],
  ])("a section of another kind is no duplicate: %j, %j", (first, second, message) => {
    const { problems } = parse(first, second);
    expect(problems.map(({ place, message }) => `${place?.file}:${place?.line} ${message}`)).toEqual([message]);
  });

  test.each([
    ["an account", "accounts: { a: { email: x } }\n", "accounts: { a: { id: y } }\n", "a"],
    ["a group", "identity: { groups: { g: {} } }\n", "identity: { groups: { g: {} } }\n", "g"],
    ["a setting", "organization: { id: x }\n", "organization: { id: x }\n", "id"],
    ["another version", "gatehouse: 1\n", "gatehouse: 2\n", "gatehouse"],
  ])("%s in two files is an error that names both", (_, first, second, key) => {
    const { problems } = parse(first, second);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: "duplicate-key", place: { file: "2.yaml" } });
    expect(problems[0]!.message).toMatch(
      new RegExp(`^duplicate key "${key}"; it is already defined at 1\\.yaml:1:\\d+$`),
    );
    expect(problems[0]!.related[0]!.place.file).toBe("1.yaml");
  });

  test("what is wrong in each file is reported together", () => {
    expect(parse("a: [\n", "b: @\n", "c: 1\n").problems.map(({ place }) => place?.file)).toEqual(["1.yaml", "2.yaml"]);
  });
});

test("taking out nodes leaves the rest in place", () => {
  const { root } = parseFile({ name: "a.yaml", text: "l: [a, b, c]\nm: { x: 1, y: 2 }\n" });
  const rest = without(root!, [
    ["l", 1],
    ["m", "x"],
    ["m", "missing"],
  ]);
  expect(toValue(rest)).toEqual({ l: ["a", "c"], m: { y: 2 } });
  expect(placeAt(rest, ["l", 1])).toMatchObject({ line: 1, column: 11 });
  expect(nodeAt(rest, ["m", "x"])).toBeNull();
});
