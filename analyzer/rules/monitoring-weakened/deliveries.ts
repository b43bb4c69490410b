/** Where logs are delivered: a bucket or a key that does not let the service in any more loses them, and nothing breaks. */
import { type Attribute, attributeOf, hasLeft, isRecorder, lost, type Row, servicesLetIn } from "../../rule.ts";

const recordersIn = (policy: unknown): readonly string[] => [...new Set(servicesLetIn(policy).filter(isRecorder))];

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
