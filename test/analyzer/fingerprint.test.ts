import { describe, expect, it } from "vitest";
import { fingerprint } from "../../analyzer/fingerprint.ts";

describe("fingerprint", () => {
  it("is sixteen hexadecimal digits, and differs by each of its parts", () => {
    const parts = ["rule", "address", "attribute", "form"] as const;
    const base = fingerprint(...parts);
    expect(base).toMatch(/^[0-9a-f]{16}$/);
    for (let i = 0; i < parts.length; i++) {
      const [a, b, c, d] = parts.map((part, j) => (i === j ? `${part}x` : part));
      expect(fingerprint(a ?? "", b ?? "", c ?? "", d ?? "")).not.toBe(base);
    }
  });
});
