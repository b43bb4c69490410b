/** SecureCart's manifest, broken in every way that a hand or a merge breaks one: told about, never thrown at. */
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMap, isPair, isScalar, type Pair, parseDocument, visit, type YAMLMap, type YAMLSeq } from "yaml";
import { loadManifest } from "../../../cli/load.ts";
import { catalogFor } from "../../../lib/manifest/aws-names.ts";
import { sortProblems } from "../../../lib/manifest/problems.ts";
import { readManifest } from "../../../lib/manifest/read.ts";
import { renderProblem } from "../../../lib/manifest/render.ts";
import type { Place, SourceFile } from "../../../lib/problem.ts";
import { planStacks } from "../../../stacks/plan-order.ts";
import { readyPart } from "../../../stacks/ready.ts";

const { files, policyFiles } = loadManifest(join(import.meta.dirname, "../../../examples/securecart"), "/");
const catalog = await catalogFor(files.map(({ text }) => text));

interface Change {
  how: keyof typeof ways;
  /** Which file, which thing in it, which other thing: counted around. */
  file: number;
  at: number;
  other: number;
}

/** Values that are wrong nearly everywhere, or mean something in YAML, in patterns or to JavaScript. */
const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  "",
  " ",
  "*",
  "all",
  "2027-02-30",
  "99999999d",
  "0d",
  "__proto__",
  "constructor",
  "management",
  "${var.}",
  "${var.nothing}",
  "arn:aws:iam::",
  "(((",
  "\u202e<b>\u0000",
  "x".repeat(5000),
  [],
  {},
  [[]],
  [null],
  { all: true },
  { constructor: {} },
];

/** A change of the text of all files. */
const ways = {
  drop: onNode((place) => remove(place)),
  duplicate: onNode(({ parent, item }) => (parent.items as unknown[]).push(item)),
  replace: onNode((place, other) => setValue(place, values[other % values.length])),
  borrow: onNode((place, other, all) => setValue(place, valueAt(all[other % all.length]!))),
  rename: onNode((place, other) => {
    if (isPair(place.item)) place.item.key = String(values[other % values.length]);
  }),
  wrap: onNode((place) => setValue(place, [valueAt(place)])),
  "delete line": onLines((lines, at) => lines.splice(at, 1)),
  "double line": onLines((lines, at) => lines.splice(at, 0, lines[at]!)),
  "indent line": onLines((lines, at) => lines.splice(at, 1, ` ${lines[at]}`)),
  "outdent line": onLines((lines, at) => lines.splice(at, 1, lines[at]!.replace(/^ {1,2}/, ""))),
  "cut short": onLines((lines, at) => lines.splice(at)),
  "drop file": (all, { file }) => all.toSpliced(file % all.length, 1),
  "swap files": (all, { file, other }) => {
    const [a, b] = [all[file % all.length]!, all[other % all.length]!];
    return all.map((one) => (one === a ? { ...a, text: b.text } : one === b ? { ...b, text: a.text } : one));
  },
} satisfies Record<string, (all: readonly SourceFile[], change: Change) => readonly SourceFile[]>;

/** A pair of a map or an item of a list, and what holds it. */
interface Spot {
  parent: YAMLMap | YAMLSeq;
  item: unknown;
}

function onNode(edit: (place: Spot, other: number, all: readonly Spot[]) => void) {
  return onText((text, { at, other }) => {
    const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
    const spots: Spot[] = [];
    visit(document, {
      Collection: (_, parent) => {
        for (const item of parent.items) spots.push({ parent: parent as YAMLMap | YAMLSeq, item });
      },
    });
    if (document.errors.length > 0 || spots.length === 0) return text;
    edit(spots[at % spots.length]!, other, spots);
    try {
      return document.toString();
    } catch {
      // an alias that lost its anchor: the library does not write one
      return text;
    }
  });
}

function onLines(edit: (lines: string[], at: number) => void) {
  return onText((text, { at }) => {
    const lines = text.split("\n");
    edit(lines, at % lines.length);
    return lines.join("\n");
  });
}

function onText(edit: (text: string, change: Change) => string) {
  return (all: readonly SourceFile[], change: Change): readonly SourceFile[] =>
    all.map((one, index) => (index === change.file % all.length ? { ...one, text: edit(one.text, change) } : one));
}

function remove({ parent, item }: Spot): void {
  const items: unknown[] = parent.items;
  items.splice(items.indexOf(item), 1);
}

function setValue({ parent, item }: Spot, value: unknown): void {
  if (isPair(item)) (item as Pair).value = value;
  else (parent.items as unknown[])[(parent.items as unknown[]).indexOf(item)] = value;
}

function valueAt({ item }: Spot): unknown {
  const node: unknown = isPair(item) ? item.value : item;
  return isScalar(node) || isMap(node) ? node.toJSON() : structuredClone(node);
}

const change = fc.record({
  how: fc.constantFrom(...(Object.keys(ways) as (keyof typeof ways)[])),
  file: fc.nat(1000),
  at: fc.nat(100_000),
  other: fc.nat(100_000),
});

const read = (sources: readonly SourceFile[]) =>
  readManifest(sources, { asOf: "2026-11-22", soon: "2027-01-01", policyFiles, catalog });

/** `true` when the place is one that an editor can go to. */
function isIn(sources: readonly SourceFile[], { file, line, column, length }: Place): boolean {
  const given = policyFiles.get(file);
  const text = sources.find(({ name }) => name === file)?.text ?? (typeof given === "string" ? given : null);
  const written = text?.replace(/^\uFEFF/, "").split(/\r\n|\n/)[line - 1];
  return written !== undefined && column >= 1 && length >= 1 && column - 1 <= written.length;
}

describe("SecureCart's manifest, changed", () => {
  test("as it is, it is fine", () => {
    expect(read(files).graph).not.toBeNull();
  });

  test("is read, told about at places that are there, and planned when it is valid", () => {
    let planned = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = changes.reduce<readonly SourceFile[]>((all, one) => ways[one.how](all, one), files);
        const { graph, problems } = read(changed);
        expect(graph === null).toBe(problems.some(({ severity }) => severity === "error"));
        expect(sortProblems(problems)).toEqual(problems);
        const places = problems.flatMap(({ place, related }) => [place ?? [], ...related.map(({ place }) => place)]);
        expect(places.flat().filter((place) => !isIn(changed, place))).toEqual([]);
        for (const problem of problems) expect(renderProblem(problem, changed)).toContain(problem.code);
        if (graph === null) return;
        planned++;
        expect(planStacks(readyPart(graph).graph).stacks.length).toBeGreaterThan(0);
      }),
      { numRuns: Number(process.env.RUNS ?? 80) },
    );
    expect(planned).toBeGreaterThan(0);
  }, 120_000);
});
