/**
 * From a policy document to its normal form. Total: every input gives a policy and the list of what is wrong with it.
 *
 * AWS refuses a document with such a problem, and so does `policy-malformed`. What can still be read is read in the
 * worst way, so that a mistake never hides what a statement would open: a condition that cannot be read is no
 * condition in an Allow, and makes a Deny void.
 *
 * Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import * as element from "./elements.ts";
import { fromValue, type JsonNode, plainTexts, readJson, readPlainJson } from "./json.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { oncePerText } from "./memo.ts";
import {
  type Condition,
  type Operator,
  operators,
  type Patterns,
  type Policy,
  type PolicyKind,
  type PolicyProblem,
  type PrincipalPattern,
  type Principals,
  type Statement,
} from "./policy.ts";

export interface ParsedPolicy {
  policy: Policy;
  problems: readonly PolicyProblem[];
}

/** A document that was read before, without a problem. */
interface Known {
  source: string;
  kind: PolicyKind;
  layout: Layout | null;
  parsed: ParsedPolicy;
}

/** Both sides of a change are read one after the other, and mostly say the same. */
let last: Known | null = null;

/**
 * Gives the normal form of a policy given as JSON text or as a parsed value; problems are data, nothing throws.
 * What was said by the document before, in the same place, may be the same object.
 */
export function parsePolicy(source: unknown, kind: PolicyKind): ParsedPolicy {
  if (typeof source !== "string") return new Reader(kind).document(fromValue(source));
  if (last?.source === source && last.kind === kind) return last.parsed;
  const layout = layoutOf(source);
  const like = last?.kind === kind ? last : null;
  const known = (layout && like && parseLike(layout, like)) ?? parsePlain(source, kind, layout);
  if (known) {
    last = { ...known, source, kind };
    return known.parsed;
  }
  // something is wrong with it: where it stands matters now
  return parsePolicyText(source, kind);
}

type Read = Pick<Known, "layout" | "parsed">;

/**
 * Reads what another document does not say in the same place; `null` where that is everything, and where something is
 * wrong. The text around the statements is the other's, which was read.
 */
function parseLike(layout: Layout, { kind, layout: other, parsed }: Known): Read | null {
  if (!other || layout.head !== other.head || layout.tail !== other.tail) return null;
  const { statements: texts } = layout;
  if (!texts.some((text, i) => text === other.statements[i])) return null;
  const { policy } = parsed;
  const reader = new Reader(kind);
  for (const [index, text] of texts.entries()) {
    const standing = text === other.statements[index] ? policy.statements[index] : undefined;
    const value = standing ? null : readPlainJson(text);
    if (value === undefined) return null;
    reader.add(standing ?? fromValue(value), index);
  }
  const read = reader.finish(policy.version, policy.id);
  return read.problems.length > 0 ? null : { layout, parsed: read };
}

/** Reads the whole document; `null` where something is wrong with it. */
function parsePlain(source: string, kind: PolicyKind, layout: Layout | null): Read | null {
  const value = readPlainJson(source);
  if (value === undefined) return null;
  const parsed = new Reader(kind).document(fromValue(value));
  if (parsed.problems.length > 0) return null;
  return { layout: layout && isLaidOut(value, layout) ? layout : null, parsed };
}

/** Whether the texts are those of the statements, and not of something else. */
function isLaidOut(value: unknown, { statements }: Layout): boolean {
  const { Id: id, Statement: list }: { Id?: unknown; Statement?: unknown } = Object(value);
  return Array.isArray(list) && list.length === statements.length && (id === undefined || typeof id === "string");
}

/** Gives the same with positions: of every statement, and of every problem. */
export function parsePolicyText(source: string, kind: PolicyKind): ParsedPolicy {
  const reader = new Reader(kind);
  const json = readJson(source);
  if ("error" in json) {
    reader.report(`not valid JSON: ${json.error}`, null, json.offset, true);
    return reader.result("2012-10-17", null, []);
  }
  return reader.document(json.node);
}

const documentElements = ["Version", "Id", "Statement"];
const statementElements = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
const principalTypes = ["AWS", "Service", "Federated", "CanonicalUser"];
const operatorByExactName = new Map<string, Operator>(operators.map((operator) => [operator, operator]));
const operatorByName = new Map<string, Operator>(operators.map((operator) => [operator.toLowerCase(), operator]));

class Reader {
  readonly kind: PolicyKind;
  private readonly problems: PolicyProblem[] = [];
  private statement: number | null = null;
  private readonly statements: Statement[] = [];

  constructor(kind: PolicyKind) {
    this.kind = kind;
  }

  report(message: string, statement: number | null, offset: number | null, fatal: boolean): void {
    this.problems.push({ message, fatal, statement, offset });
  }

  private problem(message: string, offset: number | null): void {
    this.report(message, this.statement, offset, true);
  }

  /** Something that AWS refuses, though its meaning is clear. */
  private misfit(message: string, offset: number | null): void {
    this.report(message, this.statement, offset, false);
  }

  result(version: Policy["version"], id: string | null, statements: readonly Statement[]): ParsedPolicy {
    return { policy: { kind: this.kind, version, id, statements }, problems: this.problems };
  }

  document(node: JsonNode): ParsedPolicy {
    if (node.type !== "object") {
      this.problem(`a policy is a JSON object, not ${article(node.type)}`, node.offset);
      return this.result("2012-10-17", null, []);
    }
    const elements = this.elements(node, documentElements, "policy");
    const version = this.version(elements.get("Version"));
    const id = elements.get("Id");
    const body = elements.get("Statement");
    if (!body) this.problem("the policy has no Statement", node.offset);
    const nodes = listOf(body);
    for (const [index, item] of nodes.entries()) this.add(item, index);
    if (body && nodes.length === 0) this.problem("Statement is empty", body.offset);
    return this.finish(version, id ? scalar(id) : null);
  }

  /** Takes the next statement: one to read, or one that was read before. */
  add(next: JsonNode | Statement, index: number): void {
    this.statement = index;
    const statement = "effect" in next ? next : this.readStatement(next, index);
    if (statement) this.statements.push(statement);
    this.statement = null;
  }

  /** Gives the policy of the statements so far. */
  finish(version: Policy["version"], id: string | null): ParsedPolicy {
    this.sids();
    return this.result(version, id, this.statements);
  }

  private version(node: JsonNode | undefined): Policy["version"] {
    if (!node) return "2008-10-17";
    const value = scalar(node);
    if (value === "2012-10-17" || value === "2008-10-17") return value;
    this.misfit(`Version must be "2012-10-17" or "2008-10-17", not ${quote(value)}`, node.offset);
    return "2012-10-17";
  }

  private sids(): void {
    const seen = new Map<string, number>();
    for (const { sid, index, offset } of this.statements) {
      // providers write an empty one where there is none
      if (sid === null || sid === "") continue;
      const first = seen.get(sid);
      if (first !== undefined)
        this.report(`Sid ${quote(sid)} is used by statement ${first} already`, index, offset, false);
      else seen.set(sid, index);
    }
  }

  /** Known elements by name; unknown, wrongly cased and repeated ones are reported. */
  private elements(node: JsonNode, known: readonly string[], where: string): Map<string, JsonNode> {
    const found = new Map<string, JsonNode>();
    for (const { key, offset, value } of node.entries) {
      const name = known.includes(key) ? key : known.find((other) => other.toLowerCase() === key.toLowerCase());
      if (!name) this.problem(`unknown element ${quote(key)} in the ${where}`, offset);
      else if (name !== key) this.problem(`element ${quote(key)} must be written ${quote(name)}`, offset);
      if (name && found.has(name)) this.problem(`element ${quote(name)} stands twice in the ${where}`, offset);
      if (name) found.set(name, value);
    }
    return found;
  }

  private readStatement(node: JsonNode, index: number): Statement | null {
    if (node.type !== "object") {
      this.problem(`a statement is a JSON object, not ${article(node.type)}`, node.offset);
      return null;
    }
    const elements = this.elements(node, statementElements, "statement");
    const effect = this.effect(elements.get("Effect"), node);
    const principals = this.readPrincipals(elements, node);
    const actions = this.actions(elements, node);
    const resources = this.kind === "trust" ? this.noResource(elements) : this.resources(elements, node);
    const conditions = this.conditions(elements.get("Condition"));
    if (conditions === null && effect === "Deny") return null;
    const sid = elements.get("Sid");
    return {
      index,
      sid: sid ? scalar(sid) : null,
      offset: node.offset,
      effect,
      principals,
      actions,
      resources,
      conditions: conditions ?? [],
    };
  }

  private effect(node: JsonNode | undefined, statement: JsonNode): Statement["effect"] {
    const value = node ? scalar(node) : null;
    if (value === "Allow" || value === "Deny") return value;
    if (!node) this.problem("the statement has no Effect", statement.offset);
    else this.problem(`Effect must be "Allow" or "Deny", written so, not ${quote(value)}`, node.offset);
    return value?.toLowerCase() === "deny" ? "Deny" : "Allow";
  }

  /** The element that stands there, positive or negative. */
  private either(
    elements: Map<string, JsonNode>,
    name: "Action" | "Resource",
  ): { node: JsonNode; not: boolean } | null {
    const positive = elements.get(name);
    const negative = elements.get(`Not${name}`);
    if (positive && negative) this.problem(`${name} and Not${name} stand in one statement`, negative.offset);
    const node = positive ?? negative;
    return node ? { node, not: positive === undefined } : null;
  }

  private actions(elements: Map<string, JsonNode>, statement: JsonNode): Patterns {
    const found = this.either(elements, "Action");
    if (!found) {
      this.problem("the statement has neither Action nor NotAction", statement.offset);
      return element.patterns([], false);
    }
    const { node, not } = found;
    const plain = plainTexts(node);
    if (plain?.every(isAction)) return element.patterns(plain, not);
    const values = this.strings(node, not ? "NotAction" : "Action");
    for (const { text, offset } of values) {
      if (!isAction(text)) {
        this.misfit(`${quote(text)} is not an action: expected service:Name, such as s3:GetObject`, offset);
      }
    }
    return element.patterns(
      values.map(({ text }) => text),
      not,
    );
  }

  private resources(elements: Map<string, JsonNode>, statement: JsonNode): Patterns {
    const found = this.either(elements, "Resource");
    if (!found) {
      // some resource policies have none (ECR repositories): they are about the resource they are attached to
      if (this.kind === "identity") {
        this.problem("the statement has neither Resource nor NotResource", statement.offset);
      }
      return element.patterns(["*"], false);
    }
    const { node, not } = found;
    const plain = plainTexts(node);
    if (plain?.every(isArn)) return element.patterns(plain, not);
    const values = this.strings(node, not ? "NotResource" : "Resource");
    return element.patterns(
      values.map(({ text, offset }) => this.resource(text, offset)),
      not,
    );
  }

  private resource(text: string, offset: number | null): string {
    // API Gateway's short form for its own stages and methods
    if (text.startsWith("execute-api:/")) return `arn:*:execute-api:*:*:*${text.slice("execute-api:".length)}`;
    if (text.startsWith("arn:") || text.startsWith("*") || /^[a*?]/.test(text)) return this.filled(text, offset);
    this.misfit(`${quote(text)} is not an ARN: expected arn:aws:service:region:account:resource, or *`, offset);
    return text;
  }

  private noResource(elements: Map<string, JsonNode>): null {
    for (const name of ["Resource", "NotResource"]) {
      const node = elements.get(name);
      if (node) this.misfit(`a trust policy has no ${name}: it is about its own role`, node.offset);
    }
    return null;
  }

  private readPrincipals(elements: Map<string, JsonNode>, statement: JsonNode): Principals | null {
    const positive = elements.get("Principal");
    const negative = elements.get("NotPrincipal");
    const node = positive ?? negative;
    if (this.kind === "identity") {
      if (node) this.misfit("an identity policy has no Principal: it is about whoever it is attached to", node.offset);
      return null;
    }
    if (!node) {
      // nobody: in an identity policy that was taken for a trust policy, everyone would be a false alarm
      this.problem("the statement has neither Principal nor NotPrincipal", statement.offset);
      return element.principals([], false);
    }
    if (positive && negative) this.problem("Principal and NotPrincipal stand in one statement", negative.offset);
    return element.principals(this.principalValues(node), positive === undefined);
  }

  private principalValues(node: JsonNode): PrincipalPattern[] {
    if (node.type === "string") {
      if (node.value === "*") return [{ kind: "anyone" }];
      this.problem(
        `Principal must be "*" or an object such as { "AWS": ... }, not ${quote(scalar(node))}`,
        node.offset,
      );
      return [];
    }
    if (node.type !== "object") {
      this.problem(`Principal must be "*" or an object, not ${article(node.type)}`, node.offset);
      return [];
    }
    const patterns: PrincipalPattern[] = [];
    for (const [type, value] of this.elements(node, principalTypes, "Principal")) {
      for (const { text, offset } of this.strings(value, `Principal ${type}`)) {
        const pattern = this.principal(type, text, offset);
        if (pattern) patterns.push(pattern);
      }
    }
    return patterns;
  }

  private principal(type: string, text: string, offset: number | null): PrincipalPattern | null {
    switch (type) {
      case "Service":
        if (!/^[\w.-]+$/.test(text)) this.misfit(`${quote(text)} is not a service principal`, offset);
        return { kind: "service", service: text };
      case "Federated":
        return { kind: "federated", provider: this.filled(text, offset) };
      case "CanonicalUser":
        return { kind: "canonicalUser", id: text };
    }
    if (text === "*") return { kind: "anyone" };
    if (/^\d{12}$/.test(text)) return { kind: "account", account: text };
    // unique ids stand where the principal they belonged to was deleted
    if (/^A[A-Z]{3}[A-Z0-9]{8,}$/.test(text)) return { kind: "deleted", id: text };
    const arn = /^arn:[\w-]+:(iam|sts)::([^:]*):(.+)$/.exec(this.filled(text, offset));
    if (!arn) {
      this.problem(`${quote(text)} is not a principal: expected an account id, an IAM ARN or *`, offset);
      return null;
    }
    const [full, , account, rest] = arn as unknown as [string, string, string, string];
    if (rest === "root" && /^\d{12}$/.test(account)) return { kind: "account", account };
    if (/[*?]/.test(full) && full === text) {
      this.misfit(
        `${quote(text)}: a wildcard cannot be part of a principal; use aws:PrincipalArn in a condition`,
        offset,
      );
    }
    return { kind: "arn", arn: full, account };
  }

  /** An account that is still a placeholder, as in examples, may become any account: it is read as a wildcard. */
  private filled(text: string, offset: number | null): string {
    const filled = text.replace(/^(arn:[^:]*:[^:]*:[^:]*:)<[^<>:]+>:/, "$1*:");
    if (filled !== text) this.misfit(`${quote(text)} has a placeholder where the account id belongs`, offset);
    return filled;
  }

  /** `null` when something in the element could not be read. */
  private conditions(node: JsonNode | undefined): Condition[] | null {
    if (!node) return [];
    if (node.type !== "object") {
      this.problem(`Condition is an object, not ${article(node.type)}`, node.offset);
      return null;
    }
    const conditions: Condition[] = [];
    let readable = true;
    for (const { key: name, offset, value } of node.entries) {
      const head = this.operator(name, offset);
      if (!head || value.type !== "object") {
        if (head) this.problem(`${name} holds condition keys, not ${article(value.type)}`, value.offset);
        readable = false;
        continue;
      }
      for (const entry of value.entries) {
        const keyId = entry.key.toLowerCase();
        const same = (other: Condition) =>
          other.keyId === keyId &&
          other.operator === head.operator &&
          other.set === head.set &&
          other.ifExists === head.ifExists;
        if (conditions.some(same)) {
          this.problem(`condition key ${quote(entry.key)} stands twice under ${name}`, entry.offset);
        }
        const texts =
          plainTexts(entry.value) ?? this.strings(entry.value, `${name} ${entry.key}`).map(({ text }) => text);
        conditions.push(element.condition(head.operator, entry.key, texts, head));
      }
    }
    return readable ? conditions : null;
  }

  private operator(name: string, offset: number | null): Pick<Condition, "operator" | "set" | "ifExists"> | null {
    const plain = operatorByExactName.get(name);
    return plain ? { operator: plain, set: null, ifExists: false } : this.composedOperator(name, offset);
  }

  private composedOperator(
    name: string,
    offset: number | null,
  ): Pick<Condition, "operator" | "set" | "ifExists"> | null {
    const parts = /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/is.exec(name)!;
    const operator = operatorByName.get(parts[2]!.toLowerCase());
    if (!operator || (operator === "Null" && (parts[1] || parts[3]))) {
      this.problem(`unknown condition operator ${quote(name)}`, offset);
      return null;
    }
    const set = !parts[1] ? null : parts[1].toLowerCase() === "forallvalues" ? "ForAllValues" : "ForAnyValue";
    return { operator, set, ifExists: parts[3] !== undefined };
  }

  /** Scalars as text: `true` is as good as `"true"`. */
  private strings(node: JsonNode, where: string): { text: string; offset: number | null }[] {
    const texts: { text: string; offset: number | null }[] = [];
    for (const item of listOf(node)) {
      const text = scalar(item);
      if (text === null) this.problem(`${where} holds ${article(item.type)} where text is expected`, item.offset);
      else texts.push({ text, offset: item.offset });
    }
    if (node.type === "array" && node.items.length === 0) this.misfit(`${where} is empty`, node.offset);
    return texts;
  }
}

const isAction = oncePerText(
  (text) => text === "*" || /^[\w-]+:[\w*?]+$/.test(text) || /^[\w*?-]*\*[\w*?:-]*$/.test(text),
);

/** A resource that is read as it stands, without a placeholder; others are looked at more closely. */
const isArn = (text: string) => text === "*" || (text.startsWith("arn:") && !text.includes("<"));

function listOf(node: JsonNode | undefined): readonly JsonNode[] {
  if (!node) return [];
  return node.type === "array" ? node.items : [node];
}

function scalar(node: JsonNode): string | null {
  return node.type === "string" || node.type === "number" || node.type === "boolean" ? String(node.value) : null;
}

const article = (type: JsonNode["type"]) =>
  type === "null" ? "null" : `${type === "object" || type === "array" ? "an" : "a"} ${type}`;

/** Text from a document, safe to print: clipped, control characters made visible. */
export function quote(text: string | null): string {
  const clipped = text !== null && text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return JSON.stringify(clipped);
}
