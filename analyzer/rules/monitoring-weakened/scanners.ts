/** Other services that look for what is wrong: IAM Access Analyzer, Macie, Inspector, Detective. */
import { attributeOf, inBlocks, type Resource, type Row, ways } from "../../rule.ts";
import { delegated, fewer, madeOff, more, off } from "./attributes.ts";

const typeOf = (analyzer: Resource) => String(attributeOf(analyzer, "type") ?? "ACCOUNT");
const EXCLUSION = ["configuration", 0, "unused_access", 0, "analysis_rule", 0, "exclusion"] as const;
const excluded = (exclusions: unknown) => inBlocks(exclusions, "account_ids").flat();

const isStopped = (status: unknown) => status === "CANCELLED" || status === "USER_PAUSED";

export const scanners: Readonly<Record<string, Row>> = {
  aws_accessanalyzer_analyzer: {
    what: "the access analyzer",
    deleted: "high",
    key: ["analyzer_name"],
    // an organization's analyzer sees each of its accounts
    servedBy: {
      aws_accessanalyzer_analyzer: (analyzer, gone) =>
        typeOf(analyzer) === typeOf(gone).replace("ACCOUNT", "ORGANIZATION") &&
        excluded(attributeOf(analyzer, ...EXCLUSION)).length === 0,
    },
    attributes: [
      {
        path: ["type"],
        weaker: (was, is) => String(was).startsWith("ORGANIZATION") && !String(is).startsWith("ORGANIZATION"),
        says: "sees one account only",
      },
      more(EXCLUSION, (accounts) => `leaves out account ${accounts}`, { of: excluded, severity: "medium" }),
    ],
  },
  aws_macie2_classification_job: {
    what: "the Macie job",
    deleted: "medium",
    key: ["name"],
    idle: (job) => attributeOf(job, "job_status") === "CANCELLED",
    attributes: [
      {
        path: ["job_status"],
        weaker: (was, is) => !isStopped(was) && isStopped(is),
        says: "is stopped",
      },
    ],
  },
  aws_macie2_invitation_accepter: {
    what: "the membership in the administrator's Macie",
    deleted: "high",
    key: ["administrator_account_id"],
  },
  aws_macie2_member: { what: "the account's membership in Macie", deleted: "high", key: ["account_id"] },
  aws_macie2_organization_admin_account: {
    what: "the delegated administration of Macie",
    deleted: "high",
    key: [],
    servedBy: delegated("admin_account_id", "macie"),
  },
  aws_macie2_organization_configuration: {
    what: "Macie in the organization",
    deleted: null,
    key: [],
    attributes: [off("auto_enable", "is not switched on for new members any more")],
  },
  aws_macie2_account: {
    what: "Macie",
    deleted: "high",
    key: [],
    idle: (macie) => attributeOf(macie, "status") === "PAUSED",
    madeIdle: madeOff,
    attributes: [{ path: ["status"], weaker: ways.from("ENABLED", "ENABLED"), says: "is paused" }],
  },
  aws_inspector2_enabler: {
    what: "Inspector",
    deleted: "high",
    key: ["account_ids"],
    servedBy: {
      aws_inspector2_enabler: (enabler, gone) =>
        ["account_ids", "resource_types"].every(
          (list) => !ways.fewer(attributeOf(gone, list), attributeOf(enabler, list)),
        ),
    },
    attributes: [fewer(["resource_types"], (types) => `does not scan ${types} any more`)],
  },
  aws_inspector2_delegated_admin_account: {
    what: "the delegated administration of Inspector",
    deleted: "high",
    key: [],
    servedBy: delegated("account_id", "inspector2"),
  },
  aws_inspector2_member_association: {
    what: "the account's membership in Inspector",
    deleted: "high",
    key: ["account_id"],
  },
  aws_inspector2_organization_configuration: {
    what: "Inspector in the organization",
    deleted: null,
    key: [],
    attributes: ["ec2", "ecr", "lambda", "lambda_code"].map((scan) =>
      off(["auto_enable", 0, scan], `does not scan ${scan} of new members any more`),
    ),
  },
  aws_detective_graph: { what: "the Detective graph", deleted: "medium", key: [] },
  aws_detective_member: { what: "the account's membership in Detective", deleted: "medium", key: ["account_id"] },
  aws_detective_organization_configuration: {
    what: "Detective in the organization",
    deleted: null,
    key: [],
    attributes: [{ ...off("auto_enable", "is not switched on for new members any more"), severity: "medium" }],
  },
};
