/**
 * What nobody named: whoever may act on it may act on everything of its kind. A pattern that begins or ends with a name
 * does not reach it; a wildcard does.
 */
import { flatMap } from "../flat-map.ts";
import { EXAMPLE_ACCOUNT } from "./callers.ts";
import { compile, firstWildcard, type Glob, matches } from "./glob.ts";
import { key } from "./keys.ts";
import { oncePer, oncePerList, oncePerText } from "./memo.ts";
import { type Condition, conditionsOf, type Patterns, type Policy } from "./policy.ts";
import { absent, condition, fixedValues } from "./questions.ts";
import { statementsOf } from "./statement.ts";

export const UNNAMED = "nobody-named-this";

/** Gives an action as a question. */
export { actionGlob as action } from "./statement.ts";

/** Gives a resource as a question: `*` for any partition, region and account. */
export const resource = oncePerText((arn): Glob => compile(arn, { dialect: "resource" }));

/** `arn:*:dynamodb:*:*:table/*` -> `arn:*:dynamodb:*:*:table/nobody-named-this`: in any region and account. */
export function unnamedLike(pattern: string): string {
  const parts = pattern.split(":");
  const name = parts.slice(5).join(":").replaceAll("*", UNNAMED).replaceAll("?", "q");
  return [...parts.slice(0, 5), name].join(":");
}

/** Gives a pattern for the last part of an ARN, which may hold colons. */
const nameGlob = oncePerText((pattern): Glob => compile(pattern, { dialect: "string" }));

/**
 * Whether a Resource or NotResource element could match the ARN, whatever its partition, region and account: the cheap
 * question before the engine's. Never wrongly false.
 */
export function mayReach(patterns: Patterns, arn: string): boolean {
  if (patterns.not) return true;
  const { service, name } = partsOfArn(arn);
  for (const parts of partsOf(patterns)) {
    if (typeof parts !== "object" ? parts : couldBe(parts.service, service) && couldBe(parts.name, name)) return true;
  }
  return false;
}

interface Parts {
  service: string;
  /** All behind the fifth colon. */
  name: string;
}

/** `null` for what is no ARN in full. */
function partsIn(arn: string): Parts | null {
  const service = arn.indexOf(":", arn.indexOf(":") + 1) + 1;
  const region = arn.indexOf(":", service) + 1;
  const account = arn.indexOf(":", region) + 1;
  const name = arn.indexOf(":", account) + 1;
  const isFull = 1 < service && service < region && region < account && account < name;
  return isFull ? { service: arn.slice(service, region - 1), name: arn.slice(name) } : null;
}

const partsOfArn = oncePerText((arn): Parts => partsIn(arn) ?? { service: "", name: "" });

/** Of each pattern what it says of the service and of the name; a boolean where it says of neither or of all. */
const partsOf = oncePer(({ values }: Patterns): readonly (boolean | Parts)[] =>
  values.map((value) => value === "*" || value.includes("${") || (partsIn(value) ?? firstWildcard(value) >= 0)),
);

function couldBe(pattern: string, text: string): boolean {
  const wildcard = firstWildcard(pattern);
  if (wildcard < 0) return pattern === text;
  // most patterns begin with a name
  return text.startsWith(pattern.slice(0, wildcard)) && matches(nameGlob(pattern), text);
}

/**
 * Gives what holds for a resource that nobody named and nothing tells apart: it has no tags, and no other property that
 * a condition could pin it by; and it does not bear the caller's own name.
 * @param own variables that may stand for the resource's own name: `user/${aws:username}` is oneself
 */
export function ofTheUnnamed(policies: readonly Policy[], own: readonly string[] = []): readonly Condition[] {
  return unnamedWith(own.join(" "))(policies, own);
}

const unnamedWith = oncePerText((_own) => oncePerList(holdsOfTheUnnamed));

function holdsOfTheUnnamed(policies: readonly Policy[], own: readonly string[]): readonly Condition[] {
  const keys = new Map(conditionsOf(policies).map(({ keyId, key }) => [keyId, key]));
  const pinned = [...keys].filter(([keyId]) => pins(keyId)).map(([, key]) => absent(key));
  const variables = new Set(flatMap(policies, (policy) => flatMap(statementsOf(policy), ({ variables }) => variables)));
  const bound = [...variables]
    .filter((keyId) => !pins(keyId) && !(isMeasured(keyId) && keys.has(keyId)))
    .map((keyId) => {
      const fixed = fixedValues(policies, keyId).filter((value) => !value.includes("${"));
      const values = own.includes(keyId) ? [UNNAMED] : valuesOfSomebody(keyId);
      return condition("StringEquals", keyId, fixed.length > 0 ? fixed : values);
    });
  return [...pinned, ...bound];
}

/** Values of the keys that have a form of their own: a caller whom no value fits would be allowed nothing at all. */
const formed: Partial<Record<string, readonly string[]>> = {
  [key.userId]: ["AIDASOMEBODY", "AROASOMEBODY:somebody"],
  [key.principalType]: ["User", "AssumedRole"],
  [key.principalArn]: ["user", "role"].map((type) => `arn:aws:iam::${EXAMPLE_ACCOUNT}:${type}/somebody`),
};

const valuesOfSomebody = (keyId: string): readonly string[] =>
  formed[keyId] ?? [/account$/.test(keyId) ? EXAMPLE_ACCOUNT : "somebody"];

/** Conditions on it set bounds, and only the search finds a value between them. */
const isMeasured = (keyId: string): boolean => /(time|sourceip)$/.test(keyId);

/** Condition keys that say which resource it is, or what it must be made like. */
const pins = (keyId: string): boolean =>
  /^[a-z0-9-]+:(resourcetag|requesttag|existingobjecttag|encryptioncontext:|resource\/|[a-z-]*-tag\/)/.test(keyId) ||
  pinning.has(keyId);

const pinning = new Set([
  "dynamodb:leadingkeys",
  "ec2:instanceid",
  "ec2:instanceprofile",
  "ec2:keypairname",
  "ec2:launchtemplate",
  "ec2:placementgroup",
  "ec2:subnet",
  "ec2:volumeid",
  "ec2:vpc",
  "ecs:cluster",
  "ecs:service",
  "ecs:task-definition",
  "elasticfilesystem:accesspointarn",
  "iam:associatedresourcearn",
  "iam:permissionsboundary",
  "kms:encryptioncontextkeys",
  "kms:requestalias",
  "kms:resourcealiases",
  "kms:viaservice",
  "lambda:functionarn",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
  "secretsmanager:name",
  "secretsmanager:secretid",
  "ses:fromaddress",
]);
