/**
 * Finds a request that policies allow, or shows that there is none.
 *
 * The search takes an Allow statement, demands all its elements, and makes every statement that must not apply fail in
 * one of its elements (backtracking). The demands fall apart into dimensions that do not touch each other: the action,
 * the resource, each context key. A dimension is solved on its own (`glob.ts`, `dimension.ts`); who calls is tried
 * class by class, since it ties several keys together (`principal.ts`).
 *
 * Never wrong: a witness is evaluated as a concrete request before it is given. Complete for policies whose variables
 * do not have to be weighed against each other; the rest is `undecided`, with the reason.
 */
import type { Witness } from "../finding.ts";
import { newBudget } from "./automaton.ts";
import { type CallerClass, classTests, demandOf } from "./caller-class.ts";
import { EXAMPLE_ACCOUNT, everyCaller } from "./callers.ts";
import { hasVariables, holds, type KeyTest, negate, relax, testOf } from "./condition.ts";
import { exactly, type KeyAnswer, type KeyUse, solveKeyOnce } from "./dimension.ts";
import { type Glob, widened } from "./glob.ts";
import { key } from "./keys.ts";
import { oncePer } from "./memo.ts";
import { type Demand, type Picked, pick, pickOnce } from "./pick.ts";
import { type Condition, conditionsOf, type Policy } from "./policy.ts";
import { type Caller, derivedContext } from "./principal.ts";
import { couldAllow, couldBeMet, couldMeet, couldReach } from "./screen.ts";
import {
  allows,
  bindStatement,
  type CompiledStatement,
  decideBy,
  type Match,
  type Request,
  statementsOf,
} from "./statement.ts";

/** Is there a request ... */
export interface Question {
  /** ... that these allow, taken together ... */
  policies: readonly Policy[];
  /** ... and each of these lists allows as well (a boundary, a level of service control policies) ... */
  within?: readonly (readonly Policy[])[];
  /** ... and these, taken together, do not ... */
  notAllowedBy?: readonly Policy[] | null;
  /** ... made by one of these callers (default: everyone the policies can tell apart) ... */
  callers?: readonly CallerClass[];
  /** ... for an action among these patterns ... */
  actions?: readonly Glob[];
  /** ... on a resource among these ... */
  resources?: readonly Glob[];
  /** ... under these conditions? `Null` forces a key to be absent or present. */
  where?: readonly Condition[];
}

export type Answer =
  | { kind: "witness"; request: Request; by: Match }
  | { kind: "none" }
  | { kind: "undecided"; because: string };

/** Gives the answer that matters most: a witness before `undecided` before `none`; no answers are `none`. */
export function worst(answers: readonly Answer[]): Answer {
  return (
    answers.find((answer) => answer.kind === "witness") ??
    answers.find((answer) => answer.kind === "undecided") ?? { kind: "none" }
  );
}

/** The same of the answers about these, asked one after the other until one gives a witness. */
export function worstOf<T>(items: Iterable<T>, answerOn: (item: T) => Answer): Answer {
  const answers: Answer[] = [];
  for (const item of items) {
    const answer = answerOn(item);
    if (answer.kind === "witness") return answer;
    answers.push(answer);
  }
  return worst(answers);
}

/** Gives a witness, `none`, or `undecided` with the reason. */
export function ask(question: Question): Answer {
  const { policies, actions, callers, where = [] } = question;
  if (actions && !policies.some((policy) => couldAllow(policy, actions))) return { kind: "none" };
  if (callers && !couldBeMet(policies, callers, where.map(testOf))) return { kind: "none" };
  const id = identityOf(question);
  if (id === null) return new Search(question).run();
  const [policy] = policies;
  const known = answersAbout(policy!);
  let answer = known.get(id);
  if (!answer) {
    answer = new Search(question).run();
    if (known.size < MAX_REMEMBERED) known.set(id, answer);
  }
  return answer;
}

/** Both sides of a change share statements, and rules share questions. */
const answersAbout = oncePer((_: Policy) => new Map<string, Answer>());
const MAX_REMEMBERED = 50;

/** One text for the same question about one policy; `null` when it is about several. */
function identityOf({ policies, within, notAllowedBy, callers, actions, resources, where }: Question): string | null {
  if (policies.length !== 1 || within || notAllowedBy) return null;
  return [callers, actions, resources, where].map((list) => list?.map(numberOf).join(" ") ?? "any").join(";");
}

let count = 0;
const numberOf = oncePer((_: object): number => count++);

/** Search steps after which the question counts as undecided; ordinary policies need fewer than a hundred. */
const MAX_STEPS = 20_000;

type Literal = { on: "action" | "resource"; demand: Demand } | { on: "key"; test: KeyTest };

/** What has been demanded so far. Never changed, only copied, so that backtracking is forgetting. */
interface State {
  action: readonly Demand[];
  resource: readonly Demand[];
  keys: ReadonlyMap<string, readonly KeyTest[]>;
}

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
  const keysOf = (list: readonly Condition[]) => new Set(list.map(({ keyId }) => keyId));
  return {
    keys: [...keysOf(conditions)],
    multiValued: keysOf(conditions.filter(({ set }) => set !== null)),
    booleans: keysOf(conditions.filter(({ operator }) => operator === "Bool")),
  };
});

type Mode =
  | { kind: "plain" }
  /** Policy variables have these values (`undefined`: the key is absent). */
  | { kind: "bound"; values: ReadonlyMap<string, string | undefined> }
  /** Variables are symbols: what is impossible then is impossible for every value. */
  | { kind: "symbolic" };

type Requested = { kind: "found"; request: Request } | { kind: "none" } | { kind: "undecided"; because: string };

/** `by: null`: the evaluator does not confirm it. */
interface Found {
  request: Request;
  by: Match | null;
}

class Search {
  private readonly question: Question;
  private readonly all: readonly Policy[];
  private where: readonly KeyTest[];
  private readonly uses: readonly KeyUses[];
  private readonly used: ReadonlySet<string>;
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
    this.asked = question.policies.flatMap(statementsOf).filter((one) => isAllow(one) && this.isInQuestion(one));
    this.uses = this.all.map(usesOf);
    const used = new Set<string>();
    for (const { keys } of this.uses) for (const keyId of keys) used.add(keyId);
    // a key that no policy looks at may as well be absent
    this.where = this.where.filter((test) => used.has(test.keyId) || !test.absentOk);
    for (const { keyId } of this.where) used.add(keyId);
    this.used = used;
  }

  run(): Answer {
    const { policies, within = [], notAllowedBy } = this.question;
    if (this.asked.length === 0) return { kind: "none" };
    const variables = new Set<string>();
    for (const list of [policies, ...within, notAllowedBy ?? NO_POLICIES]) {
      for (const statement of this.statementsIn(list)) for (const name of statement.variables) variables.add(name);
    }
    if (variables.size === 0) return this.pass({ kind: "plain" });
    const { bindings, complete } = this.bindings([...variables].sort());
    let isNone = true;
    for (const values of bindings) {
      const answer = this.pass({ kind: "bound", values });
      if (answer.kind === "witness") return answer;
      isNone &&= answer.kind === "none";
    }
    if (complete && isNone) return { kind: "none" };
    const answer = this.pass({ kind: "symbolic" });
    if (answer.kind === "none") return answer;
    const names = [...variables].sort().map((name) => `\${${name}}`);
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
      statements = policies
        .flatMap(statementsOf)
        .filter((one) => this.isInQuestion(one) && this.asked.some((asked) => couldMeet(one.actions, asked.actions)));
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
    const plainest = this.request(state, who);
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
    const statement = this.bound(source);
    const literals: Literal[] = [];
    const { principals } = statement.statement;
    const demand = principals ? demandOf(principals, who) : true;
    if (demand === false) return null;
    if (demand !== true) literals.push({ on: "key", test: demand });
    if (!isEverything(statement.actions)) literals.push({ on: "action", demand: statement.actions });
    if (statement.resources && this.hasResource && !isEverything(statement.resources)) {
      literals.push({ on: "resource", demand: statement.resources });
    }
    for (const test of statement.keys) literals.push({ on: "key", test });
    return literals;
  }

  // ------------------------------------------------------------------------------------------------------- state

  private start(who: CallerClass): State {
    const { actions, resources } = this.question;
    const keys = new Map<string, readonly KeyTest[]>();
    const state: State = {
      action: actions ? [oneOf(actions)] : [],
      resource: resources ? [oneOf(resources)] : [],
      keys,
    };
    for (const keyId of this.used) {
      const tests = classTests(who, keyId);
      if (tests.length > 0) keys.set(keyId, tests);
    }
    // the demands on aws:PrincipalArn that Principal elements make must meet the caller's own
    if (!keys.has(key.principalArn)) keys.set(key.principalArn, classTests(who, key.principalArn));
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
    this.relevantFacts ??= impossible.filter((clause) =>
      clause.every((literal) => literal.on === "key" && this.used.has(literal.test.keyId)),
    );
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

  private solve(keyId: string, tests: readonly KeyTest[]): KeyAnswer {
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

  private choose(on: "action" | "resource", demands: readonly Demand[], preferred: readonly string[] = []): Picked {
    const options = { preferred, filler: on === "action" ? "Any" : "example", budget: this.budget };
    if (this.mode.kind === "symbolic") return pick(relaxDemands(demands), options);
    return pickOnce(demands, options);
  }

  // ------------------------------------------------------------------------------------------------------- answer

  /** The least that a request needs to meet what has been demanded. */
  private request(state: State, who: CallerClass): Requested {
    const action = this.choose("action", state.action, this.hasResource ? actionExamples : trustActions);
    if (action.kind !== "found") return action;
    const resource = this.choose("resource", state.resource, resourceExamples(action.text));
    if (resource.kind !== "found") return resource;
    const context = new Map<string, readonly string[]>();
    for (const [keyId, tests] of state.keys) {
      const answer = this.solve(keyId, tests);
      if (answer.kind === "values") context.set(keyId, answer.values);
      else if (answer.kind !== "absent") return answer;
    }
    const caller = callerOf(who, context);
    for (const [keyId, values] of derivedContext(caller)) if (!context.has(keyId)) context.set(keyId, values);
    const request = { caller, action: action.text, resource: this.hasResource ? resource.text : null, context };
    return { kind: "found", request };
  }

  private orDoubt(answer: Requested): Request | null {
    if (answer.kind === "found") return answer.request;
    if (answer.kind === "undecided") this.doubt = answer.because;
    return null;
  }

  // ------------------------------------------------------------------------------------------------------- variables

  /**
   * Values to try for policy variables: those that the question allows, where it lists them, which is complete; else an
   * ordinary one, none at all, and those that the policies speak of.
   */
  private bindings(variables: readonly string[]): { bindings: Map<string, string | undefined>[]; complete: boolean } {
    let bindings: Map<string, string | undefined>[] = [new Map()];
    let complete = true;
    for (const keyId of variables) {
      const listed = (this.question.where ?? []).find(
        (condition) => condition.keyId === keyId && condition.operator === "StringEquals" && !condition.ifExists,
      );
      if (!listed) complete = false;
      const values = listed?.values ?? this.valuesToTry(keyId);
      bindings = bindings.flatMap((binding) => values.map((value) => new Map(binding).set(keyId, value)));
      if (bindings.length > MAX_BINDINGS) complete = false;
      bindings = bindings.slice(0, MAX_BINDINGS);
    }
    return { bindings, complete };
  }

  private valuesToTry(keyId: string): (string | undefined)[] {
    const conditions = [...(this.question.where ?? []), ...conditionsOf(this.all)];
    const named = conditions.filter(({ operator }) => operator !== "Null");
    const own = named.filter((condition) => condition.keyId === keyId).flatMap(({ values }) => values);
    // what stands between the separators of other patterns is what a variable could be mistaken for
    const parts = [
      ...this.all.flatMap(({ statements }) => statements.flatMap(({ resources }) => resources?.values ?? [])),
      ...named.flatMap(({ values }) => values),
    ].flatMap((pattern) => pattern.split(/[/:]/));
    const candidates = [...own, ...parts]
      .filter((value) => value !== "" && !value.includes("${"))
      .map((value) => value.replaceAll("*", "x").replaceAll("?", "x"));
    return [...new Set([ordinaryValue(keyId), undefined, ...candidates])];
  }
}

const isAllow = ({ statement }: CompiledStatement) => statement.effect === "Allow";
const NO_POLICIES: readonly Policy[] = [];

/** Literals that all hold where a statement applies; it fails where one of them does not. */
type Clause = readonly Literal[];
type Clauses = readonly Clause[];

const MAX_BINDINGS = 32;

const ABSENT = (keyId: string): KeyTest => ({ keyId, key: keyId, absentOk: true, present: false });

const isPresent = (keyId: string): Literal => ({ on: "key", test: negate(ABSENT(keyId)) });

/** Combinations that no request has: each clause would be one, if all its literals held. */
const impossible: readonly Clause[] = [
  // the age is there exactly when MFA was used
  [isPresent(key.mfaAge), { on: "key", test: negate(exactly(key.mfaPresent, "true")) }],
  [
    { on: "key", test: ABSENT(key.mfaAge) },
    { on: "key", test: exactly(key.mfaPresent, "true") },
  ],
  // a member of an organization has its id and its path
  [isPresent(key.principalOrgPaths), { on: "key", test: ABSENT(key.principalOrgId) }],
  [{ on: "key", test: ABSENT(key.principalOrgPaths) }, isPresent(key.principalOrgId)],
];

const actionExamples = ["s3:GetObject", "iam:CreateAccessKey", "ec2:RunInstances", "s3:PutObject"];
const trustActions = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:TagSession"];
function resourceExamples(action: string): readonly string[] {
  const service = action.split(":")[0]!.toLowerCase();
  if (service === "s3") return ["arn:aws:s3:::example/object"];
  return [`arn:aws:${service}:us-east-1:${EXAMPLE_ACCOUNT}:example`];
}

const isTrue = (literal: Literal, { context }: Request) =>
  literal.on === "key" && holds(literal.test, context.get(literal.test.keyId));

const isEverything = ({ globs, not }: Demand) => !not && globs.some((glob) => glob.source === "*");

function extend(state: State, literal: Literal): State {
  const { action, resource, keys } = state;
  switch (literal.on) {
    case "action":
      return { action: [...action, literal.demand], resource, keys };
    case "resource":
      return { action, resource: [...resource, literal.demand], keys };
    case "key":
      return { action, resource, keys: addTest(new Map(keys), literal.test) };
  }
}

/** Demands all of it, whether or not that is possible. */
function withAll({ action, resource, keys }: State, literals: readonly Literal[]): State {
  const all = { action: [...action], resource: [...resource], keys: new Map(keys) };
  for (const literal of literals) {
    if (literal.on === "key") addTest(all.keys, literal.test);
    else all[literal.on].push(literal.demand);
  }
  return all;
}

function addTest(keys: Map<string, readonly KeyTest[]>, test: KeyTest): Map<string, readonly KeyTest[]> {
  const tests = keys.get(test.keyId);
  return keys.set(test.keyId, tests ? [...tests, test] : [test]);
}

function opposite(literal: Literal): Literal {
  if (literal.on === "key") return { on: "key", test: opposed(literal.test) };
  return { on: literal.on, demand: refused(literal.demand) };
}

// the same objects each time, so that what is known of them is found again
const opposed = oncePer(negate);
const refused = oncePer(({ globs, not }: Demand): Demand => ({ globs, not: !not }));
const oneOf = oncePer((globs: readonly Glob[]): Demand => ({ globs, not: false }));

/** With one positive demand, `none` was shown by inclusion alone, which holds for every value of a variable. */
function relaxDemands(demands: readonly Demand[]): readonly Demand[] {
  if (demands.filter((demand) => !demand.not).length <= 1) return demands;
  return demands.map(({ globs, not }) => ({
    not,
    globs: not ? globs.filter((glob) => glob.variables.length === 0) : globs.map(widened),
  }));
}

function symbolsSuffice(tests: readonly KeyTest[]): boolean {
  return (
    tests.filter((test) => typeof test.present === "object" && !test.present.test.not).length <= 1 ||
    !tests.some(hasVariables)
  );
}

function ordinaryValue(keyId: string): string {
  return `some-${keyId.replace(/^.*[:/]/, "").replace(/[^a-z0-9]/g, "")}`;
}

/** Whether what the keys say of the caller and of the resource fits the caller and the resource. */
function isConsistent({ caller, resource, context }: Request): boolean {
  const username = context.get(key.username)?.[0];
  if (caller.kind === "user" && username !== undefined && caller.name.split("/").at(-1) !== username) return false;
  const organization = context.get(key.principalOrgId)?.[0];
  const paths = context.get(key.principalOrgPaths) ?? [];
  if (organization !== undefined && paths.some((path) => !path.startsWith(`${organization}/`))) return false;
  const owner = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource ?? "")?.[1];
  const claimed = context.get("aws:resourceaccount")?.[0];
  return owner === undefined || claimed === undefined || owner === claimed;
}

function callerOf(who: CallerClass, context: ReadonlyMap<string, readonly string[]>): Caller {
  return { kind: who.kind, account: who.account, name: who.name ?? context.get(key.principalArn)?.[0] ?? "unknown" };
}

/**
 * Gives the request in the form that reports show: what the policies looked at, absent keys as `null`.
 * @param keys further keys to show: what the question was about
 */
export function toWitness(request: Request, policies: readonly Policy[], keys: readonly string[] = []): Witness {
  const names = new Map(conditionsOf(policies).map((condition) => [condition.keyId, condition.key]));
  for (const name of keys) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  const context: Record<string, string | readonly string[] | null> = {};
  for (const [keyId, name] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const values = request.context.get(keyId);
    context[name] = values === undefined ? null : values.length === 1 ? values[0]! : values;
  }
  return { principal: request.caller.name, action: request.action, resource: request.resource, context };
}
