import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { diffPolicies } from "../../../lib/iam/diff.ts";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import type { PolicyKind } from "../../../lib/iam/policy.ts";

interface Case {
  id: string;
  kind: PolicyKind;
  existing: unknown;
  candidate: unknown;
  expect: "PASS" | "FAIL";
}

const file = new URL("../../fixtures/corpora/no-new-access.json", import.meta.url);
const cases: Case[] = JSON.parse(readFileSync(file, "utf8"));

it("has all 106 cases", () => {
  expect(cases).toHaveLength(106);
});

it.each(cases.map((entry) => [entry.id, entry] as const))("%s", (_, { kind, existing, candidate, expect: verdict }) => {
  const diff = diffPolicies([parsePolicy(existing, kind).policy], [parsePolicy(candidate, kind).policy]);
  expect(diff.newAccess).toBe(verdict === "FAIL");
});
