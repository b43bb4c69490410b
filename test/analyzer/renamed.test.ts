/** A role, user or group of another name is the same one for all that refers to it. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { type Change, planOf, policy } from "./plans.ts";

const arn = (name: string) => `arn:aws:iam::111111111111:${name}`;
const renamed = (type: "role" | "user", more: Partial<Change> = {}): Change => ({
  address: `aws_iam_${type}.x`,
  type: `aws_iam_${type}`,
  actions: type === "role" ? ["delete", "create"] : ["update"],
  before: { name: "old", path: "/", arn: arn(`${type}/old`) },
  after: { name: "new", path: "/" },
  after_unknown: { arn: true },
  ...more,
});
const gets = (...names: readonly string[]) =>
  policy({ Effect: "Allow", Principal: { AWS: names.map(arn) }, Action: "sqs:SendMessage", Resource: "*" });
const passes = (name: string) => policy({ Effect: "Allow", Action: "iam:PassRole", Resource: arn(name) });
const changed = (type: string, before: string, after: string): Change => ({
  address: `${type}.p`,
  type,
  before: { policy: before },
  after: { policy: after },
});

describe("what refers to a principal by its ARN, when that is renamed,", () => {
  const queue = (before: readonly string[], after: readonly string[]) =>
    changed("aws_sqs_queue_policy", gets(...before), gets(...after));
  it.each<[string, readonly Change[], number]>([
    ["opens nothing new to a role", [renamed("role"), queue(["role/old"], ["role/new"])], 0],
    ["opens nothing new to a user", [renamed("user"), queue(["user/old"], ["user/new"])], 0],
    [
      "opens nothing new on it",
      [renamed("role"), changed("aws_iam_policy", passes("role/old"), passes("role/new"))],
      0,
    ],
    ["opens something to another", [renamed("role"), queue(["role/old"], ["role/other"])], 1],
    ["opens something beside the old name", [renamed("role"), queue(["role/old"], ["role/old", "role/new"])], 1],
    ["opens something where it had nothing", [renamed("role"), queue(["role/other"], ["role/new"])], 1],
    [
      "opens something where the name is all they share",
      [renamed("role", { actions: ["create"], before: null }), queue(["role/old"], ["role/new"])],
      1,
    ],
  ])("%s", async (_, changes, count) => {
    const world = { organizationId: null, accounts: null };
    const { findings } = await analyze([planOf(changes)], { rules, world, toolVersion: "0.0.0" });
    expect(findings.filter(({ rule }) => rule === "permission-widened")).toHaveLength(count);
  });
});
