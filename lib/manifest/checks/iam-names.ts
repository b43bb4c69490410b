/** Names that IAM keeps unique in an account, ignoring case and path. */
import { selectAccounts } from "../../access/select.ts";
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error, where } from "../problems.ts";

interface Named {
  name: string;
  accounts: Iterable<string>;
  path: Path;
}

/** `duplicate-managed-policy-name`, `duplicate-iam-group-name`, `duplicate-iam-user-name`. */
export function checkIamNames(context: Context): Problem[] {
  const { manifest, accounts } = context;
  const { managedPolicies, iam, breakGlass, organization } = manifest;
  const selected = (section: Path, entries: Readonly<Record<string, Selected>>): Named[] =>
    Object.entries(entries).map(([key, entry]) => ({
      name: entry.name ?? key,
      accounts: selectAccounts(entry.in, accounts).keys(),
      path: [...section, key],
    }));
  const users = [
    ...Object.entries(iam.users).map(([key, user]) => ({ key, user, section: "iam" })),
    ...Object.entries(breakGlass.users).map(([key, user]) => ({ key, user, section: "breakGlass" })),
  ];
  return [
    ...duplicates("managed policy", selected(["managedPolicies"], managedPolicies), context),
    ...duplicates("IAM group", selected(["iam", "groups"], iam.groups), context),
    ...duplicates(
      "IAM user",
      users.map(({ key, user, section }) => ({
        name: user.name ?? key,
        accounts: [user.in ?? organization.managementAccount],
        path: [section, "users", key],
      })),
      context,
    ),
  ];
}

interface Selected {
  in: Parameters<typeof selectAccounts>[0];
  name?: string | undefined;
}

type Kind = "managed policy" | "IAM group" | "IAM user";
const codes = {
  "managed policy": "duplicate-managed-policy-name",
  "IAM group": "duplicate-iam-group-name",
  "IAM user": "duplicate-iam-user-name",
} as const satisfies Record<Kind, string>;

function duplicates(kind: Kind, all: readonly Named[], { at }: Context): Problem[] {
  const first = new Map<string, Path>();
  return all.flatMap(({ name, accounts, path }) => {
    const taken = [...accounts].flatMap((account) => {
      const id = JSON.stringify([account, name.toLowerCase()]);
      const earlier = first.get(id);
      if (earlier === undefined) first.set(id, path);
      return earlier === undefined ? [] : [{ account, earlier }];
    });
    const [one] = taken;
    if (one === undefined) return [];
    const [here, there] = [at([...path, "name"]), at([...one.earlier, "name"])];
    const message = `${kind} name "${name}" is already used in account "${one.account}" at ${where(there, here)}; IAM ignores case`;
    return [error(codes[kind], here, message, { related: [{ place: there, message: "first used here" }] })];
  });
}
