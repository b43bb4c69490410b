/**
 * What names what: from an attribute that holds a name or an ARN to the resources that are meant, on one side of the
 * change. A value that is not known yet is followed through the configuration.
 */
import { flatMap } from "../lib/flat-map.ts";
import { type Address, configAddress, type InstanceKey, parseAddress } from "./address.ts";
import type { Named } from "./attachments.ts";
import {
  accountInArn,
  type Configuration,
  expressionsAt,
  isInstanceReference,
  type Reference,
  sharesModules,
  targetOf,
} from "./configuration.ts";
import { asString, type JsonObject, member } from "./json.ts";
import type { Plan, ResourceChange } from "./plan.ts";

/** One resource on one side of the change; the same object on both where nothing happens to it. */
export interface Node {
  change: ResourceChange;
  values: JsonObject;
  unknown: unknown;
  account: string | null;
}

const addresses = new WeakMap<ResourceChange, Address | null>();

/** The address of a node, taken apart when somebody asks for it. */
export function addressOf({ change }: Pick<Node, "change">): Address | null {
  let address = addresses.get(change);
  if (address === undefined) {
    address = parseAddress(change.address);
    addresses.set(change, address);
  }
  return address;
}

/** Gives the managed resources of these types, before and after. */
export function nodesOf(
  plan: Plan,
  configuration: Configuration,
  wanted: (type: string) => boolean,
): { before: readonly Node[]; after: readonly Node[] } {
  const before: Node[] = [];
  const after: Node[] = [];
  const bound = (change: ResourceChange): string | null => {
    const address = addressOf({ change });
    return address && configuration.accountOf(address);
  };
  for (const change of plan.changes) {
    if (change.mode !== "managed" || change.deposed !== null || !wanted(change.type)) continue;
    const node = (values: JsonObject, unknown: unknown): Node => {
      const account = accountInArn(asString(member(values, "arn"))) ?? bound(change);
      return { change, values, unknown, account };
    };
    const old = change.before && node(change.before, undefined);
    if (old) before.push(old);
    // left alone, or forgotten by Terraform, the object lives on as it is
    if (change.action === "no-op" || change.action === "forget") {
      if (old) after.push(old);
    } else if (change.after) after.push(node(change.after, change.afterUnknown));
  }
  return { before, after };
}

export interface Links {
  /**
   * The resources of a type that a value names by this attribute of theirs. None: something outside of the plan;
   * `null`: the value is not known, and nor is where it comes from.
   */
  find(from: Node, named: Named, type: string, key: string): readonly Node[] | null;
}

export function linksOf(nodes: readonly Node[], configuration: Configuration): Links {
  const add = (map: Map<string, Node[]>, id: string, node: Node) => {
    const list = map.get(id);
    if (list) list.push(node);
    else map.set(id, [node]);
  };
  // made when somebody asks: most plans attach nothing
  let byValue: Map<string, Node[]> | null = null;
  const nodesWith = (type: string, key: string, wanted: string): readonly Node[] | undefined => {
    if (!byValue) {
      byValue = new Map();
      for (const node of nodes) {
        for (const name of ["name", "arn", "family"]) {
          const value = asString(member(node.values, name));
          if (value !== null) add(byValue, `${node.change.type} ${name} ${value}`, node);
        }
      }
    }
    return byValue.get(`${type} ${key} ${wanted}`);
  };
  let byBlock: Map<string, Node[]> | null = null;
  const instancesOf = (block: string): readonly Node[] => {
    if (!byBlock) {
      byBlock = new Map();
      for (const node of nodes) {
        const address = addressOf(node);
        if (address) add(byBlock, configAddress(address), node);
      }
    }
    return byBlock.get(block) ?? [];
  };

  const valued = (from: Node, value: string, type: string, key: string): readonly Node[] => {
    const found = nodesWith(type, key, value);
    if (found || key !== "arn") return found ?? [];
    // before it exists, its ARN follows from its name
    const arn = /^arn:[^:]*:iam::([^:]*):(?:policy|role|instance-profile)(\/.*?)([^/]+)$/.exec(value);
    const named = nodesWith(type, "name", arn?.[3] ?? "") ?? [];
    return named.filter(
      ({ account, values }) =>
        member(values, "arn") === undefined &&
        (asString(member(values, "path")) ?? "/") === arn?.[2] &&
        (account ?? from.account ?? arn[1]) === arn[1],
    );
  };

  const referred = (from: Node, path: string, type: string): readonly Node[] => {
    const address = addressOf(from);
    if (!address) return [];
    const written = configuration.follow(address, expressionsAt(configuration.expressionsOf(address), path));
    const references = written.some(({ module, name }) => name.startsWith("each.value") && isOwn(address, module))
      ? [...written, ...configuration.follow(address, [configuration.repetitionOf(address)])]
      : written;
    return flatMap(
      references.filter((reference) => !isInstanceReference(reference)),
      (reference) => {
        const target = targetOf(reference);
        if (target?.address.type !== type || target.address.mode !== "managed") return [];
        const instances = instancesOf(configAddress(target.address)).filter((node) => {
          const other = addressOf(node);
          return other && sharesModules(other, address);
        });
        const wanted = target.address.key ?? (instances.length > 1 ? keyWhere(address, reference) : null);
        const matching = wanted === null ? instances : instances.filter((node) => addressOf(node)?.key === wanted);
        return matching.length === 1 ? matching : [];
      },
    );
  };

  return {
    find(from, { path, value }, type, key) {
      if (value === null) {
        const found = referred(from, path, type);
        return found.length > 0 ? [...new Set(found)] : null;
      }
      const found = valued(from, value, type, key);
      if (found.length <= 1) return found;
      // the same name in several accounts
      const meant = referred(from, path, type);
      const both = found.filter((node) => meant.includes(node));
      return both.length > 0 ? both : found.filter(({ account }) => account === from.account);
    },
  };
}

const isOwn = (address: Address, module: readonly string[]) => module.length === address.modules.length;

/** The instance key that `each.key` and `count.index` stand for, in the module that the reference is written in. */
function keyWhere(address: Address, { module }: Reference): InstanceKey {
  return isOwn(address, module) ? address.key : (address.modules[module.length]?.key ?? null);
}
