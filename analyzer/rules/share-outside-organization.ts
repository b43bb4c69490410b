import { flatMap } from "../../lib/flat-map.ts";
import { oncePer } from "../../lib/iam/memo.ts";
import {
  accountInArn,
  attributeOf,
  mayBeForeign,
  type Resource,
  type ResourcePair,
  rule,
  type Surroundings,
  type Violation,
  type World,
  weighed,
} from "../rule.ts";

const type = "aws_ram_resource_association";

const shareOf = (association: Resource): unknown => attributeOf(association, "resource_share_arn");
const memberIn = (association: Resource): string =>
  `${attributeOf(association, "resource_arn")} ${shareOf(association)}`;

/** What is shared already, whatever address it stands at. */
const standing = oncePer(
  (associations: readonly ResourcePair[]): ReadonlySet<string> =>
    new Set(flatMap(associations, ({ before }) => (before ? [memberIn(before)] : []))),
);

/** Who stood on the share before, and still does: of whom comes anew, the association itself is reported. */
function principalsOn(share: string, around: Surroundings): readonly string[] {
  return flatMap(around.ofType("aws_ram_principal_association"), ({ before, after }) => {
    if (!before || !after || shareOf(before) !== share) return [];
    const principal = attributeOf(before, "principal");
    return typeof principal === "string" && attributeOf(after, "principal") === principal ? [principal] : [];
  });
}

/** Whether the share is shown, and keeps to the organization. */
const isKeptInside = (share: string, around: Surroundings): boolean =>
  around
    .ofType("aws_ram_resource_share")
    .some(
      ({ after }) =>
        after !== null &&
        attributeOf(after, "arn") === share &&
        attributeOf(after, "allow_external_principals") !== true,
    );

/** The account or the organization that a principal of a share is or is in; `null` for a service of AWS. */
function ownerOf(principal: string): { account: string } | { organization: string } | null {
  const organization = /^arn:[^:]*:organizations::\d{12}:(?:organization|ou)\/(o-[a-z0-9]+)/.exec(principal)?.[1];
  if (organization !== undefined) return { organization };
  const account = /^\d{12}$/.test(principal) ? principal : accountInArn(principal);
  return account === null ? null : { account };
}

export default rule({
  id: "share-outside-organization",
  severity: "high",
  summary: "One more resource lies in a share that an account outside the organization has",
  why: "Whom a resource share reaches was decided once, for what lay in it then. What is added later is theirs as well, the same minute and without another question, and the line that adds it names nobody from outside.",
  levels:
    "High; low where all of them are on record as third parties; info with low confidence as long as nobody says which accounts are inside, or where no plan of the report shows whom the share reaches. An account that comes onto the share in the same plan is resource-outside-organization.",
  bad: `resource "aws_ram_resource_association" "customers" {
  resource_share_arn = aws_ram_resource_share.partner.arn # account 999999999999 has it
  resource_arn       = aws_glue_catalog_database.customers.arn
}`,
  good: `resource "aws_ram_resource_share" "customers" {
  name                      = "customers"
  allow_external_principals = false
}

resource "aws_ram_resource_association" "customers" {
  resource_share_arn = aws_ram_resource_share.customers.arn
  resource_arn       = aws_glue_catalog_database.customers.arn
}`,
  fix: "Share it in a resource share of its own, with those who need it; for accounts of the organization, with allow_external_principals = false.",
  references: [
    "https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing-update.html",
    "https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html",
  ],
  on: "change",
  types: [type],
  check({ before, after }, around, world) {
    const share = after && shareOf(after);
    if (!after || typeof share !== "string" || standing(around.ofType(type)).has(memberIn(after))) return [];
    const resource = attributeOf(after, "resource_arn");
    // what lies in the share is made anew, and its association with it
    const isSame = resource === null && before !== null && shareOf(before) === share;
    if (isSame || isKeptInside(share, around)) return [];
    const what = resource ?? "something that is not known yet";
    const principals = principalsOn(share, around);
    if (principals.length === 0) {
      return [
        {
          statement: null,
          message: `shares ${what} with whoever has ${share}, and no plan here shows who that is`,
          severity: "info",
          confidence: "low",
          remediation:
            "Judge it in one report with the plan that has the share's principals, or let the share keep to the organization (allow_external_principals = false).",
        },
      ];
    }
    return outside(principals, share, world, `gets ${what} as well, by ${share}`);
  },
});

/** @param reach what they get, as the end of a sentence */
function outside(principals: readonly string[], share: string, world: World, reach: string): readonly Violation[] {
  const owners = principals.map(ownerOf).filter((owner) => owner !== null);
  const own = accountInArn(share);
  const accounts = flatMap(owners, (owner) => ("account" in owner ? [owner.account] : []));
  const foreign = [...new Set(accounts)].filter((account) => mayBeForeign(account, own, world)).sort();
  const organizations = [
    ...new Set(flatMap(owners, (owner) => ("organization" in owner ? [owner.organization] : []))),
  ].filter((id) => world.organizationId !== null && id !== world.organizationId);
  if (foreign.length + organizations.length === 0) return [];
  const who = [
    ...foreign.map((account) => ({ name: `account ${account}`, onRecord: world.vendors.has(account) })),
    ...organizations.sort().map((id) => ({ name: `organization ${id}`, onRecord: false })),
  ];
  return weighed(who, world, reach, (names) => [
    { statement: null, message: `${names}: outside the organization, and ${reach}` },
  ]);
}
