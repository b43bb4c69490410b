/** One policy document, outside of any plan, judged by the same rules. */
import { compareFindings, type Finding } from "../lib/finding.ts";
import { fingerprint, normalForm } from "./fingerprint.ts";
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
  const { policy, address, attribute, resourceType } = subject;
  return rules
    .filter((rule) => rule.appliesTo.includes(policy.kind))
    .flatMap((rule) =>
      rule.check(subject, world).map((violation): Finding => {
        const index = violation.statement?.index ?? null;
        const statement = policy.statements.find((candidate) => candidate.index === index);
        return {
          fingerprint: fingerprint(rule.id, address, attribute, statement ? normalForm(statement) : violation.message),
          rule: rule.id,
          severity: violation.severity ?? rule.severity,
          confidence: violation.confidence ?? "high",
          change: "introduced",
          address,
          resourceType,
          attribute,
          statement: violation.statement,
          message: violation.message,
          witness: violation.witness ?? null,
          remediation: violation.remediation ?? rule.fix,
          location: { file: address, line: lineOf(index) },
          suppressed: null,
        };
      }),
    )
    .sort(compareFindings);
}
