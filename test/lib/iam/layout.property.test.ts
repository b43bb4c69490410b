import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../lib/iam/layout.ts";
import { parsePolicy, parsePolicyText } from "../../../lib/iam/parse.ts";
import type { Policy } from "../../../lib/iam/policy.ts";

const text = fc.constantFrom("s3:GetObject", "x", '"}]', "{[", "\\", "*", "arn:aws:s3:::a/${aws:username}");
const statement = fc.record(
  {
    Sid: fc.constantFrom("A", "B", ""),
    Effect: fc.constantFrom("Allow", "Deny", "allow"),
    Action: fc.oneof(text, fc.array(text, { maxLength: 2 })),
    Resource: fc.oneof(text, fc.array(text, { maxLength: 2 })),
    Condition: fc.constantFrom({}, { Bool: { "aws:SecureTransport": "true" } }, { Nothing: {} }),
  },
  { requiredKeys: ["Effect"] },
);
const odd = fc.constantFrom<unknown>(null, "x", 1, [], {}, [{}]);
const document = fc.record(
  {
    Version: fc.constantFrom<unknown>("2012-10-17", "2008-10-17", 2012),
    Id: fc.oneof({ weight: 5, arbitrary: fc.constant("id") }, { weight: 1, arbitrary: odd }),
    Statement: fc.oneof(
      { weight: 6, arbitrary: fc.array(statement, { maxLength: 4 }) },
      { weight: 1, arbitrary: statement },
      { weight: 1, arbitrary: odd },
    ),
    Other: odd,
  },
  { requiredKeys: ["Statement"] },
);
const written = fc
  .tuple(document, fc.constantFrom(undefined, 1), fc.nat(), fc.constantFrom("", ",", "]", "{}", " ", '"'))
  .map(([value, indent, at, inserted]) => {
    const whole = JSON.stringify(value, null, indent);
    // mostly as it is, now and then with something that does not belong there
    const cut = at % (whole.length * 3);
    return whole.slice(0, cut) + inserted + whole.slice(cut);
  });

/** Without what only text tells. */
const bare = ({ policy, problems }: ReturnType<typeof parsePolicy>) => ({
  policy: { ...policy, statements: policy.statements.map((one) => ({ ...one, offset: null })) },
  problems,
});

describe("a document read after another", () => {
  it("is read as if it stood alone", () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 2, maxLength: 6 }), (texts) => {
        for (const one of texts)
          expect(bare(parsePolicy(one, "identity"))).toEqual(bare(parsePolicyText(one, "identity")));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read as if it stood alone where one statement is another", () => {
    fc.assert(
      fc.property(document, fc.nat(3), statement, fc.boolean(), ({ Statement, ...rest }, at, other, isMore) => {
        const list = Array.isArray(Statement) ? Statement : [Statement];
        const changed = [...list.slice(0, at), other, ...list.slice(isMore ? at : at + 1)];
        for (const statements of [list, changed, list]) {
          const source = JSON.stringify({ ...rest, Statement: statements });
          expect(bare(parsePolicy(source, "resource"))).toEqual(bare(parsePolicyText(source, "resource")));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("shares the statements that did not change", () => {
    const allow = (name: string) => ({ Effect: "Allow", Action: `s3:${name}`, Resource: "*" });
    const source = (...names: string[]) =>
      JSON.stringify({ Version: "2012-10-17", Statement: names.map(allow) }, null, 2);
    const statements = (text: string): Policy["statements"] => parsePolicy(text, "identity").policy.statements;
    const before = statements(source("A", "B", "C"));
    const after = statements(source("A", "X", "C", "D"));
    expect(after.map((one, i) => one === before[i])).toEqual([true, false, true, false]);
    expect(after.map(({ actions }) => actions.values[0])).toEqual(["s3:A", "s3:X", "s3:C", "s3:D"]);
  });
});

describe("the layout of a document", () => {
  it.each<[string, string]>([
    ["no list", '{"Statement":{"Effect":"Allow"}}'],
    ["an empty list", '{"Statement":[]}'],
    ["two lists of objects", '{"Id":[{}],"Statement":[{}]}'],
    ["something else in the list", '{"Statement":[{},"x"]}'],
    ["a list in the list", '{"Statement":[[{}]]}'],
    ["no comma", '{"Statement":[{}{}]}'],
    ["two commas", '{"Statement":[{},,{}]}'],
    ["a comma at the end", '{"Statement":[{},]}'],
    ["a comma at the beginning", '{"Statement":[,{}]}'],
  ])("is not told of %s", (_, source) => {
    expect(layoutOf(source)).toBeNull();
  });

  it("tells the texts apart, whatever brackets stand in strings", () => {
    const source = '{ "a": "[{", "Statement": [ {"b":"]}"} , {"c":["\\"}"]} ] , "d": 1 }';
    expect(layoutOf(source)).toEqual({
      head: '{ "a": "[{", "Statement": [ ',
      statements: ['{"b":"]}"}', '{"c":["\\"}"]}'],
      members: [1, 1],
      tail: ' ] , "d": 1 }',
    });
  });
});
