/** The manifest's smallest parts: what a key, an id, a duration, a statement, a selection of accounts look like. */

import { z } from "zod";
import { isDay } from "../day.ts";
import { operators } from "../iam/policy.ts";
import { exactlyOne, notBoth, refuse } from "./together.ts";

/** One value or a list of them; always a list afterwards. `id` makes it a definition of the JSON Schema. */
export function oneOrMany<T extends z.ZodType>(item: T, id?: string) {
  const list = z.array(item).min(1, "must not be an empty list");
  const either = z.union([item, list]);
  return (id === undefined ? either : either.meta({ id })).transform((value): z.output<T>[] =>
    Array.isArray(value) ? value : [value],
  );
}

/** A text that matches `pattern`; `message` follows the value: `"x" is not a region`. Nothing else is said of one that does not. */
export function text(pattern: RegExp, message: string) {
  return z.string().regex(pattern, { error: message, abort: true });
}

const keyPattern = "[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}";

const keyOnly = new RegExp(`^${keyPattern}$`);

export const key = text(
  keyOnly,
  "is not a key: a key begins with a letter or digit and holds letters, digits and . _ @ + -, at most 64 of them",
);

/** What names an entry of a section is a definition of the JSON Schema by itself, which editor-schema.ts narrows. */
function keyOf<Id extends string>(id: Id) {
  return key.meta({ id });
}

export const accountKey = keyOf("accountKey");
export const groupKey = keyOf("groupKey");
export const iamGroupKey = keyOf("iamGroupKey");
export const iamUserKey = keyOf("iamUserKey");
export const identityProviderKey = keyOf("identityProviderKey");
export const logGroupKey = keyOf("logGroupKey");
export const managedPolicyKey = keyOf("managedPolicyKey");
export const permissionSetKey = keyOf("permissionSetKey");
export const policyKey = keyOf("policyKey");
export const roleKey = keyOf("roleKey");
export const templateKey = keyOf("templateKey");
export const topicKey = keyOf("topicKey");
export const trustAnchorKey = keyOf("trustAnchorKey");
export const userKey = keyOf("userKey");

/** A key of `accounts`, or the id of an account outside the organization. */
export const accountKeyOrId = keyOf("accountKeyOrId");

const unitPattern = new RegExp(`^${keyPattern}(/${keyPattern})*$`);

export const unitPath = text(
  unitPattern,
  'is not the path of a unit; write keys joined by "/", such as workloads/prod',
).meta({ id: "unitPath" });

export const accountId = text(
  /^\d{12}$/,
  'is not an account id; write its 12 digits in quotes, such as "333333333333"',
);

export const email = text(/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/, "is not an e-mail address").max(
  64,
  "is longer than 64 characters",
);

export const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, "is not an AWS Region; write it as in us-east-1").meta({
  id: "region",
});

export const arn = text(/^arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(\d{12}|aws)?:.+$/, "is not an ARN");

export const awsManagedPolicy = text(
  /^(arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+|[\w+=,.@/-]+)$/,
  "is not the name or ARN of an AWS managed policy",
).meta({ examples: ["ReadOnlyAccess", "job-function/ViewOnlyAccess"] });

export const policyPath = text(
  /^\/([\w.,+@=-]+\/)*$/,
  'is not a path; it begins and ends with "/", such as /teams/shop/',
);

/** A key of `managedPolicies`, or the name of an IAM policy as it stands in each account, with its path when it is not "/". */
export const customerManagedPolicy = z
  .union([
    text(/^[\w+=,.@-]{1,128}$/, "is not the name of a policy").meta({ id: "managedPolicyKeyOrName" }),
    z.strictObject({
      name: text(/^[\w+=,.@-]{1,128}$/, "is not the name of a policy").describe("Name of the policy in each account."),
      path: policyPath.default("/").describe("Path of the policy in each account."),
    }),
  ])
  .meta({ id: "customerManagedPolicy" });

export const permissionsBoundary = z
  .union([
    awsManagedPolicy,
    z.strictObject({
      customerManagedPolicy: customerManagedPolicy.describe(
        "Key of `managedPolicies`, or the name of a policy made elsewhere, or its name and path.",
      ),
    }),
  ])
  .describe("The most that may ever be allowed: an AWS managed policy, or a customer managed one of each account.");

/** A date such as 2027-01-31, which stands for the whole day in UTC. */
export const date = text(/^\d{4}-\d{2}-\d{2}$/, "is not a date; write it as in 2027-01-31")
  .refine(isDay, "is not a day of the calendar")
  .meta({ examples: ["2027-01-31"] });

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
type DurationUnit = keyof typeof unitSeconds;

const durationText = text(/^\d{1,6}[smhd]$/, "is not a duration; write it as in 90m or 4h");

/** A duration such as `90m` or `4h`, in seconds afterwards, between `min` and `max`. */
export function duration(min: string, max: string) {
  return durationText
    .refine(
      (value) => seconds(min) <= seconds(value) && seconds(value) <= seconds(max),
      `is out of range; at least ${min}, at most ${max}`,
    )
    .meta({ examples: [min, max] })
    .transform(seconds);
}

/**
 * The period of an alarm, in seconds afterwards.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export const alarmPeriod = durationText
  .refine((value) => {
    const length = seconds(value);
    return [10, 20, 30].includes(length) || (length > 0 && length % 60 === 0 && length <= unitSeconds.d);
  }, "is not a period of CloudWatch; write 10s, 20s, 30s or whole minutes, at most 1d")
  .meta({ examples: ["1m", "5m"] })
  .transform(seconds);

function seconds(value: string): number {
  return Number(value.slice(0, -1)) * unitSeconds[value.slice(-1) as DurationUnit];
}

export const tags = z
  .record(
    text(
      /^(?!aws:)[\p{L}\p{N}\s_.:/=+@-]{1,128}$/iu,
      'is not a tag key; tag keys hold at most 128 letters, digits and _ . : / = + - @, and do not begin with "aws:"',
    ),
    text(
      /^[\p{L}\p{N}\s_.:/=+@-]{0,256}$/u,
      "is not a tag value; tag values hold at most 256 letters, digits and _ . : / = + - @",
    ),
  )
  .check(refuse("more than the 50 tags that AWS takes", (written) => Object.keys(written).length > 50))
  .default({})
  .meta({ description: "Tags.", examples: [{ env: "prod", team: "shop" }] });

const action = text(
  /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/,
  "is not an action; write service:Action, such as s3:GetObject or s3:Get*",
);

const resource = text(/^(\*|arn:.+)$/, 'is not a resource; write an ARN or "*"');

const conditionValue = z.union([z.string(), z.number(), z.boolean()]);

const operator = text(
  new RegExp(`^(ForAllValues:|ForAnyValue:)?(${operators.join("|")})(IfExists)?$`),
  "is not a condition operator; write it as in StringEquals or ForAnyValue:StringLike",
);

/** One statement of a policy; whether it allows or denies is said by the list it stands in. */
export const statement = z
  .strictObject({
    sid: text(/^[A-Za-z0-9]{1,128}$/, "is not a statement id; use letters and digits")
      .optional()
      .describe("Statement id."),
    actions: oneOrMany(action).optional().describe("Actions, wildcards allowed."),
    notActions: oneOrMany(action).optional().describe("Every action but these."),
    resources: oneOrMany(resource).optional().describe('ARNs, or "*". A deny without resources means "*".'),
    notResources: oneOrMany(resource).optional().describe("Every resource but these."),
    conditions: z
      .record(operator, z.record(z.string(), oneOrMany(conditionValue)))
      .optional()
      .meta({
        description: "Conditions: operator, then key, then value or values.",
        examples: [{ StringEquals: { "aws:RequestedRegion": ["eu-west-1"] } }],
      }),
  })
  .check(
    exactlyOne('a statement needs "actions" or "notActions"', ["actions", "notActions"]),
    notBoth("resources", "notResources"),
  )
  .meta({ id: "statement" });
export type Statement = z.output<typeof statement>;

/** The key of an account where a unit could be meant, whose path holds what no key does. */
const oneAccount = z
  .string()
  .regex(keyOnly, {
    error: ({ input }) => {
      const unit = unitPattern.test(String(input)) ? input : "workloads/prod";
      return `is not the key of an account; for a unit write { units: ${unit} }`;
    },
    abort: true,
  })
  .meta({ id: "oneAccount" });

const someAccounts = {
  accounts: oneOrMany(oneAccount).optional().describe("Account keys."),
  units: oneOrMany(unitPath).optional().describe("Paths of units; everything below them is meant."),
  tags: z
    .record(z.string(), oneOrMany(z.string()))
    .optional()
    .meta({
      description: "Accounts that carry all of these tags (a list: any of the values).",
      examples: [{ env: "prod" }],
    }),
};

const selector = z
  .strictObject({
    ...someAccounts,
    all: z.literal(true).optional().describe("Every account but the management account."),
    except: z.strictObject(someAccounts).optional().describe("Accounts to leave out: any that match one of these."),
  })
  .check(
    exactlyOne(
      'say which accounts by one of "accounts", "units", "tags" and "all: true"',
      ["accounts", "units", "tags", "all"],
      "give one of them, or write a list of selections",
    ),
  )
  .meta({ id: "selection" });
export type Selector = z.output<typeof selector>;

/** Accounts: a key, or a selection by key, unit, tag or all; or a list of such. The management account has to be named. */
export const accountSelection = oneOrMany(
  z.union([oneAccount.transform((account): Selector => ({ accounts: [account] })), selector]),
  "accountSelection",
);
