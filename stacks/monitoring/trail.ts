/** CloudTrail: in the management account, for every Region; what it may write to is in log-bucket.ts and keys.ts. */
import type { ITerraformDependable } from "cdktf";
import type { Trail } from "../../lib/access/graph.ts";
import { trustPolicy } from "../../lib/access/trust-policy.ts";
import { arn } from "../arn.ts";
import { Cloudtrail, IamRole, IamRolePolicy } from "../aws.ts";
import { trailKey } from "./keys.ts";
import { document, type Scope } from "./scope.ts";

const insights = ["ApiCallRateInsight", "ApiErrorRateInsight"];

/** @param before the bucket's policy and the log group: CloudTrail tries both when the trail is made */
export function writeTrail(scope: Scope, trail: Trail, before: readonly ITerraformDependable[]): void {
  const { home } = scope;
  const trailArn = arn.trail(home.region, scope.accountId(home.account), trail.name);
  const key = trail.kms ? trailKey(scope, { ...home, account: trail.bucketAccount }, trailArn) : null;
  const delivery = trail.logGroup === null ? null : deliveryTo(scope, trail, trail.logGroup);
  scope.addOnce(Cloudtrail, home, ["trail"], {
    name: trail.name,
    s3BucketName: trail.bucketName,
    isOrganizationTrail: trail.organization,
    isMultiRegionTrail: true,
    includeGlobalServiceEvents: true,
    enableLogFileValidation: true,
    ...(key === null ? {} : { kmsKeyId: key.arn }),
    ...(delivery === null ? {} : { cloudWatchLogsGroupArn: delivery.group, cloudWatchLogsRoleArn: delivery.role.arn }),
    ...(trail.insights ? { insightSelector: insights.map((insightType) => ({ insightType })) } : {}),
    dependsOn: [...before, ...(delivery === null ? [] : [delivery.policy])],
  });
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html */
function deliveryTo(scope: Scope, trail: Trail, group: string) {
  const { home, props } = scope;
  const id = scope.accountId(home.account);
  const name = "gatehouse-trail-delivery";
  const role = scope.addOnce(IamRole, home, ["trail"], {
    name,
    description: "CloudTrail delivers to CloudWatch Logs",
    assumeRolePolicy: JSON.stringify(trustPolicy({ kind: "service", services: ["cloudtrail.amazonaws.com"] }, id)),
  });
  const groupArn = arn.logGroup(home.region, id, group);
  const organization = trail.organization ? props.organization.id : null;
  const policy = scope.addOnce(IamRolePolicy, home, ["trail"], {
    name: "delivery",
    role: role.name,
    policy: document([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [
          `${groupArn}:log-stream:${id}_CloudTrail_${home.region}*`,
          ...(organization === null ? [] : [`${groupArn}:log-stream:${organization}_*`]),
        ],
      },
    ]),
  });
  return { group: `${groupArn}:*`, role, policy };
}
