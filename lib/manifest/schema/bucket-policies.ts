/** The other side of a cross-account role: what a bucket allows it. */
import { z } from "zod";
import { accountKey, oneOrMany, roleKey, text } from "../fields.ts";
import { offNeedsReason } from "../together.ts";
import { bucketName, renamedFrom, sentence } from "./shared.ts";

const allowed = z.strictObject({
  roles: oneOrMany(roleKey).describe("Keys of roles of this manifest, in whatever account."),
  actions: oneOrMany(
    text(/^s3:[A-Za-z]+$/, "is not an action of Amazon S3; write it as in s3:GetObject, without wildcards"),
  ).describe("Actions of Amazon S3."),
  prefixes: oneOrMany(text(/^[^*?\s][^*?]*$/, "is not a prefix; it is taken as it stands, without a wildcard"))
    .optional()
    .meta({ description: "Only what begins so; the whole bucket when left out.", examples: [["checkout/"]] }),
});

export const bucketPolicy = z
  .strictObject({
    in: accountKey.describe("Key of the account that has the bucket."),
    bucket: bucketName.describe("Name of the bucket. It exists, and has no other policy: this is the whole of it."),
    allow: oneOrMany(allowed).describe("Who may do what with it, beyond what its own account allows."),
    requireTls: z.boolean().default(true).describe("Whether requests without TLS are denied; false needs a reason."),
    reason: sentence.optional().describe("Why requests without TLS are let in."),
    renamedFrom,
  })
  .check(offNeedsReason("requireTls"));
