/** The identity of a finding: the same for the same statement however it is written down. */
import { hash } from "node:crypto";

/** Sixteen hexadecimal digits; `subject` is the normal form of the statement, or what the finding is about without one. */
export function fingerprint(rule: string, address: string, attribute: string, subject: string): string {
  return hash("sha256", JSON.stringify([rule, address, attribute, subject]), "hex").slice(0, 16);
}
