import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAddress } from "../../analyzer/address.ts";
import { analyze } from "../../analyzer/analyze.ts";
import { noBaseline } from "../../analyzer/baseline.ts";
import { type Plan, readPlan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";
import { readSource } from "../../analyzer/source/terraform.ts";
import type { Decisions } from "../../analyzer/suppress.ts";
import type { Organization } from "../../analyzer/world.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures", "rules");
const ids = readdirSync(fixtures);

function readFixture(id: string): { plan: Plan; world: Partial<Organization> } {
  const result = readPlan(readFileSync(join(fixtures, id, "plan.json")), `${id}/plan.json`);
  if ("problem" in result) throw new Error(result.problem.message);
  const file = join(fixtures, id, "options.json");
  const options: { organizationId?: string; organizationAccounts?: string[] } = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : {};
  const accounts = options.organizationAccounts ? new Set(options.organizationAccounts) : null;
  return { plan: result.plan, world: { organizationId: options.organizationId ?? null, accounts } };
}

/** What the comments of a fixture decide, on 2026-06-01. */
function commentsIn(id: string): Decisions {
  const text = readFileSync(join(fixtures, id, "main.tf"), "utf8");
  const ids = rules.map((rule) => rule.id);
  const { suppressions, broken } = readSource(
    ".",
    null,
    { code: () => [{ name: "main.tf", text }], text: () => null },
    ids,
  );
  return { suppressions, broken, baseline: noBaseline, asOf: "2026-06-01" };
}

/** Addresses of the managed resources whose name begins so. */
function named(plan: Plan, prefix: "bad_" | "ok_"): readonly string[] {
  return plan.changes
    .filter(({ mode, address }) => mode === "managed" && parseAddress(address)?.name.startsWith(prefix))
    .map(({ address }) => address)
    .sort();
}

it.each(rules.map(({ id }) => id))("%s has a fixture", (id) => {
  expect(ids).toContain(id);
});

describe.each(ids)("%s", (id) => {
  const rule = rules.find((rule) => rule.id === id);
  const { plan, world } = readFixture(id);

  it("has at least three resources of each kind, all named bad_ or ok_", () => {
    const bad = named(plan, "bad_");
    const ok = named(plan, "ok_");
    expect(bad.length).toBeGreaterThanOrEqual(3);
    expect(ok.length).toBeGreaterThanOrEqual(3);
    expect(bad.length + ok.length).toBe(plan.changes.filter(({ mode }) => mode === "managed").length);
  });

  it.runIf(rule)("reports what is bad_ and nothing that is ok_", async () => {
    const ofSuppressions = rule?.on === "suppression";
    const { findings } = await analyze([plan], {
      rules: rules.filter((other) => other === rule || ofSuppressions),
      decisions: ofSuppressions ? commentsIn(id) : undefined,
      world,
      toolVersion: "0.0.0",
    });
    const report = { findings: findings.filter((finding) => finding.rule === id) };
    const reported = [...new Set(report.findings.map(({ address }) => address))].sort();
    expect(reported).toEqual(named(plan, "bad_"));
    const brought = report.findings.filter(({ change }) => change === "introduced" || change === "worsened");
    expect(brought.map(({ rule }) => rule)).toEqual(report.findings.map(() => id));
  });
});
