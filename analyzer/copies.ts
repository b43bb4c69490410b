/** What the provider shows twice: a role's own attributes hold copies of what other resources of the plan give it. */
import { flatMap } from "../lib/flat-map.ts";
import { attachmentOf, type Named, namedAt } from "./attachments.ts";
import type { Configuration } from "./configuration.ts";
import { asArray, asString, at, member } from "./json.ts";
import { addressOf, type Links, type Node } from "./links.ts";
import type { PolicyChange } from "./model.ts";

/**
 * Of each role, by address: names of inline policies and ARNs of attached ones that other resources of the plan give
 * it. The provider reads them back into the role's own attributes, where they are only copies.
 */
export type Copies = ReadonlyMap<string, ReadonlySet<string>>;

type Sides<T> = Readonly<Record<"before" | "after", T>>;

/** Gives the copies on each side. What nothing but the role gave before is not known as a copy before the change. */
export function copiesOf(nodes: Sides<readonly Node[]>, links: Sides<Links>): Sides<Copies> {
  const before = [nodes.before, links.before] as const;
  // an attribute that nobody wrote still shows what is taken away elsewhere
  return { before: copiesIn([before]), after: copiesIn([before, [nodes.after, links.after]]) };
}

function copiesIn(sides: readonly (readonly [readonly Node[], Links])[]): Copies {
  const copies = new Map<string, Set<string>>();
  for (const [nodes, links] of sides) {
    for (const node of nodes) {
      const attachment = attachmentOf(node.change.type);
      if (!attachment || attachment.to === "itself") continue;
      const arns = flatMap(attachment.arns ?? [], (path) => namedAt(node.values, node.unknown, path));
      const inline = attachment.own ? asString(member(node.values, "name")) : null;
      const given = [...arns.map(({ value }) => value), inline].filter((value) => value !== null);
      for (const { type, path } of attachment.to) {
        if (type !== "aws_iam_role" || given.length === 0) continue;
        for (const role of namedAt(node.values, node.unknown, path)) {
          for (const { change } of links.find(node, role, type, "name") ?? []) {
            const known = copies.get(change.address) ?? new Set();
            for (const value of given) known.add(value);
            copies.set(change.address, known);
          }
        }
      }
    }
  }
  return copies;
}

/** Whether a managed policy that a role is shown to have is attached by another resource. */
export function isCopy(
  node: Node,
  { path, value }: Named,
  { copies, configuration }: { copies: Copies; configuration: Configuration },
): boolean {
  if (path !== "managed_policy_arns[]" || value === null) return false;
  if (!copies.get(node.change.address)?.has(value)) return false;
  const address = addressOf(node);
  return !address || member(configuration.expressionsOf(address), "managed_policy_arns") === undefined;
}

/** Leaves out inline policies that roles are shown to have, and that other resources give them. */
export function withoutCopies(
  policies: readonly PolicyChange[],
  configuration: Configuration,
  nodes: Sides<readonly Node[]>,
  copies: Sides<Copies>,
): readonly PolicyChange[] {
  if (copies.after.size === 0) return policies;
  const byAddress = {
    before: new Map(nodes.before.map((node) => [node.change.address, node])),
    after: new Map(nodes.after.map((node) => [node.change.address, node])),
  };
  return flatMap(policies, (change) => withoutCopiesIn(change, configuration, byAddress, copies));
}

function withoutCopiesIn(
  change: PolicyChange,
  configuration: Configuration,
  nodes: Sides<ReadonlyMap<string, Node>>,
  copies: Sides<Copies>,
): readonly PolicyChange[] {
  if (change.place !== "inline_policy[].policy" || !copies.after.has(change.address)) return [change];
  const keep = (side: "before" | "after") => {
    const names = copies[side].get(change.address);
    const node = nodes[side].get(change.address);
    const address = node ? addressOf(node) : null;
    const isWritten = address && member(configuration.expressionsOf(address), "inline_policy") !== undefined;
    if (!names || isWritten) return change[side];
    const blocks = asArray(member(node?.values, "inline_policy"));
    return change[side].filter(({ attribute }) => {
      const index = Number(/\[(\d+)\]/.exec(attribute)?.[1]);
      return !names.has(asString(at(blocks, index, "name")) ?? "");
    });
  };
  const before = keep("before");
  const kept = keep("after");
  // what is left alone stays the same on both sides
  const after = change.after === change.before && kept.length === before.length ? before : kept;
  return before.length + after.length > 0 ? [{ ...change, before, after }] : [];
}
