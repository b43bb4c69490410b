import { accountsNamed } from "../../lib/iam/callers.ts";
import { isOpenToStrangers } from "../../lib/iam/open.ts";
import { memberOf, organizationsNamed, outsider } from "../../lib/iam/questions.ts";
import { ask, worst } from "../../lib/iam/witness.ts";
import { eachAllow, rule, violationsOf } from "../rule.ts";

export default rule({
  id: "trust-outside-organization",
  severity: "high",
  summary: "An account outside the organization may assume the role",
  why: "Nobody in the organization controls who holds credentials in that account, no service control policy binds them, and nobody is told when they are lost. It may be a vendor; it may be a mistyped account id.",
  levels:
    "High; low for a vendor on record; info with low confidence as long as nobody says which accounts are inside.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::999999999999:root" },
  "Action": "sts:AssumeRole"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:role/deploy" },
  "Action": "sts:AssumeRole"
}`,
  fix: "Name an account of the organization. For a vendor, name the vendor's role, require its external id, and put it on record: in the access manifest (trust: thirdParty) or as a vendor in gatehouse.config.yaml.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"],
  on: "policy",
  kinds: ["trust"],
  check: eachAllow((apart, { policy, account: own }, { accounts: inside, organizationId, vendors }) => {
    const { statement, alone, only } = apart;
    const accounts = [...accountsNamed([only])].filter((id) => inside?.has(id) !== true && id !== own);
    const organizations =
      organizationId === null ? [] : [...organizationsNamed([only])].filter((id) => id !== organizationId);
    // open to everyone is trust-anyone's finding
    if (accounts.length + organizations.length === 0 || isOpenToStrangers(policy, apart, inside)) return [];
    // an account may be in an organization that the policy lets in, or in one that nobody mentions
    const outside = [
      ...accounts.sort().map((id) => ({
        name: `account ${id}`,
        onRecord: vendors.has(id),
        views: [undefined, ...organizations].map((organization) => outsider(id, [policy], organization)),
      })),
      ...organizations
        .sort()
        .map((id) => ({ name: `organization ${id}`, onRecord: false, views: [memberOf(id, [policy])] })),
    ];
    const found = outside.flatMap(({ name, onRecord, views }) => {
      const answers = views.map((view) => ask({ policies: [alone], ...view }));
      const answer = worst(answers);
      return answer.kind === "none" ? [] : [{ name, onRecord, answer }];
    });
    const names = found.map(({ name }) => name).join(", ");
    const violations = violationsOf(
      worst(found.map(({ answer }) => answer)),
      statement,
      alone,
      ({ action }) => `${names}: outside the organization, and can call ${action} on this role`,
    );
    // a vendor on record is a decision somebody took; whether it has an external id is another rule's
    if (found.every(({ onRecord }) => onRecord)) {
      return violations.map((violation) => ({
        ...violation,
        severity: "low" as const,
        message: `${violation.message}; it is on record as a third party`,
      }));
    }
    const unknown = inside === null && found.every(({ name }) => name.startsWith("account "));
    return unknown ? violations.map((violation) => ({ ...violation, ...notJudged(names) })) : violations;
  }),
});

/** Nobody said which accounts are inside: the trust is named, and not judged. */
const notJudged = (names: string) => ({
  severity: "info" as const,
  confidence: "low" as const,
  message: `${names} can assume this role; whether it is in the organization cannot be told without its accounts (--manifest or --organization-accounts)`,
  remediation: "Say which accounts are inside, with --manifest or --organization-accounts.",
});
