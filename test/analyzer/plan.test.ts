import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../analyzer/json.ts";
import { type PlanResult, readPlan } from "../../analyzer/plan.ts";

const change = (more: object = {}, change: object = {}) => ({
  address: 'module.a["x.y"].aws_iam_role.r',
  mode: "managed",
  type: "aws_iam_role",
  name: "r",
  ...more,
  change: { actions: ["create"], before: null, after: { name: "r" }, after_unknown: { arn: true }, ...change },
});
const planJson = (more: object = {}) =>
  JSON.stringify({ format_version: "1.2", terraform_version: "1.11.4", resource_changes: [change()], ...more });

function planOf(result: PlanResult) {
  if ("problem" in result) throw new Error(result.problem.message);
  return result.plan;
}
function problemOf(result: PlanResult) {
  if ("plan" in result) throw new Error("a problem was expected");
  return result.problem;
}

describe("readPlan", () => {
  it("reads the changes", () => {
    const plan = planOf(readPlan(planJson(), "plan.json"));
    expect(plan).toMatchObject({ file: "plan.json", terraformVersion: "1.11.4", complete: true, errored: false });
    expect(plan.changes).toMatchObject([
      { address: 'module.a["x.y"].aws_iam_role.r', type: "aws_iam_role", action: "create", before: null },
    ]);
  });

  it.each([
    [["no-op"], "no-op"],
    [["read"], "read"],
    [["update"], "update"],
    [["delete"], "delete"],
    [["delete", "create"], "replace"],
    [["create", "delete"], "replace"],
    [["forget"], "forget"],
    [["create", "forget"], "replace"],
    [["dance"], "unknown"],
  ])("knows the actions %j", (actions, action) => {
    const text = planJson({ resource_changes: [change({}, { actions })] });
    expect(planOf(readPlan(text, "p")).changes[0]?.action).toBe(action);
  });

  it("keeps the values of variables, but for what is marked as sensitive", () => {
    const configuration = { root_module: { variables: { secret: { sensitive: true }, short: { ephemeral: true } } } };
    const variables = { actions: { value: ["s3:*"] }, secret: { value: "x" }, short: { value: "y" } };
    const plan = planOf(readPlan(planJson({ variables, configuration }), "p"));
    expect([...plan.variables]).toEqual([["actions", ["s3:*"]]]);
  });

  it("keeps moves, leftovers, imports and deferrals", () => {
    const plan = planOf(
      readPlan(
        planJson({
          resource_changes: [
            change({ previous_address: "aws_iam_role.old" }),
            change({ deposed: "1a2b3c4d" }),
            change({}, { importing: { id: "r" } }),
          ],
          deferred_changes: [{ reason: "provider_config_unknown", resource_change: change() }],
          complete: false,
          errored: true,
        }),
        "p",
      ),
    );
    expect(plan).toMatchObject({ complete: false, errored: true });
    expect(plan.changes).toMatchObject([
      { previousAddress: "aws_iam_role.old" },
      { deposed: "1a2b3c4d" },
      { importing: true, deferred: null },
      { deferred: "provider_config_unknown" },
    ]);
  });

  it("keeps what changed outside of Terraform", () => {
    const text = planJson({ resource_drift: [change({}, { actions: ["update"], before: { name: "r" } })] });
    expect(planOf(readPlan(text, "p")).drift).toMatchObject([{ action: "update", before: { name: "r" } }]);
  });

  it("takes a plan without changes", () => {
    const text = JSON.stringify({ format_version: "1.0", planned_values: { root_module: {} } });
    expect(planOf(readPlan(text, "p")).changes).toEqual([]);
  });

  it.each([
    ["UTF-8", Buffer.from(planJson())],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${planJson()}`)],
    ["UTF-16LE with a byte order mark", Buffer.from(`\ufeff${planJson()}`, "utf16le")],
    ["UTF-16LE", Buffer.from(planJson(), "utf16le")],
    ["UTF-16BE with a byte order mark", Buffer.from(`\ufeff${planJson()}`, "utf16le").swap16()],
  ])("reads %s", (_, bytes) => {
    expect(planOf(readPlan(bytes, "p")).changes).toHaveLength(1);
  });

  it.each<[string, string | Uint8Array, string, RegExp]>([
    ["nothing", "", "plan-empty", /empty/],
    ["blanks", " \n ", "plan-empty", /empty/],
    ["a binary plan", Buffer.from("PK\u0003\u0004rest"), "plan-binary", /binary plan/],
    ["other bytes", Uint8Array.of(0xc3, 0x28, 0x80), "plan-encoding", /UTF-8/],
    ["prose", "hello", "plan-not-json", /"h" at line 1, column 1/],
    ["a stray comma", '{"a": 1,\n "b": ,}', "plan-not-json", /"," at line 2, column 7/],
    ["two values", "{} {}", "plan-not-json", /line 1, column 4/],
    ["a truncated plan", planJson().slice(0, 100), "plan-truncated", /truncated/],
    ["an HCL file", 'resource "aws_iam_role" "r" {}', "plan-not-json", /"r" at line 1/],
    [
      "a text plan",
      "\nTerraform used the selected providers to generate the following execution plan.",
      "plan-text",
      /as text/,
    ],
    ["a coloured text plan", "\u001b[0m\u001b[1mNo changes.\u001b[0m", "plan-text", /as text/],
    ["a log stream", '{"@level":"info","@message":"x"}\n{"@level":"info"}\n', "plan-log", /log stream/],
    ["one log line", '{"@level":"info","@message":"x"}', "plan-log", /log stream/],
    ["the wrapper's output", `[command]/bin/terraform show\n${planJson()}`, "plan-wrapper", /wrapper/],
    ["a state file", '{"version":4,"serial":1,"lineage":"x","resources":[]}', "plan-state", /state file/],
    ["a state as JSON", '{"format_version":"1.0","values":{"root_module":{}}}', "plan-state", /without a plan/],
    ["an empty state as JSON", '{"format_version":"1.0"}', "plan-not-a-plan", /not a Terraform plan/],
    ["other JSON", '{"a":1}', "plan-not-a-plan", /not a Terraform plan/],
    ["a list", "[]", "plan-not-a-plan", /not a Terraform plan/],
    ["null", "null", "plan-not-a-plan", /not a Terraform plan/],
    ["format 2.0", planJson({ format_version: "2.0" }), "plan-version", /"2\.0"/],
    ["a change without address", planJson({ resource_changes: [{}] }), "plan-malformed", /resource change 0/],
  ])("refuses %s with one message and the way out", (_, input, code, message) => {
    const problem = problemOf(readPlan(input, "plan.json"));
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(/^plan\.json: /);
    expect(problem.message).toMatch(message);
    expect(problem.hint).toMatch(/terraform/i);
  });

  it("is not hurt by deep nesting or by keys of Object.prototype", () => {
    const deep = `{"format_version":"1.2","resource_changes":[],"x":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    expect(planOf(readPlan(deep, "p")).changes).toEqual([]);
    const polluting = `{"format_version":"1.2","__proto__":{"errored":true},"resource_changes":[
      {"address":"a.b","type":"constructor","change":{"actions":["create"],"after":{"__proto__":{"policy":"x"}}}}]}`;
    const plan = planOf(readPlan(polluting, "p"));
    expect(plan.errored).toBe(false);
    expect(({} as Record<string, unknown>).policy).toBeUndefined();
  });

  it("answers every input", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void readPlan(bytes, "p")));
  });
});

describe("parseJson", () => {
  it("says of every cut document that it is truncated", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, cut) => {
        const text = `[${json}]`.slice(0, 1 + (cut % (json.length + 1)));
        expect(parseJson(text)).toMatchObject({ error: { truncated: true } });
      }),
    );
  });

  it("finds the first character that is out of place", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(parseJson(`[${json},;]`)).toEqual({ error: { offset: json.length + 2, truncated: false } });
      }),
    );
  });
});
