import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffPolicies } from "../../../lib/iam/diff.ts";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import type { PolicyKind } from "../../../lib/iam/policy.ts";
import type { Request } from "../../../lib/iam/statement.ts";
import { ask } from "../../../lib/iam/witness.ts";
import { type NaiveRequest, type NaiveStatement, naiveAllows, organizationsFit } from "./oracle.ts";

/** `GATEHOUSE_PROPERTY_RUNS=100000` for the nightly size. */
const numRuns = Number(process.env.GATEHOUSE_PROPERTY_RUNS ?? 5000);

const words = ["a", "b", "ab", "ba", "aab"];
const patterns = ["*", "a*", "*b", "?", "a?", "*a*", "a*b", "?b*", ...words];

const list = <T>(from: readonly T[]) => fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: 3 });
const actions = ["s:a", "s:b", "S:A", "s:*", "s:?", "t:a", "*", "t:*b", "s:a*"];

const condition = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      "StringEquals",
      "StringNotEquals",
      "StringEqualsIfExists",
      "StringEqualsIgnoreCase",
      "StringNotEqualsIfExists",
    ),
    fc.constantFrom("test:One", "TEST:one", "test:two"),
    list([...words, "A"]),
  ),
  fc.tuple(
    fc.constantFrom("StringLike", "StringNotLike", "StringLikeIfExists"),
    fc.constantFrom("test:one", "test:two"),
    list(patterns),
  ),
  fc.tuple(
    fc.constantFrom(
      "ForAllValues:StringEquals",
      "ForAnyValue:StringEquals",
      "ForAllValues:StringNotLike",
      "ForAnyValue:StringNotEquals",
      "ForAnyValue:StringLike",
      "ForAllValues:StringLikeIfExists",
    ),
    fc.constant("test:many"),
    list(patterns),
  ),
  fc.tuple(fc.constant("Null"), fc.constantFrom("test:one", "test:many", "test:number"), list(["true", "false"])),
  fc.tuple(
    fc.constantFrom("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEqualsIfExists"),
    fc.constant("test:number"),
    list(["1", "2", "5"]),
  ),
  fc.tuple(
    fc.constantFrom("IpAddress", "NotIpAddress", "IpAddressIfExists"),
    fc.constant("test:address"),
    list(["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "10.1.2.3/32"]),
  ),
);

const principal = fc.oneof(
  fc.constant("*" as const),
  fc.record({
    AWS: list([
      "*",
      "111111111111",
      "222222222222",
      "arn:aws:iam::111111111111:root",
      "arn:aws:iam::111111111111:user/a",
      "arn:aws:iam::222222222222:role/b",
    ]),
  }),
  fc.record({ Service: list(["ec2.amazonaws.com", "lambda.amazonaws.com"]) }),
);

const withVariables = [
  ...patterns,
  "${test:one}",
  "a${test:one}",
  "${test:one}*",
  "*${test:one}b",
  "${test:one}${test:one}",
];

const statement = (kind: PolicyKind, resources = patterns): fc.Arbitrary<NaiveStatement> =>
  fc
    .tuple(
      fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const),
      fc.tuple(fc.boolean(), list(actions)),
      fc.tuple(fc.boolean(), list(resources)),
      fc.array(condition, { maxLength: 2 }),
      fc.tuple(fc.integer({ min: 0, max: 4 }), principal),
    )
    .map(([effect, [notAction, actionList], [notResource, resourceList], conditions, [which, who]]) => ({
      Effect: effect,
      ...(kind === "identity" ? {} : which === 0 ? { NotPrincipal: who } : { Principal: who }),
      ...(notAction ? { NotAction: actionList } : { Action: actionList }),
      ...(notResource ? { NotResource: resourceList } : { Resource: resourceList }),
      ...(conditions.length > 0 ? { Condition: conditionBlock(conditions) } : {}),
    }));

function conditionBlock(conditions: [string, string, string[]][]): Record<string, Record<string, string[]>> {
  const block: Record<string, Record<string, string[]>> = {};
  for (const [operator, key, values] of conditions)
    block[operator] = { ...block[operator], [key.toLowerCase()]: values };
  return block;
}

const policy = (kind: PolicyKind) => fc.array(statement(kind), { minLength: 1, maxLength: 4 });

const universe = {
  principals: [
    "arn:aws:iam::111111111111:user/a",
    "arn:aws:iam::111111111111:user/z",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::222222222222:role/b",
    "arn:aws:iam::999999999999:user/z",
    "anonymous",
    "ec2.amazonaws.com",
    "lambda.amazonaws.com",
  ],
  actions: ["s:a", "s:b", "s:x", "s:ax", "t:a", "t:xb", "u:x"],
  resources: ["a", "b", "ab", "ba", "aab", "x", "ax", "xb", "xax", "bb"],
  one: [undefined, ["a"], ["b"], ["ab"], ["A"], ["x"], ["xb"]],
  many: [undefined, ["a"], ["x"], ["a", "b"], ["ab", "x"], ["b", "bb"]],
  number: [undefined, ["1"], ["2"], ["3"], ["0"], ["6"]],
  address: [undefined, ["10.0.0.1"], ["10.1.2.3"], ["10.1.9.9"], ["203.0.113.7"]],
};

/** Requests of the universe, thinned by a seed: all of them would be millions a policy. */
function* requests(kind: PolicyKind, seed: number): Generator<NaiveRequest> {
  let state = seed >>> 0;
  const next = <T>(from: readonly T[]): T => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return from[Math.floor((state / 2 ** 32) * from.length)]!;
  };
  for (let i = 0; i < 150; i++) {
    const context: Record<string, string[]> = {};
    const put = (key: string, values: string[] | undefined) => values && Object.assign(context, { [key]: values });
    put("test:one", next(universe.one));
    put("test:two", next(universe.one));
    put("test:many", next(universe.many));
    put("test:number", next(universe.number));
    put("test:address", next(universe.address));
    const principal = kind === "identity" ? universe.principals[0]! : next(universe.principals);
    yield { principal, action: next(universe.actions), resource: next(universe.resources), context };
  }
}

const parse = (statements: readonly NaiveStatement[], kind: PolicyKind) => {
  const { policy, problems } = parsePolicy({ Version: "2012-10-17", Statement: statements }, kind);
  // the small universe's resources are no ARNs, which the parser rightly says
  expect(problems.filter(({ message }) => !message.includes("is not an ARN"))).toEqual([]);
  return policy;
};

function asNaive({ caller, action, resource, context }: Request): NaiveRequest {
  return {
    principal: caller.name,
    action,
    resource: resource!,
    context: Object.fromEntries([...context].map(([key, values]) => [key, [...values]])),
  };
}

/** Long enough for the nightly size on a busy machine; a search that does not end is what it catches. */
const timeout = 60_000 + numRuns * 20;

describe.each(["identity", "resource"] as const)("%s policies against the oracle", { timeout }, (kind) => {
  it("finds a witness exactly where there is one", () => {
    fc.assert(
      fc.property(policy(kind), fc.integer(), (statements, seed) => {
        const answer = ask({ policies: [parse(statements, kind)] });
        if (answer.kind === "witness") expect(naiveAllows(statements, asNaive(answer.request))).toBe(true);
        else {
          expect(answer.kind).toBe("none");
          for (const request of requests(kind, seed)) expect(naiveAllows(statements, request)).toBe(false);
        }
      }),
      { numRuns },
    );
  });

  it("compares two policies exactly", () => {
    fc.assert(
      fc.property(policy(kind), policy(kind), fc.integer(), (before, after, seed) => {
        const answer = ask({ policies: [parse(after, kind)], notAllowedBy: [parse(before, kind)] });
        if (answer.kind === "witness") {
          const request = asNaive(answer.request);
          expect([naiveAllows(after, request), naiveAllows(before, request)]).toEqual([true, false]);
        } else {
          expect(answer.kind).toBe("none");
          for (const request of requests(kind, seed)) {
            if (naiveAllows(after, request)) expect(naiveAllows(before, request)).toBe(true);
          }
        }
      }),
      { numRuns },
    );
  });

  it("tells exactly what a change of some statements allows, whether or not both sides share the others", () => {
    const edit = fc.record({ at: fc.nat(4), drop: fc.nat(1), put: fc.array(statement(kind), { maxLength: 1 }) });
    fc.assert(
      fc.property(
        policy(kind),
        fc.array(edit, { maxLength: 2 }),
        fc.boolean(),
        fc.integer(),
        (was, edits, isShared, seed) => {
          const is = edits.reduce<NaiveStatement[]>((list, { at, drop, put }) => list.toSpliced(at, drop, ...put), was);
          const before = parse(was, kind);
          const read = is.length > 0 ? parse(is, kind) : { ...before, statements: [] };
          const statements = read.statements.map((one, i) => (is[i] === was[i] ? (before.statements[i] ?? one) : one));
          const diff = diffPolicies([before], [isShared ? { ...read, statements } : read]);
          if (diff.newAccess) {
            const request = asNaive(diff.request);
            expect([naiveAllows(is, request), naiveAllows(was, request)]).toEqual([true, false]);
          } else {
            expect(diff.newAccess).toBe(false);
            for (const request of requests(kind, seed)) {
              if (naiveAllows(is, request)) expect(naiveAllows(was, request)).toBe(true);
            }
          }
        },
      ),
      { numRuns },
    );
  });

  it("never changes its answer with order, with scalar or list, or with the case of actions and keys", () => {
    const shuffled = policy(kind).chain((statements) =>
      fc.tuple(fc.constant(statements), fc.shuffledSubarray(statements, { minLength: statements.length })),
    );
    fc.assert(
      fc.property(shuffled, policy(kind), ([one, other], before) => {
        const rewritten = other.map(rewrite);
        const answers = [one, rewritten as NaiveStatement[]].map(
          (after) => ask({ policies: [parse(after, kind)], notAllowedBy: [parse(before, kind)] }).kind,
        );
        expect(answers[1]).toBe(answers[0]);
      }),
      { numRuns: Math.ceil(numRuns / 5) },
    );
  });

  it("adding a Deny never adds access, adding an Allow never removes it", () => {
    fc.assert(
      fc.property(policy(kind), statement(kind), (statements, extra) => {
        const base = parse(statements, kind);
        const more = parse([...statements, extra], kind);
        const [policies, notAllowedBy] = extra.Effect === "Deny" ? [[more], [base]] : [[base], [more]];
        expect(ask({ policies, notAllowedBy }).kind).toBe("none");
      }),
      { numRuns: Math.ceil(numRuns / 5) },
    );
  });
});

describe("policies with variables against the oracle", { timeout }, () => {
  const variable = fc.array(statement("identity", withVariables), { minLength: 1, maxLength: 3 });

  it("is never wrong: a witness holds, and none means none", () => {
    let decided = 0;
    fc.assert(
      fc.property(variable, variable, fc.integer(), (before, after, seed) => {
        const question = { policies: [parse(after, "identity")], notAllowedBy: [parse(before, "identity")] };
        const answer = ask(question);
        if (answer.kind !== "undecided") decided++;
        if (answer.kind === "witness") {
          const request = asNaive(answer.request);
          expect([naiveAllows(after, request), naiveAllows(before, request)]).toEqual([true, false]);
        }
        if (answer.kind === "none") {
          for (const request of requests("identity", seed)) {
            if (naiveAllows(after, request)) expect(naiveAllows(before, request)).toBe(true);
          }
        }
      }),
      { numRuns },
    );
    // it may give up, but not as a way of life
    expect(decided / numRuns).toBeGreaterThan(0.8);
  });
});

describe("organizations and their paths against the oracle", { timeout }, () => {
  const ids = ["o-a", "o-ab", "o-b"];
  const paths = ["o-a/*", "o-a/r/*", "o-a/r/ou/*", "o-ab/*", "o-b/r/", "o-*/r/*", "*/ou/*", "*"];
  // that of a source comes with services, which hold no such policies
  const whose = fc.constantFrom("Principal", "Resource", "Vpce");
  const onIds = fc.tuple(
    fc.constantFrom("StringEquals", "StringNotEquals", "StringEqualsIfExists"),
    fc.constant("OrgID"),
    list(ids),
  );
  const likeIds = fc.tuple(
    fc.constantFrom("StringLike", "StringNotLike"),
    fc.constant("OrgID"),
    list([...ids, "o-a*"]),
  );
  const onPaths = fc.tuple(
    fc.constantFrom(
      "ForAnyValue:StringLike",
      "ForAllValues:StringLike",
      "ForAnyValue:StringNotLike",
      "ForAllValues:StringNotLike",
    ),
    fc.constant("OrgPaths"),
    list(paths),
  );
  const presence = fc.tuple(fc.constant("Null"), fc.constantFrom("OrgID", "OrgPaths"), list(["true", "false"]));
  const conditions = fc.array(fc.oneof(onIds, likeIds, onPaths, presence), { maxLength: 3 });
  const policy = fc
    .array(fc.tuple(fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const), conditions), {
      minLength: 1,
      maxLength: 3,
    })
    .map(
      (statements) =>
        (of: string): NaiveStatement[] =>
          statements.map(([Effect, wanted]) => {
            const named = wanted.map(([operator, name, values]): [string, string, string[]] => [
              operator,
              `aws:${of}${name}`,
              values,
            ]);
            return { Effect, Action: ["*"], Resource: ["*"], Condition: conditionBlock(named) };
          }),
    );
  const below = ["", "r/", "r/ou/", "r/ou/x/", "ou/"];
  const states = ["o-a", "o-ab", "o-b", "o-c", "x"].flatMap((id) => [
    ...below.map((path) => ({ id, paths: [`${id}/${path}`] })),
    { id, paths: [`${id}/`, `${id}/r/ou/`] },
  ]);

  it("is never wrong, and hardly ever undecided", () => {
    let undecided = 0;
    fc.assert(
      fc.property(policy, policy, whose, (was, is, of) => {
        const [before, after] = [was(of), is(of)];
        const answer = ask({ policies: [parse(after, "identity")], notAllowedBy: [parse(before, "identity")] });
        const isNew = (request: NaiveRequest) => naiveAllows(after, request) && !naiveAllows(before, request);
        if (answer.kind === "witness") {
          const { action, resource, context } = asNaive(answer.request);
          const request = { principal: "", action, resource, context };
          // a key that no policy looks at is not in a witness
          const looksAtBoth = /OrgID.*OrgPaths|OrgPaths.*OrgID/i.test(JSON.stringify([before, after]));
          expect([isNew(request), !looksAtBoth || organizationsFit(request)]).toEqual([true, true]);
        } else {
          if (answer.kind === "undecided") undecided++;
          const request = (context: NaiveRequest["context"]) => ({
            principal: "",
            action: "s:a",
            resource: "a",
            context,
          });
          const contexts = states.map(({ id, paths }) => ({
            [`aws:${of.toLowerCase()}orgid`]: [id],
            [`aws:${of.toLowerCase()}orgpaths`]: paths,
          }));
          if (answer.kind === "none") expect([{}, ...contexts].map(request).filter(isNew)).toEqual([]);
        }
      }),
      { numRuns },
    );
    expect(undecided / numRuns).toBeLessThan(0.02);
  });
});

/** The same statement, written another way. */
function rewrite(statement: NaiveStatement): object {
  const upper = (values: string[]) => values.map((value) => value.toUpperCase()).reverse();
  const scalar = (values: string[]) => (values.length === 1 ? values[0] : [...values].reverse());
  return {
    ...statement,
    ...(statement.Action && { Action: upper(statement.Action) }),
    ...(statement.NotAction && { NotAction: upper(statement.NotAction) }),
    ...(statement.Resource && { Resource: scalar(statement.Resource) }),
    ...(statement.Condition && {
      Condition: Object.fromEntries(
        Object.entries(statement.Condition)
          .reverse()
          .map(([operator, keys]) => [
            operator,
            Object.fromEntries(Object.entries(keys).map(([key, values]) => [key.toUpperCase(), scalar(values)])),
          ]),
      ),
    }),
  };
}
