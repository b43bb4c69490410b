/**
 * What can be written now. Some resources need an id that AWS gives out only when the account or the organization
 * exists; they wait, with a warning that says what to do. After this step the stacks never ask whether an id is there.
 */
import type { AccessGraph, Account, Monitoring, Trail } from "../lib/access/graph.ts";
import { monitoredAccounts, within } from "../lib/access/monitoring/sites.ts";
import { byCodeUnit } from "../lib/finding.ts";
import type { Problem } from "../lib/problem.ts";

const hint = "Apply the organization stack, then write the id into the manifest.";

/** The graph without what waits for an unknown id, and one warning for each thing that waits. */
export function readyPart(graph: AccessGraph): { graph: AccessGraph; problems: Problem[] } {
  const problems: Problem[] = [];
  const accounts = new Map(graph.accounts.map((account) => [account.key, account]));

  /** Warns once per account and use, and says whether the account has its id. */
  const known = (key: string, what: string): boolean => {
    const account = accounts.get(key);
    if (account !== undefined && account.id === null) problems.push(accountUnknown(account, what));
    return account !== undefined && account.id !== null;
  };

  /** What roles trust waits with them, and needs no warning of its own. */
  const hasId = ({ account }: { account: string }) => (accounts.get(account)?.id ?? null) !== null;
  const roleAccounts = [...new Set(graph.roles.map((role) => role.account))].sort(byCodeUnit);
  const ready = new Set(roleAccounts.filter((key) => known(key, "roles")));
  const budgeted = new Set(
    [...new Set(graph.budgets.map(({ account }) => account))].filter((key) => known(key, "budgets")),
  );
  const { pipeline } = graph.terraform;
  const bootstraps = pipeline !== null && known(graph.organization.managementAccount, "the stack bootstrap");
  return {
    graph: {
      ...graph,
      terraform: { ...graph.terraform, pipeline: bootstraps ? pipeline : null },
      accounts: graph.accounts.map((account) => {
        // elsewhere the organization's stack makes the account, and knows its id when it sets them
        const waits = account.alone && account.contacts.length > 0 && !known(account.key, "contacts");
        return waits ? { ...account, contacts: [] } : account;
      }),
      budgets: graph.budgets.filter(({ account }) => budgeted.has(account)),
      roles: graph.roles.filter((role) => ready.has(role.account)),
      identityProviders: graph.identityProviders.filter(hasId),
      trustAnchors: graph.trustAnchors.filter(hasId),
      bucketPolicies: graph.bucketPolicies.filter(hasId),
      monitoring: readyMonitoring(graph, known, problems),
    },
    problems,
  };
}

function readyMonitoring(
  { monitoring, organization }: AccessGraph,
  known: (account: string, what: string) => boolean,
  problems: Problem[],
): Monitoring {
  const { trail, config } = monitoring;
  const accounts = monitoredAccounts(monitoring, organization.managementAccount);
  // everything is delegated, and told, by way of the management account
  if (accounts.length === 0 || !known(organization.managementAccount, "monitoring")) return nothing;
  const ready = trail === null || readyTrail(trail);
  const recorders = new Set(ready ? config?.accounts : []);
  const kept = accounts.filter(
    (key) =>
      key === organization.managementAccount || known(key, recorders.has(key) ? "AWS Config recorder" : "monitoring"),
  );
  const has = (service: { administrator: string } | null) => service !== null && kept.includes(service.administrator);
  return within(
    {
      ...monitoring,
      trail: ready ? trail : null,
      // AWS Config delivers into the account of the trail's bucket.
      config: ready ? config : null,
      accessAnalyzer: has(monitoring.accessAnalyzer) ? monitoring.accessAnalyzer : null,
      guardDuty: has(monitoring.guardDuty) ? monitoring.guardDuty : null,
      securityHub: has(monitoring.securityHub) ? monitoring.securityHub : null,
    },
    new Set(kept),
  );

  function readyTrail({ bucketAccount, organization: wholeOrganization }: Trail): boolean {
    const bucket = known(bucketAccount, "trail bucket");
    if (!wholeOrganization || organization.id !== null) return bucket;
    problems.push({
      code: "organization-id-unknown",
      severity: "warning",
      message:
        "the organization has no id yet; its trail is left out, because the bucket policy names the organization",
      place: null,
      hint,
      related: [],
    });
    return false;
  }
}

const nothing: Monitoring = {
  trail: null,
  alerts: null,
  topics: [],
  logGroups: [],
  metricFilters: [],
  alarms: [],
  dashboards: [],
  events: [],
  config: null,
  accessAnalyzer: null,
  guardDuty: null,
  securityHub: null,
};

function accountUnknown(account: Account, what: string): Problem {
  return {
    code: "account-id-unknown",
    severity: "warning",
    message: `account "${account.key}" has no id yet; left out: ${what}`,
    place: account.place,
    hint,
    related: [],
  };
}
