import { type Row, rule, weakened } from "../rule.ts";
import { alarms } from "./monitoring-weakened/alarms.ts";
import { cloudtrail } from "./monitoring-weakened/cloudtrail.ts";
import { config } from "./monitoring-weakened/config.ts";
import { contacts } from "./monitoring-weakened/contacts.ts";
import { deliveries } from "./monitoring-weakened/deliveries.ts";
import { events } from "./monitoring-weakened/events.ts";
import { guardduty } from "./monitoring-weakened/guardduty.ts";
import { logs } from "./monitoring-weakened/logs.ts";
import { organization } from "./monitoring-weakened/organization.ts";
import { records } from "./monitoring-weakened/records.ts";
import { scanners } from "./monitoring-weakened/scanners.ts";
import { securityHub } from "./monitoring-weakened/security-hub.ts";
import { silencers } from "./monitoring-weakened/silencers.ts";
import { silenced } from "./monitoring-weakened/silencing.ts";
import { topics } from "./monitoring-weakened/topics.ts";
import { usageLogs } from "./monitoring-weakened/usage-logs.ts";

/** What watches, and how it is blinded. */
const watchers: Readonly<Record<string, Row>> = {
  ...cloudtrail,
  ...config,
  ...logs,
  ...usageLogs,
  ...guardduty,
  ...securityHub,
  ...scanners,
  ...alarms,
  ...events,
  ...topics,
  ...deliveries,
  ...records,
  ...organization,
  ...contacts,
};

export default rule({
  id: "monitoring-weakened",
  severity: "high",
  summary:
    "A trail, a detector or an alarm is deleted, switched off, sees less or tells somebody else, or its findings are put away unread",
  why: "It is the first thing an intruder does, and an innocent clean-up does it as well. Nothing breaks: what is not recorded is missed months later, when somebody has to say what happened.",
  levels:
    "High for trails, recorders, detectors and alarms, for a bucket or a key that does not let them deliver any more, for the key and the log group that a trail goes on to use, and for a filter that puts findings away whatever they are about; medium for what only helps to read them, for what a service writes down of its own use, for what is delivered to another place (low for the access log of a bucket, and messages of a topic that no alarm of the plan is sent to), for an organization that does not let a service see its accounts any more, for a trail, a detector or a recorder that is made as off, for the account's contact for security that is deleted or goes to another mail domain (low for another mailbox of the same), for a record, or the log of a trail, that is deleted within 90 days, and for a filter of one kind of findings; low for a shorter retention (of a log group or of a bucket with the account's record, less than a year), another deleted log group, a deleted subscription, logs that go to another destination of the same account, what another one stands in for (a trail or an analyzer of the organization, a Config rule of the organization or in a pack, a standard of a Security Hub policy, the same alarm or event rule under another name), and for a filter of one resource or of findings that nobody has to act on. Low confidence when the new value is not known yet, or patterns and filters cannot be compared. What is deleted together with the thing it watches is not reported, nor what a new detector or standard leaves out from the start.",
  bad: `resource "aws_cloudtrail" "organization" {
  name                  = "organization"
  s3_bucket_name        = "acme-trail"
  is_organization_trail = true
  is_multi_region_trail = false # was true
}`,
  good: `resource "aws_cloudtrail" "organization" {
  name                       = "organization"
  s3_bucket_name             = "acme-trail"
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true
}`,
  fix: "Keep it on. Where it moves to another place, apply the new one first and remove the old one in a later change.",
  references: [
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",
    "https://docs.aws.amazon.com/guardduty/latest/ug/findings_suppression-rule.html",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
  ],
  on: "change",
  types: [...Object.keys(watchers), ...Object.keys(silencers)].sort(),
  check(change, around) {
    const [watcher, silencer] = [watchers[change.type], silencers[change.type]];
    const found = watcher ? weakened(change, watcher, around) : silencer && silenced(change, silencer, around);
    if (!found) return [];
    const { message, severity, unsure } = found;
    return [
      {
        statement: null,
        message,
        severity,
        ...(unsure && { confidence: "low" }),
        ...(silencer && { remediation: "Narrow it to the resource and the type of finding that it is meant for." }),
      },
    ];
  },
});
