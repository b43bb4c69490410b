/** IAM groups and users, break-glass users, the password policy. */
import { documentSize } from "../../access/document-size.ts";
import { inlinePolicy } from "../../access/inline-policy.ts";
import { mfaGuard } from "../../access/mfa-guard.ts";
import { selectAccounts } from "../../access/select.ts";
import type { LimitName } from "../../limits.ts";
import type { Problem } from "../../problem.ts";
import { allowance } from "../allowance.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error, warning } from "../problems.ts";
import type { Manifest } from "../schema.ts";
import { checkSelection } from "./access.ts";

type Group = Manifest["iam"]["groups"][string];
type User = Manifest["iam"]["users"][string];

/**
 * `member-in-other-account`, `too-many-iam-groups`, `too-many-managed-policies`, `inline-policy-too-large`, `one-break-glass-user`,
 * `break-glass-in-member-account`, `users-without-password-policy`, and what `checkSelection` reports.
 */
export function checkIam(context: Context): Problem[] {
  const { iam, passwordPolicy } = context.manifest;
  return [
    ...Object.entries(iam.groups).flatMap(([key, group]) => checkGroup(["iam", "groups", key], group, context)),
    ...Object.entries(iam.users).flatMap(([key, user]) => checkUser(["iam", "users", key], user, context)),
    ...checkBreakGlass(context),
    ...(passwordPolicy === undefined
      ? []
      : checkSelection(passwordPolicy.in, ["passwordPolicy", "in"], "password policy", context)),
    ...withoutPasswordPolicy(context),
  ];
}

function checkGroup(path: Path, group: Group, context: Context): Problem[] {
  const { manifest, accounts, at } = context;
  const covered = selectAccounts(group.in, accounts);
  const strangers = group.members.flatMap((member, index) => {
    if (!Object.hasOwn(manifest.iam.users, member)) return [];
    const { in: account } = manifest.iam.users[member]!;
    if (covered.has(account) || !Object.hasOwn(manifest.accounts, account)) return [];
    const message = `IAM user "${member}" is in account "${account}", where this group is not`;
    return [error("member-in-other-account", at([...path, "members", index]), message)];
  });
  return [
    ...checkSelection(group.in, [...path, "in"], "group", context),
    ...strangers,
    ...checkSize(path, group, "managedPoliciesPerIamGroup", "iamGroupInlineSize", context),
  ];
}

function checkUser(path: Path, user: User, context: Context): Problem[] {
  return [
    ...inactive(user.in, path, context),
    ...tooManyGroups(path, context),
    ...checkSize(path, user, "managedPoliciesPerIamUser", "iamUserInlineSize", context),
  ];
}

function tooManyGroups(path: Path, { manifest, at }: Context): Problem[] {
  const key = String(path.at(-1));
  const count = Object.values(manifest.iam.groups).filter(({ members }) => members.includes(key)).length;
  const { value, says } = allowance(manifest, "iamGroupsPerUser");
  if (count <= value) return [];
  return [error("too-many-iam-groups", at(path), `the user is in ${count} groups; ${says}`)];
}

function checkSize(
  path: Path,
  own: Group | User,
  attachable: LimitName,
  inline: LimitName,
  context: Context,
): Problem[] {
  const [most, room] = [allowance(context.manifest, attachable), allowance(context.manifest, inline)];
  const { at } = context;
  const attached = own.managedPolicies.length + own.customerManagedPolicies.length;
  const tooMany =
    attached <= most.value
      ? []
      : [
          error(
            "too-many-managed-policies",
            at([...path, "managedPolicies"]),
            `${attached} managed policies; ${most.says} (${most.unit})`,
          ),
        ];
  const written = documentSize(inlinePolicy(path.map(String), own, context));
  const size = written + (own.mfa ? documentSize(mfaGuard()) : 0);
  if (size <= room.value) return tooMany;
  const guard = own.mfa ? ", the one that asks for MFA included" : "";
  const message = `the inline policies${guard}, are ${size} characters long; ${room.says} (${room.unit})`;
  return [...tooMany, error("inline-policy-too-large", at(path), message, { hint: "use a managed policy" })];
}

function checkBreakGlass(context: Context): Problem[] {
  const { manifest, at, keyAt } = context;
  const users = Object.entries(manifest.breakGlass.users);
  const [first] = users;
  const alone =
    first === undefined || users.length > 1
      ? []
      : [
          warning(
            "one-break-glass-user",
            keyAt(["breakGlass", "users", first[0]]),
            "one break-glass user is none when its MFA device is lost",
            { hint: "add a second one, with a device of its own, kept by somebody else" },
          ),
        ];
  const elsewhere = users.flatMap(([key, { in: account = manifest.organization.managementAccount }]) => {
    const path = ["breakGlass", "users", key];
    if (account === manifest.organization.managementAccount || !Object.hasOwn(manifest.accounts, account)) return [];
    const message = `service control policies bind a break-glass user in member account "${account}"`;
    const hint = "put it into the management account, which they do not bind";
    return [
      warning("break-glass-in-member-account", at([...path, "in"]), message, { hint }),
      ...inactive(account, path, context),
    ];
  });
  return [...alone, ...elsewhere];
}

/** A user whose account is not active is left out. */
function inactive(account: string, path: Path, { manifest, at }: Context): Problem[] {
  const state = Object.hasOwn(manifest.accounts, account) ? manifest.accounts[account]!.state : "active";
  if (state === "active") return [];
  const message = `account "${account}" is ${state}: this user is left out`;
  return [warning("account-not-active", at([...path, "in"]), message)];
}

function withoutPasswordPolicy({ manifest, accounts, at }: Context): Problem[] {
  const { iam, breakGlass, organization, passwordPolicy } = manifest;
  const covered = passwordPolicy === undefined ? new Map() : selectAccounts(passwordPolicy.in, accounts);
  const homes = new Map<string, Path>();
  for (const [key, user] of Object.entries(iam.users)) homes.set(user.in, ["iam", "users", key]);
  for (const [key, user] of Object.entries(breakGlass.users)) {
    homes.set(user.in ?? organization.managementAccount, ["breakGlass", "users", key]);
  }
  return [...homes].flatMap(([account, path]) => {
    if (covered.has(account) || !Object.hasOwn(manifest.accounts, account)) return [];
    const message = `account "${account}" has IAM users and no password policy: AWS asks them for 8 characters and no more`;
    const hint = `write passwordPolicy: { in: ${account} }`;
    return [warning("users-without-password-policy", at(path), message, { hint })];
  });
}
