/** The emulator as the organization of a manifest, before anything of it is applied. */
import type { AccessGraph } from "../../lib/access/graph.ts";
import { type Emulator, startEmulator } from "./start.ts";

/** Accounts get the ids that the manifest knows; what it names and others make is there. */
export function startOrganization(graph: AccessGraph): Promise<Emulator> {
  const { accounts } = graph;
  const management = accounts.find((account) => account.management)?.id ?? "";
  const ids = accounts.flatMap(({ email, id }) => (id === null ? [] : [[email, id] as const]));
  return startEmulator(management, Object.fromEntries(ids), [...buckets(graph), ...new Set(functions(graph))]);
}

/** Buckets are there before their policies. */
function buckets({ accounts, bucketPolicies }: AccessGraph): string[] {
  return bucketPolicies.map(({ account, bucket }) => `${accounts.find(({ key }) => key === account)?.id}/${bucket}`);
}

/** Functions are there before what calls them. */
function functions({ monitoring: { alarms, alerts, events, topics } }: AccessGraph): string[] {
  const targets = [...alarms, ...events].flatMap((told) => told.targets);
  const subscriptions = [alerts, ...topics].flatMap((topic) => topic?.subscriptions ?? []);
  return [
    ...targets.flatMap((target) => (target.kind === "lambda" ? [target.arn] : [])),
    ...subscriptions.flatMap(({ protocol, endpoint }) => (protocol === "lambda" ? [endpoint] : [])),
  ];
}
