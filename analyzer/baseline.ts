/** A baseline: an earlier report, whose findings are not new. */
import { asArray, asString, at, member, parseJson } from "./json.ts";

/** Reads a report of `--format json`: the fingerprints of what stood after its change, or what the text is instead. */
export function readBaseline(text: string): { fingerprints: ReadonlySet<string> } | { reason: string } {
  const parsed = parseJson(text);
  if ("error" in parsed) return { reason: "it is not JSON" };
  if (at(parsed.value, "tool", "name") !== "gatehouse" || !Array.isArray(member(parsed.value, "findings"))) {
    return { reason: "it is not a report of gatehouse analyze --format json" };
  }
  if (member(parsed.value, "version") !== 1) return { reason: "it is a report of another version of gatehouse" };
  const standing = asArray(member(parsed.value, "findings")).filter((finding) => member(finding, "change") !== "fixed");
  return { fingerprints: new Set(standing.flatMap((finding) => asString(member(finding, "fingerprint")) ?? [])) };
}
