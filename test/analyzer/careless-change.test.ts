/** The example of a careless pull request: every mistake is reported, where it is, once, and nothing else is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../analyzer/report.ts";
import { rules } from "../../analyzer/rules.ts";
import { atLeast, type Finding } from "../../lib/finding.ts";
import { gatehouse, root } from "../cli/run.ts";

const folder = "examples/careless-change";
const expected: readonly [rule: string, address: string][] = JSON.parse(
  readFileSync(join(root, folder, "expected.json"), "utf8"),
);

/** What follows from a mistake beside what it is: who comes in anew, and what everything-but-three-services includes. */
const consequences: readonly [rule: string, address: string][] = [
  ["trust-widened", "aws_iam_role.deploy"],
  ["trust-widened", "aws_iam_role.incident_responder"],
  ["permission-widened", "aws_s3_bucket_policy.images"],
  ["privilege-escalation", "aws_iam_role_policy.builders"],
];

let report: Report;
beforeAll(async () => {
  const { stdout } = await gatehouse([
    "analyze",
    `${folder}/plan.json`,
    "--manifest",
    "examples/securecart",
    "--format",
    "json",
  ]);
  report = JSON.parse(stdout);
});

const brought = ({ change }: Finding) => change === "introduced" || change === "worsened";
const exists = (id: string) => rules.some((rule) => rule.id === id);

describe("every mistake is reported once", () => {
  it.each(expected.filter(([rule]) => exists(rule)))("%s at %s", (rule, address) => {
    const found = report.findings.filter((finding) => finding.rule === rule && finding.address === address);
    expect(found).toHaveLength(1);
    expect(found.every(brought)).toBe(true);
  });
});

it("nothing else is reported that would stop a pipeline", () => {
  const known = new Set([...expected, ...consequences].map(([rule, address]) => `${rule} ${address}`));
  const others = report.findings
    .filter(({ severity }) => atLeast(severity, "medium"))
    .map(({ rule, address }) => `${rule} ${address}`)
    .filter((name) => !known.has(name));
  expect(others).toEqual([]);
});

it("the sources name every mistake", () => {
  const sources = readdirSync(join(root, folder, "after")).map((name) =>
    readFileSync(join(root, folder, "after", name), "utf8"),
  );
  expect(sources.join("\n").match(/Mistake:/g)).toHaveLength(expected.length);
});
