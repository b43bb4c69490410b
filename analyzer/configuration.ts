/**
 * What the plan's configuration tells of an expression: whether somebody wrote it, and which objects it waits for.
 * Modules are followed both ways, through their variables and their outputs; locals are not part of a plan.
 */
import { flatMap } from "../lib/flat-map.ts";
import { groupBy } from "../lib/group.ts";
import { oncePer } from "../lib/iam/memo.ts";
import { type Address, configAddress, parseAddress } from "./address.ts";
import { asArray, asObject, asString, at, isObject, type JsonObject, member } from "./json.ts";
import type { Plan } from "./plan.ts";

/** A reference in the module it is written in: `{ module: ["a"], name: "aws_iam_role.r.arn" }`. */
export interface Reference {
  /** Names of the module calls from the root; the configuration knows no instance keys. */
  module: readonly string[];
  name: string;
}

interface Module {
  path: readonly string[];
  node: JsonObject;
  /** The call in the parent module, `null` at the root. */
  call: JsonObject | null;
}

export interface Configuration {
  /** The expressions of a resource block; `null` when the plan does not carry the block. */
  expressionsOf(address: Address): JsonObject | null;
  /** Whether the block, as far as the plan carries it, sets the attribute that a path begins with. */
  writes(address: Address, path: string): boolean;
  /** The expression of the block's `for_each`; `undefined` without one. */
  repetitionOf(address: Address): unknown;
  /** What an expression in a block refers to at first sight. */
  refer(from: Address, expression: unknown): readonly Reference[];
  /** What the expressions refer to in the end, in the order written. */
  follow(from: Address, expressions: readonly unknown[]): readonly Reference[];
  /** The blocks of a type in a module that nothing in the configuration refers to: what uses them is a local. */
  unreferred(module: Reference["module"], type: string): readonly Reference[];
  /** Account that the resource's provider works in, twelve digits: bound to it by a literal, or seen to be in it. */
  accountOf(address: Address): string | null;
}

/** Gives the configuration of a plan; several stages ask for it, and it is read once. */
export function readConfiguration(plan: Plan): Configuration {
  let read = known.get(plan);
  if (!read) {
    read = readModules(plan);
    known.set(plan, read);
  }
  return read;
}

const known = new WeakMap<Plan, Configuration>();

function readModules(plan: Plan): Configuration {
  const { configuration } = plan;
  const modules = collectModules(configuration);
  const blocks = collectBlocks(modules);
  const moduleOf = (address: Address) => modules.get(keyOf(address.modules.map((step) => step.name)));
  const blockOf = (address: Address) => blocks.get(configAddress(address));
  // a block that the plan does not carry has the provider that there is no other than
  const isOnlyOne = Object.values(asObject(member(configuration, "provider_config"))).every(
    (provider) => member(provider, "alias") === undefined && member(provider, "module_address") === undefined,
  );
  const providerOf = (address: Address) =>
    asString(member(blockOf(address), "provider_config_key")) ?? (isOnlyOne ? "aws" : null);
  let accounts: ReadonlyMap<string | null, ReadonlySet<string>> | null = null;
  const accountSeen = (provider: string): string | null => {
    accounts ??= accountsBy(plan, providerOf);
    const [account = null, ...others] = accounts.get(provider) ?? [];
    return others.length === 0 ? account : null;
  };

  const follow = (from: Module | undefined, expressions: readonly unknown[]): readonly Reference[] => {
    const found = new Map<string, Reference>();
    const seen = new Set<string>();
    const pending = flatMap(expressions, (expression) =>
      referencesIn(expression).map((name) => ({ module: from, name })),
    );
    for (let next = pending.shift(); next; next = pending.shift()) {
      const path = next.module?.path ?? [];
      const id = `${keyOf(path)} ${next.name}`;
      if (seen.has(id)) continue;
      seen.add(id);
      const step = next.module && stepInto(modules, next.module, next.name);
      if (step) pending.unshift(...referencesIn(step.expression).map((name) => ({ module: step.module, name })));
      else found.set(id, { module: path, name: next.name });
    }
    return [...found.values()];
  };

  return {
    expressionsOf: (address) => {
      const block = blockOf(address);
      return block ? asObject(member(block, "expressions")) : null;
    },
    writes: (address, path) => {
      const block = blockOf(address);
      // `dynamic` blocks do not stand here
      return block === undefined || path.includes("[]") || member(member(block, "expressions"), path) !== undefined;
    },
    repetitionOf: (address) => member(blockOf(address), "for_each_expression"),
    refer: (from, expression) => {
      const module = from.modules.map((step) => step.name);
      return referencesIn(expression).map((name) => ({ module, name }));
    },
    unreferred: (path, type) => {
      const module = modules.get(keyOf(path));
      return module ? unreferredIn(module).filter(({ name }) => name.startsWith(type)) : [];
    },
    follow: (from, expressions) => follow(moduleOf(from), repeated(blockOf(from), expressions)),
    accountOf: (address) => {
      const key = providerOf(address);
      if (key === null) return null;
      const provider = at(configuration, "provider_config", key, "expressions");
      const role = asString(at(provider, "assume_role", 0, "role_arn", "constant_value"));
      const allowed = asArray(at(provider, "allowed_account_ids", "constant_value"));
      return accountInArn(role) ?? (allowed.length === 1 ? asString(allowed[0]) : null) ?? accountSeen(key);
    },
  };
}

/** The accounts that callers were seen to be in, by their provider. */
function accountsBy(
  { callers, changes }: Plan,
  providerOf: (address: Address) => string | null,
): ReadonlyMap<string | null, ReadonlySet<string>> {
  // who is asked anew during apply may be somewhere else by then
  const pending = new Set(changes.filter(({ mode }) => mode === "data").map(({ address }) => address));
  const seen = [...callers].filter(([address]) => !pending.has(address));
  const byProvider = groupBy(seen, ([address]) => {
    const caller = parseAddress(address);
    return caller && providerOf(caller);
  });
  return new Map([...byProvider].map(([key, those]) => [key, new Set(those.map(([, account]) => account))]));
}

/** Gives the expressions of a block behind a path, those of every block where it goes through a list. */
export function expressionsAt(expressions: unknown, path: string): readonly unknown[] {
  return path.split(".").reduce<readonly unknown[]>(
    (found, step) =>
      flatMap(found, (inner) => {
        const next = member(inner, step.replace("[]", ""));
        if (next === undefined) return [];
        return Array.isArray(next) ? next : [next];
      }),
    [expressions],
  );
}

/** The account part of an ARN. */
export function accountInArn(arn: string | null): string | null {
  return arn?.match(/^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/)?.[1] ?? null;
}

/**
 * Address of the data source or resource that a reference names, and the attribute behind it. The attribute is `null`
 * when an instance is picked by an expression: `d[each.key].json` stands in a plan as `d` and `each.key`.
 */
export function targetOf(reference: Reference): { address: Address; attribute: string | null } | null {
  const modules = reference.module.map((name) => ({ name, key: null }));
  const whole = parseAddress(reference.name);
  if (whole) return { address: { ...whole, modules }, attribute: null };
  const match = /^(.+)\.([\w-]+)$/s.exec(reference.name);
  const address = parseAddress(match?.[1] ?? "");
  return address && { address: { ...address, modules }, attribute: match?.[2] ?? null };
}

/** The reference as a reader knows it, module path first. */
export function renderReference(reference: Reference): string {
  return [...reference.module.map((name) => `module.${name}`), reference.name].join(".");
}

/** `true` for what only says which instance of a block this is. */
export function isInstanceReference(reference: Reference): boolean {
  return /^(each|count)\./.test(reference.name);
}

/**
 * Gives which of a block's instances a reference to `target` means for `user`.
 * @param isPicked an expression may pick one of several: the one with the user's own key, or with that of the module
 * call around it which the expression stands in
 */
export function meantBy<T extends { address: Address }>(
  target: Address,
  user: Address,
  instances: readonly T[],
  isPicked: boolean,
): readonly T[] {
  const reachable = instances.filter(({ address }) => sharesModules(address, user));
  const own = user.modules[target.modules.length]?.key ?? user.key;
  const wanted = target.key ?? (isPicked && reachable.length > 1 ? own : null);
  return wanted === null ? reachable : reachable.filter(({ address }) => address.key === wanted);
}

/** Whether an instance can be what another one's configuration means: their common modules are the same instances. */
export function sharesModules(one: Address, other: Address): boolean {
  return one.modules.every((step, i) => {
    const peer = other.modules[i];
    return peer === undefined || peer.name !== step.name || peer.key === step.key;
  });
}

const keyOf = (path: readonly string[]): string => path.join(".");

function collectModules(configuration: JsonObject): ReadonlyMap<string, Module> {
  const modules = new Map<string, Module>();
  const pending: Module[] = [{ path: [], node: asObject(member(configuration, "root_module")), call: null }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    modules.set(keyOf(next.path), next);
    for (const [name, call] of Object.entries(asObject(member(next.node, "module_calls")))) {
      if (isObject(call)) pending.push({ path: [...next.path, name], node: asObject(member(call, "module")), call });
    }
  }
  return modules;
}

function collectBlocks(modules: ReadonlyMap<string, Module>): ReadonlyMap<string, JsonObject> {
  const blocks = new Map<string, JsonObject>();
  for (const { path, node } of modules.values()) {
    for (const resource of asArray(member(node, "resources"))) {
      const address = asString(member(resource, "address"));
      if (address !== null)
        blocks.set([...path.map((name) => `module.${name}`), address].join("."), asObject(resource));
    }
  }
  return blocks;
}

/** Where a variable is given, or an output is made; `null` for a reference that ends here. */
function stepInto(
  modules: ReadonlyMap<string, Module>,
  module: Module,
  name: string,
): { module: Module; expression: unknown } | null {
  const variable = /^var\.([\w-]+)/.exec(name)?.[1];
  const parent = modules.get(keyOf(module.path.slice(0, -1)));
  if (variable !== undefined && module.call && parent) {
    return { module: parent, expression: repeated(module.call, [at(module.call, "expressions", variable)]) };
  }
  const output = /^module\.([\w-]+)(?:\[.*\])?\.([\w-]+)/s.exec(name);
  const child = modules.get(keyOf([...module.path, output?.[1] ?? ""]));
  if (output && child) {
    return { module: child, expression: at(child.node, "outputs", output[2] ?? "", "expression") };
  }
  return null;
}

/** The blocks of a module that nothing in it refers to. */
const unreferredIn = oncePer(({ path, node }: Module): readonly Reference[] => {
  const resources = asArray(member(node, "resources"));
  const calls = Object.values(asObject(member(node, "module_calls"))).map((call) => ({
    ...asObject(call),
    module: {},
  }));
  const users = [...resources, ...calls, ...Object.values(asObject(member(node, "outputs")))];
  const referred = new Set(
    flatMap(users, referencesIn).map((name) => /^(data\.)?[\w-]+\.[\w-]+/.exec(name)?.[0] ?? name),
  );
  const names = flatMap(resources, (resource) => asString(member(resource, "address")) ?? []);
  return names.filter((name) => !referred.has(name)).map((name) => ({ module: path, name }));
});

/** With what `each.value` in them is an element of: the `for_each` of their block or module call. */
function repeated(block: unknown, expressions: readonly unknown[]): readonly unknown[] {
  const usesValue = expressions.some((each) => referencesIn(each).some((name) => /^each\.value\b/.test(name)));
  return usesValue ? [...expressions, member(block, "for_each_expression")] : expressions;
}

/** All references inside an expression or a block of expressions, without those that only begin a longer one. */
function referencesIn(expression: unknown): readonly string[] {
  const names: string[] = [];
  const pending: unknown[] = [expression];
  for (let next = pending.shift(); pending.length > 0 || next !== undefined; next = pending.shift()) {
    if (Array.isArray(next)) pending.push(...next);
    else if (isObject(next)) {
      names.push(...asArray(member(next, "references")).filter((name) => typeof name === "string"));
      pending.push(...Object.values(next).filter((value) => typeof value === "object"));
    }
  }
  const begins = (name: string) => names.some((other) => other.startsWith(`${name}.`) || other.startsWith(`${name}[`));
  return [...new Set(names)].filter((name) => !begins(name));
}
