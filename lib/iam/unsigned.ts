/** What can be called without credentials at all, where a policy lets everyone do it; all else has to be signed. */
import type { Glob } from "./glob.ts";
import { oncePerText } from "./memo.ts";
import type { Demand } from "./pick.ts";
import { actionGlob } from "./statement.ts";

/**
 * By the prefix of the service.
 *
 * Source: each service's guide, as https://docs.aws.amazon.com/cloudsearch/latest/developerguide/configuring-access.html
 * and https://docs.aws.amazon.com/efs/latest/ug/nfs-client-iam-auth.html ("anonymous")
 */
const unsigned: Readonly<Record<string, readonly string[]>> = {
  cloudsearch: ["cloudsearch:document", "cloudsearch:search", "cloudsearch:suggest"],
  // the pages of a project with public builds: https://docs.aws.amazon.com/codebuild/latest/userguide/public-builds.html
  codebuild: ["codebuild:BatchGetBuilds"],
  elasticfilesystem: ["elasticfilesystem:Client*"],
  es: ["es:*"],
  "execute-api": ["execute-api:*"],
  lambda: ["lambda:InvokeFunctionUrl"],
  mediastore: ["mediastore:*"],
  s3: ["s3:*"],
  sns: ["sns:*"],
  sqs: ["sqs:*"],
  "vpc-lattice-svcs": ["vpc-lattice-svcs:*"],
};

const demand = (patterns: readonly string[]): Demand => ({
  globs: patterns.map((pattern): Glob => actionGlob(pattern)),
  not: false,
});

const anywhere = demand(Object.values(unsigned).flat());
const at = oncePerText((service) => demand(Object.hasOwn(unsigned, service) ? unsigned[service]! : []));

/**
 * Gives what an action has to be to be called without credentials.
 * @param service that answers, where that is known
 */
export const unsignedCall = (service: string | null): Demand => (service === null ? anywhere : at(service));
