import { expect, test } from "vitest";
import { unwritten } from "../../stacks/not-written.ts";
import { full } from "./graph.ts";

const place = { file: "access.yaml", line: 7, column: 3, length: 9 };

test("what no stack writes is warned about at each place, by name of the part", () => {
  const problems = unwritten(full, {
    roles: (graph) => graph.roles.map((role) => role.place),
    budgets: () => [place],
    trustAnchors: () => [],
  });
  expect(problems.map(({ code, severity, message }) => [severity, code, message])).toEqual([
    ["warning", "not-written", '"budgets" is checked and shown; this version writes no Terraform for it'],
    ["warning", "not-written", '"roles" is checked and shown; this version writes no Terraform for it'],
    ["warning", "not-written", '"roles" is checked and shown; this version writes no Terraform for it'],
  ]);
  expect(problems[0]?.place).toEqual(place);
});

test("the small organization is written whole", () => {
  expect(unwritten(full)).toEqual([]);
});
