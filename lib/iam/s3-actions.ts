/** Which actions of Amazon S3 are about objects; the others are about the bucket. */
const aboutObjects =
  /^s3:(?!\w*AccessPoint)(\w*Object(?!LockConfiguration)\w*|AbortMultipartUpload|ListMultipartUploadParts|BypassGovernanceRetention|InitiateReplication|ReplicateDelete|ReplicateTags)$/i;

/** @param action without wildcards; https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
export function isObjectAction(action: string): boolean {
  return aboutObjects.test(action);
}
