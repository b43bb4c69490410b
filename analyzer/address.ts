/**
 * Terraform resource addresses, by tokens: instance keys may hold dots, brackets, quotes and anything else.
 *
 * https://developer.hashicorp.com/terraform/cli/state/resource-addressing
 */

/** `count` gives numbers, `for_each` gives strings, neither gives `null`. */
export type InstanceKey = string | number | null;

export interface ModuleStep {
  name: string;
  key: InstanceKey;
}

export interface Address {
  modules: readonly ModuleStep[];
  mode: "managed" | "data" | "ephemeral";
  type: string;
  name: string;
  key: InstanceKey;
}

const identifier = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const index = /\[(\d+)\]/y;
const key = /\["((?:[^"\\]|\\.)*)"\]/suy;

/** Gives an address, or a part of one, as it may stand in an ARN: a key may hold what is a wildcard there. */
export const withoutWildcards = (address: string): string => address.replace(/[^\w.[\]-]/g, "_");

/** Reads `module.a["k"].aws_iam_role.r[0]`; `null` when `text` is not a resource address. */
export function parseAddress(text: string): Address | null {
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match) position = pattern.lastIndex;
    return match;
  };
  const dot = (): boolean => text[position] === "." && ++position > 0;
  const takeName = (): string | null => take(identifier)?.[0] ?? null;
  const takeKey = (): InstanceKey => {
    const number = take(index);
    if (number) return Number(number[1]);
    const string = take(key);
    return string ? unquote(string[1] ?? "") : null;
  };

  const modules: ModuleStep[] = [];
  let word = takeName();
  while (word === "module") {
    const name = dot() ? takeName() : null;
    if (name === null) return null;
    modules.push({ name, key: takeKey() });
    word = dot() ? takeName() : null;
  }
  const mode = word === "data" || word === "ephemeral" ? word : "managed";
  const type = mode === "managed" ? word : dot() ? takeName() : null;
  const name = dot() ? takeName() : null;
  if (type === null || name === null) return null;
  const address: Address = { modules, mode, type, name, key: takeKey() };
  return position === text.length ? address : null;
}

/** Writes the address as Terraform does; `parseAddress` gives it back. */
export function renderAddress(address: Address): string {
  const modules = address.modules.map((step) => `module.${step.name}${renderKey(step.key)}`);
  const mode = address.mode === "managed" ? [] : [address.mode];
  return [...modules, ...mode, address.type, `${address.name}${renderKey(address.key)}`].join(".");
}

/** The block in the configuration that the instance comes from: the address without its instance keys. */
export function configAddress(address: Address): string {
  return renderAddress({
    ...address,
    modules: address.modules.map((step) => ({ ...step, key: null })),
    key: null,
  });
}

/** What stands in an ARN for the object of a block, or for one of its instances: no wildcard. */
export function objectName(object: Address): string {
  const key = object.key === null ? "" : `[${object.key}]`;
  return withoutWildcards(`${configAddress(object)}${key}`);
}

function renderKey(value: InstanceKey): string {
  if (value === null) return "";
  return typeof value === "number" ? `[${value}]` : `["${quote(value)}"]`;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ['"', '\\"'],
  ["\\", "\\\\"],
]);
const shortUnescapes: ReadonlyMap<string, string> = new Map([...shortEscapes].map(([raw, escaped]) => [escaped, raw]));

function quote(raw: string): string {
  return raw
    .replace(/[\n\r\t"\\]/g, (char) => shortEscapes.get(char) ?? char)
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => {
      const code = char.codePointAt(0) ?? 0;
      return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
    })
    .replace(/[$%](?=\{)/g, (char) => char + char);
}

function unquote(escaped: string): string {
  return escaped.replace(
    /\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})|\\.|([$%])\3(?=\{)/gsu,
    (match, short, long, template) => {
      if (template !== undefined) return template;
      const code = Number.parseInt(short ?? long, 16);
      if (Number.isNaN(code)) return shortUnescapes.get(match) ?? match.slice(1);
      return code <= 0x10ffff ? String.fromCodePoint(code) : match;
    },
  );
}
