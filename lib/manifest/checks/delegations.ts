/** What the files of a team may say. Whatever is not delegated may not stand in them. */
import { selectAccounts } from "../../access/select.ts";
import { daysAfter } from "../../day.ts";
import type { Place, Problem } from "../../problem.ts";
import type { ErrorCode } from "../codes.ts";
import type { Context } from "../context.ts";
import { namedPolicy } from "../customer-managed.ts";
import { isOneOf, isTeamFile } from "../delegation-files.ts";
import type { Selector } from "../fields.ts";
import { writtenEntries } from "../merge.ts";
import { keysAt, nodeAt, type Path } from "../node.ts";
import { error, warning, where } from "../problems.ts";
import { trustKind } from "../schema/trust-kinds.ts";
import type { Manifest } from "../schema.ts";
import { tagsInPolicies } from "../tags-in-policies.ts";
import { isWithin } from "../units.ts";
import { checkSelection } from "./access.ts";

type Rules = Manifest["delegations"][string];

/** A team, what it may do, and where that is said. */
interface Team {
  key: string;
  rules: Rules;
  /** Accounts that its roles may be in, and that it may grant in. */
  rolesIn: ReadonlySet<string>;
  grantsIn: ReadonlySet<string>;
}

/**
 * `delegation-matches-nothing`, `delegation-of-management`, `delegation-section`, `delegation-name`,
 * `delegation-account`, `delegation-boundary`, `delegation-session`, `delegation-trust`, `delegation-target`,
 * `delegation-grant`, `delegation-end`, `delegation-tag`, and what `checkSelection` reports.
 */
export function checkDelegations(context: Context): Problem[] {
  const teams = teamsOf(context);
  if (teams.length === 0) return [];
  const entries = writtenEntries(context.written);
  const files = new Set(entries.map(({ place }) => place.file));
  const teamsByFile = new Map([...files].map((file) => [file, teams.filter((team) => isOwnFile(team, file, context))]));
  const forbidden = entries.flatMap(({ path, place }) =>
    (teamsByFile.get(place.file) ?? []).flatMap((team) => section(team, path, place, context)),
  );
  const decisive = tagsInPolicies(context);
  const declared = <T>(record: Readonly<Record<string, T>>, path: Path, judge: Judge<T>): Problem[] =>
    Object.entries(record).flatMap(([key, value]) => {
      const at = [...path, key];
      const teams = teamsByFile.get(context.keyAt(at).file) ?? [];
      return teams.flatMap((team) => judge(team, value, at, context));
    });
  const { manifest } = context;
  return [
    ...teams.flatMap((team) => ownRules(team, files, context)),
    ...forbidden,
    ...declared(manifest.accounts, ["accounts"], account),
    ...declared(manifest.accounts, ["accounts"], tagged(decisive)),
    ...declared(manifest.permissionSets, ["permissionSets"], tagged(decisive)),
    ...declared(manifest.roles, ["roles"], tagged(decisive)),
    ...declared(manifest.identity.groups, ["identity", "groups"], named("groups")),
    ...declared(manifest.permissionSets, ["permissionSets"], permissionSet),
    ...declared(manifest.roles, ["roles"], role),
    ...manifest.access.flatMap((one, index) => {
      const at = ["access", index];
      return (teamsByFile.get(context.at(at).file) ?? []).flatMap((team) => grant(team, one, at, context));
    }),
  ];
}

type Judge<T> = (team: Team, value: T, path: Path, context: Context) => Problem[];

function teamsOf({ manifest, accounts }: Context): Team[] {
  const keys = (selectors: readonly Selector[] = []) => new Set(selectAccounts(selectors, accounts).keys());
  return Object.entries(manifest.delegations).map(([key, rules]) => ({
    key,
    rules,
    rolesIn: keys(rules.mayDeclare?.in),
    grantsIn: keys(rules.mayGrant?.to),
  }));
}

function isOwnFile({ key, rules }: Team, file: string, { at }: Context): boolean {
  return rules.files.some((pattern, index) => isTeamFile(pattern, at(["delegations", key, "files", index]).file, file));
}

/** The delegation itself. */
function ownRules(team: Team, files: ReadonlySet<string>, context: Context): Problem[] {
  const { manifest, at } = context;
  const { managementAccount } = manifest.organization;
  const { mayDeclare, mayGrant } = team.rules;
  const path = ["delegations", team.key];
  const management = (["mayDeclare", "mayGrant"] as const).flatMap((part) => {
    const [accounts, field] = part === "mayGrant" ? [team.grantsIn, "to"] : [team.rolesIn, "in"];
    if (!accounts.has(managementAccount)) return [];
    const message = "the management account cannot be delegated: whoever enters it controls the organization";
    return [error("delegation-of-management", at([...path, part, field]), message, { hint: "leave it out" })];
  });
  // what a team's selection covers, it may fill with accounts of its own
  const selections = [
    ...checkSelection(mayDeclare?.in ?? [], [...path, "mayDeclare", "in"], "delegation", context, error),
    ...checkSelection(mayGrant?.to ?? [], [...path, "mayGrant", "to"], "delegation", context, error),
  ].filter(({ code }) => code !== "selects-nothing" || mayDeclare?.accounts === undefined);
  const problems = [...management, ...selections];
  if ([...files].some((file) => isOwnFile(team, file, context))) return problems;
  const message = `no file of the manifest belongs to "${team.key}"`;
  const hint = "the names are relative to the file that this is written in";
  return [...problems, warning("delegation-matches-nothing", at([...path, "files"]), message, { hint })];
}

/** Sections of which a team may have entries, and what allows it. */
const delegable: readonly { path: Path; words: string; allows: (rules: Rules) => unknown }[] = [
  { path: ["accounts"], words: "define accounts", allows: ({ mayDeclare }) => mayDeclare?.accounts },
  { path: ["identity", "groups"], words: "define groups", allows: ({ mayDeclare }) => mayDeclare?.groups },
  { path: ["permissionSets"], words: "define permission sets", allows: ({ mayDeclare }) => mayDeclare?.permissionSets },
  { path: ["roles"], words: "define roles", allows: ({ mayDeclare }) => mayDeclare?.roles },
  { path: ["access"], words: "grant", allows: ({ mayGrant }) => mayGrant },
];

function section(team: Team, path: Path, place: Place, context: Context): Problem[] {
  // every file may say which grammar it is in
  if (path[0] === "gatehouse") return [];
  const own = delegable.find(
    (one) => one.path.every((step, index) => step === path[index]) && path.length > one.path.length,
  );
  if (own !== undefined && own.allows(team.rules) !== undefined) return [];
  const named = path.filter((step) => typeof step === "string").join(".");
  const what = own === undefined ? `write "${named}"` : own.words;
  return [refused("delegation-section", team, [], place, what, context)];
}

/** `team "shop" may not <what>`, with the rule that says so. */
function refused(code: ErrorCode, team: Team, rule: Path, place: Place, what: string, context: Context): Problem {
  const there = context.at(["delegations", team.key, ...rule]);
  return error(code, place, `team "${team.key}" may not ${what}`, {
    hint: `what it may is said at ${where(there, place)}; its owners can move this into a file of theirs, or allow it`,
    related: [{ place: there, message: "the rule" }],
  });
}

type Declared = { name?: string | undefined; renamedFrom?: string | undefined };
type Patterned = "accounts" | "groups" | "permissionSets" | "roles";

/** Words for one thing of a kind. */
const things = {
  accounts: "an account",
  groups: "a group",
  permissionSets: "a permission set",
  roles: "a role",
} as const;
/** Kinds whose names, too, mean something to policies: trust by name, exemptions by name. */
const namesCount: ReadonlySet<Patterned> = new Set(["permissionSets", "roles"]);

/** Its key, the key it had, and its name where others go by that, have to be the team's. */
function named(kind: Patterned): Judge<Declared> {
  return (team, { name, renamedFrom }, path, context) => {
    const patterns = team.rules.mayDeclare?.[kind];
    if (patterns === undefined) return [];
    const words: readonly [string | undefined, Place][] = [
      [String(path.at(-1)), context.keyAt(path)],
      [namesCount.has(kind) ? name : undefined, context.at([...path, "name"])],
      [renamedFrom, context.at([...path, "renamedFrom"])],
    ];
    return words.flatMap(([word, place]) => {
      if (word === undefined || isOneOf(patterns, word)) return [];
      const what = `define ${things[kind]} "${word}": it has to be ${patterns.join(" or ")}`;
      return [refused("delegation-name", team, ["mayDeclare", kind], place, what, context)];
    });
  };
}

const account: Judge<Manifest["accounts"][string]> = (team, value, path, context) => {
  const { units, tags = {} } = team.rules.mayDeclare ?? {};
  const problems = named("accounts")(team, value, path, context);
  if (units !== undefined && !units.some((unit) => isWithin(value.unit ?? null, unit))) {
    const what = `have an account in ${value.unit === undefined ? "the root" : `unit "${value.unit}"`}: it has to be in ${units.join(" or ")}`;
    const place = context.at([...path, "unit"]);
    problems.push(refused("delegation-account", team, ["mayDeclare", "units"], place, what, context));
  }
  for (const [tag, wanted] of Object.entries(tags)) {
    if (Object.hasOwn(value.tags, tag) && value.tags[tag] === wanted) continue;
    const what = `have an account without the tag ${tag}: ${wanted}`;
    const place = context.at([...path, "tags", tag]);
    problems.push(refused("delegation-account", team, ["mayDeclare", "tags", tag], place, what, context));
  }
  return problems;
};

interface Tagged {
  tags: Readonly<Record<string, string>>;
  template?: string | undefined;
}

/**
 * Tags that decide over access have to be the team's: what it writes, what it chooses with a template, and what it takes
 * away of the defaults.
 * @param decisive the keys of such tags, in small letters
 */
function tagged(decisive: ReadonlySet<string>): Judge<Tagged> {
  return (team, { tags, template }, path, context) => {
    const { tagValues = {}, tags: carried = {} } = team.rules.mayDeclare ?? {};
    const allowed = Object.entries({ ...carried, ...tagValues }).map(([key, values]) => ({
      key: key.toLowerCase(),
      values: [values, Object.hasOwn(carried, key) ? carried[key]! : []].flat(),
    }));
    const valuesOf = (key: string) => allowed.filter((one) => one.key === key.toLowerCase());
    const defaults = defaultTags(path, context);
    const isBound = (key: string) => decisive.has(key.toLowerCase()) || valuesOf(key).length > 0;
    const refuse = (key: string, place: Place, what: string) => {
      const values = valuesOf(key).flatMap((one) => one.values);
      const why = values.length === 0 ? "policies compare it" : `it has to be ${values.join(" or ")}`;
      return refused("delegation-tag", team, ["mayDeclare", "tagValues", key], place, `${what}: ${why}`, context);
    };
    const set = Object.entries(tags).flatMap(([key, value]) => {
      const isInherited = Object.hasOwn(defaults, key) && defaults[key] === value;
      if (!isBound(key) || isInherited || valuesOf(key).some(({ values }) => isOneOf(values, value))) return [];
      const chosen = template !== undefined && Object.hasOwn(context.manifest.templates[template]?.tags ?? {}, key);
      const own = context.at([...path, "tags", key]);
      const place = chosen && own.file !== context.keyAt(path).file ? context.at([...path, "template"]) : own;
      return [refuse(key, place, `set the tag ${key}: ${value}`)];
    });
    const taken = Object.keys(defaults).flatMap((key) =>
      isBound(key) && !Object.hasOwn(tags, key)
        ? [refuse(key, context.at([...path, "tags"]), `take away the tag ${key}`)]
        : [],
    );
    return [...set, ...taken];
  };
}

/** The tags that every entry of the section has unless it says otherwise. */
function defaultTags([section = ""]: Path, { written }: Context): Readonly<Record<string, string>> {
  const at = ["defaults", section, "tags"];
  const values = keysAt(written, at).flatMap((key) => {
    const node = nodeAt(written, [...at, key]);
    return node?.kind === "scalar" ? [[key, String(node.value)] as const] : [];
  });
  return Object.fromEntries(values);
}

type Permitted = Pick<Manifest["roles"][string], "session" | "permissionsBoundary">;

/** The boundary and the longest session that a team's roles and permission sets have. */
function bounds(team: Team, value: Permitted, path: Path, context: Context): Problem[] {
  const { boundary, longestSession } = team.rules.mayDeclare ?? {};
  const problems: Problem[] = [];
  if (boundary !== undefined && !hasBoundary(value, boundary, context)) {
    const what = `leave out the permissions boundary: write permissionsBoundary: { customerManagedPolicy: ${boundary} }`;
    const place = context.at([...path, "permissionsBoundary"]);
    problems.push(refused("delegation-boundary", team, ["mayDeclare", "boundary"], place, what, context));
  }
  if (longestSession !== undefined && value.session > longestSession) {
    const what = `have sessions of more than ${longestSession / 3600}h`;
    const place = context.at([...path, "session"]);
    problems.push(refused("delegation-session", team, ["mayDeclare", "longestSession"], place, what, context));
  }
  return problems;
}

function hasBoundary({ permissionsBoundary: written }: Permitted, wanted: string, { manifest }: Context): boolean {
  if (written === undefined || typeof written === "string") return false;
  const [own, needed] = [namedPolicy(written.customerManagedPolicy, manifest), namedPolicy(wanted, manifest)];
  return own.name === needed.name && own.path === needed.path;
}

const permissionSet: Judge<Manifest["permissionSets"][string]> = (team, value, path, context) => [
  ...named("permissionSets")(team, value, path, context),
  ...bounds(team, value, path, context),
];

const role: Judge<Manifest["roles"][string]> = (team, value, path, context) => {
  const problems = [...named("roles")(team, value, path, context), ...bounds(team, value, path, context)];
  const { mayDeclare } = team.rules;
  if (mayDeclare === undefined) return problems;
  const kind = trustKind(value.trust);
  if (kind !== null && !mayDeclare.trust.includes(kind)) {
    const what = `have a role that trusts by "${kind}": ${mayDeclare.trust.join(", ")} is what it may`;
    const place = context.at([...path, "trust", kind]);
    problems.push(refused("delegation-trust", team, ["mayDeclare", "trust"], place, what, context));
  }
  if (mayDeclare.path === "/" ? value.path !== "/" : !value.path.startsWith(mayDeclare.path)) {
    const allowed = mayDeclare.path === "/" ? "have none" : `begin with ${mayDeclare.path}`;
    const what = `have a role at path "${value.path}": it has to ${allowed}`;
    const place = context.at([...path, "path"]);
    problems.push(refused("delegation-name", team, ["mayDeclare", "path"], place, what, context));
  }
  const outside = beyond(value.in, team.rolesIn, context);
  if (outside !== null && mayDeclare.in !== undefined) {
    const place = context.at([...path, "in"]);
    problems.push(refused("delegation-target", team, ["mayDeclare", "in"], place, `have roles in ${outside}`, context));
  }
  return problems;
};

const grant: Judge<Manifest["access"][number]> = (team, value, path, context) => {
  const { mayGrant } = team.rules;
  if (mayGrant === undefined) return [];
  const kinds = [
    ["groups", "group", "grant to"],
    ["users", "user", "grant to"],
    ["permissionSets", "permission set", "grant"],
  ] as const;
  const problems = kinds.flatMap(([kind, word, verb]) =>
    value[kind].flatMap((key, index) => {
      if (isOneOf(mayGrant[kind], key)) return [];
      const place = context.at([...path, kind, index]);
      return [refused("delegation-grant", team, ["mayGrant", kind], place, `${verb} ${word} "${key}"`, context)];
    }),
  );
  const outside = beyond(value.to, team.grantsIn, context);
  if (outside !== null) {
    const place = context.at([...path, "to"]);
    problems.push(refused("delegation-target", team, ["mayGrant", "to"], place, `grant in ${outside}`, context));
  }
  const last = mayGrant.longest === undefined ? null : daysAfter(context.asOf, mayGrant.longest / 86_400);
  if (last !== null && (value.until === undefined || value.until > last)) {
    const what =
      value.until === undefined ? `grant without an end: write "until", at most ${last}` : `grant beyond ${last}`;
    const place = context.at([...path, "until"]);
    problems.push(refused("delegation-end", team, ["mayGrant", "longest"], place, what, context));
  }
  return problems;
};

/** How many accounts are named in a message. */
const listed = 3;

/** The accounts that are not allowed, for a message; `null` when all are. */
function beyond(selectors: readonly Selector[], allowed: ReadonlySet<string>, { accounts }: Context): string | null {
  const outside = [...selectAccounts(selectors, accounts).keys()].filter((key) => !allowed.has(key));
  if (outside.length === 0) return null;
  const names = outside.slice(0, listed).map((key) => `"${key}"`);
  const more = outside.length > listed ? ` and ${outside.length - listed} more` : "";
  return `account${outside.length > 1 ? "s" : ""} ${names.join(", ")}${more}`;
}
