/** One policy document, outside of any plan, judged by the same rules. */
import { compareFindings, type Finding } from "../lib/finding.ts";
import { loadFacts } from "./facts.ts";
import { judgeBy } from "./judge.ts";
import type { Subject } from "./model.ts";
import { alone } from "./principal-sides.ts";
import type { Rule } from "./rule.ts";
import { organization } from "./world.ts";

/** What a document is called where a plan would name a resource. */
export const DOCUMENT = "policy_document";

/**
 * Gives the findings of a document, worst first, all of them `introduced`.
 * @param lineOf the line of a statement in the file, by its index; `null` stands for the document
 */
export async function checkPolicy(
  subject: Subject,
  rules: readonly Rule[],
  lineOf: (statement: number | null) => number,
): Promise<readonly Finding[]> {
  const { address, resourceType, attribute } = subject;
  const change = { address, resourceType, place: attribute, before: [], after: [subject], pending: false };
  const world = { ...organization(), facts: await loadFacts([subject]), permissionSets: new Map() };
  const principals = alone(change);
  const material = { plan: address, policies: [change], principals, resources: [], unknown: [] };
  return judgeBy(rules, material, world)
    .map((finding) => ({ ...finding, location: { file: address, line: lineOf(finding.statement?.index ?? null) } }))
    .sort(compareFindings);
}
