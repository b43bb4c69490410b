/**
 * The service authorization reference: which actions, resource types and condition keys exist. Services are loaded when
 * they are asked for, and then answer without waiting.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
import { byCodeUnit } from "../finding.ts";
import { flatMap } from "../flat-map.ts";
import { nearest } from "../suggest.ts";
import { compile, type Glob, matches } from "./glob.ts";
import { globalKeys } from "./global-keys.ts";
import { oncePerText } from "./memo.ts";
import type { Patterns, Policy, Statement } from "./policy.ts";
import { type ActionFacts, readService, type Service } from "./service.ts";
import stored from "./services/index.ts";

export type { ActionFacts } from "./service.ts";

/** What is known of all services without loading them. */
interface Index {
  services: ReadonlySet<string>;
  /** Services that send keys under another service's prefix, or under one that no service has, by that prefix. */
  senders: ReadonlyMap<string, readonly string[]>;
  servicesWithRcps: ReadonlySet<string>;
}

const index: Index = {
  services: new Set(stored.services.split(" ")),
  senders: new Map(Object.entries(stored.senders).map(([prefix, services]) => [prefix, services.split(" ")])),
  servicesWithRcps: new Set(stored.servicesWithRcps.split(" ")),
};

/** The services that were loaded. What it does not know about others is `null`, or nothing. */
export interface Catalog {
  /** Whether a pattern stands for at least one action that exists. */
  isAction(pattern: string): boolean | null;
  /** Whether any service sends the condition key. Keys of OIDC providers are named by their issuer and always count. */
  isConditionKey(key: string): boolean | null;
  /** The actions that a pattern such as `s3:Get*` stands for, in alphabetical order. */
  actionsLike(pattern: string): readonly ActionFacts[];
  /** ARN patterns of the resource types that an action can be limited to; none: it only knows `*`. */
  resourcesOf(action: string): readonly Glob[];
  /** The action or key that was probably meant by one that does not exist. */
  nearestAction(pattern: string): string | null;
  nearestKey(key: string): string | null;
}

/**
 * Gives what is known of the services that the actions and condition keys can belong to: `s3:Get*` loads one service,
 * `*:Get*` all of them, `*` none.
 */
export async function loadCatalog(names: Iterable<string>): Promise<Catalog> {
  const prefixes = new Set([...names].filter((name) => name !== "*").map(prefixOf));
  const all = flatMap([...prefixes], (prefix) => [prefix, ...servicesMeantBy(prefix)]);
  const wanted = new Set(flatMap(all, (prefix) => servicesLike(prefix)));
  const services = await Promise.all([...wanted].sort(byCodeUnit).map(loadService));
  return catalogOf(new Map(services.map((service) => [service.name, service])));
}

/** Gives the actions that a pattern such as `s3:Get*` stands for. */
export async function actionsLike(pattern: string): Promise<readonly string[]> {
  // a lone star loads nothing by itself
  const catalog = await loadCatalog([pattern === "*" ? "*:*" : pattern]);
  return catalog.actionsLike(pattern).map(({ name }) => name);
}

/** Whether a pattern stands for at least one action that exists. */
export async function isAction(pattern: string): Promise<boolean> {
  return (await loadCatalog([pattern])).isAction(pattern) === true;
}

/** Gives the ARN patterns of the resource types that an action can be limited to; none: it only knows `*`. */
export async function resourcesOf(action: string): Promise<readonly Glob[]> {
  return (await loadCatalog([action])).resourcesOf(action);
}

/** Whether any service sends the condition key. Keys of OIDC providers are named by their issuer and always count. */
export async function isConditionKey(key: string): Promise<boolean> {
  return (await loadCatalog([key])).isConditionKey(key) === true;
}

/** Prefixes of the services that resource control policies apply to. */
export function servicesWithRcps(): ReadonlySet<string> {
  return index.servicesWithRcps;
}

/** One thing that a policy names and AWS does not have. */
export interface UnknownName {
  kind: "action" | "condition key";
  statement: number;
  name: string;
  /** What was probably meant. */
  nearest: string | null;
}

/** Gives the actions and condition keys of a policy that match nothing, which matters most in a Deny. */
export async function unknownNames(policy: Policy): Promise<readonly UnknownName[]> {
  const catalog = await loadCatalog(namesIn([policy]));
  return flatMap(policy.statements, ({ index: statement, actions, conditions }): UnknownName[] => [
    ...actions.values
      .filter((name) => catalog.isAction(name) === false)
      .map((name) => ({ kind: "action" as const, statement, name, nearest: catalog.nearestAction(name) })),
    ...conditions
      .filter(({ key }) => catalog.isConditionKey(key) === false)
      .map(({ key }) => ({
        kind: "condition key" as const,
        statement,
        name: key,
        nearest: catalog.nearestKey(key),
      })),
  ]);
}

/** The actions and condition keys that policies name. */
export function namesIn(policies: Iterable<Policy>): ReadonlySet<string> {
  const names = new Set<string>();
  // the same elements stand in many policies, and the same statements on both sides of a change
  const seen = new Set<Patterns>();
  let other: readonly Statement[] = [];
  for (const { statements } of policies) {
    for (let i = 0; i < statements.length; i++) {
      const statement = statements[i]!;
      if (statement === other[i]) continue;
      const { actions, conditions } = statement;
      for (const { key } of conditions) names.add(key);
      if (seen.has(actions)) continue;
      seen.add(actions);
      for (const name of actions.values) names.add(name);
    }
    other = statements;
  }
  return names;
}

function catalogOf(loaded: ReadonlyMap<string, Service>): Catalog {
  const known = new Map<string, readonly ActionFacts[] | null>();

  /** `null` when not every service that could have them is loaded. */
  const actionsLike = (pattern: string): readonly ActionFacts[] | null => {
    const id = pattern.toLowerCase();
    let actions = known.get(id);
    if (actions === undefined) {
      const services = servicesLike(prefixOf(id)).map((name) => loaded.get(name));
      actions = services.some((service) => service === undefined)
        ? null
        : flatMap(services, (service) => (service ? [...actionsOf(service, id)] : []));
      known.set(id, actions);
    }
    return actions;
  };

  const isConditionKey = oncePerText((key): boolean | null => {
    const prefix = prefixOf(key);
    if (prefix === "aws") return globalKeys.has(key);
    const services = servicesLike(prefix).map((name) => loaded.get(name));
    if (services.some((service) => service?.keys.has(key))) return true;
    if (services.some((service) => service === undefined)) return null;
    return /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[^\s:]*)?:[\w./-]+$/i.test(key);
  });

  const keys = new Map<string, readonly string[]>();

  /** The condition keys that one with this prefix can be meant for. */
  const keysLike = (prefix: string): readonly string[] => {
    const senders = servicesLike(prefix).filter((name) => loaded.has(name));
    const id = senders.join(" ");
    const like = keys.get(id) ?? [...globalKeys.all, ...flatMap(senders, (name) => loaded.get(name)!.keys.all)];
    keys.set(id, like);
    return like;
  };

  return {
    isAction(pattern) {
      if (pattern === "*") return true;
      const actions = actionsLike(pattern);
      return actions && actions.length > 0;
    },
    isConditionKey,
    actionsLike: (pattern) => actionsLike(pattern) ?? [],
    resourcesOf(action) {
      const facts = actionsLike(action)?.[0];
      return (facts && loaded.get(prefixOf(action))?.resourcesOf(facts)) ?? [];
    },
    nearestAction(pattern) {
      const prefix = prefixOf(pattern);
      const rest = pattern.slice(prefix.length + 1);
      const service = loaded.get(prefix);
      if (service) return service.actions.get(nearest(rest, service.actions) ?? "")?.name ?? null;
      const meant = servicesMeantBy(prefix);
      if (rest === "") return index.services.has(prefix) ? null : nearest(prefix, index.services);
      const other = meant.find((name) => actionsLike(`${name}:${rest}`)?.length);
      return other ? `${other}:${rest}` : null;
    },
    nearestKey(key) {
      return nearest(key, keysLike(prefixOf(key)));
    },
  };
}

/** @param pattern in lower case, as the names of the actions are here */
function* actionsOf({ name: service, actions }: Service, pattern: string): Generator<ActionFacts> {
  const glob = compile(pattern, { dialect: "string" });
  if (glob.literal !== null) {
    const facts = actions.get(pattern.slice(service.length + 1));
    if (facts) yield facts;
    return;
  }
  for (const [name, facts] of actions) if (matches(glob, `${service}:${name}`)) yield facts;
}

/** What stands before the first colon, in lower case. */
function prefixOf(name: string): string {
  const colon = name.indexOf(":");
  return (colon < 0 ? name : name.slice(0, colon)).toLowerCase();
}

/** Services that the prefix of an action or a condition key can stand for. */
function servicesLike(prefix: string): readonly string[] {
  if (!/[*?]/.test(prefix))
    return [...(index.services.has(prefix) ? [prefix] : []), ...(index.senders.get(prefix) ?? [])];
  const glob = compile(prefix, { dialect: "string", fold: true });
  return [...index.services].filter((service) => matches(glob, service));
}

/** Services that a prefix which none has may have been meant for: the nearest name, and those that it begins or ends with. */
const servicesMeantBy = oncePerText((prefix): readonly string[] => {
  // the prefix of global keys stands in nearly every plan, and is no mistake
  const isRight = prefix === "aws" || index.services.has(prefix) || index.senders.has(prefix);
  if (isRight || /[*?]/.test(prefix)) return [];
  const near = nearest(prefix, index.services);
  const isPart = (name: string) => name.length > 2 && (prefix.startsWith(name) || prefix.endsWith(name));
  const parts = [...index.services].filter((name) => name !== near && isPart(name));
  return near ? [near, ...parts] : parts;
});

const loading = new Map<string, Promise<Service>>();

function loadService(name: string): Promise<Service> {
  let service = loading.get(name);
  if (!service) {
    service = importService(name);
    loading.set(name, service);
  }
  return service;
}

async function importService(name: string): Promise<Service> {
  const file: { default: Readonly<Record<string, string>> } = await import(`./services/${name[0]}.js`);
  return readService(name, JSON.parse(file.default[name]!));
}
