/**
 * What an expression says as far as the code alone tells: literals, `jsonencode`, heredocs, locals and the arguments of
 * module calls. The rest is marked as unknown.
 */
import { isObject, parseJson } from "../json.ts";
import { UNKNOWN, unknownOf } from "../partial.ts";
import type { Attribute } from "./block.ts";
import { blockIn, type Module } from "./code.ts";
import { skipBrackets, skipTemplate } from "./skip.ts";

/** Reads HCL attributes as values; an expression becomes the text `${...}`, as in Terraform's JSON syntax. */
export type ParseHcl = (text: string) => unknown;

/** References followed from one document one after the other, so that what refers to itself ends. */
const maxSteps = 20;

/** References followed from one document in all: each of a few may be made of several others. */
const maxReferences = 5_000;

/** Loads `hcl2-parser`: it is large, and compiled from Go. */
export async function loadParser(): Promise<ParseHcl> {
  const { default: parser } = await import("hcl2-parser");
  return (text) => {
    const [value]: unknown[] = parser.parseToObject(text);
    return value;
  };
}

/** The document that an attribute holds, with `UNKNOWN` for what the code alone does not tell; `undefined` for nothing. */
export function documentIn(attribute: Attribute, module: Module, parse: ParseHcl): unknown {
  const value = new Reader(parse).attribute(attribute, module, 0);
  const document = typeof value === "string" ? jsonOf(value) : value instanceof Encoded ? value.value : undefined;
  return isObject(document) ? document : undefined;
}

function jsonOf(text: string): unknown {
  const parsed = parseJson(text);
  return "value" in parsed ? parsed.value : undefined;
}

/** What `jsonencode` was given: a text, whose value is known. */
class Encoded {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

class Reader {
  private readonly parse: ParseHcl;
  private left = maxReferences;

  constructor(parse: ParseHcl) {
    this.parse = parse;
  }

  attribute({ expression, syntax }: Attribute, module: Module, steps: number): unknown {
    return syntax === "hcl"
      ? this.expression(expression, module, steps)
      : this.template(jsonOf(expression.replaceAll(...escaped)), module, steps);
  }

  private expression(text: string, module: Module, steps: number): unknown {
    if (steps > maxSteps) return UNKNOWN;
    const read = this.parse(`value = ${text.replaceAll(...escaped)}\n`);
    return isObject(read) ? this.template(read.value, module, steps) : UNKNOWN;
  }

  /** A value with `${...}` in its strings. */
  private template(value: unknown, module: Module, steps: number): unknown {
    if (Array.isArray(value)) return value.map((item) => plain(this.template(item, module, steps)));
    if (isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          String(this.text(key, module, steps)),
          plain(this.template(item, module, steps)),
        ]),
      );
    }
    return typeof value === "string" ? this.text(value, module, steps) : value;
  }

  private text(text: string, module: Module, steps: number): unknown {
    const parts = partsOf(text);
    const [only] = parts;
    if (parts.length === 1 && only?.code) return this.reference(only.text, module, steps + 1);
    return parts
      .map((part) => (part.code ? this.inline(part.text, module, steps + 1) : part.text.replaceAll(...unescaped)))
      .join("");
  }

  /** What stands inside a longer text. */
  private inline(code: string, module: Module, steps: number): string {
    const value = this.reference(code, module, steps);
    if (value instanceof Encoded) return JSON.stringify(value.value);
    // whatever it is, it is JSON
    if (value === UNKNOWN && /^jsonencode\(/.test(code)) return JSON.stringify(UNKNOWN);
    return typeof value === "object" ? UNKNOWN : String(value);
  }

  private reference(code: string, module: Module, steps: number): unknown {
    if (steps > maxSteps || this.left-- <= 0) return UNKNOWN;
    const argument = argumentOf("jsonencode", code);
    if (argument !== null) {
      const value = this.expression(argument, module, steps);
      return value === UNKNOWN ? UNKNOWN : new Encoded(plain(value));
    }
    const [, kind, name = ""] = /^(local|var)\.([\w-]+)$/.exec(code) ?? [];
    if (kind === "local") return this.local(name, module, steps);
    if (kind === "var") return this.variable(name, module, steps);
    const object = /^([\w.[\]"-]+?)(?:\.arn|(?<=\w_arn))$/.exec(code)?.[1]?.replaceAll('"', "");
    if (object !== undefined && !/^(each|local|var)\./.test(object)) {
      return unknownOf([...module.path.map((call) => `module.${call}`), object].join("."));
    }
    // a literal is parsed as itself; what comes back as an expression is one
    return /^["[{\d]|^<<|^(true|false|null)$/.test(code) ? this.expression(code, module, steps) : UNKNOWN;
  }

  private local(name: string, module: Module, steps: number): unknown {
    const blocks = module.blocks.filter(({ head }) => head[0] === "locals");
    const written = blocks.map(({ attributes }) => attributes.get(name)).find((attribute) => attribute !== undefined);
    return written ? this.attribute(written, module, steps) : UNKNOWN;
  }

  /** Of the root module only Terraform knows what is given; of others, the call tells. */
  private variable(name: string, { call, parent, ...module }: Module, steps: number): unknown {
    if (call === null || parent === null) return UNKNOWN;
    const given = call.attributes.get(name);
    if (given) return this.attribute(given, parent, steps);
    const own = { ...module, call, parent };
    const fallback = blockIn(own, "variable", name)?.attributes.get("default");
    return fallback ? this.attribute(fallback, own, steps) : UNKNOWN;
  }
}

const plain = (value: unknown): unknown => (value instanceof Encoded ? JSON.stringify(value.value) : value);

/** The parser reads `$${` as `${`: literal text is set apart before, and put back after. */
const escaped = [/([$%])\1(?=\{)/g, (_: string, char: string) => (char === "$" ? "\uE000" : "\uE001")] as const;
const unescaped = [/[\uE000\uE001]/g, (char: string) => (char === "\uE000" ? "$" : "%")] as const;

interface Part {
  text: string;
  /** It is an expression, and not text. */
  code: boolean;
}

/** The literal and the interpolated parts of a template. */
function partsOf(template: string): readonly Part[] {
  const parts: Part[] = [];
  let literal = "";
  for (let at = 0; at < template.length; ) {
    const end = skipTemplate(template, at);
    const part = template.slice(at, end);
    if (part.length > 1 && part.startsWith("${")) {
      if (literal !== "") parts.push({ text: literal, code: false });
      literal = "";
      parts.push({ text: part.replace(/^\$\{~?\s*|\s*~?\}$/g, ""), code: true });
    } else if (part.length > 1 && part.startsWith("%{")) {
      // a directive decides what the text is
      return [{ text: "directive", code: true }];
    } else literal += part;
    at = end;
  }
  return literal === "" && parts.length > 0 ? parts : [...parts, { text: literal, code: false }];
}

/** The one argument of a call that is the whole expression. */
function argumentOf(name: string, code: string): string | null {
  const open = new RegExp(`^${name}\\s*\\(`).exec(code)?.[0].length;
  if (open === undefined || skipBrackets(code, open - 1) !== code.length) return null;
  return code.slice(open, -1);
}
