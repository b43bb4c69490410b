import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPlan } from "../../analyzer/plan.ts";
import { readExcerpt } from "../../analyzer/plan-excerpt.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const excerptOf = (plan: object) => readExcerpt(utf8(JSON.stringify(plan)));

const change = (values: object) => ({
  ...{ address: "terraform_data.a", mode: "managed", type: "terraform_data", name: "a" },
  change: { actions: ["update"], before: {}, after: values },
});
const planned = (values: object) => ({ root_module: { resources: [{ ...change({}), values }] } });
const state = (values: object, mode = "managed") => ({
  format_version: "1.0",
  values: { root_module: { resources: [{ ...change({}), mode, values }] } },
});

/** A plan as Terraform lays it out. */
const plan = {
  format_version: "1.2",
  terraform_version: "1.11.4",
  variables: { region: { value: "eu-west-1" } },
  planned_values: planned({ input: "planned" }),
  resource_changes: [change({ input: "changed" })],
  output_changes: {},
  prior_state: state({ input: "prior" }),
  configuration: { root_module: {} },
  timestamp: "2026-09-01T08:00:00Z",
  applyable: true,
  complete: true,
  errored: false,
};

describe("what is parsed of a large plan", () => {
  it("leaves out what its changes say as well", () => {
    expect(excerptOf(plan)).toEqual({ ...plan, planned_values: null, prior_state: null });
  });

  it("keeps drift, which stands between the two", () => {
    const entries = Object.entries(plan);
    const at = Object.keys(plan).indexOf("resource_changes");
    const withDrift = Object.fromEntries(entries.toSpliced(at, 0, ["resource_drift", [change({ input: "drifted" })]]));
    expect(excerptOf(withDrift)).toEqual({ ...withDrift, planned_values: null, prior_state: null });
  });

  it("keeps the state before when data sources are in it", () => {
    const withData = { ...plan, prior_state: state({ account_id: "111111111111" }, "data") };
    expect(excerptOf(withData)).toEqual({ ...withData, planned_values: null });
  });

  const nested: Readonly<Record<string, object>> = {
    "a variable that is called like the member": {
      variables: { a: { value: { b: 1, planned_values: {}, resource_changes: [] } } },
    },
    "a variable and no planned values": {
      planned_values: undefined,
      variables: { a: { value: { b: 1, planned_values: {} } } },
      prior_state: undefined,
    },
    "planned values with changes in them": {
      planned_values: planned({ input: { b: 1, resource_changes: [change({ input: "not so" })] } }),
    },
    "planned values with drift in them": { planned_values: planned({ input: { b: 1, resource_drift: [] } }) },
    "planned values with changes and a state in them": {
      planned_values: planned({ input: { b: 1, resource_changes: [], prior_state: {} } }),
    },
    "changes around which a state would begin and end": {
      prior_state: undefined,
      resource_changes: [
        change({ input: { b: 1, prior_state: {} } }),
        change({ input: "between" }),
        change({ input: { b: 1, configuration: {} } }),
      ],
    },
    "changes around which a state would begin and end, and a state": {
      resource_changes: [
        change({ input: { b: 1, prior_state: {} } }),
        change({ input: "between" }),
        change({ input: { b: 1, configuration: {} } }),
      ],
    },
    "a state with configuration in it": { prior_state: state({ input: { b: 1, configuration: {} } }) },
  };
  it.each(Object.entries(nested))("is the whole for %s", (_name, members) => {
    expect(excerptOf({ ...plan, ...members })).toBeNull();
  });

  it("is the whole where members stand in another order", () => {
    const sorted = Object.fromEntries(Object.entries(plan).sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(excerptOf(sorted)).toBeNull();
  });

  it("is the whole where it is written with blanks, in UTF-16, or cut off", () => {
    const text = JSON.stringify(plan);
    expect(readExcerpt(utf8(JSON.stringify(plan, null, 1)))).toBeNull();
    expect(readExcerpt(Buffer.from(text, "utf16le"))).toBeNull();
    for (const end of [1, 2, 40, text.length / 2]) expect(readExcerpt(utf8(text.slice(0, -end)))).toBeNull();
  });

  it("leaves nothing out but that, whatever the values are called", () => {
    const key = fc.constantFrom("a", "planned_values", "resource_changes", "resource_drift", "prior_state");
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(1, "b", null, '"},'),
        fc.array(tie("value"), { maxLength: 2 }),
        fc.dictionary(fc.oneof(key, fc.constant("configuration")), tie("value"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const values = fc.record({ first: fc.constant(1), input: value }, { noNullPrototype: true });
    const some = fc.record({ variables: values, planned: values, changed: values, prior: values, outputs: values });
    fc.assert(
      fc.property(
        some,
        fc.subarray(Object.keys(plan)),
        ({ variables, planned: after, changed, prior, outputs }, keys) => {
          const whole = {
            ...plan,
            ...{ variables, planned_values: planned(after), resource_changes: [change(changed)] },
            ...{ output_changes: outputs, prior_state: state(prior) },
          };
          const given = JSON.parse(
            JSON.stringify(Object.fromEntries(Object.entries(whole).filter(([k]) => keys.includes(k)))),
          );
          const excerpt = excerptOf(given);
          if (excerpt === null) return;
          for (const [name, member] of Object.entries(excerpt)) {
            if (member === null) expect(["planned_values", "prior_state"]).toContain(name);
            else expect(member).toEqual(given[name]);
          }
          expect(Object.keys(excerpt)).toEqual(Object.keys(given));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("gives the same plan as reading all of it", () => {
    const long = { input: "x".repeat(3_000_000) };
    const large = {
      ...plan,
      planned_values: planned(long),
      resource_changes: [...plan.resource_changes, change(long)],
    };
    const text = JSON.stringify(large);
    expect(readExcerpt(utf8(text))).not.toBeNull();
    expect(readPlan(utf8(text), "plan.json")).toEqual(readPlan(text, "plan.json"));
  });

  it("is the whole where next to nothing is left out", () => {
    expect(excerptOf({ ...plan, resource_changes: [change({ input: "x".repeat(100_000) })] })).toBeNull();
  });
});
