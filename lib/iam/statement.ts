/** Statements compiled once per policy: patterns as token lists, conditions as tests. */
import { bind, compileCondition, holds, type KeyTest, hasVariables as keyHasVariables, testOf } from "./condition.ts";
import { compile, type Glob, type Lookup, matches, substitute } from "./glob.ts";
import { canExist } from "./keys.ts";
import { oncePer, oncePerText } from "./memo.ts";
import type { Condition, Patterns, Policy, Statement } from "./policy.ts";
import { type Caller, matchesPrincipal } from "./principal.ts";

export interface GlobSet {
  globs: readonly Glob[];
  not: boolean;
}

export interface CompiledStatement {
  statement: Statement;
  actions: GlobSet;
  resources: GlobSet | null;
  keys: readonly KeyTest[];
  /** Keys of the policy variables it uses. */
  variables: readonly string[];
}

/** Gives the compiled statements of a policy; the work is done once per statement. */
export const statementsOf = oncePer((policy: Policy): readonly CompiledStatement[] =>
  policy.statements.map(policy.version === "2012-10-17" ? compiled2012 : compiled2008),
);

/** Policies made of another's statements share what was compiled for it. */
const compiled2012 = oncePer((statement: Statement): CompiledStatement => new LazyStatement(statement, true));
const compiled2008 = oncePer((statement: Statement): CompiledStatement => new LazyStatement(statement, false));

/** Compiles an element when it is looked at: what the actions rule out already, nobody looks at further. */
class LazyStatement implements CompiledStatement {
  readonly statement: Statement;
  readonly actions: GlobSet;
  private readonly version2012: boolean;
  private resourceSet: GlobSet | null | undefined;
  private tests: readonly KeyTest[] | undefined;
  private variableKeys: readonly string[] | undefined;

  constructor(statement: Statement, version2012: boolean) {
    this.statement = statement;
    this.version2012 = version2012;
    this.actions = actionSet(statement.actions);
  }

  get resources(): GlobSet | null {
    if (this.resourceSet === undefined) {
      const { resources } = this.statement;
      this.resourceSet = resources && (this.version2012 ? resourceSet2012 : resourceSet2008)(resources);
    }
    return this.resourceSet;
  }

  get keys(): readonly KeyTest[] {
    this.tests ??= this.statement.conditions.map(this.version2012 ? test2012 : testOf);
    return this.tests;
  }

  get variables(): readonly string[] {
    this.variableKeys ??= this.version2012 && mentionsVariables(this.statement) ? variablesOf(this) : NO_VARIABLES;
    return this.variableKeys;
  }
}

const NO_VARIABLES: readonly string[] = [];

const mentionsVariable = (value: string) => value.includes("${");

function mentionsVariables({ resources, conditions }: Statement): boolean {
  return (
    resources?.values.some(mentionsVariable) === true || conditions.some(({ values }) => values.some(mentionsVariable))
  );
}

function variablesOf({ resources, keys }: CompiledStatement): readonly string[] {
  const used = new Set<string>();
  for (const glob of resources?.globs ?? []) for (const variable of glob.variables) used.add(variable.keyId);
  for (const test of keys) {
    if (!keyHasVariables(test) || typeof test.present === "boolean") continue;
    for (const glob of test.present.test.globs) for (const variable of glob.variables) used.add(variable.keyId);
  }
  return [...used];
}

const test2012 = oncePer(
  (condition: Condition): KeyTest =>
    condition.values.some(mentionsVariable) ? compileCondition(condition, true) : testOf(condition),
);

function globSets(toGlob: (value: string) => Glob): (patterns: Patterns) => GlobSet {
  return oncePer(({ values, not }) => ({ globs: values.map(toGlob), not }));
}

const actionSet = oncePer(({ values, not }: Patterns): GlobSet => {
  // an ARN among them is no action, and never will be
  const globs = values.filter((value) => !/:.*:/.test(value)).map((value) => actionGlob(value));
  return { globs, not };
});
const resourceSet2012 = globSets((value) => compile(value, { dialect: "resource", variables: true }));
const resourceSet2008 = globSets((value) => compile(value, { dialect: "resource", variables: false }));

/** Gives the compiled pattern of an action, such as `s3:Get*`: the same one whenever the same text is asked for. */
export const actionGlob = oncePerText((pattern): Glob => {
  // every action has a colon
  const everything = /^\*+:\*+$/.test(pattern);
  return compile(everything ? "*" : pattern, { dialect: "string", fold: true });
}, 50_000);

/** Gives the statement with its variables filled in; patterns whose variable has no value match nothing. */
export function bindStatement(statement: CompiledStatement, lookup: Lookup): CompiledStatement {
  if (statement.variables.length === 0) return statement;
  const { statement: source, actions, resources, keys } = statement;
  return {
    statement: source,
    actions,
    resources: resources && {
      not: resources.not,
      globs: resources.globs.map((glob) => substitute(glob, lookup)).filter((glob) => glob !== null),
    },
    keys: keys.map((test) => bind(test, lookup)),
    variables: NO_VARIABLES,
  };
}

/** Context of a request: lower-cased key to its values; an absent key is not in the map. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** One concrete request. `resource` is `null` for a trust policy's question: the role itself. */
export interface Request {
  caller: Caller;
  action: string;
  resource: string | null;
  context: Context;
}

/** The element of a statement that a request does not meet. */
export type Mismatch =
  | { element: "principal" | "action" | "resource" }
  /** Position in the statement's conditions. */
  | { element: "condition"; index: number };

/** Gives the first element that keeps the statement from applying to the request, `null` when it applies. */
export function mismatch(statement: CompiledStatement, request: Request): Mismatch | null {
  const { principals } = statement.statement;
  if (principals && !matchesPrincipal(principals, request.caller)) return { element: "principal" };
  if (!inSet(statement.actions, request.action)) return { element: "action" };
  const bound =
    statement.variables.length === 0 ? statement : bindStatement(statement, (keyId) => request.context.get(keyId)?.[0]);
  if (bound.resources && request.resource !== null && !inSet(bound.resources, request.resource)) {
    return { element: "resource" };
  }
  const index = bound.keys.findIndex((test) => !holds(test, valuesOf(request, test.keyId)));
  return index < 0 ? null : { element: "condition", index };
}

function valuesOf(request: Request, keyId: string): readonly string[] | undefined {
  return canExist(keyId) ? request.context.get(keyId) : undefined;
}

/** Whether the statement, whatever its effect, applies to the request. */
export function appliesTo(statement: CompiledStatement, request: Request): boolean {
  return mismatch(statement, request) === null;
}

function inSet(set: GlobSet, text: string): boolean {
  return set.globs.some((glob) => matches(glob, text)) !== set.not;
}

export interface Match {
  /** Position of the policy in the list that was asked. */
  policy: number;
  statement: Statement;
}

/** What a list of policies says about one request: the first Deny that applies, else the first Allow, else nothing. */
export function decideBy(policies: readonly Policy[], request: Request): { allow: Match | null; deny: Match | null } {
  let allow: Match | null = null;
  for (let index = 0; index < policies.length; index++) {
    for (const statement of statementsOf(policies[index]!)) {
      const isDeny = statement.statement.effect === "Deny";
      if (!isDeny && allow) continue;
      if (!appliesTo(statement, request)) continue;
      if (isDeny) return { allow: null, deny: { policy: index, statement: statement.statement } };
      allow = { policy: index, statement: statement.statement };
    }
  }
  return { allow, deny: null };
}

/** Whether the policies, taken together and alone, allow the request. */
export function allows(policies: readonly Policy[], request: Request): boolean {
  return decideBy(policies, request).allow !== null;
}
