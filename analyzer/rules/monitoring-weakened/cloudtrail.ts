/** Records of API calls. */
import { attributeOf, inBlocks, lost, type Row, ways } from "../../rule.ts";
import { fewer, gone, more, off } from "./attributes.ts";
import {
  excluded,
  filters,
  management,
  reads,
  recorded,
  seesManagement,
  unrecorded,
  writes,
} from "./event-selectors.ts";

const noManagementEvents = {
  path: ["advanced_event_selector"],
  weaker: (was: unknown, is: unknown) => seesManagement(was) && !seesManagement(is),
  says: "does not record management events any more",
};

export const cloudtrail: Readonly<Record<string, Row>> = {
  aws_cloudtrail: {
    what: "the trail",
    deleted: "high",
    key: ["name"],
    idle: (trail) => attributeOf(trail, "enable_logging") === false,
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
      more(["advanced_event_selector"], (asked) => `records management events only where ${asked}`, {
        of: (selectors) => filters(selectors, "Management"),
      }),
      fewer(["advanced_event_selector"], (types) => `does not record the use of ${types} any more`, {
        of: recorded,
        severity: "medium",
      }),
      more(["advanced_event_selector"], (asked) => `records the use of data only where ${asked}`, {
        of: (selectors) => filters(selectors, "Data"),
        severity: "medium",
      }),
      {
        path: ["event_selector"],
        weaker: (was, is) => unrecorded(was, is).length > 0,
        says: (was, is) => `does not record the use of ${unrecorded(was, is).join(", ")} any more`,
        severity: "medium",
      },
      {
        path: ["insight_selector"],
        weaker: (was, is) => lost(inBlocks(was, "insight_type"), inBlocks(is, "insight_type")).length > 0,
        says: "does not look for unusual activity any more",
        severity: "medium",
      },
      {
        path: ["s3_bucket_name"],
        weaker: (was, is) => was !== null && was !== is,
        says: (was, is) => `delivers to ${is} instead of ${was}`,
        severity: "medium",
      },
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
        says: (was, is) => `keeps events for ${is} days instead of ${was}`,
        severity: "low",
      },
    ],
  },
};
