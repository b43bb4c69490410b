/** `gatehouse.config.yaml`: what a team has decided about the analyzer, read without touching a disk. */
import { z } from "zod";
import { severities } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { accountId, date, oneOrMany, text } from "../lib/manifest/fields.ts";
import { toProblems } from "../lib/manifest/issues.ts";
import { keyPlaceAt, type MapNode, type Path, placeAt, toValue } from "../lib/manifest/node.ts";
import { parseFile } from "../lib/manifest/parse.ts";
import { error, sortProblems, startOf } from "../lib/manifest/problems.ts";
import { refuse } from "../lib/manifest/together.ts";
import type { Place, Problem, SourceFile } from "../lib/problem.ts";
import { unknownKey } from "../lib/suggest.ts";
import type { Settings } from "./settings.ts";

const sentence = z.string().min(1, "must not be empty").max(500, "is longer than 500 characters");

export const ruleIdPattern = /^[a-z][a-z0-9-]*$/;
const ruleId = text(ruleIdPattern, "is not the id of a rule");

const organizationId = text(/^o-[a-z0-9]{10,32}$/, "is not the id of an organization; write it as in o-a1b2c3d4e5");

const ruleSetting = z
  .strictObject({
    severity: z
      .enum([...severities, "off"])
      .describe("Severity of the rule's findings instead of its own; off: it is not asked."),
    reason: sentence.optional().describe("Why; a rule is not turned off without one."),
  })
  .check(
    refuse('a rule that is off needs a "reason"', ({ severity, reason }) => severity === "off" && reason === undefined),
  );

const suppression = z.strictObject({
  rule: ruleId.describe("Id of the rule whose findings are accepted."),
  address: sentence
    .describe('Address of the resource as the report shows it; "*" stands for anything.')
    .meta({ examples: ["module.legacy.aws_iam_role.vendor", "module.sandbox*"] }),
  plan: sentence
    .optional()
    .describe('The plan that has the resource, as the report names it; "*" stands for anything.')
    .meta({ examples: ["prod/plan.json"] }),
  fingerprint: text(/^[0-9a-f]{16}$/, "is not a fingerprint; copy it from the report of --format json")
    .optional()
    .describe("Only the finding with this fingerprint; it ends when the statement changes."),
  reason: sentence.describe("Why the risk is accepted."),
  owner: sentence.describe("Who accepted it."),
  until: date.describe("The last day on which it is accepted."),
});

export const configSchema = z.strictObject({
  manifest: sentence
    .optional()
    .describe("The access manifest that says which accounts are inside: a file or folder, relative to this file."),
  organization: z
    .strictObject({
      id: organizationId.optional().describe("Id of the organization."),
      accounts: oneOrMany(accountId).optional().describe("Ids of the accounts inside it."),
      managementAccount: accountId.optional().describe("Id of its management account."),
      vendors: oneOrMany(accountId)
        .optional()
        .describe("Ids of accounts outside that are known and come with an external id."),
    })
    .default({})
    .describe("The real organization, where no manifest tells."),
  failOn: z
    .enum([...severities, "none"])
    .optional()
    .describe("The exit code is 1 for findings from this severity on (default: high)."),
  rules: z.record(ruleId, ruleSetting).default({}).describe("Settings of rules, by id."),
  suppressions: z.array(suppression).default([]).describe("Findings that are accepted for a time."),
});

/**
 * Reads a configuration; `config` is `null` exactly when there are problems, all of which are errors.
 * @param rules the ids of all rules
 */
export function readConfig(
  file: SourceFile,
  rules: readonly string[],
): { config: Settings | null; problems: Problem[] } {
  const { root, problems } = parseFile(file);
  if (root === null) return { config: null, problems };
  const result = configSchema.safeParse(toValue(root));
  const rootPlaced = { ...root, place: startOf(file.name) };
  const found = sortProblems([
    ...(result.success ? [] : toProblems(result.error.issues, rootPlaced, configSchema)),
    ...unknownRules(root, rules),
  ]);
  if (!result.success || found.length > 0) return { config: null, problems: found };
  const { manifest, organization, failOn, rules: settings, suppressions } = result.data;
  const entries = Object.entries(settings);
  const config: Settings = {
    manifest: manifest ?? null,
    failOn: failOn ?? null,
    organization: {
      id: organization.id ?? null,
      accounts: organization.accounts ?? [],
      managementAccount: organization.managementAccount ?? null,
      vendors: organization.vendors ?? [],
    },
    severities: new Map(flatMap(entries, ([id, { severity }]) => (severity === "off" ? [] : [[id, severity]]))),
    off: new Set(flatMap(entries, ([id, { severity }]) => (severity === "off" ? [id] : []))),
    suppressions: suppressions.map(({ address, fingerprint = null, plan = null, ...written }, index) => ({
      ...written,
      fingerprint,
      plan,
      target: { pattern: address },
      location: { file: file.name, line: placeAt(root, ["suppressions", index]).line },
    })),
  };
  return { config, problems: [] };
}

/** Asked of what is written, so that a mistyped rule shows beside all other mistakes. */
function unknownRules(root: MapNode, known: readonly string[]): Problem[] {
  const unknown = (id: string, place: Place): Problem[] => {
    if (known.includes(id) || !ruleId.safeParse(id).success) return [];
    const { message, hint } = unknownKey(
      "rule",
      id,
      known.map((key) => ({ key })),
    );
    return [error("unknown-rule", place, message, { hint })];
  };
  const settings = root.entries.get("rules")?.value;
  const list = root.entries.get("suppressions")?.value;
  const keys = settings?.kind === "map" ? [...settings.entries.keys()] : [];
  return [
    ...flatMap(keys, (id) => unknown(id, keyPlaceAt(root, ["rules", id]))),
    ...flatMap(list?.kind === "list" ? list.items : [], (item, index) => {
      const path: Path = ["suppressions", index, "rule"];
      const id = item.kind === "map" ? item.entries.get("rule")?.value : undefined;
      return id?.kind === "scalar" && typeof id.value === "string" ? unknown(id.value, placeAt(root, path)) : [];
    }),
  ];
}
