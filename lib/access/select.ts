/** Which accounts a selection means. */
import { groupBy } from "../group.ts";
import type { Selector } from "../manifest/fields.ts";
import { isWithin, pathsAbove } from "../manifest/units.ts";

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
    const covers = coverage(selector);
    const isExcepted = selector.except === undefined ? null : matching(selector.except);
    for (const account of candidates(selector, accounts)) {
      const via = covers(account);
      const kept = via !== null && (isExcepted === null || isExcepted(account) === null);
      if (kept && !selected.has(account.key)) selected.set(account.key, via);
    }
  }
  return selected;
}

/** Accounts by what selections name. Made once for a list, so that a selection costs what it covers. */
interface Index {
  position: ReadonlyMap<Selectable, number>;
  byKey: ReadonlyMap<string, readonly Selectable[]>;
  /** Every path with all accounts below it. */
  byUnit: ReadonlyMap<string, readonly Selectable[]>;
  byTag: ReadonlyMap<string, readonly Selectable[]>;
  /** The values of each tag. */
  tagValues: ReadonlyMap<string, ReadonlySet<string>>;
}

const indexes = new WeakMap<readonly Selectable[], Index>();

function indexOf(accounts: readonly Selectable[]): Index {
  const known = indexes.get(accounts);
  if (known !== undefined) return known;
  const pairs = <T>(of: (account: Selectable) => readonly T[]) =>
    accounts.flatMap((account) => of(account).map((name) => ({ account, name })));
  const lists = (of: (account: Selectable) => readonly string[]) => {
    const groups = groupBy(pairs(of), ({ name }) => name);
    return new Map([...groups].map(([name, found]) => [name, found.map(({ account }) => account)]));
  };
  const index = {
    position: new Map(accounts.map((account, at) => [account, at])),
    byKey: lists(({ key }) => [key]),
    byUnit: lists(({ unit }) => pathsAbove(unit)),
    byTag: lists(({ tags }) => Object.entries(tags).map(([key, value]) => tagName(key, value))),
    tagValues: valuesOf(accounts),
  };
  indexes.set(accounts, index);
  return index;
}

function valuesOf(accounts: readonly Selectable[]): ReadonlyMap<string, ReadonlySet<string>> {
  const carried = groupBy(
    accounts.flatMap(({ tags }) => Object.entries(tags)),
    ([key]) => key,
  );
  return new Map([...carried].map(([key, found]) => [key, new Set(found.map(([, value]) => value))]));
}

/** The values of a tag that accounts carry. */
export function tagValues(accounts: readonly Selectable[], key: string): ReadonlySet<string> {
  return indexOf(accounts).tagValues.get(key) ?? new Set();
}

/** The keys of tags that accounts carry. */
export function tagKeys(accounts: readonly Selectable[]): readonly string[] {
  return [...indexOf(accounts).tagValues.keys()];
}

const tagName = (key: string, value: string) => `${key}\0${value}`;

/** Accounts that a selector may cover, in their order: all it covers are among them. */
function candidates(selector: Selector, accounts: readonly Selectable[]): readonly Selectable[] {
  const { position, byKey, byUnit, byTag } = indexOf(accounts);
  const named = (lists: ReadonlyMap<string, readonly Selectable[]>, names: readonly string[]) => {
    if (names.length === 1) return lists.get(names[0]!) ?? [];
    const found = new Set(names.flatMap((name) => lists.get(name) ?? []));
    return [...found].sort((a, b) => position.get(a)! - position.get(b)!);
  };
  if (selector.accounts !== undefined) return named(byKey, selector.accounts);
  if (selector.units !== undefined) return named(byUnit, selector.units);
  const [tag] = Object.entries(selector.tags ?? {});
  return tag === undefined
    ? accounts
    : named(
        byTag,
        tag[1].map((value) => tagName(tag[0], value)),
      );
}

/** What covers an account, or `null`. */
type Cover = (account: Selectable) => string | null;

function coverage(selector: Selector): Cover {
  const matches = matching(selector);
  return (account) => {
    if (account.management && !account.alone)
      return selector.accounts?.includes(account.key) ? `accounts: ${account.key}` : null;
    return selector.all ? "all" : matches(account);
  };
}

function matching({ accounts, units, tags }: Selector["except"] & {}): Cover {
  const tagged = tags === undefined ? null : Object.entries(tags);
  const byTags = `tags: ${tagged?.map(([key, values]) => `${key}=${values.join("|")}`).join(",")}`;
  return (account) => {
    if (accounts?.includes(account.key)) return `accounts: ${account.key}`;
    const unit = units?.find((path) => isWithin(account.unit, path));
    if (unit !== undefined) return `units: ${unit}`;
    return tagged?.every(([key, values]) => carries(account, key, values)) ? byTags : null;
  };
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
