/** Those of a plan who are worth becoming, by how somebody else comes to be them: looked up, as there may be thousands. */
import { flatMap } from "../lib/flat-map.ts";
import { oncePerText } from "../lib/iam/memo.ts";
import type { PrincipalPattern } from "../lib/iam/policy.ts";
import { STAND_IN } from "../lib/iam/texts.ts";
import type { Principal, Target } from "./model.ts";
import { isPowerful } from "./powers.ts";
import type { World } from "./world.ts";

/** What runs with the role of one that is worth becoming. */
export interface Running extends Target {
  as: Principal;
}

interface Worthwhile {
  ids: ReadonlySet<string>;
  /** By kind; for roles that are passed to services, those that let one of them in. */
  ofKind(kind: string, services: readonly string[]): readonly Principal[];
  running: readonly Running[];
  doors: Doors;
}

const known = new WeakMap<readonly Principal[], Worthwhile>();

function among(peers: readonly Principal[], world: World): Worthwhile {
  let found = known.get(peers);
  if (!found) {
    const powerful = peers.filter((peer) => isPowerful(peer, world));
    const meant = powerful.filter(isMeant);
    const named = oncePerText((names) => {
      const [kind, ...services] = names.split(" ");
      return meant.filter((peer) => peer.kind === kind && trusts(peer, services));
    });
    const ofKind = (kind: string, services: readonly string[]) => named([kind, ...services].join(" "));
    const running = flatMap(powerful, (peer) => peer.runs.map((one) => ({ ...one, as: peer })));
    found = { ids: new Set(powerful.map(idOf)), ofKind, running, doors: doorsOf(meant) };
    known.set(peers, found);
  }
  return found;
}

/** Without itself, which need not be the very same object: a rule may look at a part of what somebody has. */
function others<T>(
  principal: Principal,
  world: World,
  find: (worthwhile: Worthwhile) => readonly T[],
  whose: (one: T) => Principal,
): readonly T[] {
  const worthwhile = among(principal.peers, world);
  const found = find(worthwhile);
  const id = idOf(principal);
  return worthwhile.ids.has(id) ? found.filter((one) => idOf(whose(one)) !== id) : found;
}

const idOf = ({ address, arn }: Principal): string => `${address}\n${arn}`;

/** Gives those of a kind whom somebody may give permissions, or pass to one of the services, and gains by it. */
export const worthTaking = (
  principal: Principal,
  world: World,
  kind: Principal["kind"],
  services: readonly string[],
): readonly Principal[] => others(principal, world, ({ ofKind }) => ofKind(kind, services), itself);

/** Gives what runs with the role of somebody else who is worth becoming. */
export const runningAsOthers = (principal: Principal, world: World): readonly Running[] =>
  others(
    principal,
    world,
    ({ running }) => running,
    ({ as }) => as,
  );

/** Gives the roles worth becoming whose trust policies may let somebody in: who is let in for sure is theirs to tell. */
export const worthAssuming = (principal: Principal, world: World): readonly Principal[] =>
  others(principal, world, ({ doors }) => doors.for(principal), itself);

const itself = (one: Principal): Principal => one;

/** Whether an ARN can mean it: by its name, or by what stands for one that is made up. */
export const isMeant = ({ name, arn }: Principal): boolean => name !== "" || arn.includes(STAND_IN);

/** Whether a role lets in one of the services, as it must to be passed to it; not known counts as yes. */
function trusts({ trust }: Principal, services: readonly string[]): boolean {
  const statements = trust?.policy.statements ?? [];
  const names = services.map(prefixOf);
  return (
    services.length === 0 ||
    statements.length === 0 ||
    statements.some(
      ({ effect, principals }) =>
        effect === "Allow" &&
        (principals === null ||
          principals.not ||
          principals.values.some(
            (value) =>
              value.kind === "anyone" ||
              (value.kind === "service" && names.includes(prefixOf(value.service))) ||
              // to Amazon Cognito a role is passed for those who sign in there
              (value.kind === "federated" && names.includes(prefixOf(value.provider))),
          )),
    )
  );
}

/** Each partition has a domain of its own. */
const prefixOf = (service: string) => service.replace(/\.amazonaws\..*$/, "").toLowerCase();

// ------------------------------------------------------------------------------------------------------------- doors

interface Doors {
  for(principal: Principal): readonly Principal[];
}

/** Puts roles under what their trust policies name. */
function doorsOf(roles: readonly Principal[]): Doors {
  const places = new Map<string, Set<number>>();
  roles.forEach(({ trust }, i) => {
    for (const { effect, principals } of trust?.policy.statements ?? []) {
      if (effect === "Deny") continue;
      const names =
        principals === null || principals.not ? [ANYONE] : flatMap(principals.values, (one) => nameOf(one) ?? []);
      for (const name of names) places.set(name, (places.get(name) ?? new Set()).add(i));
    }
  });
  return {
    for: (principal) => {
      const name = lastPart(principal.arn);
      const { account } = principal;
      const isPlain = principal.kind !== "permission set" && account !== null && !isOpen(account) && !isOpen(name);
      // nobody knows what it will be called: it may be any of them
      const names = isPlain ? [ANYONE, UNNAMED, account, `/${name}`] : [...places.keys()];
      const found = new Set(flatMap(names, (one) => [...(places.get(one) ?? [])]));
      return [...found].sort((one, other) => one - other).map((i) => roles[i]!);
    },
  };
}

const ANYONE = "anyone";
/** Whose name is known only after apply. */
const UNNAMED = "unnamed";

/** What a trust policy's principal is looked up by; `null` for those that no role, user or permission set is. */
function nameOf(pattern: PrincipalPattern): string | null {
  switch (pattern.kind) {
    case "anyone":
      return ANYONE;
    case "account":
      return isOpen(pattern.account) ? UNNAMED : pattern.account;
    case "arn": {
      const name = lastPart(pattern.arn);
      return isOpen(name) ? UNNAMED : `/${name}`;
    }
    default:
      return null;
  }
}

const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
const isOpen = (name: string): boolean => /[*?]/.test(name) || name.includes(STAND_IN);
