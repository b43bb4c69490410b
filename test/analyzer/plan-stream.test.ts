import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlanResult, readPlan } from "../../analyzer/plan.ts";
import { readPlanStream } from "../../analyzer/plan-stream.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures");
const plans = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("plan.json"))
  .map((name) => join(fixtures, name))
  .filter((file) => statSync(file).isFile());

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Every type is looked at, so that nothing is left out. */
class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
}
const everything: ReadonlySet<string> = new Everything();

const streamed = (bytes: Uint8Array, size: number, types = everything): Promise<PlanResult> =>
  readPlanStream(pieces(bytes, size), "plan.json", types);

const utf8 = (text: string) => new TextEncoder().encode(text);
const small = JSON.stringify({
  format_version: "1.2",
  variables: { odd: ['"]},{[\\'] },
  planned_values: { root_module: {} },
  resource_changes: [
    { address: "a.b", type: "a", change: { actions: ["create"], after: { text: 'é "quoted" \\ }],{[' } } },
    { address: "a.c", type: "a", change: { actions: ["delete"], before: {} } },
  ],
  resource_drift: [],
  deferred_changes: null,
  errored: true,
});

const data = (type: string, name: string, values: object, module = "") => ({
  ...{ address: `${module}data.${type}.${name}`, mode: "data", type, name, values },
});
const withRead = (prior_state: unknown) => JSON.stringify({ ...JSON.parse(small), prior_state });

describe("a plan read piece by piece", () => {
  it("tells what was read before it, in modules too", async () => {
    const document = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    const inner = data("aws_caller_identity", "me", { account_id: "111122223333" }, "module.a.module.b.");
    const text = withRead({
      format_version: "1.0",
      values: {
        outputs: { resources: [1] },
        root_module: {
          resources: [
            { ...data("aws_iam_role", "r", { name: "r" }), mode: "managed" },
            data("aws_iam_policy_document", "d", { json: document }),
          ],
          child_modules: [
            { address: "module.a", child_modules: [{ address: "module.a.module.b", resources: [inner] }] },
          ],
        },
      },
    });
    const result = await streamed(utf8(text), 50);
    expect(result).toEqual(readPlan(text, "plan.json"));
    if ("problem" in result) throw new Error(result.problem.message);
    expect([...result.plan.documents.values(), ...result.plan.callers.values()]).toEqual([document, "111122223333"]);
  });

  it("takes any shape of it", async () => {
    const names = fc.constantFrom("values", "root_module", "resources", "child_modules", "mode", "address");
    const { shape } = fc.letrec((tie) => ({
      shape: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.array(tie("shape"), { maxLength: 3 }),
        fc.dictionary(names, tie("shape"), { maxKeys: 3 }),
      ),
    }));
    const root = shape.map((value) => withRead({ values: { root_module: value } }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(root, shape.map(withRead)), fc.integer({ min: 1, max: 40 }), async (text, size) => {
        expect(await streamed(utf8(text), size)).toEqual(readPlan(text, "plan.json"));
      }),
    );
  });

  it.each(plans)("is the plan that is read at once: %s", async (file) => {
    const bytes = readFileSync(file);
    expect(await streamed(bytes, 1000)).toEqual(readPlan(bytes, "plan.json"));
  });

  it.each([1, 2, 3, 7, 10_000])("may come in pieces of %i bytes", async (size) => {
    expect(await streamed(utf8(small), size)).toEqual(readPlan(small, "plan.json"));
  });

  it("may be UTF-16, or begin with a byte order mark", async () => {
    for (const bytes of [Buffer.from(`\ufeff${small}`), Buffer.from(`\ufeff${small}`, "utf16le")]) {
      expect(await streamed(bytes, 5)).toEqual(readPlan(small, "plan.json"));
    }
  });

  it.each([
    "",
    "  \n",
    "hello",
    "{}",
    '{"format_version":"1.0"}',
    '{"format_version":"9.0","resource_changes":[]}',
    '{"format_version":"1.2","resource_changes":{}}',
    '{"format_version":"1.2","resource_changes":[{}]}',
    '{"format_version":"1.2",\n "resource_changes":[\n{"a" 1}]}',
    '{"format_version":"1.2","resource_changes":[{},]}',
    '{"format_version":"1.2","resource_changes":[]} x',
    '{"format_version":"1.2","resource_changes":[] ',
    '{"format_version":"1.2",}',
    '{"format_version":}',
    '{"@level":"info","@message":"x"}\n{"@level":"info"}\n',
    "\nTerraform used the selected providers to generate the following execution plan.",
    '{"version":4,"serial":1,"lineage":"x","resources":[]}',
    "PK\u0003\u0004rest",
  ])("is refused with the same problem: %j", async (text) => {
    const [one, other] = [await streamed(utf8(text), 100), readPlan(text, "plan.json")];
    if ("plan" in one || "plan" in other) throw new Error("a problem was expected");
    expect(one.problem).toMatchObject({ code: other.problem.code });
  });

  it("is refused wherever it is cut", async () => {
    const cut = fc.nat({ max: small.length - 1 });
    await fc.assert(
      fc.asyncProperty(cut, async (length) => {
        const result = await streamed(utf8(small.slice(0, length)), 16);
        expect(result).toMatchObject({ problem: { code: length === 0 ? "plan-empty" : "plan-truncated" } });
      }),
    );
  });

  it("leaves out long values of resources that nobody looks at", async () => {
    const values = { arn: "arn:aws:x", user_data: "x".repeat(5000), tags: { a: "b" } };
    const change = (type: string, after: object) => ({
      address: `${type}.x`,
      type,
      change: { actions: ["create"], after },
    });
    const resource_changes = [
      change("aws_instance", values),
      change("aws_iam_role", values),
      change("aws_new_thing", { policy: `{"Statement":[]}${" ".repeat(5000)}` }),
    ];
    const result = await streamed(utf8(JSON.stringify({ format_version: "1.2", resource_changes })), 100, new Set());
    if ("problem" in result) throw new Error(result.problem.message);
    expect(result.plan.changes.map(({ after }) => Object.keys(after ?? {}))).toEqual([
      ["arn"],
      ["arn", "user_data", "tags"],
      ["policy"],
    ]);
  });
});
