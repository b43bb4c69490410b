import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { readPlan } from "../../analyzer/plan.ts";
import { noPaint, reporters } from "../../analyzer/reporters/index.ts";
import { rules } from "../../analyzer/rules.ts";

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, "..", "fixtures", "plans", name, "plan.json"), "utf8");

/** The JSON with the value that a visit in document order meets at `position` replaced. */
function replaceAt(json: string, position: number, replacement: unknown): string {
  let seen = 0;
  return JSON.stringify(JSON.parse(json), (_, value) => (seen++ === position ? replacement : value));
}

const text = fixture("changes");
let nodes = 0;
JSON.parse(text, () => void nodes++);

const options = { rules, world: { organizationId: null, accounts: null }, toolVersion: "0.0.0" };

it("answers every plan, whatever stands where something else was expected", async () => {
  const replacement = fc.oneof(
    fc.constantFrom(
      null,
      true,
      0,
      "",
      "*",
      "__proto__",
      [],
      {},
      [null],
      { references: [null, 1] },
      "{",
      '{"Statement":[null]}',
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(nodes), replacement, async (position, value) => {
      const result = readPlan(replaceAt(text, position, value), "plan.json");
      if ("problem" in result) {
        expect(result.problem.message).toMatch(/^plan\.json: /);
        return;
      }
      const report = await analyze([result.plan], options);
      for (const reporter of Object.values(reporters)) {
        expect(reporter(report, { rules, paint: noPaint })).toMatch(/\n$/);
      }
    }),
    { numRuns: 100 },
  );
});
