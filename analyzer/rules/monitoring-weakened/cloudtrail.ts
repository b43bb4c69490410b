/** Records of API calls. */
import { type Attribute, attributeOf, inBlocks, inDays, lost, type Resource, type Row, ways } from "../../rule.ts";
import { gone, madeOff, moved, off } from "./attributes.ts";
import {
  askedOfData,
  askedOfManagement,
  excluded,
  losesManagement,
  lostData,
  management,
  reads,
  writes,
} from "./event-selectors.ts";

/** Kinds of selectors stand in for each other. */
const SELECTORS = ["event_selector", "advanced_event_selector"];

const noManagementEvents: Attribute = {
  path: [],
  of: SELECTORS,
  weaker: losesManagement,
  says: "does not record management events any more",
};

/** What either kind of selectors leaves out of what was recorded. */
const less = (
  parts: (was: unknown, is: unknown) => readonly unknown[],
  says: (parts: string) => string,
): Attribute => ({
  path: [],
  of: SELECTORS,
  weaker: (was, is) => parts(was, is).length > 0,
  says: (was, is) => says(parts(was, is).join(", ")),
});

/** Whether an organization's trail sees what another one saw, and delivers it to the same place. */
function seesAll(trail: Resource, gone: Resource): boolean {
  const value = (name: string) => [attributeOf(trail, name), attributeOf(gone, name)];
  const alike = ["s3_bucket_name", "s3_key_prefix", "event_selector", "advanced_event_selector", "insight_selector"];
  const [logs, logged] = value("cloud_watch_logs_group_arn");
  return (
    ["is_organization_trail", "is_multi_region_trail"].every((scope) => attributeOf(trail, scope) === true) &&
    attributeOf(trail, "enable_logging") !== false &&
    attributeOf(trail, "include_global_service_events") !== false &&
    (Boolean(logs) || !logged) &&
    attributeOf(gone, "s3_bucket_name") !== null &&
    alike.map(value).every(([one, other]) => JSON.stringify(one || null) === JSON.stringify(other || null))
  );
}

export const cloudtrail: Readonly<Record<string, Row>> = {
  aws_cloudtrail: {
    what: "the trail",
    deleted: "high",
    key: ["name"],
    idle: (trail) => attributeOf(trail, "enable_logging") === false,
    madeIdle: madeOff,
    servedBy: { aws_cloudtrail: seesAll },
    attributes: [
      off("enable_logging", "does not log any more", true),
      off("is_multi_region_trail", "sees one region only"),
      off("enable_log_file_validation", "does not protect its files against tampering any more"),
      off("include_global_service_events", "does not see IAM and STS any more", true),
      off("is_organization_trail", "does not see the organization's other accounts any more"),
      gone("kms_key_id", "is not encrypted with a key of its own any more"),
      gone("cloud_watch_logs_group_arn", "does not deliver to CloudWatch Logs any more, where the alarms are"),
      {
        path: ["event_selector"],
        weaker: (was, is) => lost(management(was), management(is)).includes(writes),
        says: (_, is) =>
          management(is).length > 0
            ? "does not record management events that write any more"
            : "does not record management events any more",
      },
      {
        path: ["event_selector"],
        weaker: (was, is) => management(is).includes(writes) && lost(management(was), management(is)).includes(reads),
        says: "does not record management events that read any more",
        severity: "medium",
      },
      {
        path: ["event_selector"],
        weaker: (was, is) => lost(excluded(is), excluded(was)).length > 0,
        says: (_, is) => `leaves out the events of ${excluded(is).join(", ")}`,
      },
      noManagementEvents,
      less(askedOfManagement, (asked) => `records management events only where ${asked}`),
      { ...less(lostData, (types) => `does not record the use of ${types} any more`), severity: "medium" },
      { ...less(askedOfData, (asked) => `records the use of data only where ${asked}`), severity: "medium" },
      {
        path: ["insight_selector"],
        weaker: (was, is) => lost(inBlocks(was, "insight_type"), inBlocks(is, "insight_type")).length > 0,
        says: "does not look for unusual activity any more",
        severity: "medium",
      },
      moved("s3_bucket_name"),
    ],
  },
  aws_cloudtrail_event_data_store: {
    what: "the event data store",
    deleted: "high",
    key: ["name"],
    attributes: [
      off("multi_region_enabled", "sees one region only", true),
      off("organization_enabled", "does not see the organization's other accounts any more"),
      off("termination_protection_enabled", "is not protected against deletion any more", true),
      noManagementEvents,
      {
        path: ["retention_period"],
        weaker: ways.shorter,
        says: (was, is) => `keeps events for ${inDays(is)} instead of ${was}`,
        severity: "low",
      },
    ],
  },
};
