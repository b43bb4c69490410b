import { accountsNamed, servicesIn } from "../../lib/iam/callers.ts";
import { isOpenToStrangers, naming } from "../../lib/iam/open.ts";
import { organizationsNamed } from "../../lib/iam/questions.ts";
import { eachAllow, mayBeForeign, openTo, rule } from "../rule.ts";

export default rule({
  id: "trust-outside-organization",
  severity: "high",
  summary: "An account outside the organization may assume the role",
  why: "Nobody in the organization controls who holds credentials in that account, no service control policy binds them, and nobody is told when they are lost. It may be a vendor; it may be a mistyped account id.",
  levels:
    "High; medium where a resource control policy still refuses it; low for a vendor on record; info with low confidence as long as nobody says which accounts are inside.",
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
  check: eachAllow((apart, { policy, account: own }, world) => {
    const { accounts: inside, organizationId } = world;
    const accounts = [...accountsNamed([naming(apart)])].filter((id) => mayBeForeign(id, own, world));
    const organizations =
      organizationId === null ? [] : [...organizationsNamed([naming(apart)])].filter((id) => id !== organizationId);
    // open to everyone is trust-anyone's finding
    if (accounts.length + organizations.length === 0 || isOpenToStrangers(policy, apart, inside)) return [];
    // whether a vendor has an external id is another rule's
    return openTo(
      { accounts, organizations },
      apart,
      policy,
      world,
      { call: (action) => `call ${action} on this role`, reach: "assume this role" },
      (id) => (organizations.includes(id) ? servicesIn(apart.statement) : []),
    );
  }),
});
