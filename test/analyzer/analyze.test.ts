import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { type Rule, rule } from "../../analyzer/rule.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

/** Reports every statement that allows: low for reading, high for all actions. */
const allows: Rule = rule({
  id: "test-allows",
  severity: "low",
  summary: "Allows",
  why: "",
  bad: "",
  good: "",
  fix: "Do not.",
  references: [],
  levels: "",
  on: "policy",
  kinds: ["identity"],
  check: ({ policy }) =>
    policy.statements
      .filter(({ effect }) => effect === "Allow")
      .map(({ index, sid, actions }) => ({
        statement: { index, sid },
        message: `Allows ${actions.values.join(", ")}`,
        ...(actions.values.includes("*") && { severity: "high" as const }),
      })),
});

const allow = (...Action: readonly string[]) => ({ Effect: "Allow", Action, Resource: "*" });
const deny = { Effect: "Deny", Action: "iam:*", Resource: "*" };
const change = (before: string | null, after: string | null, more: Partial<Change> = {}): Change => ({
  address: "aws_iam_policy.p",
  type: "aws_iam_policy",
  before: before === null ? null : { policy: before },
  after: after === null ? null : { policy: after },
  ...more,
});
const report = (...changes: readonly Change[]) =>
  analyze([planOf(changes)], {
    rules: [allows],
    world: { organizationId: null, accounts: null },
    toolVersion: "1.2.3",
  });
const judged = async (...changes: readonly Change[]) =>
  (await report(...changes)).findings.map(({ change, message }) => `${change}: ${message}`);

describe("the change of a finding", () => {
  it.each<[string, string | null, string | null, readonly string[]]>([
    ["a new policy", null, policy(allow("s3:GetObject")), ["introduced: Allows s3:GetObject"]],
    ["a deleted policy", policy(allow("s3:GetObject")), null, ["fixed: Allows s3:GetObject"]],
    [
      "the same policy",
      policy(allow("s3:GetObject")),
      policy(allow("s3:GetObject")),
      ["unchanged: Allows s3:GetObject"],
    ],
    [
      "the same statement, moved, reordered and renamed",
      policy(allow("s3:GetObject", "s3:PutObject")),
      policy(deny, { Sid: "New", ...allow("S3:PutObject", "s3:GetObject") }),
      ["unchanged: Allows S3:PutObject, s3:GetObject"],
    ],
    [
      "another statement in its place",
      policy(allow("s3:GetObject")),
      policy(allow("s3:PutObject")),
      ["worsened: Allows s3:PutObject"],
    ],
    [
      "a wider statement",
      policy(allow("s3:GetObject")),
      policy(allow("s3:GetObject", "s3:PutObject")),
      ["worsened: Allows s3:PutObject"],
    ],
    [
      "a narrower statement",
      policy(allow("s3:GetObject", "s3:PutObject")),
      policy(allow("s3:GetObject")),
      ["unchanged: Allows s3:GetObject"],
    ],
    [
      "a wider statement, of which a Deny takes away what is new",
      policy(allow("s3:GetObject")),
      policy(allow("s3:GetObject", "iam:PassRole"), deny),
      ["unchanged: Allows s3:GetObject, iam:PassRole"],
    ],
    [
      "a wider statement, known by its Sid among others",
      policy({ Sid: "A", ...allow("s3:GetObject") }, { Sid: "B", ...allow("sqs:SendMessage") }),
      policy({ Sid: "B", ...allow("sqs:*") }, { Sid: "A", ...allow("s3:GetObject") }),
      ["worsened: Allows sqs:*", "unchanged: Allows s3:GetObject"],
    ],
    [
      "a statement split in two",
      policy(allow("s3:GetObject", "s3:PutObject")),
      policy(allow("s3:GetObject"), allow("s3:PutObject")),
      ["unchanged: Allows s3:GetObject", "unchanged: Allows s3:PutObject"],
    ],
    [
      "two statements made one",
      policy(allow("s3:GetObject"), allow("s3:PutObject")),
      policy(allow("s3:GetObject", "s3:PutObject")),
      ["unchanged: Allows s3:GetObject, s3:PutObject", "fixed: Allows s3:PutObject"],
    ],
    [
      "a statement more, and another one changed",
      policy(allow("s3:GetObject")),
      policy(allow("s3:*"), allow("sqs:*")),
      ["introduced: Allows sqs:*", "worsened: Allows s3:*"],
    ],
    [
      "what cannot be weighed",
      policy({ ...allow("s3:GetObject"), Resource: `arn:aws:s3:::\${aws:PrincipalTag/a}/\${aws:PrincipalTag/b}` }),
      policy({ ...allow("s3:GetObject"), Resource: `arn:aws:s3:::\${aws:PrincipalTag/b}/\${aws:PrincipalTag/a}` }),
      ["worsened: Allows s3:GetObject"],
    ],
    ["a heavier statement", policy(allow("s3:GetObject")), policy(allow("*")), ["worsened: Allows *"]],
    ["a lighter statement", policy(allow("*")), policy(allow("s3:GetObject")), ["unchanged: Allows s3:GetObject"]],
    [
      "a heavier statement beside the old one",
      policy(allow("s3:GetObject")),
      policy(allow("s3:GetObject"), allow("*")),
      ["introduced: Allows *", "unchanged: Allows s3:GetObject"],
    ],
    [
      "the same statement twice",
      policy(allow("s3:GetObject")),
      policy(allow("s3:GetObject"), allow("s3:GetObject")),
      ["unchanged: Allows s3:GetObject"],
    ],
  ])("%s", async (_, before, after, expected) => {
    expect(await judged(change(before, after))).toEqual(expected);
  });

  it("compares a moved resource with what it was under its earlier address", async () => {
    const same = policy(allow("s3:GetObject"));
    expect(await judged(change(same, same, { previous_address: "aws_iam_policy.old" }))).toEqual([
      "unchanged: Allows s3:GetObject",
    ]);
  });

  it("does not depend on the position of a block in a list", async () => {
    const role = (...policies: readonly string[]) => ({ inline_policy: policies.map((policy) => ({ policy })) });
    const [read, write] = [policy(allow("s3:GetObject")), policy(allow("s3:PutObject"))];
    const moved = { address: "aws_iam_role.r", type: "aws_iam_role", before: role(read), after: role(write, read) };
    expect(await judged(moved)).toEqual(["introduced: Allows s3:PutObject", "unchanged: Allows s3:GetObject"]);
  });

  it("calls nothing fixed while the new policy is unknown", async () => {
    expect(await judged(change(policy(allow("*")), null, { after: {}, after_unknown: { policy: true } }))).toEqual([]);
  });
});

describe("the report", () => {
  it("keeps the fingerprint when the statement stays and the policy around it changes", async () => {
    const [first] = (await report(change(null, policy(allow("s3:GetObject"))))).findings;
    const [second] = (await report(change(null, policy(deny, allow("s3:GetObject"))))).findings;
    expect(first?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(second?.fingerprint).toBe(first?.fingerprint);
  });

  it("counts what was read, what was not, and what changed", async () => {
    const result = await analyze(
      [
        planOf([
          change(null, policy(allow("*")), { address: "aws_iam_policy.all" }),
          change(null, null, { after: {}, after_unknown: { policy: true } }),
        ]),
        planOf([change(policy(allow("s3:GetObject")), null), change(null, '{"Statement": 1}')], { errored: true }),
      ],
      { rules: [allows], world: { organizationId: null, accounts: null }, toolVersion: "1.2.3" },
    );
    expect(result).toMatchObject({
      version: 1,
      tool: { name: "gatehouse", version: "1.2.3" },
      plans: [{ file: "plan.json", errored: false, resourceChanges: 2 }, { errored: true }],
      coverage: { policies: 3, evaluated: 1, unknown: [{ address: "aws_iam_policy.p", attribute: "policy" }] },
      summary: {
        introduced: 1,
        worsened: 0,
        unchanged: 0,
        fixed: 1,
        bySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
      },
    });
    expect(Object.keys(result.coverage.unknown[0] ?? {})).toEqual(["address", "attribute", "reason", "references"]);
  });

  it("fills in what the rule does not say", async () => {
    expect((await report(change(null, policy(allow("s3:GetObject"))))).findings).toMatchObject([
      { severity: "low", confidence: "high", witness: null, remediation: "Do not.", location: null, suppressed: null },
    ]);
  });

  it("has the worst first", async () => {
    expect(await judged(change(null, policy(allow("s3:GetObject"), allow("*"))))).toEqual([
      "introduced: Allows *",
      "introduced: Allows s3:GetObject",
    ]);
  });

  it("says what an unreadable statement and an unknown policy are", async () => {
    const { findings } = await analyze(
      [
        planOf([
          change(null, policy({ Effect: "allow", Action: "*", Resource: "*", Actions: "x" })),
          change(null, null, { after: {}, after_unknown: { policy: true } }),
        ]),
      ],
      { rules, world: { organizationId: null, accounts: null }, toolVersion: "1.2.3" },
    );
    expect(findings.filter(({ rule }) => rule === "policy-malformed")).toHaveLength(1);
    expect(findings.filter(({ rule }) => rule === "policy-unknown")).toMatchObject([
      { severity: "info", statement: null },
    ]);
  });

  it("tells what was opened outside of Terraform apart from what the plan does", async () => {
    const [closed, open] = [policy(allow("s3:GetObject")), policy(allow("*"))];
    const address = "aws_iam_policy.p";
    const entry = { address, mode: "managed", type: "aws_iam_policy" };
    const resource_drift = [
      { ...entry, change: { actions: ["update"], before: { policy: closed }, after: { policy: open } } },
    ];
    const plan = planOf([change(open, closed), change(closed, closed, { address: "aws_iam_policy.q" })], {
      resource_drift,
    });
    const result = await analyze([plan], { rules: [allows], world: {}, toolVersion: "1.2.3" });
    expect(result.drift).toMatchObject([{ address, change: "worsened", message: "Allows *" }]);
    expect(result.summary).toMatchObject({ introduced: 0, worsened: 0, unchanged: 2 });
  });
});

/** How wide a door stands open; without a door, wide enough. */
const doors: Rule = rule({
  ...allows,
  id: "test-doors",
  on: "resource",
  types: ["aws_door"],
  check: ({ values }) => [{ statement: null, message: `Open ${values.width}`, measure: Number(values.width) }],
  deleted: () => [{ statement: null, message: "No door", measure: 100 }],
});

describe("the change of a resource's finding", () => {
  const wide = (width: number | null) => (width === null ? null : { width });
  it.each<[string, number | null, number | null, readonly string[]]>([
    ["new", null, 1, ["introduced: Open 1"]],
    ["as it was", 1, 1, ["unchanged: Open 1"]],
    ["wider", 1, 2, ["worsened: Open 2"]],
    ["less wide", 2, 1, ["unchanged: Open 1"]],
    ["deleted", 1, null, ["worsened: No door"]],
  ])("%s", async (_, before, after, expected) => {
    const door = { address: "aws_door.d", type: "aws_door", before: wide(before), after: wide(after) };
    const { findings } = await analyze([planOf([door])], { rules: [doors], world: {}, toolVersion: "1.2.3" });
    expect(findings.map(({ change, message }) => `${change}: ${message}`)).toEqual(expected);
  });
});

/** Reports every Deny that waits for a condition. */
const holes: Rule = rule({
  ...allows,
  id: "test-holes",
  on: "policy",
  kinds: ["identity"],
  check: ({ policy }) =>
    policy.statements
      .filter(({ effect, conditions }) => effect === "Deny" && conditions.length > 0)
      .map(({ index, sid, actions }) => ({
        statement: { index, sid },
        message: `Denies ${actions.values.join(", ")}`,
      })),
});

describe("the change of a Deny", () => {
  const guard = (...Action: readonly string[]) => ({
    Effect: "Deny",
    Action,
    Resource: "*",
    Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } },
  });
  it.each<[string, object, object, readonly string[]]>([
    ["denies less", guard("iam:*", "sts:*"), guard("iam:*"), ["worsened: Denies iam:*"]],
    ["denies more", guard("iam:*"), guard("iam:*", "sts:*"), ["unchanged: Denies iam:*, sts:*"]],
  ])("%s", async (_, before, after, expected) => {
    const plan = planOf([change(policy(before), policy(after))]);
    const { findings } = await analyze([plan], { rules: [holes], world: {}, toolVersion: "1.2.3" });
    expect(findings.map(({ change, message }) => `${change}: ${message}`)).toEqual(expected);
  });
});
