/** The callers that a question is about: everyone whom the policies can tell apart. */
import { flatMap } from "../flat-map.ts";
import { anonymous, type CallerClass, callersIn, callersOf, strangerAccount } from "./caller-class.ts";
import { key, tellsTheCaller } from "./keys.ts";
import { oncePer } from "./memo.ts";
import {
  type Condition,
  collector,
  conditionsOf,
  type Policy,
  type Principals,
  principalsOf,
  type Statement,
} from "./policy.ts";
import type { CallerKind } from "./principal.ts";
import { sourceServices, UNNAMED_SERVICE } from "./sources.ts";
import { statementsOf } from "./statement.ts";

/** AWS's own example account. */
export const EXAMPLE_ACCOUNT = "123456789012";
/** Whoever it is, where no policy looks at who calls. */
export const SOMEONE = `arn:aws:iam::${EXAMPLE_ACCOUNT}:user/someone`;

const accountsOf = collector((policy) => [
  ...flatMap(policy.statements, ({ principals }) => (principals ? accountsOfPrincipals(principals) : [])),
  ...flatMap(conditionsOf([policy]), accountsIn),
]);

const accountsOfPrincipals = oncePer(({ values }: Principals): readonly string[] =>
  flatMap(values, (pattern) =>
    (pattern.kind === "account" || pattern.kind === "arn") && !/[*?]/.test(pattern.account) ? [pattern.account] : [],
  ),
);

const accountsIn = oncePer(({ keyId, values }: Condition): readonly string[] =>
  tellsTheCaller(keyId) ? flatMap(values, (value) => value.match(/\b\d{12}\b/g) ?? []) : [],
);

/** Accounts that the policies name as principals, or pin by a condition on the caller. */
export function accountsNamed(policies: readonly Policy[], where: readonly Condition[] = []): Set<string> {
  return new Set([...accountsOf(policies), ...flatMap(where, accountsIn)]);
}

/**
 * Gives, for each pattern that an account id is compared with (`4*`, `arn:aws:iam::11112222333?:role/x`), an account
 * that it matches and nobody names.
 */
export function accountsLike(policies: readonly Policy[], named: ReadonlySet<string>): string[] {
  return flatMap([...new Set(accountPatterns(policies))], (pattern) => {
    const account = ["0", "1", "2", "3"].map((digit) => accountFor(pattern, digit)).find((id) => id && !named.has(id));
    return account ? [account] : [];
  });
}

const accountPatterns = collector((policy) => [
  ...flatMap(conditionsOf([policy]), patternsInCondition),
  ...flatMap(policy.statements, ({ principals }) => (principals ? patternsInPrincipals(principals) : [])),
]);

const patternsInCondition = oncePer(({ values }: Condition): readonly string[] => flatMap(values, patternsIn));

const patternsInPrincipals = oncePer(({ values }: Principals): readonly string[] =>
  flatMap(values, (pattern) => (pattern.kind === "arn" ? patternsIn(pattern.arn) : [])),
);

const patternsIn = (text: string): readonly string[] =>
  /[*?]/.test(text) ? text.split(":").filter((part) => /^(?=.*\d)(?=.*[*?])[\d*?]+$/.test(part)) : [];

/** Twelve digits that the pattern matches: the first star takes what is missing. */
function accountFor(pattern: string, digit: string): string | null {
  const missing = 12 - pattern.replaceAll("*", "").length;
  if (missing < 0 || (missing > 0 && !pattern.includes("*"))) return null;
  return pattern.replace("*", digit.repeat(missing)).replaceAll("*", "").replaceAll("?", digit);
}

/**
 * Callers that stand by name in a Principal element, where an account's users and roles do not cover them, and services
 * that a condition names.
 */
export function namedCallers(policies: readonly Policy[], where: readonly Condition[] = []): CallerClass[] {
  const services = flatMap([...conditionsOf(policies), ...where], ({ keyId, values }) =>
    keyId === key.principalServiceName ? values.filter((value) => !value.includes("${")) : [],
  ).map((value) => service(oneLike(value)));
  const sources = sourceServices([...conditionsOf(policies), ...where]).map(service);
  const named = flatMap(principalsOf(policies), (pattern): CallerClass[] => {
    switch (pattern.kind) {
      case "arn": {
        const kind = /:assumed-role\//.test(pattern.arn) ? "session" : "federatedUser";
        const covered = !/:(assumed-role|federated-user)\//.test(pattern.arn);
        return covered ? [] : [{ kind, account: pattern.account, name: pattern.arn }];
      }
      case "service":
        return [service(pattern.service)];
      case "federated":
        return [{ kind: "federated", account: null, name: providerLike(pattern.provider) }];
      case "canonicalUser":
        return [{ kind: "canonicalUser", account: null, name: pattern.id }];
      default:
        return [];
    }
  });
  return [...new Map([...named, ...services, ...sources].map((who) => [`${who.kind} ${who.name}`, who])).values()];
}

const service = (name: string): CallerClass => ({ kind: "service", account: null, name });

/** One name that a pattern stands for. */
const oneLike = (pattern: string): string => pattern.replaceAll("*", "unnamed").replaceAll("?", "x");

const providerLike = (provider: string): string => oneLike(provider.replace(/^\*$/, "arn:aws:iam::*:saml-provider/*"));

/** Users by name, where policies look at aws:username: the name ties that key to aws:PrincipalArn. */
function byName(
  callers: readonly CallerClass[],
  policies: readonly Policy[],
  where: readonly Condition[],
): readonly CallerClass[] {
  const given = where.find(({ keyId, operator }) => keyId === key.username && operator === "StringEquals");
  if (given) return withNames(callers, given.values);
  const compared = conditionsOf(policies).filter(({ keyId }) => keyId === key.username);
  const variable = policies.some((policy) =>
    statementsOf(policy).some(({ variables }) => variables.includes(key.username)),
  );
  if (compared.length === 0 || variable) return callers;
  const named = flatMap(principalsOf(policies), (pattern) => (pattern.kind === "arn" ? [pattern.arn] : []));
  const arns = flatMap(conditionsOf(policies), ({ keyId, values }) => (keyId === key.principalArn ? values : []));
  const names = [
    ...flatMap(compared, ({ values }) => values),
    ...[...named, ...arns].filter((arn) => arn.includes(":user/")).map((arn) => arn.split("/").at(-1)!),
  ].map((name) => name.replaceAll("*", "x").replaceAll("?", "x"));
  return withNames(callers, [...new Set([...names, "someone"])]);
}

const withNames = (callers: readonly CallerClass[], usernames: readonly string[]): readonly CallerClass[] =>
  flatMap(callers, (who) =>
    who.kind === "user" && who.name === null ? usernames.map((username) => ({ ...who, username })) : [who],
  );

/** Callers of the accounts, as far as the policies can tell them apart. */
export function callersApart(
  accounts: readonly string[],
  policies: readonly Policy[],
  where: readonly Condition[] = [],
): readonly CallerClass[] {
  const kinds = kindsApart(policies, where);
  const partitions = partitionsOf(policies, where);
  const callers = flatMap(accounts, (account) => callersIn(partitions, account).filter(({ kind }) => kinds.has(kind)));
  return [...byName(callers, policies, where), ...(arePoisoned(policies) ? poisonedOf(callers) : NOBODY)];
}

const NOBODY: readonly CallerClass[] = [];

/** Where a star reaches over colons, a path that spells what follows makes a caller look like another. */
const arePoisoned = (policies: readonly Policy[]): boolean => conditionsOf(policies).some(readsOverColons);

const readsOverColons = ({ keyId, operator, values }: Condition): boolean =>
  keyId === key.principalArn && /^String(Not)?Like/.test(operator) && values.some((value) => /\*.*:/.test(value));

const poisonedOf = (callers: readonly CallerClass[]): readonly CallerClass[] =>
  callers.filter(({ kind }) => kind === "user" || kind === "role").map((who) => ({ ...who, isPoisoned: true }));

/** The partitions of the policies' ARNs of callers: no account has callers in another. */
const partitionsOf = (policies: readonly Policy[], where: readonly Condition[]): readonly string[] => [
  ...new Set([...partitionsNamed(policies), ...flatMap(where, partitionsIn)]),
];

const partitionsNamed = collector((policy) => [
  ...flatMap(principalsOf([policy]), (pattern) => (pattern.kind === "arn" ? partitionIn(pattern.arn) : [])),
  ...flatMap(conditionsOf([policy]), partitionsIn),
]);

const partitionsIn = ({ keyId, values }: Condition): readonly string[] =>
  keyId === key.principalArn ? flatMap(values, partitionIn) : [];

const partitionIn = (arn: string): readonly string[] => /^arn:([\w-]+):/.exec(arn)?.slice(1) ?? [];

/** Every account, service and provider that the policies name, a stranger, and the caller without credentials. */
export function everyCaller(policies: readonly Policy[], where: readonly Condition[]): readonly CallerClass[] {
  const isAttached = policies.every((policy) => policy.kind === "identity");
  if (isAttached && !tellCallersApart(policies, where)) return ANY_USERS;
  const accounts = accountsNamed(policies, where);
  for (const account of accountsLike(policies, accounts)) accounts.add(account);
  // whoever an identity policy is attached to
  if (isAttached) {
    const partitions = partitionsOf(policies, where);
    const everyone = flatMap([...accounts, EXAMPLE_ACCOUNT], (account) => callersIn(partitions, account));
    return byName([...new Set(everyone)], policies, where);
  }
  const stranger = strangerAccount(accounts);
  return [
    ...callersApart([...accounts, stranger], policies, where),
    ...namedCallers(policies, where),
    anonymous,
    service(UNNAMED_SERVICE),
    { kind: "federated", account: null, name: `arn:aws:iam::${stranger}:oidc-provider/unnamed.example` },
  ];
}

/**
 * The kinds of an account's callers that the policies can tell apart. A user stands for all three unless a role is
 * named, or a condition looks at the caller or at MFA, which only users can show; an account that NotPrincipal names is
 * its root.
 */
function kindsApart(policies: readonly Policy[], where: readonly Condition[]): ReadonlySet<CallerKind> {
  if (where.some(tellsThemApart) || conditionsOf(policies).some(tellsThemApart)) return ALL_KINDS;
  if (leavesRootsOut(policies)) return ALL_KINDS;
  const role = principalsOf(policies).some((pattern) => pattern.kind === "arn" && !/:user\//.test(pattern.arn));
  return role ? USERS_AND_ROLES : USERS;
}

const leavesRootsOut = (policies: readonly Policy[]) => policies.some(leavesRootOut);
const leavesRootOut = oncePer(({ statements }: Policy) =>
  statements.some(
    ({ principals }) => principals?.not === true && principals.values.some(({ kind }) => kind === "account"),
  ),
);

const tellsThemApart = ({ keyId }: Condition) =>
  tellsTheCaller(keyId) || keyId === key.mfaPresent || keyId === key.mfaAge;

const ALL_KINDS: ReadonlySet<CallerKind> = new Set(["user", "role", "root", "federatedUser"]);
const USERS_AND_ROLES: ReadonlySet<CallerKind> = new Set(["user", "role"]);
const USERS: ReadonlySet<CallerKind> = new Set(["user"]);

function tellCallersApart(policies: readonly Policy[], where: readonly Condition[]): boolean {
  const tells = ({ keyId }: Condition) => tellsTheCaller(keyId);
  return where.some(tells) || conditionsOf(policies).some(tells);
}

/** Gives the services that a statement names, and of everyone those that its conditions mean, whomever they act for. */
export function servicesIn({ principals, conditions }: Statement): readonly CallerClass[] {
  const names = flatMap(principals?.values ?? [], (pattern) => {
    if (pattern.kind === "service") return [pattern.service];
    return pattern.kind === "anyone" ? sourceServices(conditions) : [];
  });
  return [...new Set(names)].map(service);
}

/** Where nothing tells callers apart, one user stands for all. */
export const ANY_USER: CallerClass = callersOf(EXAMPLE_ACCOUNT)[0]!;
const ANY_USERS: readonly CallerClass[] = [ANY_USER];
