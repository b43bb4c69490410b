/** Where logs are delivered: a bucket or a key that does not let the service in any more loses them, and nothing breaks. */
import { flatMap } from "../../../lib/flat-map.ts";
import { oncePerText } from "../../../lib/iam/memo.ts";
import { type Attribute, attributeOf, inBlocks, lost, type Resource, type Row, type Surroundings } from "../../rule.ts";
import { patternOf } from "./events.ts";

/** Gives the services that a resource's policy, as text, names in its Allow statements. */
export const servicesLetIn = (policy: unknown): readonly string[] =>
  typeof policy === "string" ? namedBy(policy) : [];

/** Both sides are asked about several times. */
const namedBy = oncePerText(
  (policy): readonly string[] =>
    flatMap(
      inBlocks([patternOf(policy)], "Statement")
        .flat()
        .filter((statement) => inBlocks([statement], "Effect").includes("Allow")),
      (statement) => inBlocks(inBlocks([statement], "Principal"), "Service").flat(),
    ).map(String),
  2,
);

/** Those that record what happens, with what says in a plan where they deliver to. */
const recorders: Readonly<Record<string, { type: string; attributes: readonly string[] }>> = {
  "cloudtrail.amazonaws.com": { type: "aws_cloudtrail", attributes: ["s3_bucket_name", "kms_key_id"] },
  "config.amazonaws.com": { type: "aws_config_delivery_channel", attributes: ["s3_bucket_name", "s3_kms_key_arn"] },
  "delivery.logs.amazonaws.com": { type: "aws_flow_log", attributes: ["log_destination"] },
  "guardduty.amazonaws.com": {
    type: "aws_guardduty_publishing_destination",
    attributes: ["destination_arn", "kms_key_arn"],
  },
  "logging.s3.amazonaws.com": { type: "aws_s3_bucket_logging", attributes: ["target_bucket"] },
};

const recordersIn = (policy: unknown): readonly string[] =>
  servicesLetIn(policy).filter((service) => Object.hasOwn(recorders, service));

/** Whether the plan shows what delivers here to go, or to deliver elsewhere from now on. */
function hasLeft(service: string, names: readonly unknown[], around: Surroundings): boolean {
  const { type, attributes } = recorders[service]!;
  const isHere = (resource: Resource | null) =>
    resource !== null && attributes.some((attribute) => isNamed(attributeOf(resource, attribute), names));
  const here = around.ofType(type).filter(({ before }) => isHere(before));
  return here.length > 0 && here.every(({ after }) => !isHere(after));
}

/** By its name, or by an ARN that ends with it: `arn:aws:s3:::logs/vpc`. */
const isNamed = (value: unknown, names: readonly unknown[]): boolean =>
  typeof value === "string" &&
  names.some((name) => typeof name === "string" && (value === name || value.split(":::")[1]?.split("/")[0] === name));

const policy: Attribute = {
  path: ["policy"],
  weaker: (was, is) => typeof is === "string" && lost(recordersIn(was), recordersIn(is)).length > 0,
  says: (was, is) => `does not let ${lost(recordersIn(was), recordersIn(is)).join(", ")} deliver any more`,
};

const nobodyDelivers =
  (...names: readonly string[]): NonNullable<Row["idle"]> =>
  (resource, around) =>
    recordersIn(attributeOf(resource, "policy")).every((service) =>
      hasLeft(
        service,
        names.map((name) => attributeOf(resource, name)),
        around,
      ),
    );

export const deliveries: Readonly<Record<string, Row>> = {
  aws_s3_bucket_policy: {
    what: "the policy of the bucket for logs",
    deleted: "high",
    key: ["bucket"],
    idle: nobodyDelivers("bucket"),
    of: [{ type: "aws_s3_bucket", attribute: "bucket", equals: ["bucket", "id"] }],
    attributes: [policy],
  },
  aws_kms_key: {
    what: "the policy of the key for logs",
    // without its key, nothing that it protects can be read, whatever delivers there
    deleted: null,
    key: ["arn"],
    idle: nobodyDelivers("arn", "key_id"),
    attributes: [policy],
  },
  aws_kms_key_policy: {
    what: "the policy of the key for logs",
    deleted: null,
    key: ["key_id"],
    idle: nobodyDelivers("key_id"),
    attributes: [policy],
  },
};
