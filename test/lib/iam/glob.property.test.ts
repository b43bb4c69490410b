import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, type Dialect, type Glob, matches } from "../../../lib/iam/glob.ts";
import { type Demand, disjoint, includes, pick } from "../../../lib/iam/pick.ts";

const numRuns = Number(process.env.GATEHOUSE_PROPERTY_RUNS ?? 5000);
const timeout = 60_000 + numRuns * 10;

const alphabet = ["a", "b", "A", ":"];
/** Every string over the alphabet up to this length. */
const strings: string[] = [""];
for (let from = 0, length = 1; length <= 4; length++) {
  const end = strings.length;
  for (; from < end; from++) for (const letter of alphabet) strings.push(strings[from] + letter);
}

const pattern = fc.string({ unit: fc.constantFrom("a", "b", "A", ":", "*", "*", "?"), maxLength: 6 });
const regexOf = (glob: string, flags: string) =>
  new RegExp(`^${[...glob].map((c) => (c === "*" ? "[^]*" : c === "?" ? "[^]" : c)).join("")}$`, flags);

const demand = fc
  .tuple(fc.array(pattern, { minLength: 1, maxLength: 3 }), fc.boolean(), fc.boolean())
  .map(([sources, not, fold]) => ({ sources, not, fold }));

describe("string patterns", { timeout }, () => {
  it("match as the regular expression does", () => {
    fc.assert(
      fc.property(pattern, fc.boolean(), (source, fold) => {
        const glob = compile(source, { dialect: "string", fold });
        const regex = regexOf(source, fold ? "i" : "");
        for (const text of strings) expect(matches(glob, text)).toBe(regex.test(text));
      }),
      { numRuns: numRuns / 5 },
    );
  });

  it("include another only where no string speaks against it", () => {
    fc.assert(
      fc.property(pattern, pattern, fc.boolean(), fc.boolean(), (wide, narrow, foldWide, foldNarrow) => {
        const [a, b] = [
          compile(wide, { dialect: "string", fold: foldWide }),
          compile(narrow, { dialect: "string", fold: foldNarrow }),
        ];
        if (!includes(a, b)) return;
        for (const text of strings) if (matches(b, text)) expect(matches(a, text)).toBe(true);
      }),
      { numRuns },
    );
  });

  it("that are a beginning and a star are weighed by their beginnings, as token by token", () => {
    const tokenByToken = ({ source, tokens, literal, fold, parts, variables }: Glob): Glob => {
      return { source, tokens, literal, prefix: null, fold, parts, variables, same: null };
    };
    const beginning = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 8 }),
      fc.constantFrom("arn:aws:s3:::a", "arn:aws:s3:::ab", "arn:aws:s3:::", "arn:aws:sqs:x:1:a", "arn:aws:s3"),
    );
    fc.assert(
      fc.property(beginning, beginning, fc.constantFrom("string", "resource", "arn"), (one, other, dialect) => {
        const [a, b] = [compile(`${one}*`, { dialect }), compile(`${other}*`, { dialect })];
        const [slowA, slowB] = [tokenByToken(a), tokenByToken(b)];
        expect(a.prefix).toBe(one);
        expect(includes(a, b)).toBe(includes(slowA, slowB));
        expect(disjoint(a, b)).toBe(disjoint(slowA, slowB));
        for (const text of [one, other, `${one}:x`, `${other}a`, ...strings.slice(0, 85)]) {
          expect(matches(a, text)).toBe(matches(slowA, text));
        }
      }),
      { numRuns: numRuns / 5 },
    );
  });

  it("combine exactly: a string is found where there is one, and none where there is none", () => {
    fc.assert(
      fc.property(fc.array(demand, { minLength: 1, maxLength: 4 }), (demands) => {
        const compiled: Demand[] = demands.map(({ sources, not, fold }) => ({
          globs: sources.map((source) => compile(source, { dialect: "string", fold })),
          not,
        }));
        const meets = (text: string) =>
          demands.every(
            ({ sources, not, fold }) => sources.some((source) => regexOf(source, fold ? "i" : "").test(text)) !== not,
          );
        const picked = pick(compiled);
        if (picked.kind === "found") expect(meets(picked.text)).toBe(true);
        else {
          expect(picked.kind).toBe("none");
          expect(strings.find(meets)).toBeUndefined();
        }
      }),
      { numRuns },
    );
  });
});

/** ARN patterns part by part, written apart from the engine. */
function naiveArn(source: string, text: string): boolean {
  if (source === "*") return true;
  const parts = (arn: string) => {
    const all = arn.split(":");
    return [...all.slice(0, 5), all.slice(5).join(":")];
  };
  const [wanted, actual] = [parts(source), parts(text)];
  return wanted.every((part, i) => regexOf(part, "").test(actual[i]!));
}

describe.each(["resource", "arn"] satisfies Dialect[])("%s patterns written in full", { timeout }, (dialect) => {
  const segment = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 3 });
  const arn = fc.tuple(segment, segment, segment, segment, segment, pattern).map((parts) => parts.join(":"));
  const plain = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 3 });
  const text = fc.tuple(
    plain,
    plain,
    plain,
    plain,
    plain,
    fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 4 }),
  );

  it("match part by part", () => {
    fc.assert(
      fc.property(arn, text, (source, parts) => {
        const actual = parts.join(":");
        expect(matches(compile(source, { dialect }), actual)).toBe(naiveArn(source, actual));
      }),
      { numRuns },
    );
  });

  it("give an example that they match", () => {
    fc.assert(
      fc.property(arn, arn, (source, other) => {
        const globs = [source, other].map((each) => compile(each, { dialect }));
        const picked = pick(globs.map((glob) => ({ globs: [glob], not: false })));
        if (picked.kind === "found") {
          expect(naiveArn(source, picked.text) && naiveArn(other, picked.text)).toBe(true);
        }
      }),
      { numRuns: numRuns / 5 },
    );
  });
});

describe("incomplete ARNs and wildcards", () => {
  it.each([
    ["*", "arn:aws:s3:::b", true],
    ["arn:aws:s3*", "arn:aws:s3:::bucket/key", true],
    ["arn:aws:sns:*:topic", "arn:aws:sns:us-east-1:111111111111:topic", true],
    ["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:us-east-1:111111111111:instance/i-1", true],
    ["arn:aws:ec2:us-*-1:*:instance/*", "arn:aws:ec2:us-east-1:111111111111:instance/i-1", true],
    ["arn:aws:cloudformation:*:*:stack/A/*", "arn:aws:cloudformation:::stack/B/:stack/A/x", false],
    ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b:c", true],
    ["arn:aws:lambda:*:*:function:*", "arn:aws:lambda:us-east-1:111111111111:function:f:1", true],
  ])("%s and %s: %s", (source, text, expected) => {
    expect(matches(compile(source, { dialect: "resource" }), text)).toBe(expected);
  });
});

describe("hostile patterns", () => {
  // without the normal form of wildcard runs and the automata, these would not end within the test's time
  it.each([
    ["*?".repeat(1000), "a".repeat(4000), true],
    [`${"*a".repeat(500)}b`, "a".repeat(2000), false],
    ["?*".repeat(1000), "", false],
  ])("%.20s... is decided", (source, text, expected) => {
    const glob = compile(source, { dialect: "string" });
    expect(matches(glob, text)).toBe(expected);
    expect(includes(compile(`${source}*`, { dialect: "string" }), glob)).toBe(true);
    const other = compile(`${source}z`, { dialect: "string" });
    expect(pick([glob, other].map((each) => ({ globs: [each], not: false }))).kind).not.toBe("undecided");
  });
});

describe("policy variables", () => {
  it("keeps policy variables whole: a variable is its own value, never a wildcard", () => {
    const own = compile("home/${aws:username}/*", { dialect: "string", variables: true });
    const all = compile("home/*", { dialect: "string" });
    const admin = compile("home/admin/*", { dialect: "string" });
    expect([includes(all, own), includes(own, all), includes(own, own), includes(admin, own)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it("reads ${*}, ${?} and ${$} as the characters", () => {
    const glob = compile("a${*}b${?}c${$}", { dialect: "string", variables: true });
    expect([matches(glob, "a*b?c$"), matches(glob, "axb?c$")]).toEqual([true, false]);
  });
});
