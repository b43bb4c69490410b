/** Who can assume which role, for people and for spreadsheets. */
import type { RoleRow } from "../../lib/access/reach/role-rows.ts";
import type { View } from "./view.ts";

export const roles: View<RoleRow> = {
  noun: "row",
  table: {
    WHO: ({ who }) => who,
    PEOPLE: people,
    ROLE: ({ role, account }) => `${role} in ${account}`,
    CAN: ({ answer }) => answer,
    THROUGH: through,
    WHERE: where,
    BECAUSE: ({ because }) => because,
  },
  csv: {
    who: ({ who }) => who,
    kind: ({ kind }) => kind,
    key: ({ key }) => key,
    from_account: ({ from }) => from,
    people,
    role: ({ role }) => role,
    role_arn: ({ roleArn }) => roleArn,
    account: ({ account }) => account,
    account_name: ({ accountName }) => accountName,
    can: ({ answer }) => answer,
    through,
    because: ({ because }) => because,
    where,
  },
};

function people({ people }: RoleRow): string | null {
  return people.length === 0 ? null : people.map(({ key }) => key).join(", ");
}

/** The roles between the first and the last. */
function through({ steps }: RoleRow): string | null {
  const between = steps.slice(0, -1).map(({ role, account }) => `${role} in ${account}`);
  return between.length === 0 ? null : between.join(" -> ");
}

function where({ place }: RoleRow): string {
  return `${place.file}:${place.line}`;
}
