/** Where logs are delivered: a bucket or a key that does not let the service in any more loses them, and nothing breaks. */
import { flatMap } from "../../../lib/flat-map.ts";
import {
  deliveriesTo,
  encryptionsWith,
  hasLeft,
  inBlocks,
  isInUse,
  isRecorder,
  type Resource,
  type Row,
  type Surroundings,
  servicesLetIn,
  ways,
} from "../../rule.ts";
import { refusing } from "./attributes.ts";

const recordersIn = (policy: unknown): readonly string[] => [...new Set(servicesLetIn(policy).filter(isRecorder))];

const KEY_NAMES = ["arn", "key_id"];
const valuesIn = (values: unknown, names: readonly string[]) => flatMap(names, (name) => inBlocks([values], name));

const toBucket = refusing("deliver", recordersIn, (values, service, around) =>
  flatMap(valuesIn(values, ["bucket"]), (bucket) => deliveriesTo(String(bucket), service, around)),
);
const withKey = (...names: readonly string[]) =>
  refusing("deliver", recordersIn, (values, service, around) =>
    encryptionsWith(valuesIn(values, names), service, around),
  );

const nobodyDelivers = ({ values }: Resource, names: readonly string[], around: Surroundings): boolean =>
  flatMap(valuesIn(values, ["policy"]), recordersIn).every((service) =>
    hasLeft(service, valuesIn(values, names), around),
  );

export const deliveries: Readonly<Record<string, Row>> = {
  aws_s3_bucket_policy: {
    what: "the policy of the bucket for logs",
    deleted: "high",
    key: ["bucket"],
    idle: (it, around) => nobodyDelivers(it, ["bucket"], around),
    of: [{ type: "aws_s3_bucket", attribute: "bucket", equals: ["bucket", "id"] }],
    attributes: [toBucket],
  },
  aws_kms_key: {
    what: "the key for logs",
    deleted: "high",
    key: ["arn"],
    idle: (key, around) => nobodyDelivers(key, KEY_NAMES, around) && !isInUse(valuesIn(key.values, KEY_NAMES), around),
    attributes: [withKey(...KEY_NAMES), { path: ["is_enabled"], weaker: ways.off(true), says: "is switched off" }],
  },
  aws_kms_key_policy: {
    what: "the policy of the key for logs",
    deleted: null,
    key: ["key_id"],
    idle: (it, around) => nobodyDelivers(it, ["key_id"], around),
    attributes: [withKey("key_id")],
  },
};
