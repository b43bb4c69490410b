/** Sentences about access that have to stay true. */
import type { Place } from "../../problem.ts";

export interface Assertion {
  /** Its key: the sentence. */
  sentence: string;
  kind: "never" | "always" | "only";
  /** Keys; an empty list asks for nothing. */
  groups: readonly string[];
  users: readonly string[];
  permissionSets: readonly string[];
  roles: readonly string[];
  /** Keys of the accounts it is about, `null` for all. */
  accounts: readonly string[] | null;
  place: Place;
}
