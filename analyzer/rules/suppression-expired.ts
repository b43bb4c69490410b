import { rule } from "../rule.ts";

export default rule({
  id: "suppression-expired",
  severity: "low",
  summary: "A suppression has ended and no longer hides anything",
  why: "A suppression is a debt with a date. After its last day the finding shows again; the entry that is left behind makes a reader believe that the risk is still accepted.",
  levels: "Always low: what it hid is reported by its own rule.",
  bad: `suppressions:
  - rule: trust-no-external-id
    address: aws_iam_role.vendor
    reason: the vendor brings external ids in spring
    owner: platform
    until: 2025-03-31`,
  good: `suppressions:
  - rule: trust-no-external-id
    address: aws_iam_role.vendor
    reason: the vendor brings external ids in spring
    owner: platform
    until: 2027-03-31`,
  fix: "Fix what it hid and remove the suppression, or accept the risk again with a new date.",
  references: ["https://csrc.nist.gov/glossary/term/risk_acceptance"],
  on: "suppression",
  check({ state }) {
    if (state.kind !== "expired") return [];
    const { rule, owner, reason, until } = state.suppression;
    const by = owner === null ? "" : ` by ${owner}`;
    const message = `The suppression of ${rule}${by} (${reason}) ended on ${until}`;
    return [{ statement: null, message, about: rule }];
  },
});
