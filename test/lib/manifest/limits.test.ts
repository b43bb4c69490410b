import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { limits } from "../../../lib/limits.ts";
import { readManifest } from "../../../lib/manifest/read.ts";
import { good } from "../../fixtures/manifests/bad.ts";

const read = (text: string) =>
  readManifest([{ name: "access.yaml", text }], { asOf: "2026-11-22", policyFiles: new Map() }).problems.map(
    ({ code, message }) => `${code}: ${message}`,
  );

const three = "managedPolicies: [ReadOnlyAccess, SecurityAudit, AdministratorAccess]";

test.each([
  ["managedPoliciesPerPermissionSet", 2, good.replace("managedPolicies: ReadOnlyAccess", three)],
  ["managedPoliciesPerRole", 2, `${good}roles: { r: { in: shop-dev, trust: { service: ec2 }, ${three} } }\n`],
  ["unitDepth", 1, good],
  ["eventPatternSize", 10, `${good}monitoring: { events: { e: { pattern: { source: [aws.ec2, aws.s3] } } } }\n`],
])("%s is what the manifest says, and the message says so", (name, value, text) => {
  const about = (problems: readonly string[]) => problems.filter((problem) => /too-(many|deep|large)/.test(problem));
  expect(about(read(text))).toEqual([]);
  const [first] = about(read(`${text}limits: { ${name}: ${value} }\n`));
  expect(first).toContain(String(value));
});

test("every quota that can be written is looked at somewhere", () => {
  const root = new URL("../../../lib/", import.meta.url);
  const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && name !== "limits.ts")
    .map((name) => readFileSync(new URL(name, root), "utf8"))
    .join("\n");
  expect(Object.keys(limits).filter((name) => !sources.includes(`"${name}"`))).toEqual([]);
});
