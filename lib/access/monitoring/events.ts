/** EventBridge rules: the manifest's own, and the one that tells of break-glass users. */
import { byCodeUnit } from "../../finding.ts";
import { type Context, regionsOf } from "../../manifest/context.ts";
import type { Manifest } from "../../manifest/schema.ts";
import type { EventRule } from "../graph.ts";
import type { Selectable } from "../select.ts";
import { sortedEntries, sortedRecord, sortedSet } from "../sorted.ts";
import { keyed } from "./keyed.ts";
import { siteSet, sitesOf } from "./sites.ts";
import { targetsOf } from "./targets.ts";

type Input = Manifest["monitoring"]["events"][string];

/** Calls of IAM, of Organizations and of whoever signs in as root are recorded here, wherever they come from. */
export const globalRegion = "us-east-1";

export function resolveEvents(context: Context, accounts: readonly Selectable[]): EventRule[] {
  const { manifest, keyAt } = context;
  const own = sortedEntries(manifest.monitoring.events).map(
    ([key, event]): EventRule => ({
      ...keyed(key, event, keyAt(["monitoring", "events", key])),
      sites: sitesOf(event, manifest, accounts),
      description: event.description,
      pattern: patternOf(event),
      readCalls: false,
      targets: targetsOf(event.targets, manifest),
      message: event.message === undefined ? null : { text: event.message, paths: sortedRecord(event.paths) },
    }),
  );
  return [...own, ...breakGlassUse(context, accounts)].sort((a, b) => byCodeUnit(a.key, b.key));
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
function patternOf({ pattern, apiCalls }: Input): Readonly<Record<string, unknown>> {
  if (pattern !== undefined || apiCalls === undefined) return pattern ?? {};
  const { source, names, parameters } = apiCalls;
  return {
    source: [`aws.${source}`],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: {
      eventSource: [`${source}.amazonaws.com`],
      eventName: sortedSet(names),
      ...(parameters === undefined ? {} : { requestParameters: parameters }),
    },
  };
}

/** Whatever a break-glass user does, signing in included, in any Region: nobody uses one unseen. */
function breakGlassUse({ manifest, at }: Context, accounts: readonly Selectable[]): EventRule[] {
  const { organization, breakGlass } = manifest;
  const users = Object.entries(breakGlass.users);
  if (users.length === 0) return [];
  const known = new Set(accounts.map(({ key }) => key));
  const homes = users.map(([, user]) => user.in ?? organization.managementAccount).filter((key) => known.has(key));
  const regions = sortedSet([...regionsOf(manifest), globalRegion]);
  const name = "break-glass-use";
  return [
    {
      key: name,
      renamedFrom: null,
      name,
      place: at(["breakGlass", "users"]),
      sites: siteSet(homes.flatMap((account) => regions.map((region) => ({ account, region })))),
      description: "A break-glass user did something",
      pattern: {
        "detail-type": [
          "AWS API Call via CloudTrail",
          "AWS Console Action via CloudTrail",
          "AWS Console Sign In via CloudTrail",
        ],
        detail: {
          userIdentity: { type: ["IAMUser"], userName: sortedSet(users.map(([key, user]) => user.name ?? key)) },
        },
      },
      readCalls: true,
      targets: targetsOf(undefined, manifest),
      message: {
        text: "Break-glass user <user> in account <account>: <call>, <time>, from <address>",
        paths: {
          account: "$.account",
          address: "$.detail.sourceIPAddress",
          call: "$.detail.eventName",
          time: "$.time",
          user: "$.detail.userIdentity.userName",
        },
      },
    },
  ];
}
