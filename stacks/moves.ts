/**
 * Renamed keys as `moved` blocks: Terraform then finds a resource under its new address instead of destroying it under
 * the old one.
 *
 * Old addresses come from where new ones come from, the stack itself: it is built a second time from the same graph with
 * the old keys in it. So no stack has to know of renames, and none can forget one.
 */
import type { AccessGraph } from "../lib/access/graph.ts";
import { withKeys } from "../lib/access/keys.ts";
import { backward, declaredRenames } from "../lib/access/renames.ts";
import type { Problem } from "../lib/problem.ts";
import { logicalId } from "./address.ts";
import type { StackInfo } from "./plan-order.ts";

/** A managed resource and the parts of the manifest that its address is made of. */
export interface Addressed {
  type: string;
  key: readonly string[];
}

export interface Move {
  from: string;
  to: string;
}

/** The graph as it was called before its renames; `null` when nothing was renamed. */
export function withOldKeys(graph: AccessGraph): AccessGraph | null {
  const renames = declaredRenames(graph);
  return renames.length === 0 ? null : withKeys(graph, backward(renames));
}

/** Old names by new ones, of whatever kind; a unit's path is made of such names. */
export function oldNames(graph: AccessGraph): ReadonlyMap<string, readonly string[]> {
  const last = (path: string) => path.split("/").at(-1) ?? path;
  const names = new Map<string, string[]>();
  for (const { from, to } of declaredRenames(graph)) {
    const [before, now] = [last(from), last(to)];
    if (before !== now) names.set(now, [...(names.get(now) ?? []), before]);
  }
  return names;
}

/** Gives a move for each resource of `now` that has another address in `old`. */
export function movesOf(
  now: readonly Addressed[],
  old: readonly Addressed[],
  names: ReadonlyMap<string, readonly string[]>,
): Move[] {
  const known = new Set(old.map(addressKey));
  return now.flatMap(({ type, key }) => {
    if (known.has(addressKey({ type, key }))) return [];
    const before = earlierKeys(key, names).find((earlier) => known.has(addressKey({ type, key: earlier })));
    return before === undefined ? [] : [{ from: `${type}.${logicalId(before)}`, to: `${type}.${logicalId(key)}` }];
  });
}

const addressKey = ({ type, key }: Addressed) => JSON.stringify([type, ...key]);

/** Every way to put old names into a key. */
function earlierKeys(key: readonly string[], names: ReadonlyMap<string, readonly string[]>): string[][] {
  return key.reduce<string[][]>(
    (keys, part) => keys.flatMap((begun) => [part, ...(names.get(part) ?? [])].map((name) => [...begun, name])),
    [[]],
  );
}

/** The stack that a stack was under its old name: the same kind, in the account's old name. */
export function earlierStack(
  info: StackInfo,
  old: readonly StackInfo[],
  names: ReadonlyMap<string, readonly string[]>,
): StackInfo | null {
  const accounts = [info.account, ...(names.get(info.account) ?? [])];
  const candidates = old.filter(({ kind, account }) => kind === info.kind && accounts.includes(account));
  return candidates.find(({ name }) => name === info.name) ?? (candidates.length === 1 ? candidates[0]! : null);
}

/** `stack-renamed`: the state of a stack stays under its old name until it is moved. */
export function stackRenamed(from: StackInfo, to: StackInfo, { terraform, accounts }: AccessGraph): Problem {
  const place = accounts.find(({ key }) => key === to.account)?.place ?? null;
  return {
    code: "stack-renamed",
    severity: "warning",
    message: `stack ${to.name} was ${from.name}: move its state before the next plan, or Terraform takes everything in it for new`,
    place,
    hint: moveState(terraform.backend, from.name, to.name),
    related: [],
  };
}

function moveState(backend: AccessGraph["terraform"]["backend"], from: string, to: string): string {
  switch (backend.kind) {
    case "local":
      return `mv cdktf.out/stacks/${from}/terraform.tfstate cdktf.out/stacks/${to}/`;
    case "s3": {
      const { bucket, key = "gatehouse" } = backend.settings;
      const uri = (stack: string) => `s3://${bucket}/${key}/${stack}.tfstate`;
      return `aws s3 mv ${uri(from)} ${uri(to)}`;
    }
    case "cloud":
      return `rename the workspace gatehouse-${from} to gatehouse-${to}`;
  }
}
