import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logicalId } from "../../stacks/address.ts";

describe("logicalId", () => {
  it.each([
    [["shop-prod"], "shop-prod"],
    [["developers", "read-only", "shop-prod"], "developers--read-only--shop-prod"],
    [["log_archive"], "log_archive"],
  ])("leaves %j as it is", (parts, expected) => {
    expect(logicalId(parts)).toBe(expected);
  });

  it.each([
    [["jo.e"], /^jo-e-[0-9a-f]{8}$/],
    [["1password"], /^_1password-[0-9a-f]{8}$/],
    [["security@example.com"], /^security-example-com-[0-9a-f]{8}$/],
    [["données"], /^donn-es-[0-9a-f]{8}$/],
    [["a--b"], /^a--b-[0-9a-f]{8}$/],
    [[""], /^_-[0-9a-f]{8}$/],
  ])("marks %j with a hash", (parts, expected) => {
    expect(logicalId(parts)).toMatch(expected);
  });

  const key = fc.array(fc.oneof(fc.string(), fc.stringMatching(/^[a-c.-]{1,4}$/)), { minLength: 1, maxLength: 3 });

  it("is always a Terraform identifier", () => {
    fc.assert(fc.property(key, (parts) => /^[A-Za-z_][A-Za-z0-9_-]*$/.test(logicalId(parts))));
  });

  it("differs where keys differ", () => {
    fc.assert(
      fc.property(key, key, (a, b) => (logicalId(a) === logicalId(b)) === (JSON.stringify(a) === JSON.stringify(b))),
      { numRuns: 2000 },
    );
  });
});
