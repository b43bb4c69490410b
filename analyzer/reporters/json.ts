/** The report itself, in the key order of the contract. */
import { byCodeUnit, type Finding, type Witness } from "../../lib/finding.ts";
import type { Reporter } from "./reporter.ts";

/** Two spaces, a line end at the end, and nothing that a terminal would obey. */
export const json: Reporter = ({ version, tool, plans, coverage, findings, drift, summary }) => {
  const inner = { findings: findings.map(inOrder), drift: drift.map(inOrder) };
  const report = { version, tool, plans, coverage, ...inner, summary };
  const text = JSON.stringify(report, null, 2);
  // JSON escapes the C0 controls by itself; what is left of ASCII is plain but for one
  const isPlain = Buffer.byteLength(text) === text.length && !text.includes("\u007f");
  return `${isPlain ? text : text.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}\n`;
};

function inOrder(finding: Finding): Finding {
  return {
    fingerprint: finding.fingerprint,
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    change: finding.change,
    plan: finding.plan,
    address: finding.address,
    resourceType: finding.resourceType,
    attribute: finding.attribute,
    statement: finding.statement,
    message: finding.message,
    witness: finding.witness && sorted(finding.witness),
    remediation: finding.remediation,
    location: finding.location,
    suppressed: finding.suppressed,
  };
}

function sorted({ principal, action, resource, context }: Witness): Witness {
  const entries = Object.entries(context).sort(([a], [b]) => byCodeUnit(a, b));
  return { principal, action, resource, context: Object.fromEntries(entries) };
}

function escaped(char: string): string {
  return [...Array(char.length).keys()].map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");
}
