import { rule } from "../rule.ts";

export default rule({
  id: "suppression-unused",
  severity: "info",
  summary: "A suppression hides nothing",
  why: "What it was written for is gone, was renamed or has changed. Left in place, it hides the next mistake of the same kind, which nobody has accepted.",
  levels:
    "Always info. A suppression counts as unused only when a plan holds the resource that it is about and its rule was asked.",
  bad: `# gatehouse:ignore trust-anyone: public by design
resource "aws_iam_role" "deploy" {
  assume_role_policy = data.aws_iam_policy_document.only_our_organization.json
}`,
  good: `resource "aws_iam_role" "deploy" {
  assume_role_policy = data.aws_iam_policy_document.only_our_organization.json
}`,
  fix: "Remove it.",
  references: ["https://csrc.nist.gov/glossary/term/risk_acceptance"],
  on: "suppression",
  check({ state }) {
    if (state.kind !== "unused") return [];
    const { rule, fingerprint } = state.suppression;
    const which = fingerprint === null ? "" : ` with fingerprint ${fingerprint}`;
    return [
      { statement: null, message: `There is no finding of ${rule}${which} here; remove its suppression`, about: rule },
    ];
  },
});
