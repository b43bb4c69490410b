/**
 * What holds of any policy: an order that changes nothing, and whatever takes away, brings nothing new; and what one
 * statement opens, no other one beside it hides. Every Allow statement of the rules' fixtures is a case.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { readPlan } from "../../analyzer/plan.ts";
import { rules } from "../../analyzer/rules.ts";
import type { Finding } from "../../lib/finding.ts";
import { groupBy } from "../../lib/group.ts";
import { type Change, planOf, policy } from "./plans.ts";

type Statement = Readonly<Record<string, unknown>>;

interface Case {
  type: string;
  attribute: string;
  /** The resource without its policy. */
  resource: object;
  statement: Statement;
  /** One for the same kind of policy. */
  other: Statement;
}

const attributes: Readonly<Record<string, string>> = {
  aws_iam_policy: "policy",
  aws_iam_role: "assume_role_policy",
  aws_s3_bucket_policy: "policy",
  aws_sqs_queue_policy: "policy",
  aws_kms_key: "policy",
};

/** A key that nobody is left to change is what comes of allowing less. */
const opening = rules.filter(({ id }) => id !== "kms-key-unmanaged");
const fixtures = join(import.meta.dirname, "..", "fixtures", "rules");

const cases: readonly Case[] = Object.entries(attributes).flatMap(([type, attribute]) => {
  const found = new Map<string, { resource: object; statement: Statement }>();
  for (const id of readdirSync(fixtures)) {
    const read = readPlan(readFileSync(join(fixtures, id, "plan.json")), "plan.json");
    if ("problem" in read) throw new Error(read.problem.message);
    const ofType = read.plan.changes.filter((change) => change.type === type && change.deposed === null);
    for (const side of ofType.flatMap(({ before, after }) => [before, after])) {
      const document = side?.[attribute];
      if (typeof document !== "string") continue;
      const resource = { bucket: side?.bucket, queue_url: side?.queue_url, name: side?.name };
      for (const statement of statementsIn(document)) found.set(JSON.stringify(statement), { resource, statement });
    }
  }
  const all = [...found.values()];
  return all.map(({ resource, statement }, i) => {
    const other = all[(i * 7 + 3) % all.length]!.statement;
    return { type, attribute, resource, statement, other };
  });
});

function statementsIn(document: string): readonly Statement[] {
  try {
    const { Statement: list } = JSON.parse(document);
    return [list].flat().filter((statement) => statement?.Effect === "Allow" && !("Sid" in statement));
  } catch {
    // what is no JSON is policy-malformed's fixture
    return [];
  }
}

/** The findings by address. */
async function judged(changes: readonly Change[]): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const world = { organizationId: "o-a1b2c3d4e5", accounts: new Set(["111111111111", "222222222222"]) };
  const { findings } = await analyze([planOf(changes)], { rules: opening, world, toolVersion: "0.0.0" });
  return groupBy(findings, ({ address }) => address);
}

const deny = (statement: Statement): Statement => ({ ...statement, Effect: "Deny", Condition: undefined });
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 1;

/** Names of changes that open nothing; `null` where it cannot be made of the case. */
const changes: Readonly<Record<string, (of: Case) => readonly [readonly Statement[], readonly Statement[]] | null>> = {
  "another order of the statements": ({ statement, other }) => [
    [statement, other],
    [other, statement],
  ],
  "another order of the actions": ({ statement }) =>
    isList(statement.Action) ? [[statement], [{ ...statement, Action: statement.Action.toReversed() }]] : null,
  "a statement in two": ({ statement }) =>
    isList(statement.Action)
      ? [[statement], [[statement.Action[0]], statement.Action.slice(1)].map((Action) => ({ ...statement, Action }))]
      : null,
  "two statements in one": (of) => {
    const parted = changes["a statement in two"]!(of);
    return parted && [parted[1], parted[0]];
  },
  "an Allow less": ({ statement, other }) => [[statement, other], [statement]],
  "a Deny more": ({ statement, other }) => [[statement], [statement, deny(other)]],
  "fewer actions": ({ statement }) =>
    isList(statement.Action) ? [[statement], [{ ...statement, Action: statement.Action.slice(1) }]] : null,
  "one more condition": ({ statement }) => {
    const conditions = Object(statement.Condition);
    if ("StringEquals" in conditions) return null;
    const Condition = { ...conditions, StringEquals: { "aws:RequestedRegion": "eu-west-1" } };
    return [[statement], [{ ...statement, Condition }]];
  },
};

/** A bucket that does not let a recorder deliver any more comes from taking away; a new Deny may be written wrong. */
const isExpected = ({ rule: id, statement }: Finding, name: string) => {
  const rule = rules.find((one) => one.id === id);
  const isAboutWords = rule?.on === "policy" && rule.aboutWords === true;
  return id === "monitoring-weakened" || (name === "a Deny more" && isAboutWords && statement?.index === 1);
};

describe("nothing is introduced or worsened by", () => {
  it.each(Object.keys(changes))("%s", async (name) => {
    const made = cases.flatMap((of, i): Change[] => {
      const sides = changes[name]!(of);
      const { type, attribute, resource } = of;
      const side = (statements: readonly Statement[]) => ({ ...resource, [attribute]: policy(...statements) });
      return sides ? [{ address: `${type}.x${i}`, type, before: side(sides[0]), after: side(sides[1]) }] : [];
    });
    expect(made.length).toBeGreaterThan(20);
    const findings = [...(await judged(made)).values()].flat();
    expect(findings.some(({ change }) => change === "unchanged")).toBe(true);
    const brought = findings.filter(({ change }) => change === "introduced" || change === "worsened");
    expect(brought.filter((finding) => !isExpected(finding, name))).toEqual([]);
  });
});

describe("a statement beside it", () => {
  it("hides nothing of what a statement opens", async () => {
    const create = ({ type, attribute, resource }: Case, address: string, statements: readonly Statement[]) => ({
      ...{ address, type, actions: ["create"], after: { ...resource, [attribute]: policy(...statements) } },
    });
    const found = await judged(
      cases.flatMap((of, i) => [
        create(of, `${of.type}.alone${i}`, [of.statement]),
        create(of, `${of.type}.beside${i}`, [of.statement, of.other]),
      ]),
    );
    const rulesOf = (address: string) => new Set((found.get(address) ?? []).map(({ rule }) => rule));
    const hidden = cases.flatMap(({ type, statement, other }, i) => {
      const beside = rulesOf(`${type}.beside${i}`);
      // whoever may do everything needs no way there
      if (beside.has("admin-access")) return [];
      return [...rulesOf(`${type}.alone${i}`)]
        .filter((rule) => !beside.has(rule))
        .map((rule) => ({ rule, statement, other }));
    });
    expect(hidden).toEqual([]);
  });
});
