/** Whose files are whose. */
import type { Place } from "../../problem.ts";

export interface Delegation {
  /** The team. */
  key: string;
  /** Files and patterns of its files, by the names that files have in places. */
  files: readonly string[];
  /** `@name`, `@organization/team` or an e-mail address. */
  owners: readonly string[];
  place: Place;
}
