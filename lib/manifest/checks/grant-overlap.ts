/** What grants come to when they are taken together: one that others make needless, and quotas of Identity Center. */
import { selectAccounts } from "../../access/select.ts";
import type { Problem } from "../../problem.ts";
import { allowance } from "../allowance.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error, warning, where } from "../problems.ts";
import { repeatedGrants } from "./access.ts";

interface Grant {
  index: number;
  /** Principal and permission set, as one text each. */
  pairs: readonly string[];
  permissionSets: readonly string[];
  accounts: readonly string[];
  /** Later than any day where there is no end. */
  until: string;
}

/** `redundant-grant`, `too-many-permission-sets`, `many-permission-sets`, `too-many-attributes`. */
export function checkGrantsTogether(context: Context): Problem[] {
  const grants = current(context);
  return [...redundant(grants, context), ...quotas(grants, context)];
}

/** Grants that have not ended, with the accounts they cover. */
function current({ manifest, accounts, asOf }: Context): Grant[] {
  return manifest.access.flatMap(({ groups, users, permissionSets, to, until = "9999" }, index) => {
    if (until < asOf) return [];
    const principals = [...groups.map((key) => `group ${key}`), ...users.map((key) => `user ${key}`)];
    const pairs = permissionSets.flatMap((set) => principals.map((principal) => `${principal} ${set}`));
    return [{ index, pairs, permissionSets, accounts: [...selectAccounts(to, accounts).keys()], until }];
  });
}

/**
 * Grants whose every principal, permission set and account is given by others for at least as long. Each account is kept
 * by one grant, so that all that are reported can be removed together.
 */
function redundant(grants: readonly Grant[], { manifest, at }: Context): Problem[] {
  const repeated = repeatedGrants(manifest);
  const times = new Map<string, number>();
  for (const { pairs } of grants) for (const pair of pairs) times.set(pair, (times.get(pair) ?? 0) + 1);
  // nothing is expanded for what only one grant gives
  const shared = grants.filter(
    ({ pairs, accounts }) => accounts.length > 0 && pairs.every((pair) => times.get(pair)! > 1),
  );
  const overlapping = new Set(shared.flatMap(({ pairs }) => pairs));
  const longest = new Map<string, Grant>();
  for (const grant of grants) {
    for (const pair of grant.pairs) {
      if (!overlapping.has(pair)) continue;
      for (const account of grant.accounts) {
        const triple = `${pair} ${account}`;
        const known = longest.get(triple);
        if (known === undefined || isBetter(grant, known)) longest.set(triple, grant);
      }
    }
  }
  return shared.flatMap((grant) => {
    const { index, pairs, accounts } = grant;
    const others = new Set(pairs.flatMap((pair) => accounts.map((account) => longest.get(`${pair} ${account}`)!)));
    const [other] = others;
    if (other === undefined || others.has(grant) || repeated.has(index)) return [];
    const [here, there] = [at(["access", index]), at(["access", other.index])];
    const message = `this grant gives nothing that others do not give for as long: see ${where(there, here)}`;
    const related = [{ place: there, message: "given here" }];
    return [warning("redundant-grant", here, message, { hint: "remove it", related })];
  });
}

/** The grant to keep of two that cover the same: the one that ends later, then the wider, then the first. */
function isBetter(a: Grant, b: Grant): boolean {
  const width = ({ pairs, accounts }: Grant) => pairs.length * accounts.length;
  return a.until > b.until || (a.until === b.until && width(a) > width(b));
}

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html */
function quotas(grants: readonly Grant[], context: Context): Problem[] {
  const { manifest } = context;
  const perAccount = new Map<string, Set<string>>();
  for (const { accounts, permissionSets } of grants) {
    for (const account of accounts) {
      const sets = perAccount.get(account) ?? new Set();
      for (const set of permissionSets) sets.add(set);
      perAccount.set(account, sets);
    }
  }
  return [
    ...over("permissionSets", Object.keys(manifest.permissionSets).length, ["permissionSets"], context),
    ...[...perAccount].flatMap(([account, { size }]) =>
      over("permissionSetsPerAccount", size, ["accounts", account], context),
    ),
    ...manyAttributes(context),
  ];
}

function manyAttributes({ manifest, keyAt }: Context): Problem[] {
  const count = Object.keys(manifest.identity.attributes).length;
  const { value, unit, says } = allowance(manifest, "accessControlAttributes");
  return count <= value
    ? []
    : [error("too-many-attributes", keyAt(["identity", "attributes"]), `${count} ${unit}; ${says}`)];
}

/** AWS's sources disagree on these two: above the lowest value it is a warning, above the highest an error. */
const highest = { permissionSets: 3500, permissionSetsPerAccount: 500 } as const;

function over(name: keyof typeof highest, count: number, path: Path, { manifest, keyAt }: Context): Problem[] {
  const { value, says, unit } = allowance(manifest, name);
  if (count <= value) return [];
  const surely = manifest.limits[name] !== undefined || count > highest[name];
  const extra = { hint: `where the quota was raised, write limits: { ${name}: ... }` };
  const message = `${count} ${unit}; ${says}`;
  return surely
    ? [error("too-many-permission-sets", keyAt(path), message, extra)]
    : [warning("many-permission-sets", keyAt(path), message, extra)];
}
