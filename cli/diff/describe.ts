/** A comparison of two manifests in words: once, for every way of printing it. */

import type {
  Access,
  AccountChange,
  AttachmentChange,
  FieldChange,
  ManifestDiff,
  PermissionChange,
  PersonAccess,
  SettingChange,
} from "../../lib/access/diff.ts";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { byCodeUnit } from "../../lib/finding.ts";
import { groupBy } from "../../lib/group.ts";
import { describeRequest } from "../../lib/iam/explain.ts";
import type { Problem } from "../../lib/problem.ts";
import { describeMove, peopleMoves } from "../../stacks/people-moves.ts";

/** A sentence: our words, and between them what somebody wrote into the manifest. */
export interface Words {
  ours: readonly string[];
  theirs: readonly string[];
}

export type Mark = "+" | "-" | "~" | "!";

export interface Line {
  mark: Mark;
  words: Words;
  /** What belongs to it, a step further in. */
  below: readonly Line[];
}

export interface Section {
  title: string;
  lines: readonly Line[];
}

/** A sentence as a tagged template: every placeholder is somebody else's text. */
export function say(ours: readonly string[], ...theirs: readonly string[]): Words {
  return { ours, theirs };
}

const line = (mark: Mark, words: Words, below: readonly Line[] = []): Line => ({ mark, words, below });

/** Sections with something in them, the most important first. */
export function describeDiff(diff: ManifestDiff, before: AccessGraph, after: AccessGraph): Section[] {
  const { access, people, members } = diff;
  const sections: Section[] = [
    { title: "Looks like a rename", lines: diff.warnings.map(warning) },
    { title: "Moves between states", lines: moveLines(before, after) },
    {
      title: "Renamed",
      lines: diff.renames.map(({ collection, from, to }) => line("~", say`${wordOf(collection)} ${from} is now ${to}`)),
    },
    { title: "Access gained", lines: accessLines("+", access.gained, after) },
    { title: "Access lost", lines: accessLines("-", access.lost, before) },
    { title: "Access changed", lines: access.changed.map(({ before, after }) => changedAccess(before, after)) },
    { title: "People", lines: [...personLines("+", people.gained), ...personLines("-", people.lost)] },
    {
      title: "Members",
      lines: [
        ...members.gained.map(({ group, user }) => line("+", say`${user} joins group ${group}`)),
        ...members.lost.map(({ group, user }) => line("-", say`${user} leaves group ${group}`)),
      ],
    },
    { title: "Permissions", lines: diff.permissions.filter(({ what }) => what === "permissions").map(permission) },
    { title: "Who may assume roles", lines: diff.permissions.filter(({ what }) => what === "trust").map(permission) },
    { title: "Accounts", lines: diff.accounts.map(accountLine) },
    { title: "Organization policies", lines: diff.attachments.map(attachment) },
    { title: "Everything else", lines: diff.settings.map(setting) },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

/** What the sections come to, for a headline. */
export function summarize({ access, people, permissions, accounts, warnings }: ManifestDiff): string {
  const moved = accounts.filter(({ change }) => change === "moved").length;
  const widened = permissions.filter(({ more }) => more.newAccess === true).length;
  const parts = [
    counted(access.gained.length, "assignment gained", "assignments gained"),
    counted(access.lost.length, "lost", "lost"),
    counted(new Set(people.gained.map(({ user }) => user)).size, "person gains access", "people gain access"),
    counted(new Set(people.lost.map(({ user }) => user)).size, "person loses access", "people lose access"),
    counted(moved, "account moved", "accounts moved"),
    counted(widened, "policy allows more", "policies allow more"),
    counted(warnings.length, "possible rename", "possible renames"),
  ].filter((part) => part !== "");
  return parts.length === 0 ? "no one gains or loses access" : parts.join(", ");
}

function counted(number: number, one: string, many: string): string {
  return number === 0 ? "" : `${number} ${number === 1 ? one : many}`;
}

function warning({ message, hint, place }: Problem): Line {
  const words = place === null ? say`${message}` : say`${`${place.file}:${place.line}`} ${message}`;
  return line("!", words, hint === null ? [] : [line("!", say`${hint}`)]);
}

function moveLines(before: AccessGraph, after: AccessGraph): Line[] {
  const moves = peopleMoves(before, after).map((move) => line("!", say`${describeMove(move)}`));
  return moves.length === 0
    ? []
    : [...moves, line("!", say`${"synth --moved-from lets Terraform take them over instead"}`)];
}

/** One line for each permission set that a principal gains or loses, with all accounts. */
function accessLines(mark: Mark, rows: readonly Access[], graph: AccessGraph): Line[] {
  const members = new Map(graph.identity.groups.map(({ key, members }) => [key, members]));
  const principals = groupBy(rows, ({ principal }) => `${principal.type} ${principal.key}`);
  return [...principals.values()].map((own) => {
    const { type, key } = own[0]!.principal;
    const sets = groupBy(own, ({ permissionSet, until, deferred }) => JSON.stringify([permissionSet, until, deferred]));
    return line(
      mark,
      principal(type, key, members.get(key) ?? []),
      [...sets.values()].map((same) => setLine(mark, same)),
    );
  });
}

function principal(type: Access["principal"]["type"], key: string, members: readonly string[]): Words {
  if (type === "USER") return say`user ${key}`;
  return members.length === 0 ? say`group ${key}` : say`group ${key} (${list(members)})`;
}

function setLine(mark: Mark, rows: readonly Access[]): Line {
  const { permissionSet, until, deferred } = rows[0]!;
  const accounts = list(rows.map(({ account }) => account));
  const via = list([...new Set(rows.flatMap(({ origins }) => origins.map((origin) => origin.via)))].sort(byCodeUnit));
  const end = until === null ? "" : ` until ${until}`;
  const waits = deferred ? " once it has an id" : "";
  return line(mark, { ours: ["", ` in `, `${waits}${end}, by `, ""], theirs: [permissionSet, accounts, via] });
}

function changedAccess(before: Access, after: Access): Line {
  const who = `${after.principal.type === "GROUP" ? "group" : "user"} ${after.principal.key}`;
  const parts = [
    ...(before.until === after.until ? [] : [`${ends(before.until)} before, ${ends(after.until)} now`]),
    ...(before.deferred === after.deferred
      ? []
      : [after.deferred ? "waits for the account's id" : "the account has its id"]),
  ];
  return line("~", {
    ours: ["", ": ", " in ", `: ${parts.join("; ")}`],
    theirs: [who, after.permissionSet, after.account],
  });
}

const ends = (until: string | null) => (until === null ? "no end" : `until ${until}`);

function personLines(mark: Mark, rows: readonly PersonAccess[]): Line[] {
  const people = groupBy(rows, ({ user }) => user);
  return [...people.values()].map((own) => {
    const sets = groupBy(own, ({ permissionSet, through }) => JSON.stringify([permissionSet, through]));
    const below = [...sets.values()].map((same) => {
      const { permissionSet, through } = same[0]!;
      const accounts = list(same.map(({ account }) => account));
      return through.length === 0
        ? line(mark, say`${permissionSet} in ${accounts}`)
        : line(mark, say`${permissionSet} in ${accounts}, through ${list(through)}`);
    });
    return line(mark, say`${own[0]!.user}`, below);
  });
}

const verdicts = {
  "true true": ["~", "allows other things than before"],
  "true false": ["+", "allows more"],
  "false true": ["-", "allows less"],
  "false false": ["~", "is written otherwise and allows the same"],
} as const satisfies Record<string, readonly [Mark, string]>;
const undecided = ["!", "may allow more or less: it cannot be decided"] as const;

function permission({ of, key, accounts, what, more, less }: PermissionChange): Line {
  const found = `${more.newAccess} ${less.newAccess}`;
  const [mark, verdict] = isVerdict(found) ? verdicts[found] : undecided;
  const trust = what === "trust" ? "the trust of " : "";
  const words =
    accounts.length === 0
      ? { ours: [`${of} `, ` ${verdict}`], theirs: [key] }
      : { ours: [`${trust}${of} `, " in ", ` ${verdict}`], theirs: [key, list(accounts)] };
  return line(mark, words, [...judged("+", "now", more), ...judged("-", "no longer", less)]);
}

function isVerdict(text: string): text is keyof typeof verdicts {
  return Object.hasOwn(verdicts, text);
}

function judged(mark: Mark, when: string, { newAccess, witness, because }: PermissionChange["more"]): Line[] {
  if (newAccess === null) return [line("!", { ours: [`${mark === "+" ? "more" : "less"}: `, ""], theirs: [because] })];
  if (witness === null) return [];
  return [line(mark, { ours: [`${when}: `, ""], theirs: [describeRequest(witness)] })];
}

const place = (unit: string | null) => (unit === null ? "the root" : `unit ${unit}`);

function accountLine({ account, change, from, to, policies, access }: AccountChange): Line {
  if (change === "removed") return line("-", say`account ${account}, which was in ${place(from)}`);
  const bound = [
    ...policyLine("+", "bound by", policies.gained),
    ...policyLine("-", "no longer bound by", policies.lost),
  ];
  if (change === "added") return line("+", say`account ${account} in ${place(to)}`, bound);
  return line("~", say`account ${account} moves from ${place(from)} to ${place(to)}`, [
    ...bound,
    ...enteredLine("+", "entered by", access.gained),
    ...enteredLine("-", "no longer entered by", access.lost),
  ]);
}

function policyLine(mark: Mark, verb: string, rows: AccountChange["policies"]["gained"]): Line[] {
  const names = rows.map(({ policy, target }) => `${policy} (${targetOf(target)})`);
  return rows.length === 0 ? [] : [line(mark, { ours: [`${verb} `, ""], theirs: [list(names)] })];
}

function enteredLine(mark: Mark, verb: string, rows: readonly Access[]): Line[] {
  const names = rows.map(
    ({ principal: { type, key }, permissionSet }) =>
      `${type === "GROUP" ? "group" : "user"} ${key} as ${permissionSet}`,
  );
  return rows.length === 0 ? [] : [line(mark, { ours: [`${verb} `, ""], theirs: [list(names)] })];
}

const targetOf = ({ kind, key }: AttachmentChange["target"]) => (kind === "root" ? "the root" : `${kind} ${key}`);

function attachment({ policy, target, change, accounts }: AttachmentChange): Line {
  const what = targetOf(target);
  const number = `${accounts.length} account${accounts.length === 1 ? "" : "s"}`;
  return change === "attached"
    ? line("+", { ours: ["", " attached to ", `: binds ${number}`], theirs: [policy, what] })
    : line("-", { ours: ["", " detached from ", `: bound ${number}`], theirs: [policy, what] });
}

const marks = { added: "+", removed: "-", changed: "~" } as const;

function setting({ section, key, change, fields }: SettingChange): Line {
  const words = key === null ? say`${section}` : say`${wordOf(section)} ${key}`;
  const below = fields.map(({ field, before, after }) => fieldLine(field, before, after));
  if (change === "changed") return line(marks[change], words, below);
  const head = { ...words, ours: [...words.ours.slice(0, -1), ` ${change}`] };
  return line(marks[change], head, below);
}

function fieldLine(field: FieldChange["field"], before: unknown, after: unknown): Line {
  if (isList(before) && isList(after)) {
    const added = after.filter((value) => !before.includes(value));
    const removed = before.filter((value) => !after.includes(value));
    const parts = [...added.map((value) => `+ ${value}`), ...removed.map((value) => `- ${value}`)];
    return line("~", parts.length === 0 ? say`${field}` : say`${field}: ${list(parts)}`);
  }
  const short = [before, after].every((value) => value === null || typeof value !== "object");
  return line("~", short ? say`${field}: ${shown(before)} before, ${shown(after)} now` : say`${field}`);
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function shown(value: unknown): string {
  return value === null || value === undefined || value === "" ? "nothing" : String(value);
}

const words: Readonly<Record<string, string>> = {
  organizationPolicies: "organization policy",
  permissionSets: "permission set",
  "identity.groups": "group",
  "identity.users": "user",
};

function wordOf(collection: string): string {
  return Object.hasOwn(words, collection)
    ? words[collection]!
    : collection.split(".").at(-1)!.replace(/ies$/, "y").replace(/s$/, "");
}

/** Names that are told; a longer list is counted. */
const told = 8;

function list(names: readonly string[]): string {
  const more = names.length - told;
  return more > 0 ? `${names.slice(0, told).join(", ")} and ${more} more` : names.join(", ");
}
