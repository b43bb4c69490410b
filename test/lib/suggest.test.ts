import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest, unknownKey } from "../../lib/suggest.ts";

test.each([
  ["develpers", ["developers", "devs"], "developers"],
  ["PROD", ["prod", "prot"], "prod"],
  ["pord", ["prod", "port"], "port"],
  ["acount-12", ["account-1", "account-12", "account-2"], "account-12"],
  ["xy", ["xz"], null],
  ["security", ["shop"], null],
  ["", ["a"], null],
])("%s among %j is %j", (word, known, meant) => {
  expect(nearest(word, known)).toBe(meant);
  expect(nearest(word, new Set(known))).toBe(meant);
  expect(nearest(word, new Map(known.map((key) => [key, 1])))).toBe(meant);
});

test("what is added to the known words counts", () => {
  const known = new Set(["staging"]);
  expect(nearest("developrs", known)).toBeNull();
  expect(nearest("developrs", known.add("developers"))).toBe("developers");
});

/** All edits counted, in the plainest way. */
function edits(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, row) => [row, ...Array<number>(b.length).fill(0)]);
  for (let column = 0; column <= b.length; column++) table[0]![column] = column;
  for (let row = 1; row <= a.length; row++) {
    for (let column = 1; column <= b.length; column++) {
      const above = table[row - 1]!;
      const replace = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? table[row - 2]![column - 2]! + 1 : replace;
      table[row]![column] = Math.min(above[column]! + 1, table[row]![column - 1]! + 1, replace, swap);
    }
  }
  return table[a.length]![b.length]!;
}

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "-", "1"), maxLength: 12 });

test("the word found is the one with the fewest edits, whatever is looked at first", () => {
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 20 }), (sought, known) => {
      const most = sought.length < 3 ? 0 : Math.max(1, Math.floor(sought.length / 3));
      const [best] = known
        .map((one) => ({ one, edits: edits(sought, one) }))
        .filter((found) => found.edits <= most)
        .sort((a, b) => a.edits - b.edits || (a.one < b.one ? -1 : 1));
      expect(nearest(sought, known)).toBe(best?.one ?? null);
    }),
    { numRuns: 300 },
  );
});

test("a name that is called otherwise is told by its key, of several the first", () => {
  const known = [
    { key: "shop", also: { id: "111111111111", name: "Shop" } },
    { key: "store", also: { name: "shop front" } },
    { key: "second", also: { name: "Shop Front" } },
  ];
  const said = (name: string) => unknownKey("account", name, known).message;
  expect(said("111111111111")).toBe('unknown account "111111111111"; that is the id of "shop": write the key');
  expect(said("SHOP FRONT")).toBe('unknown account "SHOP FRONT"; that is the name of "store": write the key');
  expect(said("Shop")).toBe('unknown account "Shop"; did you mean "shop"?');
});
