/** A baseline: an earlier report, whose findings are not new. */
import { type Severity, severities } from "../lib/finding.ts";
import { flatMap } from "../lib/flat-map.ts";
import { asArray, asString, at, member, parseJson } from "./json.ts";

/** Reads a report of `--format json`: what stood after its change, and how bad it was, or what the text is instead. */
export function readBaseline(text: string): { fingerprints: ReadonlyMap<string, Severity> } | { reason: string } {
  const parsed = parseJson(text);
  if ("error" in parsed) return { reason: "it is not JSON" };
  if (at(parsed.value, "tool", "name") !== "gatehouse" || !Array.isArray(member(parsed.value, "findings"))) {
    return { reason: "it is not a report of gatehouse analyze --format json" };
  }
  if (member(parsed.value, "version") !== 1) return { reason: "it is a report of another version of gatehouse" };
  const standing = asArray(member(parsed.value, "findings")).filter((finding) => member(finding, "change") !== "fixed");
  const entries = flatMap(standing, (finding): [string, Severity][] => {
    const fingerprint = asString(member(finding, "fingerprint"));
    const severity = severities.find((known) => known === member(finding, "severity"));
    return fingerprint !== null && severity !== undefined ? [[fingerprint, severity]] : [];
  });
  return { fingerprints: new Map(entries) };
}
