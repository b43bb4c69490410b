/** What the rules' pages show: the bad example is reported, and the good one by no rule, but for a vendor on record. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import type { Rule } from "../../analyzer/rule.ts";
import { rules } from "../../analyzer/rules.ts";
import { atLeast } from "../../lib/finding.ts";
import { type Change, planOf, policy } from "./plans.ts";

const own = "111122223333";
const vendor = "999999999999";

/** Where a document of the kind stands. */
const places = {
  identity: ["aws_iam_role_policy", "policy"],
  resource: ["aws_s3_bucket_policy", "policy"],
  trust: ["aws_iam_role", "assume_role_policy"],
} as const;

/** Of a web identity's trust the pages show the condition only. */
const webIdentity = {
  Effect: "Allow",
  Principal: { Federated: `arn:aws:iam::${own}:oidc-provider/token.actions.githubusercontent.com` },
  Action: "sts:AssumeRoleWithWebIdentity",
};

function statementsIn(example: string): readonly object[] | null {
  for (const text of [example, `{${example}}`]) {
    try {
      const value = JSON.parse(text);
      if (Array.isArray(value)) return value;
      return value.Statement ?? [value.Effect === undefined ? { ...webIdentity, ...value } : value];
    } catch {
      // Terraform code or a diff
    }
  }
  return null;
}

const placeOf = (rule: Rule) =>
  rule.on === "policy" ? places[rule.kinds[0] ?? "identity"] : rule.on === "principal" ? places.identity : null;

const shown = rules.flatMap((rule) => {
  const place = placeOf(rule);
  const [bad, good] = [statementsIn(rule.bad), statementsIn(rule.good)];
  return place && bad && good ? [{ id: rule.id, place, bad, good }] : [];
});

async function reported([type, attribute]: readonly [string, string], statements: readonly object[]) {
  const change: Change = {
    address: `${type}.x`,
    type,
    actions: ["create"],
    after: { name: "x", bucket: "invoices", role: "x", [attribute]: policy(...statements) },
  };
  const world = { accounts: new Set([own]), vendors: new Set([vendor]) };
  const { findings } = await analyze([planOf([change])], { rules, world, toolVersion: "0.0.0" });
  return findings;
}

describe("the examples of", () => {
  it("most rules about documents can be judged", () => expect(shown.length).toBeGreaterThan(25));

  it.each(shown)("$id", async ({ id, place, bad, good }) => {
    expect((await reported(place, bad)).map(({ rule }) => rule)).toContain(id);
    expect((await reported(place, good)).filter(({ severity }) => atLeast(severity, "medium"))).toEqual([]);
  });
});
