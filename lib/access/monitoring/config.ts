/** AWS Config: recorders, rules, conformance packs. */
import { configBucket } from "../../manifest/buckets.ts";
import { type Context, regionsOf } from "../../manifest/context.ts";
import { packTemplate } from "../conformance-packs.ts";
import type { ConfigRecorder, Site } from "../graph.ts";
import { type Selectable, selectAccounts } from "../select.ts";
import { sortedEntries, sortedRecord, sortedSet } from "../sorted.ts";
import { keyed } from "./keyed.ts";

export function resolveConfig(context: Context, accounts: readonly Selectable[]): ConfigRecorder | null {
  const { manifest, at, keyAt, text } = context;
  const { config } = manifest.monitoring;
  const bucket = configBucket(manifest);
  if (config === undefined || bucket === null || bucket.name === null) return null;
  const recording = sortedSet(selectAccounts(config.accounts, accounts).keys());
  const regions = sortedSet(config.regions ?? regionsOf(manifest));
  const sites = (selection: typeof config.accounts | undefined): Site[] => {
    const wanted = selection === undefined ? null : selectAccounts(selection, accounts);
    const keys = wanted === null ? recording : recording.filter((key) => wanted.has(key));
    return keys.flatMap((account) => regions.map((region) => ({ account, region })));
  };
  return {
    place: at(["monitoring", "config"]),
    accounts: recording,
    regions,
    bucketName: bucket.name,
    retention: config.retention ?? null,
    rules: sortedEntries(config.rules).map(([key, rule]) => ({
      ...keyed(key, rule, keyAt(["monitoring", "config", "rules", key])),
      sites: sites(rule.in),
      description: rule.description,
      identifier: rule.identifier,
      parameters: sortedRecord(rule.parameters),
      resourceTypes: sortedSet(rule.resourceTypes),
    })),
    packs: sortedEntries(config.conformancePacks).map(([key, pack]) => ({
      ...keyed(key, pack, keyAt(["monitoring", "config", "conformancePacks", key])),
      sites: sites(pack.in),
      template:
        pack.pack === undefined
          ? (text(["monitoring", "config", "conformancePacks", key, "file"], pack.file) ?? "")
          : packTemplate(pack.pack),
      parameters: sortedRecord(pack.parameters),
    })),
    aggregator: config.aggregator === true ? manifest.organization.managementAccount : (config.aggregator ?? null),
  };
}
