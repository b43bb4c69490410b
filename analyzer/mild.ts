/** What a change may bring that hardly matters: the names and settings of things, and what comes with a session. */
import { matches } from "../lib/iam/glob.ts";
import { lazily } from "../lib/iam/memo.ts";
import { parsePolicy } from "../lib/iam/parse.ts";
import type { Policy } from "../lib/iam/policy.ts";
import { action } from "../lib/iam/unnamed.ts";

const MILD = [
  "*:Describe*",
  "*:List*",
  "*:View*",
  "cloudwatch:GetMetric*",
  "iam:Get*",
  "sts:GetCallerIdentity",
  "sts:SetSourceIdentity",
  "sts:TagSession",
  "tag:GetResources",
];

/** The names of objects are often what they are about. */
const TELLING = ["s3:ListBucket*"];

const isOneOf = (patterns: readonly string[], name: string) => patterns.some((one) => matches(action(one), name));

export const isMild = (name: string): boolean => isOneOf(MILD, name) && !isOneOf(TELLING, name);

/** Allows everything that is not mild: what is asked within it is asked of the rest. */
export const beyondMild = lazily((): Policy => {
  const Statement = [
    { Effect: "Allow", NotAction: MILD, Resource: "*" },
    { Effect: "Allow", Action: TELLING, Resource: "*" },
  ];
  return parsePolicy({ Version: "2012-10-17", Statement }, "identity").policy;
});
