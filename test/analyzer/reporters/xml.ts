/** As much of XML as a reporter writes: elements, quoted attributes, text, the five references. */
export interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Element[];
  text: string;
}

/** Reads a document; throws where it is not well-formed. */
export function parseXml(xml: string): Element {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>/, "");
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const token =
    /<(?<close>\/)?(?<name>[a-z]+)(?<attributes>(?: [a-z]+="[^"<]*")*)(?<empty>\/)?>|(?<text>(?:[^<&>]|&(?:amp|lt|gt|quot|apos);)+)/y;
  while (token.lastIndex < body.length) {
    const at = token.lastIndex;
    const { close, name, attributes, empty, text } = token.exec(body)?.groups ?? {};
    const parent = open.at(-1)!;
    if (text !== undefined) parent.text += decode(text);
    else if (name === undefined) throw new Error(`not well-formed at ${JSON.stringify(body.slice(at, at + 60))}`);
    else if (close !== undefined) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      const element: Element = { name, attributes: read(attributes ?? ""), children: [], text: "" };
      parent.children.push(element);
      if (empty === undefined) open.push(element);
    }
  }
  const [document] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || !document) throw new Error("one element was expected");
  return document;
}

function read(attributes: string): Record<string, string> {
  return Object.fromEntries(
    [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [name, decode(value!)]),
  );
}

function decode(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(text)) throw new Error(`a bare & in ${JSON.stringify(text)}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML 1.0 has no place for
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u.test(text)) throw new Error("not a character");
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(\w+);/g, (_, name: string) => named[name]!);
}
