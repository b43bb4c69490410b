/** ARNs derived from what the manifest says, so that policies are whole when the plan is made. */

export const arn = {
  role: (account: string, path: string, name: string) => `arn:aws:iam::${account}:role${path}${name}`,
  policy: (account: string, path: string, name: string) => `arn:aws:iam::${account}:policy${path}${name}`,
  bucket: (name: string) => `arn:aws:s3:::${name}`,
  topic: (region: string, account: string, name: string) => `arn:aws:sns:${region}:${account}:${name}`,
  trail: (region: string, account: string, name: string) => `arn:aws:cloudtrail:${region}:${account}:trail/${name}`,
  alarm: (region: string, account: string, name: string) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
  logGroup: (region: string, account: string, name: string) => `arn:aws:logs:${region}:${account}:log-group:${name}`,
  eventRule: (region: string, account: string, name: string) => `arn:aws:events:${region}:${account}:rule/${name}`,
} as const;

/** The parts of an address that a managed policy adds: `arn:aws:iam::aws:policy/job-function/Billing` gives two. */
export function policyKey(policyArn: string): string[] {
  const [, , , , owner = "", ...rest] = policyArn.split(":");
  const path = rest.join(":").split("/").slice(1);
  // AWS's own policies and the account's may share a name.
  return owner === "aws" ? path : [owner, ...path];
}
