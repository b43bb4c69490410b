import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { type Plan, readPlan } from "../../analyzer/plan.ts";
import { formats, noPaint, reporters } from "../../analyzer/reporters/index.ts";
import { type Rule, rule } from "../../analyzer/rule.ts";
import { rules } from "../../analyzer/rules.ts";
import { planOf, policy } from "./plans.ts";

const SECRET = "arn:aws:iam::210987654321:role/merger-due-diligence";

const trust = policy({ Sid: "Merger", Effect: "Allow", Principal: { AWS: SECRET }, Action: "sts:AssumeRole" });

/** One resource, created, with a mask as Terraform writes it. */
function plan(type: string, after: object, mask: unknown, side: "after" | "before" = "after"): Plan {
  const change =
    side === "after"
      ? { actions: ["create"], before: null, after }
      : { actions: ["delete"], before: after, after: null };
  const resource = {
    address: `${type}.x`,
    mode: "managed",
    type,
    name: "x",
    change: { ...change, [`${side}_sensitive`]: mask },
  };
  const result = readPlan(JSON.stringify({ format_version: "1.2", resource_changes: [resource] }), "plan.json");
  if ("problem" in result) throw new Error(result.problem.message);
  return result.plan;
}

const facts = { severity: "high", why: "", levels: "", bad: "", good: "", fix: "Do not.", references: [] } as const;

/** Quotes everything that it sees. */
const quotes: Rule = rule({
  ...facts,
  id: "test-quotes",
  summary: "Values are quoted",
  on: "resource",
  types: ["aws_iam_user"],
  check: ({ values }) => [{ statement: null, message: `user ${values.name} of ${values.path}` }],
});

const quotesTogether: Rule = rule({
  ...facts,
  id: "test-together",
  summary: "Policies are quoted",
  on: "principal",
  check: ({ policies }) => [
    {
      statement: null,
      message: JSON.stringify(policies.map(({ policy }) => policy.statements.map(({ resources }) => resources))),
    },
  ],
});

const report = (plan: Plan, some: readonly Rule[] = rules) =>
  analyze([plan], { rules: some, world: { accounts: new Set(["111122223333"]) }, toolVersion: "1.2.3" });

describe("a policy that is marked sensitive", () => {
  const cases: readonly [string, Plan][] = [
    ["by itself", plan("aws_iam_role", { assume_role_policy: trust }, { assume_role_policy: true })],
    ["with its whole resource", plan("aws_iam_role", { assume_role_policy: trust }, true)],
    [
      "before it is deleted",
      plan("aws_iam_role", { assume_role_policy: trust }, { assume_role_policy: true }, "before"),
    ],
  ];
  it.each(cases)("%s is judged, and nothing of it is shown in any format", async (_, plan) => {
    const result = await report(plan);
    const rule = rules.find(({ id }) => id === "trust-outside-organization")!;
    expect(result.findings).toContainEqual(
      expect.objectContaining({
        rule: rule.id,
        severity: "high",
        address: "aws_iam_role.x",
        attribute: "assume_role_policy",
        statement: { index: 0, sid: null },
        message: `${rule.summary}; details are withheld, as the plan marks this as sensitive`,
        witness: null,
        remediation: rule.fix,
      }),
    );
    for (const format of formats) {
      const output = reporters[format](result, { rules, paint: noPaint });
      expect(output).not.toMatch(/210987654321|merger/i);
    }
  });

  it("is withheld also when something else has drifted", async () => {
    const marked = plan("aws_iam_role", { assume_role_policy: trust }, { assume_role_policy: true });
    const other = plan("aws_iam_user", { name: "jane.roe" }, {}).changes;
    expect(JSON.stringify(await report({ ...marked, drift: other }))).not.toMatch(/merger-due/);
  });

  it("keeps the same finding apart as without the mark", async () => {
    const marked = await report(plan("aws_iam_role", { assume_role_policy: trust }, { assume_role_policy: true }));
    const open = await report(plan("aws_iam_role", { assume_role_policy: trust }, { tags: { a: true } }));
    expect(marked.findings.map(({ fingerprint }) => fingerprint)).toEqual(
      open.findings.map(({ fingerprint }) => fingerprint),
    );
    expect(JSON.stringify(open)).toContain(SECRET);
  });

  it("is withheld where a document that is marked is read only during apply", async () => {
    const statement = {
      actions: ["sts:AssumeRole"],
      principals: [{ type: "AWS", identifiers: [SECRET] }],
      condition: [{ test: "StringLike", variable: "aws:userid", values: ["*"] }],
    };
    const address = "data.aws_iam_policy_document.d";
    const references = { assume_role_policy: { references: [`${address}.json`, address] } };
    const deferred = (after_sensitive: object) =>
      planOf(
        [
          {
            ...{ address, type: "aws_iam_policy_document", mode: "data", actions: ["read"], after_sensitive },
            after: { statement: [statement] },
            after_unknown: { json: true },
          },
          {
            ...{ address: "aws_iam_role.r", type: "aws_iam_role", actions: ["create"], after: { name: "r" } },
            after_unknown: { assume_role_policy: true },
          },
        ],
        { configuration: { root_module: { resources: [{ address: "aws_iam_role.r", expressions: references }] } } },
      );
    const open = await report(deferred({}));
    const marked = await report(deferred({ statement: [{ principals: true }] }));
    expect(JSON.stringify(open)).toContain(SECRET);
    expect(JSON.stringify(marked)).not.toContain("merger");
    expect(marked.findings.map(({ rule }) => rule)).toEqual(open.findings.map(({ rule }) => rule));
  });

  it("is not quoted where its principal is judged", async () => {
    const allow = policy({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::merger-plans" });
    const role = { assume_role_policy: trust, inline_policy: [{ name: "a", policy: allow }] };
    const open = await report(plan("aws_iam_role", role, {}), [quotesTogether]);
    const marked = await report(plan("aws_iam_role", role, { inline_policy: [{ policy: true }] }), [quotesTogether]);
    expect(JSON.stringify(open)).toContain("merger-plans");
    expect(JSON.stringify(marked)).not.toContain("merger");
    expect(marked.findings).toHaveLength(open.findings.length);
  });
});

it("a value that is marked sensitive is replaced where a rule quotes it", async () => {
  const user = { name: "jane.roe", path: "/board/" };
  const { findings } = await report(plan("aws_iam_user", user, { name: true }), [quotes]);
  expect(findings.map(({ message }) => message)).toEqual(["user (sensitive) of /board/"]);
});
