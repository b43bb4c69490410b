/** What this organization is allowed: AWS's quotas, but for those that the manifest knows better. */
import { type LimitName, limits } from "../limits.ts";
import type { Manifest } from "./schema.ts";

export interface Allowance {
  value: number;
  unit: string;
  /** For messages: `AWS allows 10`, or `limits.scpsPerEntity allows 20`. */
  says: string;
}

/** The quota of a name, and who says so. */
export function allowance({ limits: own }: Pick<Manifest, "limits">, name: LimitName): Allowance {
  const { value: usual, unit } = limits[name];
  const value = own[name];
  if (value === undefined) return { value: usual, unit, says: `AWS allows ${usual}` };
  return { value, unit, says: `limits.${name} allows ${value}` };
}
