/** What the parts of an account's stack have in common. */
import type { ITerraformDependable } from "cdktf";
import type { BaseStack } from "../base-stack.ts";

/** Adds a resource to the stack, as `BaseStack.add`. */
export type Add = BaseStack["add"];

/** What the stack makes, by ARN: policies name things by derived ARNs, so Terraform cannot see the order by itself. */
export type Made = Map<string, ITerraformDependable>;

/** Those of the ARNs that this stack makes. */
export function madeHere(made: Made, arns: readonly string[]): ITerraformDependable[] | undefined {
  const before = arns.flatMap((arn) => made.get(arn) ?? []);
  return before.length === 0 ? undefined : before;
}
