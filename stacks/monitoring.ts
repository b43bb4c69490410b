/** What watches over the organization: one stack for what it has once, and one for each further account. */
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { Site } from "../lib/access/graph.ts";
import { within } from "../lib/access/monitoring/sites.ts";
import { BaseStack } from "./base-stack.ts";
import { writeAlarms } from "./monitoring/alarms.ts";
import { writeConfig } from "./monitoring/config.ts";
import { delegate, writeDetection } from "./monitoring/detection.ts";
import { writeEvents } from "./monitoring/events.ts";
import { writeLogBuckets } from "./monitoring/log-bucket.ts";
import { trailGroup, writeLogs } from "./monitoring/logs.ts";
import { monitoringParts } from "./monitoring/parts.ts";
import {
  type Before,
  type HasProvider,
  type MonitoringProps,
  present,
  type ResourceClass,
  type Scope,
} from "./monitoring/scope.ts";
import { writeTopics } from "./monitoring/topics.ts";
import { writeTrail } from "./monitoring/trail.ts";
import type { StackInfo } from "./plan-order.ts";

const none: Before = new Map();

export class MonitoringStack extends BaseStack {
  private readonly own: Site;

  constructor(scope: Construct, info: StackInfo, props: MonitoringProps) {
    super(scope, info, props);
    const { organization, monitoring } = props;
    this.own = { account: info.account, region: organization.homeRegion };
    const parts = this.scope(props);
    const part = monitoringParts(props).find(({ stack }) => stack === info.name);
    const here = within(monitoring, new Set(part?.accounts));
    const central = part?.central === true;

    const buckets = central ? writeLogBuckets(parts) : none;
    const logGroups = writeLogs(parts, here);
    if (central && monitoring.trail !== null) {
      const { bucketName, logGroup } = monitoring.trail;
      const group = logGroup === null ? [] : trailGroup(logGroups, parts.home, logGroup);
      writeTrail(parts, monitoring.trail, [...present(buckets.get(bucketName)), ...group]);
    }
    const targetArn = writeTopics(parts, here);
    writeAlarms(parts, here, targetArn);
    writeEvents(parts, here, targetArn);
    const aggregator = monitoring.config?.aggregator ?? null;
    const delegations = central && aggregator !== null ? delegate(parts, "config.amazonaws.com", aggregator) : [];
    if (here.config !== null) writeConfig(parts, here.config, buckets, delegations);
    if (central) writeDetection(parts, monitoring);
  }

  /** What the parts write with. */
  private scope(props: MonitoringProps): Scope {
    const { homeRegion, managementAccount } = props.organization;
    const add = <C, R extends HasProvider>(
      type: ResourceClass<C, R>,
      site: Site,
      key: readonly string[],
      config: C,
    ): R => {
      const resource = this.add(type, key, config);
      const provider = this.providerIn(site);
      if (provider !== undefined) resource.provider = provider;
      return resource;
    };
    return {
      props,
      home: { account: managementAccount, region: homeRegion },
      add: (type, site, key, config) => add(type, site, [...this.prefix(site), ...key], config),
      addOnce: add,
      accountId: (key) => this.accountId(key),
    };
  }

  private prefix({ account, region }: Site): string[] {
    return [...(account === this.own.account ? [] : [account]), ...(region === this.own.region ? [] : [region])];
  }

  private providerIn(site: Site): TerraformProvider | undefined {
    return this.prefix(site).length === 0 ? undefined : this.providerFor(site.account, site.region);
  }
}
