/** Removals and additions that look like a rename that nobody declared. */
import { warning } from "../../manifest/problems.ts";
import type { Place, Problem } from "../../problem.ts";
import type { AccessGraph } from "../graph.ts";
import { type Collection, collections, identityOf, type KeyedThing } from "../keys.ts";
import { declaredRenames } from "../renames.ts";

interface Kind {
  word: string;
  /** Where an entry is written in the manifest, when it is not the list's own name. */
  section?: string;
  /** What nothing else of the kind shares: `id`, `email`. */
  identity: readonly string[];
  /** Whether equal content says something: groups without members are all alike. */
  content?: boolean;
  /** What applying the change would do. */
  destroys(key: string, graph: AccessGraph): string;
}

const number = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const assigned = ({ assignments }: AccessGraph, test: (one: AccessGraph["assignments"][number]) => boolean) =>
  number(assignments.filter(test).length, "assignment");

/** Kinds with more to say than that the one is destroyed and the other created. */
const kinds: Readonly<Record<Collection, Kind>> = {
  accounts: {
    word: "account",
    identity: ["id", "email"],
    content: false,
    destroys: (key, graph) =>
      `take the account out of the organization, which prevent_destroy refuses, and destroy its ` +
      `${assigned(graph, ({ account }) => account === key)} and ${number(graph.roles.filter(({ account }) => account === key).length, "role")}`,
  },
  units: {
    word: "unit",
    identity: ["name"],
    content: false,
    destroys: (key, { accounts }) =>
      `destroy the unit and create another, with ${number(accounts.filter(({ unit }) => unit === key).length, "account")} moved`,
  },
  organizationPolicies: {
    word: "policy",
    section: "policies",
    identity: ["name", "document"],
    destroys: () => "destroy the policy and create another: for a moment nothing is denied",
  },
  "identity.groups": {
    word: "group",
    identity: ["name"],
    content: false,
    destroys: (key, graph) =>
      `destroy ${graph.identity.source === "external" ? "" : "the group and "}its ` +
      assigned(graph, ({ principal }) => principal.type === "GROUP" && principal.key === key),
  },
  "identity.users": {
    word: "user",
    identity: ["email", "userName"],
    content: false,
    destroys: () => "destroy the user, with password and MFA devices, and create another",
  },
  permissionSets: {
    word: "permission set",
    identity: ["name"],
    destroys: (key, graph) =>
      `destroy the permission set and its ${assigned(graph, ({ permissionSet }) => permissionSet === key)}`,
  },
  roles: {
    word: "role",
    identity: ["name"],
    destroys: (key, { roles }) => {
      const count = roles.filter((role) => role.key === key).length;
      return `destroy the role${count === 1 ? "" : ` in ${count} accounts`} and create another`;
    },
  },
};

/** How large a list may be to be searched for entries of like content. */
const most = 10_000;

/**
 * `looks-renamed`: a key went away and another came with the same id, e-mail address, name or content. `before` holds the
 * keys of `after` where a rename is declared.
 */
export function lookalikes(before: AccessGraph, after: AccessGraph): Problem[] {
  const now = collections(after);
  const declared = new Set(declaredRenames(after).map(({ collection, to }) => `${collection} ${to}`));
  return [...collections(before)].flatMap(([collection, things]) => {
    const kind = kindOf(collection);
    const [gone, come] = [only(collection, things, now.get(collection)), only(collection, now.get(collection), things)];
    const fresh = [...come].filter(([key]) => !declared.has(`${collection} ${key}`));
    const index = new Map<string, string>();
    for (const [key, thing] of fresh.slice(0, most).reverse())
      for (const mark of marks(thing, kind)) index.set(mark, key);
    return [...gone].slice(0, most).flatMap(([old, thing]) => {
      const mark = marks(thing, kind).find((one) => index.has(one));
      const key = mark === undefined ? undefined : index.get(mark);
      const entry = key === undefined ? undefined : come.get(key);
      if (mark === undefined || key === undefined || entry === undefined) return [];
      return [problem(collection, kind, [old, key], mark.split(" ", 1)[0]!, placeOf(entry), before)];
    });
  });
}

function problem(
  collection: Collection,
  { word, section, destroys }: Kind,
  [old, key]: readonly [string, string],
  mark: string,
  place: Place | null,
  before: AccessGraph,
): Problem {
  const oldKey = old.split("/").at(-1)!;
  const path = collection === "units" ? `units.${key.split("/").join(".units.")}` : `${section ?? collection}.${key}`;
  const like = mark === "content" ? "is the same" : `has the same ${words[mark] ?? mark}`;
  const message = `${word} "${old}" goes and "${key}" comes, which ${like}: Terraform would ${destroys(old, before)}`;
  return warning("looks-renamed", place, message, {
    hint: `if it is a rename, write at ${path}: renamedFrom: ${oldKey}`,
  });
}

const words: Readonly<Record<string, string>> = {
  email: "e-mail address",
  userName: "sign-in name",
  document: "content",
};

function kindOf(collection: Collection): Kind {
  const word = collection.split(".").at(-1)!.replace(/s$/, "");
  return (
    (Object.hasOwn(kinds, collection) ? kinds[collection] : undefined) ?? {
      word,
      identity: ["name"],
      destroys: () => "destroy the one and create the other",
    }
  );
}

function only(
  collection: Collection,
  things: readonly KeyedThing[] = [],
  others: readonly KeyedThing[] = [],
): ReadonlyMap<string, KeyedThing> {
  const known = new Set(others.map((thing) => identityOf(collection, thing)));
  return new Map(
    things.map((thing) => [identityOf(collection, thing), thing] as const).filter(([key]) => !known.has(key)),
  );
}

/** What a thing is recognized by, the surest first. A name that is only the key written out is not part of the content. */
function marks(thing: KeyedThing, { identity, content = true }: Kind): string[] {
  const given = identity.flatMap((field) => {
    const value = thing[field];
    return value === null || value === undefined ? [] : [`${field} ${JSON.stringify(value)}`];
  });
  if (!content) return given;
  const rest = Object.entries(thing).filter(([field]) => !circumstances.has(field));
  const own = rest.map(([field, value]) => [field, value === thing.key ? null : value]);
  return [...given, `content ${JSON.stringify(own)}`];
}

/** What differs between two things of the same content. */
const circumstances = new Set(["key", "renamedFrom", "place", "path", "parent", "account"]);

function placeOf({ place }: KeyedThing): Place | null {
  return isPlace(place) ? place : null;
}

function isPlace(value: unknown): value is Place {
  return typeof value === "object" && value !== null && "file" in value && "line" in value;
}
