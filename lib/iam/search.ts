/**
 * The search behind `ask`: it takes an Allow statement, demands all its elements, and makes every statement that must
 * not apply fail in one of its elements (backtracking). The demands fall apart into dimensions that do not touch each
 * other: the action, the resource, each context key. A dimension is solved on its own (`glob.ts`, `dimension.ts`); who
 * calls is tried class by class, since it ties several keys together (`principal.ts`).
 *
 * Never wrong: a witness is evaluated as a concrete request before it is given. Complete for policies whose variables
 * do not have to be weighed against each other; the rest is `undecided`, with the reason.
 */
import { flatMap } from "../flat-map.ts";
import { newBudget } from "./automaton.ts";
import { type Binding, bindingsOf } from "./bindings.ts";
import { type CallerClass, classTests, demandOf } from "./caller-class.ts";
import { everyCaller } from "./callers.ts";
import { holds, type KeyTest, relax, testOf } from "./condition.ts";
import {
  ABSENT,
  addTest,
  type Clause,
  type Clauses,
  extend,
  isTrue,
  type Literal,
  oneOf,
  opposite,
  relaxDemands,
  type State,
  symbolsSuffice,
  withAll,
} from "./demands.ts";
import { exactly, type KeyAnswer, type KeyUse, solveKeyOnce } from "./dimension.ts";
import { impossible, isConsistent } from "./facts.ts";
import { key } from "./keys.ts";
import {
  carriedBy,
  fillers,
  type Hopes,
  hopesOf,
  leastRequest,
  literalsOf,
  NO_HOPES,
  type Requested,
  type Solver,
} from "./least-request.ts";
import { oncePer } from "./memo.ts";
import { type Demand, type Picked, pick, pickOnce } from "./pick.ts";
import { type Condition, conditionsOf, type Policy } from "./policy.ts";
import type { Answer, Question } from "./question.ts";
import { couldMeet, couldReach } from "./screen.ts";
import {
  allows,
  bindStatement,
  type CompiledStatement,
  decideBy,
  type Match,
  type Request,
  statementsOf,
} from "./statement.ts";
import { unsignedCall } from "./unsigned.ts";

/** Search steps after which the question counts as undecided; ordinary policies need fewer than a hundred. */
const MAX_STEPS = 20_000;

/** The condition keys that a policy looks at, and how. */
interface KeyUses {
  keys: readonly string[];
  /** With ForAllValues or ForAnyValue. */
  multiValued: ReadonlySet<string>;
  /** With Bool. */
  booleans: ReadonlySet<string>;
}

const usesOf = oncePer((policy: Policy): KeyUses => {
  const conditions = conditionsOf([policy]);
  if (conditions.length === 0) return NO_KEYS;
  const keysOf = (list: readonly Condition[]) => new Set(list.map(({ keyId }) => keyId));
  return {
    keys: [...keysOf(conditions)],
    multiValued: keysOf(conditions.filter(({ set }) => set !== null)),
    booleans: keysOf(conditions.filter(({ operator }) => operator === "Bool")),
  };
});

const NO_KEYS: KeyUses = { keys: [], multiValued: new Set(), booleans: new Set() };

type Mode =
  | { kind: "plain" }
  /** Policy variables have these values (`undefined`: the key is absent). */
  | { kind: "bound"; values: Binding }
  /** Variables are symbols: what is impossible then is impossible for every value. */
  | { kind: "symbolic" };

/** `by: null`: the evaluator does not confirm it. */
interface Found {
  request: Request;
  by: Match | null;
}

const NONE: readonly string[] = [];

/** One question: `run` answers it. */
export class Search implements Solver {
  private readonly question: Question;
  private readonly all: readonly Policy[];
  private where: readonly KeyTest[];
  private readonly uses: readonly KeyUses[];
  private readonly used: ReadonlySet<string>;
  /** Keys of the policy variables that matter, in order. */
  private readonly variables: readonly string[];
  private readonly hasResource: boolean;
  /** The Allow statements in question, and those of all lists that can apply to a request that one of them allows. */
  private readonly asked: readonly CompiledStatement[];
  private readonly relevant = new Map<readonly Policy[], readonly CompiledStatement[]>();
  private steps = 0;
  private readonly budget = newBudget();
  private doubt: string | null = null;
  private mode: Mode = { kind: "plain" };

  constructor(question: Question) {
    this.question = question;
    this.all = [...question.policies, ...(question.within ?? []).flat(), ...(question.notAllowedBy ?? [])];
    this.where = (question.where ?? []).map(testOf);
    this.hasResource = question.policies[0]?.kind !== "trust";
    this.asked = flatMap(question.policies, statementsOf).filter((one) => isAllow(one) && this.isInQuestion(one));
    this.uses = this.all.map(usesOf);
    this.variables = this.variablesIn([
      question.policies,
      ...(question.within ?? []),
      question.notAllowedBy ?? NO_POLICIES,
    ]);
    const used = new Set(this.variables);
    for (const { keys } of this.uses) for (const keyId of keys) used.add(keyId);
    // a key that no policy looks at may as well be absent
    this.where = this.where.filter((test) => used.has(test.keyId) || !test.absentOk);
    for (const { keyId } of this.where) used.add(keyId);
    this.used = used;
  }

  private variablesIn(lists: readonly (readonly Policy[])[]): readonly string[] {
    const variables = new Set<string>();
    for (const list of lists) {
      for (const statement of this.statementsIn(list)) for (const name of statement.variables) variables.add(name);
    }
    return variables.size === 0 ? NONE : [...variables].sort();
  }

  run(): Answer {
    if (this.asked.length === 0) return { kind: "none" };
    if (this.variables.length === 0) return this.pass({ kind: "plain" });
    const { bindings, complete } = bindingsOf(this.variables, this.question, this.all);
    let isNone = true;
    for (const values of bindings) {
      const answer = this.pass({ kind: "bound", values });
      if (answer.kind === "witness") return answer;
      isNone &&= answer.kind === "none";
    }
    if (complete && isNone) return { kind: "none" };
    const answer = this.pass({ kind: "symbolic" });
    if (answer.kind === "none") return answer;
    const names = this.variables.map((name) => `\${${name}}`);
    return { kind: "undecided", because: `it depends on the value of ${names.join(", ")}` };
  }

  private pass(mode: Mode): Answer {
    this.mode = mode;
    this.doubt = null;
    this.clauseLists = null;
    this.boundStatements = null;
    for (const statement of this.asked) {
      if (!this.suitsAnyone(statement)) continue;
      for (const caller of this.callersFor(statement)) {
        const found = this.byStatement(statement, caller);
        if (found && mode.kind === "symbolic") return { kind: "undecided", because: "policy variables" };
        if (found?.by) return { kind: "witness", request: found.request, by: found.by };
        if (found) this.doubt ??= "an example was found but does not hold: the keys depend on each other";
      }
    }
    return this.doubt === null ? { kind: "none" } : { kind: "undecided", because: this.doubt };
  }

  /** Whether the statement can be met at all under the question's conditions, whoever calls; `false` is certain. */
  private suitsAnyone(source: CompiledStatement): boolean {
    if (this.where.length === 0) return true;
    const { keys } = this.bound(source);
    return keys.every(({ keyId }, i) => {
      // the first condition on a key stands for all of them
      if (keys.findIndex((test) => test.keyId === keyId) < i) return true;
      const tests = [...this.where, ...keys].filter((test) => test.keyId === keyId);
      return tests.length === 1 || this.solve(keyId, tests).kind !== "none";
    });
  }

  private boundStatements: Map<CompiledStatement, CompiledStatement> | null = null;
  private bound(source: CompiledStatement): CompiledStatement {
    const { mode } = this;
    if (mode.kind !== "bound" || source.variables.length === 0) return source;
    this.boundStatements ??= new Map();
    let statement = this.boundStatements.get(source);
    if (!statement) {
      statement = bindStatement(source, (keyId) => mode.values.get(keyId));
      this.boundStatements.set(source, statement);
    }
    return statement;
  }

  /** The statements of a list that can apply to a request in question; what is about other actions never does. */
  private statementsIn(policies: readonly Policy[]): readonly CompiledStatement[] {
    let statements = this.relevant.get(policies);
    if (!statements) {
      statements = flatMap(policies, statementsOf).filter(
        (one) => this.isInQuestion(one) && this.asked.some((asked) => couldMeet(one.actions, asked.actions)),
      );
      this.relevant.set(policies, statements);
    }
    return statements;
  }

  private isInQuestion({ actions }: CompiledStatement): boolean {
    return !this.question.actions || couldReach(actions, this.question.actions);
  }

  /** The proof of a witness: the request, decided by the evaluator, with nothing of the search in it. */
  private check(request: Request): Match | null {
    const { question } = this;
    if (!isConsistent(request) || this.facts().some((clause) => clause.every((literal) => isTrue(literal, request)))) {
      return null;
    }
    const match = decideBy(question.policies, request).allow;
    if (!match) return null;
    if (!(question.within ?? []).every((policies) => allows(policies, request))) return null;
    if (question.notAllowedBy && allows(question.notAllowedBy, request)) return null;
    const met = this.where.every((test) => holds(test, request.context.get(test.keyId)));
    return met ? match : null;
  }

  // ------------------------------------------------------------------------------------------------------- callers

  private callersFor(statement: CompiledStatement): readonly CallerClass[] {
    const classes = this.question.callers ?? this.everyone();
    const { principals } = statement.statement;
    return principals ? classes.filter((who) => demandOf(principals, who) !== false) : classes;
  }

  private everyoneOnce: readonly CallerClass[] | null = null;
  private everyone(): readonly CallerClass[] {
    this.everyoneOnce ??= everyCaller(this.all, this.question.where ?? []);
    return this.everyoneOnce;
  }

  // ------------------------------------------------------------------------------------------------------- search

  private byStatement(statement: CompiledStatement, who: CallerClass): Found | null {
    const positive = this.literals(statement, who);
    if (!positive) return null;
    const state = withAll(this.start(who), positive);
    // mostly nothing else stands in the way of the request that the statement itself asks for
    const plainest = this.request(state, who, this.hopes(statement));
    if (plainest.kind === "none") return null;
    const isConcrete = this.mode.kind !== "symbolic";
    const by = plainest.kind === "found" && isConcrete ? this.check(plainest.request) : null;
    if (plainest.kind === "found" && by) return { request: plainest.request, by };
    const denies = this.clauses("denies", who);
    const request = this.gates(state, [...denies, ...this.facts()], who, 0);
    return request && { request, by: isConcrete ? this.check(request) : null };
  }

  /** Takes an Allow of each list that must allow as well, then goes on to what must not allow. */
  private gates(state: State, clauses: readonly Clause[], who: CallerClass, gate: number): Request | null {
    const list = this.question.within?.[gate];
    if (!list) return this.exclude(state, clauses, who);
    const denies = this.clausesOf(list, "Deny", who);
    for (const statement of this.statementsIn(list)) {
      if (!isAllow(statement)) continue;
      const positive = this.literals(statement, who);
      const next = positive && this.addAll(state, positive);
      const found = next && this.gates(next, [...clauses, ...denies], who, gate + 1);
      if (found) return found;
    }
    return null;
  }

  /** Either one of the other side's Deny statements applies, or none of its Allow statements does. */
  private exclude(state: State, clauses: readonly Clause[], who: CallerClass): Request | null {
    const { notAllowedBy } = this.question;
    if (!notAllowedBy) return this.avoid(state, clauses, who);
    const allowed = this.clauses("others", who);
    const found = this.avoid(state, [...clauses, ...allowed], who);
    if (found) return found;
    for (const statement of this.statementsIn(notAllowedBy)) {
      if (isAllow(statement)) continue;
      const positive = this.literals(statement, who);
      const next = positive && this.addAll(state, positive);
      const denied = next && this.avoid(next, clauses, who);
      if (denied) return denied;
    }
    return null;
  }

  /** Makes every clause fail in one of its literals, the most constrained clause first. */
  private avoid(state: State, clauses: readonly Clause[], who: CallerClass): Request | null {
    if (++this.steps > MAX_STEPS) {
      this.doubt = "the statements combine in too many ways";
      return null;
    }
    const open: { clause: Clause; options: Clause }[] = [];
    const isPossible = (literal: Literal) => this.possible(state, literal);
    for (const clause of clauses) {
      // already impossible together with what is demanded: nothing to choose
      if (!clause.every(isPossible)) continue;
      const options = clause.map(opposite).filter(isPossible);
      if (options.length === 0) return null;
      open.push({ clause, options });
    }
    const first = open[0];
    if (!first) return this.orDoubt(this.request(state, who));
    const best = open.reduce((a, b) => (b.options.length < a.options.length ? b : a), first);
    const rest = open.filter((entry) => entry !== best).map(({ clause }) => clause);
    for (const literal of best.options) {
      const found = this.avoid(extend(state, literal), rest, who);
      if (found) return found;
    }
    return null;
  }

  private clauseLists: Record<"denies" | "others", Map<CallerClass, Clauses>> | null = null;

  /** What can apply to the class, each as a clause to make fail: the Denies, or what the other side allows. */
  private clauses(which: "denies" | "others", who: CallerClass): Clauses {
    const { policies, notAllowedBy } = this.question;
    this.clauseLists ??= { denies: new Map(), others: new Map() };
    const byCaller = this.clauseLists[which];
    let clauses = byCaller.get(who);
    if (!clauses) {
      clauses =
        which === "denies"
          ? this.clausesOf(policies, "Deny", who)
          : this.clausesOf(notAllowedBy ?? NO_POLICIES, "Allow", who);
      byCaller.set(who, clauses);
    }
    return clauses;
  }

  private clausesOf(policies: readonly Policy[], effect: "Allow" | "Deny", who: CallerClass): Clauses {
    const clauses: Clause[] = [];
    for (const statement of this.statementsIn(policies)) {
      const literals = statement.statement.effect === effect ? this.literals(statement, who) : null;
      if (literals) clauses.push(literals);
    }
    return clauses;
  }

  /** All that must hold for the statement to apply to callers of this class; `null`: it never applies to them. */
  private literals(source: CompiledStatement, who: CallerClass): Literal[] | null {
    return literalsOf(this.bound(source), who, this.hasResource);
  }

  // ------------------------------------------------------------------------------------------------------- state

  private start(who: CallerClass): State {
    const { actions, resources, service = null } = this.question;
    const keys = carriedBy(who, this.used);
    const state: State = {
      action: [...(actions ? [oneOf(actions)] : []), ...(who.kind === "anonymous" ? [unsignedCall(service)] : [])],
      resource: resources ? [oneOf(resources)] : [],
      keys,
    };
    const username = this.mode.kind === "bound" ? this.mode.values.get(key.username) : undefined;
    if (username !== undefined && who.kind === "user") {
      // the name that the variable stands for is the caller's own
      keys.set(key.principalArn, classTests({ ...who, username }, key.principalArn));
    }
    if (this.mode.kind === "bound") {
      for (const [keyId, value] of this.mode.values) {
        const test = value === undefined ? ABSENT(keyId) : exactly(keyId, value);
        keys.set(keyId, [...(keys.get(keyId) ?? classTests(who, keyId)), test]);
      }
    }
    for (const test of this.where) addTest(keys, test);
    return state;
  }

  private relevantFacts: Clauses | null = null;
  /** What no request shows, whatever the policies say. */
  private facts(): Clauses {
    this.relevantFacts ??= impossible(this.used, this.all, this.question.where ?? []);
    return this.relevantFacts;
  }

  private addAll(state: State, literals: readonly Literal[]): State | null {
    if (literals.length === 0) return state;
    const keys = new Map(state.keys);
    let { action, resource } = state;
    for (const literal of literals) {
      if (!this.possible({ action, resource, keys }, literal)) return null;
      if (literal.on === "key") addTest(keys, literal.test);
      else if (literal.on === "action") action = [...action, literal.demand];
      else resource = [...resource, literal.demand];
    }
    return { action, resource, keys };
  }

  /** Whether the literal's dimension still has an answer when it holds as well. */
  private possible(state: State, literal: Literal): boolean {
    if (literal.on === "key") {
      const { keyId, absentOk } = literal.test;
      const tests = state.keys.get(keyId);
      if (!tests && absentOk) return true;
      return this.solve(keyId, tests ? [...tests, literal.test] : [literal.test]).kind !== "none";
    }
    return this.choose(literal.on, [...state[literal.on], literal.demand]).kind !== "none";
  }

  solve(keyId: string, tests: readonly KeyTest[]): KeyAnswer {
    const relaxed = this.mode.kind === "symbolic" && !symbolsSuffice(tests) ? tests.map(relax) : tests;
    return solveKeyOnce(keyId, relaxed, this.useOf(keyId), this.budget);
  }

  private readonly useByKey = new Map<string, KeyUse>();
  private useOf(keyId: string): KeyUse {
    let use = this.useByKey.get(keyId);
    if (!use) {
      use = {
        multiValued: this.uses.some(({ multiValued }) => multiValued.has(keyId)),
        boolean: this.uses.some(({ booleans }) => booleans.has(keyId)),
      };
      this.useByKey.set(keyId, use);
    }
    return use;
  }

  choose(on: "action" | "resource", demands: readonly Demand[], preferred: readonly string[] = []): Picked {
    const options = { preferred, filler: fillers[on], budget: this.budget };
    if (this.mode.kind === "symbolic") return pick(relaxDemands(demands), options);
    return pickOnce(demands, options);
  }

  // ------------------------------------------------------------------------------------------------------- answer

  private readonly hopesFor = new Map<CompiledStatement, Hopes>();
  private hopes(statement: CompiledStatement): Hopes {
    const { notAllowedBy } = this.question;
    if (!notAllowedBy) return NO_HOPES;
    let hopes = this.hopesFor.get(statement);
    if (!hopes) {
      hopes = hopesOf(statement, this.statementsIn(notAllowedBy));
      this.hopesFor.set(statement, hopes);
    }
    return hopes;
  }

  private request(state: State, who: CallerClass, hopes: Hopes = NO_HOPES): Requested {
    return leastRequest(state, who, hopes, this.hasResource, this, this.question.service);
  }

  private orDoubt(answer: Requested): Request | null {
    if (answer.kind === "found") return answer.request;
    if (answer.kind === "undecided") this.doubt = answer.because;
    return null;
  }
}

const isAllow = ({ statement }: CompiledStatement) => statement.effect === "Allow";
const NO_POLICIES: readonly Policy[] = [];
