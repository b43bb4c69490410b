/** What a team has settled for all its analyses, in `gatehouse.config.yaml`. */
import type { Severity } from "../lib/finding.ts";
import type { Suppression } from "./suppress.ts";

export interface Settings {
  /** Path of the access manifest. */
  manifest: string | null;
  /** Facts of the real organization; account ids have twelve digits. */
  organization: {
    id: string | null;
    accounts: readonly string[];
    managementAccount: string | null;
    vendors: readonly string[];
  };
  failOn: Severity | "none" | null;
  /** Severities by rule. */
  severities: ReadonlyMap<string, Severity>;
  /** Rules that are not asked. */
  off: ReadonlySet<string>;
  suppressions: readonly Suppression[];
}

/** What holds without a configuration. */
export const noSettings: Settings = {
  manifest: null,
  organization: { id: null, accounts: [], managementAccount: null, vendors: [] },
  failOn: null,
  severities: new Map(),
  off: new Set(),
  suppressions: [],
};
