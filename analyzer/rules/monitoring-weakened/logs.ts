/** Logs of networks and programs, and where they are delivered. */
import { attributeOf, inDays, picksFewerLogs, type Resource, type Row, ways } from "../../rule.ts";

/** A function's own log goes with the function. */
const ownLog = (lambda: Resource) => `/aws/lambda/${attributeOf(lambda, "function_name")}`;

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
    deleted: "low",
    key: ["name"],
    of: [{ type: "aws_lambda_function", attribute: "name", equals: [ownLog] }],
    attributes: [
      {
        path: ["retention_in_days"],
        // a year is what the benchmarks ask for
        weaker: (was, is) => ways.shorter(was, is) && Number(is) < 365,
        says: (was, is) => `keeps logs for ${inDays(is)} instead of ${was || "ever"}`,
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
      {
        path: ["destination_arn"],
        weaker: (was, is) => was !== null && was !== is,
        says: (was, is) => `goes to ${is} instead of ${was}`,
      },
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
