/** One policy document, outside of any plan, judged by the same rules. */
import { compareFindings, type Finding } from "../lib/finding.ts";
import { judge } from "./analyze.ts";
import type { Rule, Subject, World } from "./rule.ts";

/** What a document is called where a plan would name a resource. */
export const DOCUMENT = "policy_document";

/**
 * Gives the findings of a document, worst first, all of them `introduced`.
 * @param lineOf the line of a statement in the file, by its index; `null` stands for the document
 */
export function checkPolicy(
  subject: Subject,
  rules: readonly Rule[],
  world: World,
  lineOf: (statement: number | null) => number,
): readonly Finding[] {
  const { address, resourceType, attribute } = subject;
  const change = { address, resourceType, place: attribute, before: [], after: [subject], pending: false };
  return rules
    .flatMap((rule) => judge(rule, change, world))
    .map((finding) => ({ ...finding, location: { file: address, line: lineOf(finding.statement?.index ?? null) } }))
    .sort(compareFindings);
}
