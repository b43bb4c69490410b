/** What holds of every request, whatever the policies say: keys that hang together. */
import { flatMap } from "../flat-map.ts";
import { type KeyTest, testOf } from "./condition.ts";
import { ABSENT, type Clause, type Clauses, isPresent, type Literal, opposite, type State } from "./demands.ts";
import { exactly, type KeyAnswer } from "./dimension.ts";
import { condition } from "./elements.ts";
import { key, type OrganizationKeys, organizationKeys } from "./keys.ts";
import { oncePerText } from "./memo.ts";
import { type Condition, conditionsOn, type Policy } from "./policy.ts";
import type { Request } from "./statement.ts";

const on = (test: KeyTest): Literal => ({ on: "key", test });
const isAbsent = (keyId: string): Literal => on(ABSENT(keyId));
const isExactly = (keyId: string, value: string): Literal => on(exactly(keyId, value));

const always: readonly Clause[] = [
  // the age is there exactly when MFA was used
  [isPresent(key.mfaAge), opposite(isExactly(key.mfaPresent, "true"))],
  [isAbsent(key.mfaAge), isExactly(key.mfaPresent, "true")],
  // a member of an organization has its id and its path
  ...flatMap(organizationKeys, ({ id, paths }): Clause[] => [
    [isPresent(paths), isAbsent(id)],
    [isAbsent(paths), isPresent(id)],
  ]),
];

/**
 * Gives combinations that no request has: each clause would be one, if all its literals held.
 * @param used keys that matter
 * @param policies whose conditions name organizations, and `where` more of them
 */
export function impossible(
  used: ReadonlySet<string>,
  policies: readonly Policy[],
  where: readonly Condition[],
): Clauses {
  const clauses = always.filter((clause) =>
    clause.every((literal) => literal.on === "key" && used.has(literal.test.keyId)),
  );
  for (const keys of organizationKeys) {
    if (!used.has(keys.id) || !used.has(keys.paths)) continue;
    for (const name of organizationsNamed(keys, policies, where)) clauses.push(...clausesOf.get(keys)!(name));
  }
  return clauses;
}

/** Whose path begins with the id is of that organization, and the other way round. */
const clausesOf = new Map(
  organizationKeys.map((keys) => [
    keys,
    oncePerText((name): readonly Clause[] => {
      const isIts = isExactly(keys.id, name);
      return [
        [on(pathsBelow(keys.paths, name, "ForAnyValue")), opposite(isIts)],
        [isIts, opposite(on(pathsBelow(keys.paths, name, "ForAllValues")))],
      ];
    }),
  ]),
);

/** Some or each of the paths is in the organization. */
const pathsBelow = (keyId: string, name: string, set: Condition["set"]): KeyTest =>
  testOf(condition("StringLike", keyId, [`${name}/*`], { set }));

function organizationsNamed(
  { id, paths }: OrganizationKeys,
  policies: readonly Policy[],
  where: readonly Condition[],
): ReadonlySet<string> {
  const valuesOf = (keyId: string) =>
    flatMap([...conditionsOn(policies, keyId), ...where.filter((one) => one.keyId === keyId)], ({ values }) => values);
  const named = [
    ...valuesOf(id),
    ...valuesOf(paths)
      .filter((path) => path.includes("/"))
      .map(organizationOf),
  ];
  return new Set(named.filter((name) => !/[*?$]/.test(name)));
}

/** The organization of a path `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`. */
const organizationOf = (path: string): string => path.split("/", 1)[0]!;

/**
 * Makes an organization and its paths agree, where no policy names it: the id that the path begins with, or else paths
 * that begin with the id, as far as the demands leave room for it.
 */
export function settleOrganizations(context: Map<string, readonly string[]>, { keys }: State, solve: Solve): void {
  for (const { id, paths } of organizationKeys) {
    const name = context.get(id)?.[0];
    const path = context.get(paths)?.[0];
    if (name === undefined || path === undefined || path.startsWith(`${name}/`)) continue;
    const attempts = [
      ...(path.includes("/") ? [{ keyId: id, test: exactly(id, organizationOf(path)) }] : []),
      { keyId: paths, test: pathsBelow(paths, name, "ForAllValues") },
    ];
    for (const { keyId, test } of attempts) {
      const answer = solve(keyId, [...(keys.get(keyId) ?? []), test]);
      if (answer.kind !== "values") continue;
      context.set(keyId, answer.values);
      break;
    }
  }
}

type Solve = (keyId: string, tests: readonly KeyTest[]) => KeyAnswer;

/** Whether what the keys say of the caller, of the resource and of organizations fits together. */
export function isConsistent({ caller, resource, context }: Request): boolean {
  const username = context.get(key.username)?.[0];
  if (caller.kind === "user" && username !== undefined && caller.name.split("/").at(-1) !== username) return false;
  const fits = ({ id, paths }: OrganizationKeys) => {
    const name = context.get(id)?.[0];
    return name === undefined || (context.get(paths) ?? []).every((path) => path.startsWith(`${name}/`));
  };
  if (!organizationKeys.every(fits)) return false;
  const owner = accountIn(resource ?? "");
  const claimed = context.get(key.resourceAccount)?.[0];
  return owner === null || claimed === undefined || owner === claimed;
}

/** The account that an ARN names; `null` where it names none, as a bucket's. */
export const accountIn = (arn: string): string | null => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1] ?? null;
