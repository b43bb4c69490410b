import { rule } from "../rule.ts";

export default rule({
  id: "suppression-malformed",
  severity: "low",
  summary: "A comment is meant as a suppression and is none",
  why: "A suppression that cannot be read hides nothing, and its writer believes that it does. Without a reason nobody can tell later whether the risk is still accepted.",
  levels: "Always low: what it was meant to hide is reported.",
  bad: `# gatehouse:ignore trust-anyone
resource "aws_iam_role" "catalog" {
  assume_role_policy = data.aws_iam_policy_document.public.json
}`,
  good: `# gatehouse:ignore trust-anyone until 2027-01-31: public catalogue, reviewed in SEC-112
resource "aws_iam_role" "catalog" {
  assume_role_policy = data.aws_iam_policy_document.public.json
}`,
  fix: "Write it as `# gatehouse:ignore RULE until DATE: reason` right above the resource, with a line for each rule; the date may be left out. What has no place beside a resource goes into gatehouse.config.yaml, by address.",
  references: ["https://csrc.nist.gov/glossary/term/risk_acceptance"],
  on: "suppression",
  check: ({ state }) =>
    state.kind === "malformed"
      ? [{ statement: null, message: `The suppression applies to nothing: ${state.because}` }]
      : [],
});
