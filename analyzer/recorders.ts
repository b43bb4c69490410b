/** What records what happens, and where the plan shows it to deliver to. */
import { flatMap } from "../lib/flat-map.ts";
import { readPlainJson } from "../lib/iam/json.ts";
import { oncePerText } from "../lib/iam/memo.ts";
import { attributeOf, inBlocks } from "./attribute.ts";
import { accountInArn } from "./configuration.ts";
import type { Resource, Surroundings } from "./model.ts";
import type { Call } from "./service-calls.ts";

interface Recorder {
  type: string;
  /** The attributes that name where it delivers to: a bucket, and the key it is encrypted with. */
  attributes: readonly string[];
  /** The attribute that says under which prefix, where the files are the record of the whole account. */
  prefix?: string;
  /** The attribute that the service names as what it comes for. */
  source?: string;
}

/** By the service that delivers. */
const recorders: Readonly<Record<string, Recorder>> = {
  "cloudtrail.amazonaws.com": {
    type: "aws_cloudtrail",
    attributes: ["s3_bucket_name", "kms_key_id"],
    prefix: "s3_key_prefix",
    source: "arn",
  },
  "config.amazonaws.com": {
    type: "aws_config_delivery_channel",
    attributes: ["s3_bucket_name", "s3_kms_key_arn"],
    prefix: "s3_key_prefix",
  },
  "delivery.logs.amazonaws.com": { type: "aws_flow_log", attributes: ["log_destination"] },
  "guardduty.amazonaws.com": {
    type: "aws_guardduty_publishing_destination",
    attributes: ["destination_arn", "kms_key_arn"],
  },
  "logging.s3.amazonaws.com": { type: "aws_s3_bucket_logging", attributes: ["target_bucket"] },
};

/** Whether a service is one of those that record. */
export const isRecorder = (service: string): boolean => Object.hasOwn(recorders, service);

/** What of the plan delivers somewhere before the change, and whether it goes on to; by names of the place. */
function recordersAt(service: string, names: readonly unknown[], around: Surroundings) {
  const recorder = recorders[service];
  if (!recorder) return { here: [], staying: [] };
  const here = around.ofType(recorder.type).filter(({ before }) => delivers(before, recorder, names));
  return { here, staying: flatMap(here, ({ after }) => (after && delivers(after, recorder, names) ? after : [])) };
}

/** Whether the plan shows what delivers here to go, or to deliver elsewhere from now on. */
export function hasLeft(service: string, names: readonly unknown[], around: Surroundings): boolean {
  const { here, staying } = recordersAt(service, names, around);
  return here.length > 0 && staying.length === 0;
}

/** Whether something of the plan goes on delivering to a bucket, or with a key. */
export const isInUse = (names: readonly unknown[], around: Surroundings): boolean =>
  Object.keys(recorders).some((service) => recordersAt(service, names, around).staying.length > 0);

/** Gives how a service goes on delivering to a bucket: as what of the plan tells, or else however it likes. */
export function deliveriesTo(bucket: string, service: string, around: Surroundings): readonly Call[] {
  const { here, staying } = recordersAt(service, [bucket], around);
  const objects = (below: string) => ({ action: "s3:PutObject", on: `arn:*:s3:::${bucket}/${below}*` });
  if (here.length === 0) return [objects("")];
  const { prefix, source } = recorders[service] ?? {};
  return staying.map((it) => {
    const arn = source === undefined ? null : attributeOf(it, source);
    const from = typeof arn === "string" ? arn : null;
    if (prefix === undefined) return { ...objects(""), from };
    // an organization's trail writes for every account
    const account = attributeOf(it, "is_organization_trail") === true ? null : accountInArn(from ?? "");
    return { ...objects(`${recordBelow(attributeOf(it, prefix))}${account === null ? "" : `${account}/`}`), from };
  });
}

/** Gives how a service goes on delivering what a key encrypts. */
export function encryptionsWith(names: readonly unknown[], service: string, around: Surroundings): readonly Call[] {
  return hasLeft(service, names, around) ? [] : [{ action: "kms:GenerateDataKey", on: null }];
}

/**
 * Gives the prefixes in a bucket below which the account's record stands, before the change and after it: what people
 * do, and how things are configured. Where the plan shows only that the bucket's policy lets it be delivered, it is the
 * usual one.
 */
export function recordsIn(bucket: unknown, around: Surroundings): readonly string[] {
  return flatMap(Object.entries(recorders), ([service, recorder]) => {
    const { type, prefix } = recorder;
    if (prefix === undefined) return [];
    const found = staying(type, around, (it) => delivers(it, recorder, [bucket]));
    if (found.length > 0) return found.map((it) => recordBelow(attributeOf(it, prefix)));
    const lets = (policy: Resource) =>
      attributeOf(policy, "bucket") === bucket && servicesLetIn(attributeOf(policy, "policy")).includes(service);
    return staying("aws_s3_bucket_policy", around, lets).length > 0 ? [recordBelow(null)] : [];
  });
}

const recordBelow = (prefix: unknown) => `${prefix ? `${prefix}/` : ""}AWSLogs/`;

/** The resources of a type of which something holds before the change and after it. */
const staying = (type: string, around: Surroundings, holds: (it: Resource) => boolean): readonly Resource[] =>
  flatMap(around.ofType(type), ({ before, after }) => (before && holds(before) && after && holds(after) ? after : []));

const delivers = (resource: Resource | null, { attributes }: Recorder, names: readonly unknown[]): boolean =>
  resource !== null && attributes.some((attribute) => isNamed(attributeOf(resource, attribute), names));

/** By its name, or by an ARN that ends with it: `arn:aws:s3:::logs/vpc`. */
const isNamed = (value: unknown, names: readonly unknown[]): boolean =>
  typeof value === "string" &&
  names.some((name) => typeof name === "string" && (value === name || value.split(":::")[1]?.split("/")[0] === name));

/** Gives the services that a resource's policy, as text, names in its Allow statements. */
export const servicesLetIn = (policy: unknown): readonly string[] =>
  typeof policy === "string" ? namedBy(policy) : [];

/** Both sides are asked about several times. */
const namedBy = oncePerText(
  (policy): readonly string[] =>
    flatMap(
      inBlocks([readPlainJson(policy)], "Statement")
        .flat()
        .filter((statement) => inBlocks([statement], "Effect").includes("Allow")),
      (statement) => inBlocks(inBlocks([statement], "Principal"), "Service").flat(),
    ).map(String),
  2,
);
