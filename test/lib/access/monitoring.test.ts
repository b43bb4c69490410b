import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { cisAlarmNames, cisAlarmTable } from "../../../lib/access/cis-alarms.ts";
import { configRules } from "../../../lib/access/config-rules.ts";
import {
  conformancePackNames,
  packParameters,
  packRules,
  packTemplate,
} from "../../../lib/access/conformance-packs.ts";
import { limits } from "../../../lib/limits.ts";
import { readManifest } from "../../../lib/manifest/read.ts";
import { good } from "../../fixtures/manifests/bad.ts";
import { graphOf } from "./graph-of.ts";

const monitoring = (text: string) => graphOf(good + text).monitoring;
const sites = (things: readonly { key: string; sites: readonly { account: string; region: string }[] }[]) =>
  Object.fromEntries(things.map(({ key, sites }) => [key, sites.map(({ account, region }) => `${account}/${region}`)]));

describe("sites", () => {
  it("are the management account and the home Region unless the manifest says others", () => {
    const { alarms, dashboards } = monitoring(
      `monitoring:
  alerts: { emails: a@example.com }
  alarms:
    here: { namespace: N, metric: M, threshold: 1 }
    there: { namespace: N, metric: M, threshold: 1, in: { units: workloads }, regions: us-east-1 }
  dashboards: { d: { in: shop-prod, body: {} } }
`,
    );
    expect(sites(alarms)).toEqual({
      here: ["management/us-east-1"],
      there: ["shop-dev/us-east-1", "shop-prod/us-east-1"],
    });
    expect(sites(dashboards)).toEqual({ d: ["shop-prod/us-east-1"] });
  });

  it("of the alerts are wherever something tells them, and home", () => {
    const { alerts } = monitoring(`monitoring:
  alerts: { emails: [b@example.com, a@example.com], subscriptions: { protocol: email, endpoint: a@example.com } }
  topics: { t: { in: shop-dev, emails: a@example.com } }
  alarms:
    told: { namespace: N, metric: M, threshold: 1, in: shop-prod }
    other: { namespace: N, metric: M, threshold: 1, in: shop-dev, targets: { topic: t } }
`);
    expect(alerts).toEqual({
      subscriptions: [
        { protocol: "email", endpoint: "a@example.com" },
        { protocol: "email", endpoint: "b@example.com" },
      ],
      sites: [
        { account: "management", region: "us-east-1" },
        { account: "shop-prod", region: "us-east-1" },
      ],
    });
  });
});

describe("CIS alarms", () => {
  const asked = (cisAlarms: string) =>
    monitoring(`monitoring:
  trail: { bucketName: logs-1, cloudWatchLogs: { name: /trail } }
  alerts: { emails: a@example.com }
  cisAlarms: ${cisAlarms}
`);

  it("are a metric filter on the log group of the trail and an alarm at the first match, each", () => {
    const { alarms, metricFilters, logGroups } = asked("true");
    expect(alarms.map(({ key }) => key)).toEqual(cisAlarmNames.map((name) => `cis-${name}`).sort());
    expect(metricFilters.map(({ key }) => key)).toEqual(alarms.map(({ key }) => key));
    expect(new Set(metricFilters.map(({ logGroup }) => logGroup))).toEqual(new Set(["/trail"]));
    expect(logGroups).toMatchObject([{ key: "trail", name: "/trail", retention: 365, kms: true }]);
    for (const { metric, threshold, comparison, targets } of alarms) {
      expect({ threshold, comparison, targets }).toEqual({
        threshold: 1,
        comparison: "GreaterThanOrEqualToThreshold",
        targets: [{ kind: "alerts" }],
      });
      expect(metricFilters.find((filter) => filter.metric.name === metric)).toBeDefined();
    }
  });

  it("leave out what the manifest excepts", () => {
    const { alarms } = asked("{ except: [root-use, vpc-changes], reason: watched elsewhere }");
    expect(alarms).toHaveLength(cisAlarmNames.length - 2);
    expect(alarms.map(({ key }) => key)).not.toContain("cis-root-use");
  });

  it.each([
    ["iam-policy-changes", "{($.eventSource=iam.amazonaws.com) && (($.eventName=DeleteGroupPolicy) || "],
    ["route-table-changes", "{($.eventSource=ec2.amazonaws.com) && (($.eventName=CreateRoute) || "],
    ["security-group-changes", "{($.eventName=AuthorizeSecurityGroupIngress) || "],
  ] as const)("%s has the pattern of Security Hub's page, not of the benchmark", (name, start) => {
    expect(cisAlarmTable[name].pattern.startsWith(start)).toBe(true);
  });

  it("have patterns that CloudWatch Logs takes: in braces, at most 1,024 characters", () => {
    for (const name of cisAlarmNames) {
      const { pattern } = cisAlarmTable[name];
      expect(pattern).toMatch(/^\{.*\}$/);
      expect(pattern.length).toBeLessThanOrEqual(1024);
    }
  });
});

describe("break-glass users", () => {
  it("are watched in every Region in use, and where global calls are recorded", () => {
    const { events } =
      graphOf(`${good.replace("homeRegion: us-east-1", "homeRegion: eu-west-1, regions: [eu-west-1, eu-north-1]")}
breakGlass: { users: { first: { owner: CTO }, second: { name: spare, owner: CISO } } }
monitoring: { alerts: { emails: a@example.com } }
`).monitoring;
    expect(sites(events)).toEqual({
      "break-glass-use": ["management/eu-north-1", "management/eu-west-1", "management/us-east-1"],
    });
    expect(events[0]).toMatchObject({
      readCalls: true,
      pattern: { detail: { userIdentity: { userName: ["first", "spare"] } } },
      targets: [{ kind: "alerts" }],
    });
  });
});

describe("conformance packs", () => {
  it.each(conformancePackNames)("%s is made of rules that AWS has, and fits", (pack) => {
    expect(packRules(pack).filter((identifier) => !configRules().has(identifier))).toEqual([]);
    expect(packTemplate(pack).length).toBeLessThan(limits.conformancePackSize.value);
  });

  it.each(conformancePackNames)("%s is a template whose parameters are all used", (pack) => {
    const { Parameters, Resources } = parse(packTemplate(pack));
    const rules: { Properties: { InputParameters?: Record<string, { Ref: string }> } }[] = Object.values(Resources);
    const used = rules.flatMap(({ Properties }) =>
      Object.values(Properties.InputParameters ?? {}).map(({ Ref }) => Ref),
    );
    expect(used.sort()).toEqual(Object.keys(Parameters).sort());
    expect(Object.keys(packParameters(pack)).sort()).toEqual(used);
    expect(rules).toHaveLength(packRules(pack).length);
  });
});

describe("managed rules", () => {
  const said = (rules: string) =>
    readManifest(
      [
        {
          name: "access.yaml",
          text: `${good}monitoring: { config: { accounts: shop-prod, bucketName: logs-1, rules: ${rules} } }\n`,
        },
      ],
      { asOf: "2026-11-22", policyFiles: new Map() },
    ).problems.map(({ severity, code, message }) => `${severity} ${code} ${message}`);

  it("that are not known, and their parameters, are doubted with the nearest name", () => {
    expect(said("{ r: { identifier: ENCRYPTED_VOLUME } }")).toEqual([
      'warning unknown-config-rule no managed rule "ENCRYPTED_VOLUME" is known; did you mean "ENCRYPTED_VOLUMES"?',
    ]);
    expect(said('{ r: { identifier: IAM_PASSWORD_POLICY, parameters: { MinimumPaswordLength: "9" } } }')).toEqual([
      'warning unknown-rule-parameter IAM_PASSWORD_POLICY has no parameter "MinimumPaswordLength"; did you mean "MinimumPasswordLength"?',
    ]);
    expect(said('{ r: { identifier: IAM_PASSWORD_POLICY, parameters: { MaxPasswordAge: "90" } } }')).toEqual([]);
  });
});
