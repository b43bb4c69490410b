/** Other services that look for what is wrong: IAM Access Analyzer, Macie, Inspector, Detective. */
import { attributeOf, type Row, ways } from "../../rule.ts";
import { fewer, off } from "./attributes.ts";

export const scanners: Readonly<Record<string, Row>> = {
  aws_accessanalyzer_analyzer: {
    what: "the access analyzer",
    deleted: "high",
    key: ["analyzer_name"],
    attributes: [
      {
        path: ["type"],
        weaker: (was, is) => String(was).startsWith("ORGANIZATION") && !String(is).startsWith("ORGANIZATION"),
        says: "sees one account only",
      },
    ],
  },
  aws_macie2_account: {
    what: "Macie",
    deleted: "high",
    key: [],
    idle: (macie) => attributeOf(macie, "status") === "PAUSED",
    attributes: [{ path: ["status"], weaker: ways.from("ENABLED", "ENABLED"), says: "is paused" }],
  },
  aws_inspector2_enabler: {
    what: "Inspector",
    deleted: "high",
    key: ["account_ids"],
    attributes: [fewer(["resource_types"], (types) => `does not scan ${types} any more`)],
  },
  aws_inspector2_organization_configuration: {
    what: "Inspector in the organization",
    deleted: null,
    key: [],
    attributes: ["ec2", "ecr", "lambda"].map((scan) =>
      off(["auto_enable", 0, scan], `does not scan ${scan} of new members any more`),
    ),
  },
  aws_detective_graph: { what: "the Detective graph", deleted: "medium", key: [] },
};
