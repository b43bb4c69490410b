import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson, readPlainJson } from "../../../lib/iam/json.ts";

const key = fc.constantFrom("a", "b", "1", "__proto__", "a:b", '"');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("", "x", '\\"{:', "\u2028", "\ud800", 0, -1.5, 1e21, true, null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

describe("plain JSON", () => {
  it("is read as it stands, however it is laid out", () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readPlainJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("is not read where a key stands twice, or under a key that stands twice", () => {
    fc.assert(
      fc.property(value, value, key, (one, other, key) => {
        const name = JSON.stringify(key);
        const twice = `{${name}:${JSON.stringify(one)},${name}:${JSON.stringify(other)}}`;
        expect(readPlainJson(twice)).toBeUndefined();
        expect(readPlainJson(`[{"a":${twice}}]`)).toBeUndefined();
      }),
    );
  });

  it("is not read where it is nested too deep, and it is said where", () => {
    const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    expect(readPlainJson(nested(100))).toBeDefined();
    expect(readPlainJson(nested(101))).toBeUndefined();
    expect(readJson(nested(101))).toEqual({ error: "nested deeper than 100 levels", offset: 100 });
    expect(readPlainJson(nested(100_000))).toBeUndefined();
  });
});
