/** The table of docs/stacks.md: what each feature of the manifest becomes, and how that was seen. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { groupBy } from "../lib/group.ts";
import { type Feature, type Section, sections } from "./features.ts";
import { type Schema, writtenFields } from "./fields.ts";
import { notApplied } from "./proof.ts";

export const schema: Schema = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "schema", "manifest.schema.json"), "utf8"),
);

const titles: Readonly<Record<Section, string>> = {
  organization: "Organization and accounts",
  people: "People",
  roles: "Roles",
  iam: "IAM users and groups",
  monitoring: "Monitoring",
};

export function featuresTable(features: readonly Feature[]): string {
  return sections
    .map((section) => {
      const seen = new Set<string>();
      const rows = features.filter((feature) => feature.section === section).map((feature) => row(feature, seen));
      return [
        `### ${titles[section]}\n`,
        "| manifest | Terraform | in stack | seen |",
        "|---|---|---|---|",
        ...rows,
        "",
      ].join("\n");
    })
    .join("\n");
}

/** @param seen fields of the features before, which are not what this one is about; this one's are added */
function row({ written, comment, becomes }: Feature, seen: Set<string>): string {
  const all = writtenFields(written, schema);
  const own = all.filter((field) => !seen.has(field));
  for (const field of all) seen.add(field);
  const types = [...new Set(becomes.map(({ type }) => type))];
  const stacks = [...new Set(becomes.map(({ stack }) => stack))];
  const what = [types.map(shownType).join(", "), comment].filter((text) => text !== "").join("; ");
  return `| ${shownFields(own.length > 0 ? own : all)} | ${what} | ${stacks.map(code).join(", ") || "-"} | ${seenHow(types)} |`;
}

/** Fields of one thing together: `roles.*`: `name`, `path`. */
function shownFields(fields: readonly string[]): string {
  const split = fields.map((field) => ({
    parent: field.replace(/\.?[^.]+$/, ""),
    name: field.split(".").at(-1) ?? "",
  }));
  return [...groupBy(split, ({ parent }) => parent)]
    .map(([parent, own]) => {
      const [only] = own;
      if (own.length === 1 && only !== undefined) return code(parent === "" ? only.name : `${parent}.${only.name}`);
      const names = own.map(({ name }) => code(name)).join(", ");
      return parent === "" ? names : `${code(parent)}: ${names}`;
    })
    .join("; ");
}

function isBlock(type: string): boolean {
  return !type.startsWith("aws_") && !type.startsWith("data.");
}

const shownType = (type: string) => (isBlock(type) ? `block ${code(type)}` : code(type));

function seenHow(types: readonly string[]): string {
  if (types.length === 0) return "-";
  const planned = types.filter((type) => Object.hasOwn(notApplied, type));
  if (planned.length === 0) return "applied";
  const reasons = planned.map((type) => `${code(type)} planned: ${notApplied[type]}`).join("; ");
  return planned.length === types.length ? reasons : `applied; ${reasons}`;
}

const code = (text: string) => `\`${text}\``;
