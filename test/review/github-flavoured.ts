/** A comment as GitHub shows it: its Markdown as a tree of elements, before and after what GitHub takes out of it. */
import type { Element, ElementContent, Root, RootContent } from "hast";
import rehypeRaw from "rehype-raw";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkRehype, { allowDangerousHtml: true }).use(rehypeRaw);
/** `defaultSchema` is what GitHub lets through. */
const printer = unified().use(rehypeSanitize, defaultSchema).use(rehypeStringify);

/** All that the text becomes, before anything dangerous is taken out. */
export function treeOf(markdown: string): Root {
  return parser.runSync(parser.parse(markdown));
}

export function htmlOf(markdown: string): string {
  return printer.stringify(printer.runSync(treeOf(markdown)));
}

/** Elements that a review is made of, each with the attributes that it may have. */
const allowed: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ...["h3", "p", "strong", "em", "br", "sub", "ul", "li", "pre", "blockquote"].map((name) => [name, []]),
  ...["details", "summary", "table", "thead", "tbody", "tr", "th", "td"].map((name) => [name, []]),
  ["code", ["className"]],
]);

type Node = Root | RootContent | ElementContent;

const childrenOf = (node: Node): readonly Node[] => ("children" in node ? node.children : []);

function all(node: Node): readonly Node[] {
  return [node, ...childrenOf(node).flatMap(all)];
}

function elements(node: Node, name?: string): readonly Element[] {
  return all(node).filter((it): it is Element => it.type === "element" && (name === undefined || it.tagName === name));
}

export function textOf(node: Node): string {
  return node.type === "text" ? node.value : childrenOf(node).map(textOf).join("");
}

/** What forges make a link, a mention or a picture of after the Markdown is read; code is left alone. */
const references: readonly RegExp[] = [
  /(?<![\w`])[@#!$%&~](?=[\w"])/,
  /\bGH-\d/i,
  /\bGL-\d/i,
  /https?:\/\//i,
  /\bwww\./i,
  /[\w.+-]+@[\w-]+\.\w/,
  /(?<![\w-])(?=\d*[a-f])[\da-f]{7,40}(?![\w-])/i,
  /:[\w+-]+:/,
  /\[[\w^[+-]/,
  /\{[+-]/,
  /\*iteration:/,
];

/** Everything that is wrong with how a comment looks; empty when nothing is. */
export function faults(markdown: string): readonly string[] {
  const tree = treeOf(markdown);
  const comments = all(tree).filter((node) => node.type === "comment");
  return [
    ...elements(tree).flatMap(({ tagName, properties }) => {
      const extra = Object.keys(properties).filter((name) => !allowed[tagName]?.includes(name));
      return allowed[tagName] === undefined ? [`<${tagName}>`] : extra.map((name) => `<${tagName} ${name}>`);
    }),
    ...(comments.length > 1 ? [`${comments.length} hidden comments`] : []),
    ...all(tree).flatMap(({ type }) => (["doctype", "raw"].includes(type) ? [type] : [])),
    ...elements(tree, "code").flatMap(({ children }) =>
      children.every(({ type }) => type === "text") ? [] : ["markup in code"],
    ),
    ...elements(tree, "table").flatMap(brokenTable),
    ...elements(tree, "details").flatMap((details) => brokenDetails(details, tree)),
    ...prose(tree).flatMap((text) =>
      references.filter((pattern) => pattern.test(text)).map((pattern) => `${pattern} in ${JSON.stringify(text)}`),
    ),
  ];
}

/** Texts outside code. */
function prose(node: Node): readonly string[] {
  if (node.type === "text") return [node.value];
  return node.type === "element" && node.tagName === "code" ? [] : childrenOf(node).flatMap(prose);
}

function brokenTable(table: Element): readonly string[] {
  const widths = elements(table, "tr").map(
    (row) => elements(row).filter(({ tagName }) => /^t[hd]$/.test(tagName)).length,
  );
  return widths.every((width) => width === widths[0]) ? [] : [`a table with rows of ${widths.join(", ")} cells`];
}

function brokenDetails(details: Element, tree: Root): readonly string[] {
  const first = details.children.find(({ type }) => type === "element");
  return [
    ...(tree.children.includes(details) ? [] : ["<details> inside something"]),
    ...(first?.type === "element" && first.tagName === "summary" ? [] : ["<details> without <summary> first"]),
  ];
}

/** Elements inside elements, and nothing else: code inside a sentence is how a text may be shown, and is left out. */
export function outline(node: Node): string {
  const inner = (of: Node) => childrenOf(of).map(outline).join("");
  if (node.type === "root") return inner(node);
  if (node.type === "comment") return "(comment)";
  if (node.type !== "element") return "";
  const { tagName, properties } = node;
  if (tagName === "code") return properties.className === undefined ? "" : `code.${properties.className} `;
  const within = inner(node);
  return within === "" ? `${tagName} ` : `${tagName}(${within.trim()}) `;
}
