/** How long a bucket keeps the record of what people do and of how things are configured. */
import { attributeOf, inBlocks, inDays, type Row, recordsIn, type Surroundings } from "../../rule.ts";
import { listed } from "./attributes.ts";

/** What an audit looks back on at once, and in all. */
export const QUARTER = 90;
export const YEAR = 365;

/** The days after which objects below one of the prefixes are deleted first. */
function daysIn(lifecycle: unknown, prefixes: readonly string[]): number {
  const rules = listed(inBlocks([lifecycle], "rule")[0]).filter((rule) => isAbout(rule, prefixes));
  const days = inBlocks(inBlocks(rules, "expiration").flat(), "days").map(Number);
  return Math.min(Number.POSITIVE_INFINITY, ...days.filter((count) => count > 0));
}

/** Whether a rule is on and is about all objects below one of the prefixes, or below a part of it. */
function isAbout(rule: unknown, prefixes: readonly string[]): boolean {
  const filters = inBlocks([rule], "filter").flat();
  const places = [rule, ...filters, ...inBlocks(filters, "and").flat()];
  const narrows = (key: string) =>
    inBlocks(places, key).some((value) => Object.keys(Object(value)).length > 0 || Number(value) > 0);
  if (!inBlocks([rule], "status").includes("Enabled")) return false;
  if (["tag", "tags", "object_size_greater_than", "object_size_less_than"].some(narrows)) return false;
  const start = String(inBlocks(places, "prefix").find(Boolean) ?? "");
  return prefixes.some((prefix) => prefix.startsWith(start) || start.startsWith(prefix));
}

const kept = (lifecycle: unknown, around: Surroundings): number =>
  daysIn(lifecycle, recordsIn(inBlocks([lifecycle], "bucket")[0], around));

const shorter =
  (least: number, most: number) =>
  (was: unknown, is: unknown, around: Surroundings): boolean => {
    const days = kept(is, around);
    return days < kept(was, around) && days >= least && days < most;
  };

const says = (_: unknown, is: unknown, around: Surroundings) => `deletes it after ${inDays(kept(is, around))}`;

export const records: Readonly<Record<string, Row>> = {
  aws_s3_bucket_lifecycle_configuration: {
    what: "the lifecycle of the bucket with the account's record",
    // nothing is deleted any more
    deleted: null,
    key: ["bucket"],
    idle: (lifecycle, around) => recordsIn(attributeOf(lifecycle, "bucket"), around).length === 0,
    byDefault: () => ({ rule: [] }),
    attributes: [
      { path: [], weaker: shorter(0, QUARTER), says, severity: "medium" },
      { path: [], weaker: shorter(QUARTER, YEAR), says, severity: "low" },
    ],
  },
};
