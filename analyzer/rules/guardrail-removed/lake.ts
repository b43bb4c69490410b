/**
 * What Lake Formation keeps to itself. A group of its own stands for all whom IAM lets in: what that may do, Lake Formation
 * does not decide any more. A new catalog gives it everything, until somebody takes it away.
 *
 * https://docs.aws.amazon.com/lake-formation/latest/dg/change-settings.html
 */
import { type Attribute, attributeOf, inBlocks, type Resource, type Row } from "../../rule.ts";

const isLeft = (permissions: unknown): boolean =>
  inBlocks(permissions, "principal").includes("IAM_ALLOWED_PRINCIPALS") &&
  inBlocks(permissions, "permissions").flat().includes("ALL");
const isLeftToIam = "is left to IAM: whoever IAM lets in may do everything";

/** What new ones are made with; AWS has it so in a new account. */
const defaults = (kind: string): Attribute => ({
  path: [`create_${kind}_default_permissions`],
  weaker: (was, is) => isLeft(is) && !isLeft(was),
  says: `leave new ${kind}s to IAM`,
  severity: "low",
});

const named = (of: string) => (it: Resource) => ["database_name", "name"].map((name) => attributeOf(it, of, 0, name));

export const lake: Readonly<Record<string, Row>> = {
  aws_lakeformation_data_lake_settings: {
    what: "Lake Formation's settings",
    deleted: null,
    key: ["catalog_id"],
    attributes: [defaults("database"), defaults("table")],
  },
  aws_lakeformation_permissions: {
    what: "what Lake Formation guards",
    deleted: null,
    key: ["principal", named("database"), named("table")],
    idle: ({ values }) => isLeft([values]),
    madeIdle: { severity: "medium", says: isLeftToIam },
    attributes: [
      {
        path: [],
        of: ["principal", "permissions"],
        weaker: (_, is) => isLeft([is]),
        says: isLeftToIam,
        severity: "medium",
      },
    ],
  },
};
