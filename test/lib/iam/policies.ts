/** Short forms for policies in tests; a document with problems fails the test that uses it. */
import { expect } from "vitest";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import type { Policy, PolicyKind } from "../../../lib/iam/policy.ts";

export function policyOf(kind: PolicyKind, ...statements: object[]): Policy {
  const { policy, problems } = parsePolicy({ Version: "2012-10-17", Statement: statements }, kind);
  expect(problems).toEqual([]);
  return policy;
}

export const identity = (...statements: object[]) => policyOf("identity", ...statements);
export const resource = (...statements: object[]) => policyOf("resource", ...statements);
export const trust = (...statements: object[]) => policyOf("trust", ...statements);
