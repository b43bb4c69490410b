import { flatMap } from "../../lib/flat-map.ts";
import { accountsNamed, servicesIn } from "../../lib/iam/callers.ts";
import { deliversLogs } from "../../lib/iam/log-accounts.ts";
import { isOpenToStrangers, naming } from "../../lib/iam/open.ts";
import type { Policy, Statement } from "../../lib/iam/policy.ts";
import { comparedValues, organizationsNamed } from "../../lib/iam/questions.ts";
import { eachAllow, mayBeForeign, openTo, rule } from "../rule.ts";

/** Keys that say in whose account a service, an access point, a network or a subscriber stands. */
const SOURCE_KEYS = [
  "aws:SourceAccount",
  "aws:SourceOwner",
  "aws:SourceArn",
  "s3:DataAccessPointAccount",
  "aws:VpceAccount",
  "sns:Endpoint",
];

export default rule({
  id: "resource-outside-organization",
  severity: "high",
  summary: "An account outside the organization may use the resource",
  why: "Nobody in the organization controls who holds credentials in that account, no service control policy binds them, and nobody is told when they are lost. It may be a partner; it may be a mistyped account id; it may be how data leaves.",
  levels:
    "High; medium where a resource control policy still refuses it; low for a third party on record; info with low confidence as long as nobody says which accounts are inside.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::999999999999:root" },
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::invoices/*"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:role/accounting" },
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::invoices/*"
}`,
  fix: "Name an account of the organization. For a partner, name the role that needs the resource, and put the account on record: in the access manifest (trust: thirdParty) or as a vendor in gatehouse.config.yaml.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html",
  ],
  on: "policy",
  kinds: ["resource"],
  check(subject, world) {
    const account = subject.account ?? (world.accounts === null ? keyOwner(subject.policy) : null);
    return outsidersIn(account === subject.account ? subject : { ...subject, account }, world);
  },
});

const outsidersIn = eachAllow((apart, { policy, service, account: own }, world) => {
  const { accounts: inside, organizationId } = world;
  const { statement, only } = apart;
  const isForeign = (id: string) => /^\d{12}$/.test(id) && mayBeForeign(id, own, world);
  // most services act for the resource's own account: without a word on who is inside, that is no news
  const sources = new Set(inside === null ? [] : [...sourceAccounts(only)].filter((id) => id !== NOTICES));
  const named = new Set([...accountsNamed([naming(apart)]), ...sources]);
  const accounts = [...named].filter((id) => isForeign(id) && !deliversLogs(id, granted(statement)));
  const organizations =
    organizationId === null ? [] : [...organizationsNamed([naming(apart)])].filter((id) => id !== organizationId);
  // open to everyone is resource-public's finding
  if (accounts.length + organizations.length === 0 || isOpenToStrangers(policy, apart, inside, service)) return [];
  const services = servicesIn(statement);
  return openTo(
    { accounts, organizations },
    apart,
    policy,
    world,
    { call: (action) => `call ${action}`, reach: "use this resource", service },
    (id) => (sources.has(id) || organizations.includes(id) ? services : []),
  );
});

/**
 * AWS's own account, whose topics tell of changes of its address ranges.
 *
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html
 */
const NOTICES = "806199016981";

const granted = ({ actions }: Statement): readonly string[] => (actions.not ? ["*"] : actions.values);

/** The account that a key's policy leaves everything to is most likely the key's own. */
function keyOwner({ statements }: Policy): string | null {
  const owner = flatMap(
    statements.filter(({ effect, actions }) => effect === "Allow" && !actions.not && actions.values.includes("kms:*")),
    ({ principals }) => principals?.values ?? [],
  ).find((pattern) => pattern.kind === "account");
  return owner?.kind === "account" ? owner.account : null;
}

function sourceAccounts(policy: Policy): Set<string> {
  const values = flatMap(SOURCE_KEYS, (name) => comparedValues([policy], name));
  return new Set(flatMap(values, (value) => value.match(/\b\d{12}\b/g) ?? []));
}
