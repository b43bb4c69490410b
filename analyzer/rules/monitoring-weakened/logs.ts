/** Logs of networks and programs, and where they are delivered. */
import {
  type Attribute,
  attributeOf,
  inDays,
  picksFewerLogs,
  type Resource,
  type Row,
  type Surroundings,
  ways,
} from "../../rule.ts";
import { QUARTER, YEAR } from "./records.ts";

/** A function's own log goes with the function. */
const ownLog = (lambda: Resource) => `/aws/lambda/${attributeOf(lambda, "function_name")}`;

/** Whether a trail delivers to the group after the change as before; `null` where the plan has none, and only its name says so. */
function isTrails(group: Resource, around: Surroundings): boolean | null {
  const [name, trails] = [attributeOf(group, "name"), around.ofType("aws_cloudtrail")];
  if (trails.length === 0) return /cloud-?trail/i.test(String(name)) ? null : false;
  // arn:aws:logs:eu-west-1:111122223333:log-group:trail:*
  const writes = (trail: Resource | null) =>
    trail !== null && String(attributeOf(trail, "cloud_watch_logs_group_arn")).split(":")[6] === name;
  return trails.some(({ before, after }) => writes(before) && writes(after));
}

/** It is delivered to another place. */
const elsewhere = (which: (was: unknown, is: unknown) => boolean): Attribute => ({
  path: ["destination_arn"],
  weaker: (was, is) => was !== null && was !== is && which(was, is),
  says: (was, is) => `goes to ${is} instead of ${was}`,
});

/** Both are destinations that one account keeps for others: whoever collects logs there arranges them anew. */
const isBeside = (was: unknown, is: unknown): boolean => {
  const [from, to] = [was, is].map((arn) => /^arn:[\w-]+:logs:[\w-]*:(\d{12}):destination:/.exec(String(arn))?.[1]);
  return from !== undefined && from === to;
};

export const logs: Readonly<Record<string, Row>> = {
  aws_flow_log: {
    what: "the flow log",
    deleted: "high",
    key: ["vpc_id", "subnet_id", "eni_id", "transit_gateway_id", "log_destination"],
    of: [
      { type: "aws_vpc", attribute: "vpc_id", equals: ["id"] },
      { type: "aws_subnet", attribute: "subnet_id", equals: ["id"] },
      { type: "aws_network_interface", attribute: "eni_id", equals: ["id"] },
    ],
    attributes: [{ path: ["traffic_type"], weaker: ways.from("ALL"), says: (_, is) => `records ${is} only` }],
  },
  aws_cloudwatch_log_group: {
    what: "the log group",
    deleted: (group, around) => {
      const isIt = isTrails(group, around);
      return isIt ? "high" : isIt === null ? "medium" : "low";
    },
    key: ["name"],
    of: [{ type: "aws_lambda_function", attribute: "name", equals: [ownLog] }],
    attributes: [
      {
        path: ["retention_in_days"],
        // a year is what the benchmarks ask for
        weaker: (was, is) => ways.shorter(was, is) && Number(is) < YEAR,
        says: (was, is) => `keeps logs for ${inDays(is)} instead of ${was || "ever"}`,
        severity: (group, around) =>
          Number(attributeOf(group, "retention_in_days")) < QUARTER && isTrails(group, around) !== false
            ? "medium"
            : "low",
      },
    ],
  },
  aws_cloudwatch_log_subscription_filter: {
    what: "the delivery of the log group's events",
    deleted: "medium",
    key: ["log_group_name", "destination_arn"],
    of: [
      { type: "aws_cloudwatch_log_group", attribute: "log_group_name", equals: ["name"] },
      { type: "aws_lambda_function", attribute: "destination_arn", equals: ["arn"] },
    ],
    attributes: [
      {
        path: ["filter_pattern"],
        weaker: (was, is) => (typeof is === "string" ? picksFewerLogs(String(was ?? ""), is) : is !== null),
        says: "leaves out events that it delivered",
      },
      elsewhere((was, is) => !isBeside(was, is)),
      { ...elsewhere(isBeside), severity: "low" },
    ],
  },
  aws_route53_resolver_query_log_config_association: {
    what: "the network's DNS query log",
    deleted: "medium",
    key: ["resource_id"],
    of: [{ type: "aws_vpc", attribute: "resource_id", equals: ["id"] }],
  },
  aws_route53_resolver_query_log_config: { what: "the DNS query log", deleted: "medium", key: ["name"] },
};
