/** From the tree of a policy document to its normal form, and the list of what is wrong with it. */
import * as element from "./elements.ts";
import { type JsonNode, plainTexts } from "./json.ts";
import { oncePer } from "./memo.ts";
import type {
  Condition,
  Patterns,
  Policy,
  PolicyKind,
  PolicyProblem,
  PrincipalPattern,
  Principals,
  Statement,
} from "./policy.ts";
import {
  isAction,
  isArn,
  type Meaning,
  noAction,
  type PrincipalType,
  principalTypes,
  quote,
  readOperator,
  readPrincipal,
  readResource,
} from "./texts.ts";

export interface ParsedPolicy {
  policy: Policy;
  problems: readonly PolicyProblem[];
}

const documentElements = ["Version", "Id", "Statement"] as const;
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
] as const;
type StatementElement = (typeof statementElements)[number];

type Elements<Name extends string> = Partial<Record<Name, JsonNode>>;

/** Reads one document. */
export class Reader {
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
    const version = this.version(elements.Version);
    const id = elements.Id;
    const body = elements.Statement;
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

  /**
   * Gives the policy of the statements so far.
   * @param like has no statement id twice
   */
  finish(version: Policy["version"], id: string | null, like: readonly Statement[] = []): ParsedPolicy {
    const { statements } = this;
    const isKnown = statements.length === like.length && statements.every(({ sid }, i) => sid === like[i]!.sid);
    if (!isKnown) this.sids();
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
  private elements<Name extends string>(node: JsonNode, known: readonly Name[], where: string): Elements<Name> {
    const found: Elements<Name> = {};
    for (const member of node.members) {
      const { key, keyOffset } = member;
      const name = nameAmong(known, key);
      if (!name) this.problem(`unknown element ${quote(key)} in the ${where}`, keyOffset);
      else if (name !== key) this.problem(`element ${quote(key)} must be written ${quote(name)}`, keyOffset);
      if (name && found[name]) this.problem(`element ${quote(name)} stands twice in the ${where}`, keyOffset);
      if (name) found[name] = member;
    }
    return found;
  }

  private readStatement(node: JsonNode, index: number): Statement | null {
    if (node.type !== "object") {
      this.problem(`a statement is a JSON object, not ${article(node.type)}`, node.offset);
      return null;
    }
    const elements = this.elements(node, statementElements, "statement");
    const effect = this.effect(elements.Effect, node);
    const principals = this.readPrincipals(elements, node);
    const actions = this.actions(elements, node);
    const resources = this.kind === "trust" ? this.noResource(elements) : this.resources(elements, node);
    const conditions = this.conditions(elements.Condition);
    if (conditions === null && effect === "Deny") return null;
    const sid = elements.Sid;
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
    positive: JsonNode | undefined,
    negative: JsonNode | undefined,
    name: "Action" | "Resource",
  ): { node: JsonNode; not: boolean } | null {
    if (positive && negative) this.problem(`${name} and Not${name} stand in one statement`, negative.offset);
    const node = positive ?? negative;
    return node ? { node, not: positive === undefined } : null;
  }

  private actions(elements: Elements<StatementElement>, statement: JsonNode): Patterns {
    const found = this.either(elements.Action, elements.NotAction, "Action");
    if (!found) {
      this.problem("the statement has neither Action nor NotAction", statement.offset);
      return element.patterns([], false);
    }
    const { node, not } = found;
    const plain = plainTexts(node);
    const written = plain && element.patterns(plain, not);
    if (written && areActions(written)) return written;
    const values = this.strings(node, not ? "NotAction" : "Action");
    for (const { text, offset } of values) {
      if (!isAction(text)) {
        this.misfit(noAction(text), offset);
      }
    }
    return element.patterns(
      values.map(({ text }) => text),
      not,
    );
  }

  private resources(elements: Elements<StatementElement>, statement: JsonNode): Patterns {
    const found = this.either(elements.Resource, elements.NotResource, "Resource");
    if (!found) {
      // some resource policies have none (ECR repositories): they are about the resource they are attached to
      if (this.kind !== "identity") return element.patterns(["*"], false);
      this.problem("the statement has neither Resource nor NotResource", statement.offset);
      return element.patterns([], false);
    }
    const { node, not } = found;
    const plain = plainTexts(node);
    if (plain?.every(isArn)) return element.patterns(plain, not);
    const values = this.strings(node, not ? "NotResource" : "Resource");
    return element.patterns(
      values.map(({ text, offset }) => this.told(readResource(text), offset)),
      not,
    );
  }

  /** What a text stands for; what is wrong with it is reported. */
  private told<T>({ value, wrong, fatal }: Meaning<T>, offset: number | null): T {
    if (wrong !== null) this.report(wrong, this.statement, offset, fatal);
    return value;
  }

  private noResource(elements: Elements<StatementElement>): null {
    for (const name of ["Resource", "NotResource"] as const) {
      const node = elements[name];
      if (node) this.misfit(`a trust policy has no ${name}: it is about its own role`, node.offset);
    }
    return null;
  }

  private readPrincipals(elements: Elements<StatementElement>, statement: JsonNode): Principals | null {
    const positive = elements.Principal;
    const negative = elements.NotPrincipal;
    const node = positive ?? negative;
    if (this.kind === "identity") {
      if (node)
        this.misfit("a policy of this kind has no Principal: it is about whoever it is attached to", node.offset);
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
    const byType = Object.entries(this.elements(node, principalTypes, "Principal")) as [PrincipalType, JsonNode][];
    // modules write every type, and AWS takes an empty one beside one with members
    const named = byType.filter(([, value]) => value.type !== "array" || value.items.length > 0);
    for (const [type, value] of named.length > 0 ? named : byType) {
      for (const { text, offset } of this.strings(value, `Principal ${type}`)) {
        const pattern = this.told(readPrincipal(type, text), offset);
        if (pattern) patterns.push(pattern);
      }
    }
    return patterns;
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
    for (const operator of node.members) {
      const name = operator.key;
      const head = readOperator(name);
      if (!head || operator.type !== "object") {
        if (!head) this.problem(`unknown condition operator ${quote(name)}`, operator.keyOffset);
        else this.problem(`${name} holds condition keys, not ${article(operator.type)}`, operator.offset);
        readable = false;
        continue;
      }
      for (const member of operator.members) {
        const { key } = member;
        const keyId = key.toLowerCase();
        const same = (other: Condition) =>
          other.keyId === keyId &&
          other.operator === head.operator &&
          other.set === head.set &&
          other.ifExists === head.ifExists;
        if (conditions.some(same)) {
          this.problem(`condition key ${quote(key)} stands twice under ${name}`, member.keyOffset);
        }
        const texts = plainTexts(member) ?? this.strings(member, `${name} ${key}`).map(({ text }) => text);
        conditions.push(element.condition(head.operator, key, texts, head));
      }
    }
    return readable ? conditions : null;
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

/** The same lists of actions stand in many policies. */
const areActions = oncePer(({ values }: Patterns) => values.every(isAction));

/** The name that is written so, or in other letters of the same. */
function nameAmong<Name extends string>(known: readonly Name[], key: string): Name | undefined {
  for (const name of known) if (name === key) return name;
  return known.find((name) => name.toLowerCase() === key.toLowerCase());
}

function listOf(node: JsonNode | undefined): readonly JsonNode[] {
  if (!node) return [];
  return node.type === "array" ? node.items : [node];
}

function scalar(node: JsonNode): string | null {
  return node.type === "string" || node.type === "number" || node.type === "boolean" ? String(node.value) : null;
}

const article = (type: JsonNode["type"]) =>
  type === "null" ? "null" : `${type === "object" || type === "array" ? "an" : "a"} ${type}`;
