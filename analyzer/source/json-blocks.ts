/**
 * Terraform's JSON syntax as blocks.
 *
 * https://developer.hashicorp.com/terraform/language/syntax/json
 */
import { type Node, type ParseError, parseTree } from "jsonc-parser";
import type { SourceFile } from "../../lib/problem.ts";
import type { Attribute, Block, Body } from "./block.ts";

/** How many labels a block of a type has; the other types are of no interest here. */
const labels: ReadonlyMap<string, number> = new Map([
  ["resource", 2],
  ["data", 2],
  ["module", 1],
  ["variable", 1],
  ["output", 1],
  ["locals", 0],
]);

/** Reads one `.tf.json` file. JSON has no comments. */
export function jsonBlocks({ name, text }: SourceFile): Body {
  const lineAt = lineCounter(text);
  const errors: ParseError[] = [];
  const blocks = propertiesOf(parseTree(text, errors)).flatMap(({ key, node, offset }) => {
    const depth = labels.get(key);
    if (depth === undefined) return [];
    return bodiesBelow([key], node, offset, depth).map(
      ({ head, body, offset }): Block => ({
        head,
        file: name,
        line: lineAt(offset),
        end: lineAt(body.offset + body.length),
        attributes: attributesOf(body, name, text, lineAt),
        blocks: [],
        comments: [],
      }),
    );
  });
  return { blocks, attributes: new Map(), comments: [], doubt: errors[0] ? lineAt(errors[0].offset) : null };
}

interface Property {
  key: string;
  node: Node;
  /** Of the key. */
  offset: number;
}

/** The properties of an object, or of all objects of a list. */
function propertiesOf(node: Node | undefined): readonly Property[] {
  if (node?.type === "array") return (node.children ?? []).flatMap(propertiesOf);
  if (node?.type !== "object") return [];
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ key: String(key.value), node: value, offset: key.offset }] : [],
  );
}

function bodiesBelow(
  head: readonly string[],
  node: Node,
  offset: number,
  depth: number,
): readonly { head: readonly string[]; body: Node; offset: number }[] {
  if (depth === 0) return [{ head, body: node, offset }];
  return propertiesOf(node).flatMap((property) =>
    bodiesBelow([...head, property.key], property.node, property.offset, depth - 1),
  );
}

function attributesOf(
  body: Node,
  file: string,
  text: string,
  lineAt: (offset: number) => number,
): ReadonlyMap<string, Attribute> {
  return new Map(
    propertiesOf(body).map(({ key, node, offset }) => [
      key,
      { file, line: lineAt(offset), expression: text.slice(node.offset, node.offset + node.length), syntax: "json" },
    ]),
  );
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
