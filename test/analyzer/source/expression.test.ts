import { describe, expect, it } from "vitest";
import { parseExpression } from "../../../analyzer/source/expression.ts";

describe("an expression", () => {
  it.each([
    'a ? "x" : b ? [1, 2,] : {}',
    '{ a = 1, b : 2\n  (var.k) = 3\n\n "x" = x }',
    "<<-EOT\n  ${a}\n  EOT\n",
    "f(a, b...)",
    "provider::aws::arn_parse(x)",
    "a.0.b[*].c.*.d",
    "-a.b * (1 + 2) >= 3 || !c",
    '[for k, v in m : v if k != "a"] # trailing',
    "{for k in m : k => k...}",
    "format_x",
    "for_each",
    '"%%{ $${ ${"}"} \\" \\\\"',
    "(\n  a\n  && b\n)",
  ])("is %s", (text) => {
    expect(parseExpression(text)).not.toBeNull();
  });

  it.each([
    "",
    "a b",
    "[1",
    "{ a }",
    "{ a = 1 b = 2 }",
    "f(",
    '"${"',
    '"open',
    "a ?",
    "a ? b",
    "[for in x : y]",
    "{for k in m : k}",
    "= 1",
    "a.",
    `${"[".repeat(100_000)}`,
    `${"!".repeat(100_000)}`,
    `${"a ? b : ".repeat(100_000)}`,
    `a${".*".repeat(100_000)}`,
  ])("is not %.40s", (text) => {
    expect(parseExpression(text)).toBeNull();
  });
});
