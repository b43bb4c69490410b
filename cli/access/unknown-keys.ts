/** Keys given as options that the manifest does not have. */
import type { AccessFilter } from "../../lib/access/explain.ts";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { byCodeUnit } from "../../lib/finding.ts";
import { type Named, unknownKey } from "../../lib/suggest.ts";

/** A key of a manifest, by what kind of thing it is. */
export type Asked = AccessFilter & { role?: readonly string[] };

/**
 * What to say of the first key that the manifest does not have, `null` when it has all of them: an unknown one would
 * give an empty answer, which reads like "nobody".
 */
export function unknownIn(graph: AccessGraph, asked: Asked): { message: string; hint: string | null } | null {
  for (const [option, { kind, known }] of Object.entries(kinds)) {
    const keys = asked[option as keyof Asked] ?? [];
    if (keys.length === 0) continue;
    // a role is known once for each of its accounts
    const names = [...new Map(known(graph).map((name) => [name.key, name])).values()].sort(byKey);
    const all = new Set(names.map(({ key }) => key));
    const unknown = keys.find((key) => !all.has(key));
    if (unknown === undefined) continue;
    const meant = otherKind(option, unknown, graph);
    return meant === null
      ? unknownKey(kind, unknown, names)
      : { message: `unknown ${kind} "${unknown}"; ${meant}`, hint: null };
  }
  return null;
}

/** What a name is that is known as something else; of a unit, the last part of its path will do. */
function otherKind(option: string, name: string, graph: AccessGraph): string | null {
  const paths = graph.units.map(({ path }) => path).filter((path) => path.endsWith(`/${name}`));
  if (option === "unit" && paths.length > 0) return `write its path: ${paths.join(" or ")}`;
  for (const [other, { kind, known }] of Object.entries(kinds)) {
    const isKnown = other !== option && known(graph).some(({ key }) => key === name);
    if (isKnown) return `that is ${kind === "account" ? "an" : "a"} ${kind}: --${kind.replace(" ", "-")} ${name}`;
  }
  return option === "account" && paths.length > 0 ? `that is a unit: --unit ${paths[0]}` : null;
}

const byKey = (a: Named, b: Named) => byCodeUnit(a.key, b.key);
const byName = ({ key, name }: { key: string; name: string }): Named => ({ key, also: { name } });

const kinds: Record<keyof Asked, { kind: string; known: (graph: AccessGraph) => readonly Named[] }> = {
  account: {
    kind: "account",
    known: ({ accounts }) =>
      accounts.map(({ key, id, name, email }) => ({ key, also: { id, name, "e-mail address": email } })),
  },
  unit: { kind: "unit", known: ({ units }) => units.map(({ path, name }) => ({ key: path, also: { name } })) },
  group: { kind: "group", known: ({ identity }) => identity.groups.map(byName) },
  user: {
    kind: "user",
    known: ({ identity }) =>
      identity.users.map(({ key, userName, email }) => ({
        key,
        also: { "sign-in name": userName, "e-mail address": email },
      })),
  },
  permissionSet: { kind: "permission set", known: ({ permissionSets }) => permissionSets.map(byName) },
  role: { kind: "role", known: ({ roles }) => roles.map(byName) },
};
