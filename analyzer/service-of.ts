/** Which service's actions the policy of a resource is about. */

/** Of Terraform's names, those that are not the service's prefix. */
const prefixes: Readonly<Record<string, string>> = {
  acmpca: "acm-pca",
  api: "execute-api",
  bedrockagentcore: "bedrock-agentcore",
  ecrpublic: "ecr-public",
  efs: "elasticfilesystem",
  elasticsearch: "es",
  media: "mediastore",
  msk: "kafka",
  networkfirewall: "network-firewall",
  opensearch: "es",
  pinpointsmsvoicev2: "sms-voice",
  prometheus: "aps",
  redshiftserverless: "redshift-serverless",
  s3control: "s3",
  sesv2: "ses",
  vpclattice: "vpc-lattice-svcs",
};

/**
 * Gives the prefix of the service's actions, by the name of a resource type such as `aws_sqs_queue_policy`; `null` for
 * what is none, such as a document by itself.
 */
export function serviceOf(resourceType: string): string | null {
  const [provider, name = "", more = ""] = resourceType.split("_");
  if (provider !== "aws") return null;
  if (name === "cloudwatch") return more === "event" ? "events" : "logs";
  return Object.hasOwn(prefixes, name) ? prefixes[name]! : name;
}
