/** Who may enter which account, for people and for spreadsheets. */
import type { AccessRow } from "../../lib/access/explain.ts";
import type { Guardrails } from "../../lib/access/guardrails.ts";
import { renderTable } from "../table.ts";
import type { View } from "./view.ts";

export const assignments: View<AccessRow> = {
  noun: "row",
  table: {
    ACCOUNT: ({ account }) => account,
    WHO: ({ principal }) => principal,
    "PERMISSION SET": ({ permissionSet }) => permissionSet,
    UNTIL: ({ until }) => until,
    WHERE: where,
    BECAUSE: ({ deferred, why }) => (deferred ? `${why} (waits for the account's id)` : why),
    OWNER: ({ owner }) => owner,
    REASON: ({ reason }) => reason,
  },
  csv: {
    account: ({ account }) => account,
    account_name: ({ accountName }) => accountName,
    account_id: ({ accountId }) => accountId,
    unit: ({ unit }) => unit,
    principal_type: ({ principalType }) => principalType,
    principal: ({ principal }) => principal,
    principal_name: ({ principalName }) => principalName,
    permission_set: ({ permissionSet }) => permissionSet,
    permission_set_name: ({ permissionSetName }) => permissionSetName,
    why: ({ why }) => why,
    where,
    until: ({ until }) => until,
    reason: ({ reason }) => reason,
    owner: ({ owner }) => owner,
    deferred: ({ deferred }) => `${deferred}`,
    service_control_policies: ({ guardrails }) => listed(guardrails, "serviceControlPolicies"),
    resource_control_policies: ({ guardrails }) => listed(guardrails, "resourceControlPolicies"),
  },
  below: capped,
};

function where({ place }: AccessRow): string {
  return `${place.file}:${place.line}`;
}

function listed(guardrails: Guardrails | null, kind: keyof Guardrails): string {
  return guardrails === null ? "not bound (management account)" : guardrails[kind].join(" ");
}

/** Accounts that are named before the rest is counted. */
const named = 4;

/** Which organization policies cap the accounts of the rows; those with the same ones together. */
function capped(rows: readonly AccessRow[], bold: (text: string) => string): string {
  if (rows.length === 0) return "";
  const accounts = new Map<string, Set<string>>();
  for (const { account, guardrails } of rows) {
    const caps = capsOf(guardrails);
    accounts.set(caps, (accounts.get(caps) ?? new Set()).add(account));
  }
  const cells = [...accounts].map(([caps, keys]) => [some([...keys]), caps]);
  return `\n${renderTable(["ACCOUNT", "CAPPED BY"], cells, bold)}`;
}

function capsOf(guardrails: Guardrails | null): string {
  if (guardrails === null) return "nothing: organization policies do not bind the management account";
  const { serviceControlPolicies: scps, resourceControlPolicies: rcps } = guardrails;
  const kinds = [
    ...(scps.length > 0 ? [`SCP ${scps.join(", ")}`] : []),
    ...(rcps.length > 0 ? [`RCP ${rcps.join(", ")}`] : []),
  ];
  return kinds.join("; ") || "nothing but what AWS attaches itself";
}

function some(keys: readonly string[]): string {
  const shown = keys.slice(0, named).join(", ");
  return keys.length > named ? `${shown} and ${keys.length - named} more` : shown;
}
