/** Managed policies, IAM groups and users, password policies -> one for each account they are in. */
import { byCodeUnit } from "../finding.ts";
import type { Context } from "../manifest/context.ts";
import { boundaryArn, customerManagedArn, namedPolicy } from "../manifest/customer-managed.ts";
import { managedPolicyArn } from "../manifest/managed-policies.ts";
import { documentOf } from "../manifest/policy.ts";
import type { Manifest } from "../manifest/schema.ts";
import type {
  AccessGraph,
  Account,
  IamGroup,
  IamPermissions,
  IamUser,
  ManagedPolicy,
  PasswordPolicy,
} from "./graph.ts";
import { inlinePolicy, type OwnPermissions } from "./inline-policy.ts";
import { mfaGuard } from "./mfa-guard.ts";
import { selectAccounts } from "./select.ts";
import { sortedEntries, sortedRecord, sortedSet } from "./sorted.ts";

type Iam = Pick<AccessGraph, "managedPolicies" | "iamGroups" | "iamUsers" | "passwordPolicies">;

/** An account where IAM can be written: active, and its id known. */
interface Place {
  key: string;
  id: string;
}

/** What is in an account that has no id yet, or is not active, is left out; a warning at the account says so. */
export function resolveIam(context: Context, accounts: readonly Account[]): Iam {
  const active = accounts.filter(({ state, id }) => state === "active" && id !== null);
  const places = new Map(active.flatMap(({ key, id }) => (id === null ? [] : [[key, { key, id }] as const])));
  const within = (selection: Parameters<typeof selectAccounts>[0]): Place[] =>
    [...selectAccounts(selection, active).keys()].flatMap((key) => places.get(key) ?? []);
  const { managedPolicies, iam, breakGlass, passwordPolicy } = context.manifest;
  return {
    managedPolicies: sortedEntries(managedPolicies)
      .flatMap(([key, policy]) => within(policy.in).map((place) => resolvePolicy(key, policy, place, context)))
      .sort(byAccount),
    iamGroups: sortedEntries(iam.groups)
      .flatMap(([key, group]) => within(group.in).map((place) => resolveGroup(key, group, place, context)))
      .sort(byAccount),
    iamUsers: [
      ...sortedEntries(iam.users).flatMap(([key, user]) => {
        const place = places.get(user.in);
        return place === undefined ? [] : [resolveUser(key, user, place, context)];
      }),
      ...sortedEntries(breakGlass.users).flatMap(([key, user]) => {
        const place = places.get(user.in ?? context.manifest.organization.managementAccount);
        return place === undefined ? [] : [emergencyUser(key, user, place, context)];
      }),
    ].sort(byAccount),
    passwordPolicies:
      passwordPolicy === undefined
        ? []
        : within(passwordPolicy.in)
            .map((place) => resolvePasswordPolicy(passwordPolicy, place, context))
            .sort((a, b) => byCodeUnit(a.account, b.account)),
  };
}

interface InAccount {
  account: string;
  key: string;
}

function byAccount(a: InAccount, b: InAccount): number {
  return byCodeUnit(a.account, b.account) || byCodeUnit(a.key, b.key);
}

function resolvePolicy(
  key: string,
  policy: Manifest["managedPolicies"][string],
  { key: account, id }: Place,
  context: Context,
): ManagedPolicy {
  const { name = key, path, description, allow = [], deny = [], file, tags, renamedFrom = null } = policy;
  const at = ["managedPolicies", key];
  return {
    key,
    renamedFrom,
    account,
    name,
    path,
    arn: customerManagedArn({ name, path }, id),
    description,
    document: file === undefined ? documentOf(allow, deny) : context.file([...at, "file"], file),
    tags: sortedRecord(tags),
    place: context.keyAt(at),
  };
}

function resolveGroup(key: string, group: Manifest["iam"]["groups"][string], place: Place, context: Context): IamGroup {
  const { name = key, path, members, renamedFrom = null } = group;
  const { users } = context.manifest.iam;
  const at = ["iam", "groups", key];
  return {
    key,
    renamedFrom,
    account: place.key,
    name,
    path,
    members: sortedSet(members.filter((member) => users[member]?.in === place.key)),
    ...permissionsOf(at, group, place, null, context),
    place: context.keyAt(at),
  };
}

function resolveUser(key: string, user: Manifest["iam"]["users"][string], place: Place, context: Context): IamUser {
  const { name = key, path, tags, permissionsBoundary, renamedFrom = null } = user;
  const at = ["iam", "users", key];
  return {
    key,
    renamedFrom,
    account: place.key,
    name,
    path,
    ...permissionsOf(at, user, place, userArn(place, path, name), context),
    permissionsBoundary: boundaryArn(permissionsBoundary, place.id, context.manifest),
    breakGlass: false,
    owner: null,
    tags: sortedRecord(tags),
    place: context.keyAt(at),
  };
}

function userArn({ id }: Place, path: string, name: string): string {
  return `arn:aws:iam::${id}:user${path}${name}`;
}

type Permissions = OwnPermissions &
  Pick<Manifest["iam"]["users"][string], "managedPolicies" | "customerManagedPolicies" | "mfa">;

/** @param user the ARN of the user whose own they are; `null` for a group */
function permissionsOf(
  at: readonly string[],
  own: Permissions,
  { id }: Place,
  user: string | null,
  context: Context,
): IamPermissions {
  const { managedPolicies, customerManagedPolicies, mfa } = own;
  const customers = customerManagedPolicies.map((one) => customerManagedArn(namedPolicy(one, context.manifest), id));
  return {
    managedPolicies: sortedSet([...managedPolicies.map(managedPolicyArn), ...customers]),
    inlinePolicy: inlinePolicy(at, own, context),
    mfaGuard: mfa ? mfaGuard(user === null ? undefined : [user]) : null,
  };
}

function emergencyUser(
  key: string,
  user: Manifest["breakGlass"]["users"][string],
  place: Place,
  context: Context,
): IamUser {
  const { name = key, path, owner, tags, renamedFrom = null } = user;
  const arn = userArn(place, path, name);
  return {
    key,
    renamedFrom,
    account: place.key,
    name,
    path,
    managedPolicies: [managedPolicyArn("AdministratorAccess")],
    inlinePolicy: noAccessKeys(arn),
    mfaGuard: mfaGuard([arn]),
    permissionsBoundary: null,
    breakGlass: true,
    owner,
    tags: sortedRecord(tags),
    place: context.keyAt(["breakGlass", "users", key]),
  };
}

/** A key would be a way in that lies about, without anybody at a console. */
function noAccessKeys(userArn: string): NonNullable<IamUser["inlinePolicy"]> {
  const statement = { Sid: "NoAccessKeys", Effect: "Deny", Action: ["iam:CreateAccessKey"], Resource: [userArn] };
  return { Version: "2012-10-17", Statement: [statement] };
}

const day = 86_400;

function resolvePasswordPolicy(
  { in: _, reason: __, maxAge, ...rest }: NonNullable<Manifest["passwordPolicy"]>,
  { key: account }: Place,
  { keyAt }: Context,
): PasswordPolicy {
  return {
    account,
    ...rest,
    maxAge: maxAge === "never" ? null : Math.floor(maxAge / day),
    place: keyAt(["passwordPolicy"]),
  };
}
