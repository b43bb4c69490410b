/** One service of the service authorization reference, as it is stored and as it is asked. */
import { flatMap } from "../flat-map.ts";
import { compile, type Glob, matches } from "./glob.ts";

/** What an action does, in AWS's words. */
export const accessLevels = ["List", "Read", "Write", "Permissions management", "Tagging"] as const;

export interface ActionFacts {
  /** In AWS's own letter case: `s3:GetObject`. */
  name: string;
  accessLevel: (typeof accessLevels)[number];
  /** Resource types that the action can be limited to; none means that it only knows `*`. */
  resourceTypes: readonly string[];
  /** A key with a name of the user's choice is a pattern: `aws:ResourceTag/?*`. */
  conditionKeys: readonly string[];
}

/** The form on disk: lists instead of objects, because half a hundred services make a plan's start. */
export interface StoredService {
  /** Name and ARN pattern. */
  types: readonly (readonly [name: string, arn: string])[];
  /** All condition keys of the service, patterns where they hold a name. */
  keys: readonly string[];
  actions: readonly (readonly [name: string, level: number, types: readonly number[], keySet: number])[];
  /** Condition keys, separated by blanks. */
  keySets: readonly string[];
}

/** What is stored of all services together; lists are separated by blanks. */
export interface StoredIndex {
  services: string;
  globalKeys: string;
  /** Of STS, under its own prefix. */
  stsKeys: string;
  servicesWithRcps: string;
  senders: Readonly<Record<string, string>>;
}

export interface Service {
  name: string;
  /** By lower-case name without the service: `getobject`. */
  actions: ReadonlyMap<string, ActionFacts>;
  keys: Keys;
  /** ARN patterns of the resource types that an action can be limited to; none: it only knows `*`. */
  resourcesOf(action: ActionFacts): readonly Glob[];
}

export function readService(name: string, stored: StoredService): Service {
  const arns = new Map(stored.types);
  const keySets = stored.keySets.map((keys) => keys.split(" ").filter((key) => key !== ""));
  return {
    name,
    actions: new Map(
      stored.actions.map(([action, level, types, keySet]) => [
        action.toLowerCase(),
        {
          name: `${name}:${action}`,
          accessLevel: accessLevels[level]!,
          resourceTypes: types.map((type) => stored.types[type]![0]),
          conditionKeys: keySets[keySet]!,
        },
      ]),
    ),
    keys: readKeys(stored.keys),
    resourcesOf: ({ resourceTypes }) =>
      flatMap(resourceTypes, (type) => compile(arns.get(type) ?? "*", { dialect: "resource" })),
  };
}

/** Condition keys by name and by pattern. */
export interface Keys {
  all: readonly string[];
  has(key: string): boolean;
}

const MAX_ASKED = 5_000;

export function readKeys(all: readonly string[]): Keys {
  const named = new Set(all.map((key) => key.toLowerCase()));
  const open = [...named].filter((key) => key.includes("*")).map((key) => compile(key, { dialect: "string" }));
  const asked = new Map<string, boolean>();
  return {
    all,
    has(key) {
      let has = asked.get(key);
      if (has === undefined) {
        const id = key.toLowerCase();
        has = named.has(id) || open.some((glob) => matches(glob, id));
        if (asked.size < MAX_ASKED) asked.set(key, has);
      }
      return has;
    },
  };
}
