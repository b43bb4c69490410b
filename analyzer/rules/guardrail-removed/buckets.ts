/** What keeps the objects of a bucket from the public and from deletion. */
import { attributeOf, inBlocks, inDays, type Row, recordsIn, ways } from "../../rule.ts";
import { letsIn, madeOpen, missing, publicAccess } from "./public-access.ts";

const RETENTION = ["rule", 0, "default_retention", 0] as const;

/** How long a retention holds, which is given in days or in years. */
function daysOf(retention: unknown): number {
  const { days, years }: { days?: unknown; years?: unknown } = Object(retention);
  return Number(days ?? 0) + 365 * Number(years ?? 0);
}

const VERSIONING = ["versioning_configuration", 0] as const;
const ENFORCED = "BucketOwnerEnforced";

/** It goes with its bucket. */
const ofBucket: Row["of"] = [{ type: "aws_s3_bucket", attribute: "bucket", equals: ["bucket", "id"] }];

/** A block that is made with its access point, and stays as it is. */
function accessPoint(key: Row["key"], blocksOf: (point: unknown) => unknown): Row {
  // whoever is not in its network does not get to it
  const isOpen = (point: unknown) =>
    inBlocks([point], "vpc_configuration").flat().length === 0 && letsIn(blocksOf(point));
  const off = { severity: "medium", says: "is set to off, and cannot be changed later" } as const;
  return {
    what: "the access point's public access block",
    deleted: null,
    key,
    madeIdle: { ...off, when: ({ values }) => isOpen(values) },
    attributes: [{ ...off, path: [], weaker: (was, is) => !isOpen(was) && isOpen(is) }],
  };
}

export const buckets: Readonly<Record<string, Row>> = {
  aws_s3_bucket_public_access_block: {
    ...publicAccess("the bucket's public access block", ["bucket"]),
    of: ofBucket,
    servedBy: {
      aws_s3_account_public_access_block: (block, gone) => missing(block).every((what) => missing(gone).includes(what)),
    },
    // websites need it
    madeIdle: madeOpen("low", "and AWS has it on for new buckets", ({ values }) => letsIn([values])),
  },
  aws_s3_access_point: accessPoint(["name"], (point) => inBlocks([point], "public_access_block_configuration").flat()),
  aws_s3control_multi_region_access_point: accessPoint([(point) => attributeOf(point, "details", 0, "name")], (point) =>
    inBlocks(inBlocks([point], "details").flat(), "public_access_block").flat(),
  ),
  aws_s3_bucket_object_lock_configuration: {
    what: "the object lock of the bucket",
    deleted: "high",
    key: ["bucket"],
    of: ofBucket,
    idle: (lock) => daysOf(attributeOf(lock, ...RETENTION)) === 0,
    attributes: [
      {
        path: [...RETENTION, "mode"],
        weaker: ways.from("COMPLIANCE"),
        says: "can be overridden by whoever may bypass governance",
      },
      {
        path: RETENTION,
        weaker: (was, is) => daysOf(is) < daysOf(was),
        says: (was, is) => `holds objects for ${inDays(daysOf(is))}, not for ${daysOf(was)}`,
      },
    ],
  },
  aws_s3_bucket_ownership_controls: {
    what: "the bucket's ownership of its objects",
    deleted: null,
    key: ["bucket"],
    attributes: [
      {
        path: ["rule", 0, "object_ownership"],
        weaker: ways.from(ENFORCED),
        says: "is not enforced any more, and access control lists count again",
        severity: "medium",
      },
    ],
  },
  aws_s3_bucket_versioning: {
    what: "the bucket's versioning",
    // the provider suspends it
    deleted: (versioning, around) =>
      recordsIn(attributeOf(versioning, "bucket"), around).length > 0 ? "medium" : "low",
    key: ["bucket"],
    of: ofBucket,
    idle: (versioning) => attributeOf(versioning, ...VERSIONING, "status") !== "Enabled",
    attributes: [
      {
        path: [...VERSIONING, "status"],
        weaker: ways.from("Enabled"),
        says: "is suspended, and what is overwritten or deleted is gone",
      },
      {
        path: [...VERSIONING, "mfa_delete"],
        weaker: ways.from("Enabled"),
        says: "asks for no MFA any more before versions are deleted",
        severity: "medium",
      },
    ],
  },
};
