/** CloudWatch alarms and dashboards. */
import type { Monitoring } from "../../lib/access/graph.ts";
import { arn } from "../arn.ts";
import { CloudwatchDashboard, CloudwatchMetricAlarm, LambdaPermission } from "../aws.ts";
import { given } from "../base-stack.ts";
import type { Scope } from "./scope.ts";
import type { TargetArn } from "./topics.ts";

export function writeAlarms(scope: Scope, { alarms, dashboards }: Monitoring, targetArn: TargetArn): void {
  for (const alarm of alarms) {
    for (const site of alarm.sites) {
      const told = alarm.targets.map((target) => targetArn(target, site));
      scope.add(CloudwatchMetricAlarm, site, [alarm.key], {
        alarmName: alarm.name,
        alarmDescription: given(alarm.description),
        namespace: alarm.namespace,
        metricName: alarm.metric,
        ...(/^p\d/.test(alarm.statistic) ? { extendedStatistic: alarm.statistic } : { statistic: alarm.statistic }),
        comparisonOperator: alarm.comparison,
        threshold: alarm.threshold,
        period: alarm.period,
        evaluationPeriods: alarm.evaluationPeriods,
        ...(alarm.datapointsToAlarm === null ? {} : { datapointsToAlarm: alarm.datapointsToAlarm }),
        treatMissingData: alarm.treatMissingData,
        dimensions: given(alarm.dimensions),
        ...(told.length === 0 ? {} : { alarmActions: told }),
        ...(told.length === 0 || !alarm.tellWhenOk ? {} : { okActions: told }),
      });
      for (const target of alarm.targets) {
        if (target.kind !== "lambda") continue;
        scope.add(LambdaPermission, site, ["alarm", alarm.key, target.arn], {
          action: "lambda:InvokeFunction",
          functionName: target.arn,
          principal: "lambda.alarms.cloudwatch.amazonaws.com",
          sourceArn: arn.alarm(site.region, scope.accountId(site.account), alarm.name),
        });
      }
    }
  }
  for (const { key, name, sites, body } of dashboards) {
    for (const site of sites) {
      scope.add(CloudwatchDashboard, site, [key], { dashboardName: name, dashboardBody: JSON.stringify(body) });
    }
  }
}
