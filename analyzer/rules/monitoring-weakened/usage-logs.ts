/** What services write down of their own use. */
import { type Attribute, inBlocks, type Row } from "../../rule.ts";
import { fewer, gone, listed, moved } from "./attributes.ts";

/** A block is there to switch something on, unless it says otherwise. */
const isOn = (block: unknown) => !inBlocks([block], "enabled").includes(false);

/** Who did what; other exports are about speed and errors. */
const auditLogs: ReadonlySet<unknown> = new Set(["AUDIT_LOGS", "audit", "iam-db-auth-error", "postgresql"]);
const isAudit = (log: unknown) => auditLogs.has(log);

/** It goes on working, and does not write down any more; what is made anew is another one. */
const writes = (what: string, ...attributes: readonly Attribute[]): Row => ({
  what,
  deleted: null,
  key: ["id"],
  attributes: attributes.map((attribute) => ({ severity: "medium", ...attribute })),
});

const notLogged = (logs: string) => `does not log ${logs} any more`;
const exported = (attribute: string) =>
  writes("the database", fewer([attribute], notLogged, { of: (logs) => listed(logs).filter(isAudit) }));
const stage = writes("the stage", gone("access_log_settings", "does not log requests any more"));
const loadBalancer = writes("the load balancer", {
  path: ["access_logs"],
  weaker: (was, is) => listed(was).some(isOn) && !listed(is).some(isOn),
  says: "does not log requests any more",
});

/** Whether a filter of a firewall's log leaves requests out. */
const drops = (filters: unknown) =>
  [...inBlocks(filters, "default_behavior"), ...inBlocks(inBlocks(filters, "filter").flat(), "behavior")].includes(
    "DROP",
  );

export const usageLogs: Readonly<Record<string, Row>> = {
  aws_alb: loadBalancer,
  aws_api_gateway_stage: stage,
  aws_apigatewayv2_stage: stage,
  aws_cloudfront_distribution: writes("the distribution", gone("logging_config", "does not log requests any more")),
  aws_db_instance: exported("enabled_cloudwatch_logs_exports"),
  aws_docdb_cluster: exported("enabled_cloudwatch_logs_exports"),
  aws_eks_cluster: writes("the cluster", fewer(["enabled_cluster_log_types"], notLogged)),
  aws_elb: loadBalancer,
  aws_lb: loadBalancer,
  aws_neptune_cluster: exported("enable_cloudwatch_logs_exports"),
  aws_networkfirewall_logging_configuration: {
    what: "the firewall's log",
    deleted: "medium",
    key: ["firewall_arn"],
    of: [{ type: "aws_networkfirewall_firewall", attribute: "firewall_arn", equals: ["arn"] }],
    attributes: [
      fewer(["logging_configuration", 0, "log_destination_config"], (types) => `leaves out ${types}`, {
        of: (blocks) => inBlocks(blocks, "log_type"),
      }),
    ],
  },
  aws_opensearch_domain: writes(
    "the domain",
    fewer(["log_publishing_options"], notLogged, {
      of: (blocks) => inBlocks(listed(blocks).filter(isOn), "log_type").filter(isAudit),
    }),
  ),
  aws_rds_cluster: exported("enabled_cloudwatch_logs_exports"),
  aws_redshift_logging: {
    what: "the cluster's log",
    deleted: "medium",
    key: ["cluster_identifier"],
    of: [{ type: "aws_redshift_cluster", attribute: "cluster_identifier", equals: ["cluster_identifier", "id"] }],
    attributes: [fewer(["log_exports"], (exports) => `leaves out ${exports}`)],
  },
  aws_s3_bucket_logging: {
    what: "the bucket's access log",
    deleted: "medium",
    key: ["bucket"],
    of: [{ type: "aws_s3_bucket", attribute: "bucket", equals: ["bucket", "id"] }],
    attributes: [{ ...moved("target_bucket"), severity: "low" }],
  },
  aws_wafv2_web_acl_logging_configuration: {
    what: "the firewall's log",
    deleted: "medium",
    key: ["resource_arn"],
    of: [{ type: "aws_wafv2_web_acl", attribute: "resource_arn", equals: ["arn"] }],
    attributes: [
      {
        path: ["logging_filter"],
        weaker: (was, is) => {
          if (!Array.isArray(is)) return is !== null;
          return drops(is) && (!drops(was) || (JSON.stringify(was) === JSON.stringify(is) ? false : null));
        },
        says: "leaves out requests that it wrote down",
      },
    ],
  },
};
