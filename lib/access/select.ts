/** Which accounts a selection means. */
import type { Selector } from "../manifest/fields.ts";
import { isWithin } from "../manifest/units.ts";

export interface Selectable {
  key: string;
  unit: string | null;
  management: boolean;
  /** The only account, without an organization: nothing is risked by reaching it. */
  alone: boolean;
  tags: Readonly<Record<string, string>>;
}

/**
 * The accounts of a selection, each with what covered it: `units: workloads`, `tags: env=prod`, `accounts: shop-prod`,
 * `all`. The management account is there only when named by key: a grant on a unit must not reach it by accident.
 */
export function selectAccounts(
  selectors: readonly Selector[],
  accounts: readonly Selectable[],
): ReadonlyMap<string, string> {
  const selected = new Map<string, string>();
  for (const selector of selectors) {
    for (const account of accounts) {
      const via = covers(selector, account);
      const kept = via !== null && !(selector.except && matches(selector.except, account) !== null);
      if (kept && !selected.has(account.key)) selected.set(account.key, via);
    }
  }
  return selected;
}

function covers(selector: Selector, account: Selectable): string | null {
  if (account.management && !account.alone)
    return selector.accounts?.includes(account.key) ? `accounts: ${account.key}` : null;
  return selector.all ? "all" : matches(selector, account);
}

function matches({ accounts, units, tags }: Selector["except"] & {}, account: Selectable): string | null {
  if (accounts?.includes(account.key)) return `accounts: ${account.key}`;
  const unit = units?.find((path) => isWithin(account.unit, path));
  if (unit !== undefined) return `units: ${unit}`;
  if (tags === undefined || !Object.entries(tags).every(([key, values]) => carries(account, key, values))) return null;
  return `tags: ${Object.entries(tags)
    .map(([key, values]) => `${key}=${values.join("|")}`)
    .join(",")}`;
}

function carries(account: Selectable, key: string, values: readonly string[]): boolean {
  return Object.hasOwn(account.tags, key) && values.includes(account.tags[key]!);
}

/** What of the manifest's accounts a selection looks at. */
export function selectable(manifest: {
  organization: { mode: string; managementAccount: string };
  accounts: Readonly<Record<string, { unit?: string | undefined; tags: Readonly<Record<string, string>> }>>;
}): Selectable[] {
  return Object.entries(manifest.accounts).map(([key, { unit, tags }]) => ({
    key,
    unit: unit ?? null,
    management: key === manifest.organization.managementAccount,
    alone: manifest.organization.mode === "single-account",
    tags,
  }));
}
