import type { CallerClass } from "../../lib/iam/caller-class.ts";
import { lazily, oncePer } from "../../lib/iam/memo.ts";
import { parsePolicy } from "../../lib/iam/parse.ts";
import type { Policy } from "../../lib/iam/policy.ts";
import { actionGlob, condition, present } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { eachAllow, type Principal, rule, violationsOf } from "../rule.ts";

/** What applications send of themselves before anybody signs in, and what answers everyone alike. */
const MEANT = [
  ...["cognito-identity:*", "cognito-sync:*"],
  ...["mobileanalytics:PutEvents", "mobiletargeting:PutEvents", "mobiletargeting:UpdateEndpoint"],
  ...["rum:PutRumEvents", "personalize:PutEvents", "evidently:*", "xray:Put*", "cloudwatch:PutMetricData"],
  ...["logs:CreateLogStream", "logs:PutLogEvents", "firehose:PutRecord*", "kinesis:PutRecord*"],
  ...["geo:Get*", "geo:Search*", "geo:Calculate*", "geo-maps:*", "geo-places:*", "geo-routes:*"],
  ...["lex:Post*", "lex:Recognize*", "lex:StartConversation", "lex:*Session", "polly:SynthesizeSpeech"],
  // these are open to whom their own application lets in
  ...["appsync:GraphQL", "execute-api:Invoke"],
];

const meant = lazily((): Policy => {
  const Statement = [
    { Effect: "Allow", Action: MEANT, Resource: "*" },
    // by its name, as the folder that Amplify makes for guests
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:*:s3:::*public*" },
  ];
  return parsePolicy({ Version: "2012-10-17", Statement }, "identity").policy;
});

export default rule({
  id: "guest-access",
  severity: "medium",
  summary: "Those who did not sign in are given more than guests need",
  why: "An identity pool that has guests gives AWS credentials to anyone who asks for them: its id stands in the application. What the guests' role may read, everyone may read and copy as a whole, and what it may write, everyone may fill or overwrite.",
  levels:
    "Medium in every case: telemetry, maps, bots, the calls of an application's own API, and reading of a bucket or folder that is called public are not reported. Low confidence when the engine cannot decide.",
  bad: `resource "aws_iam_role_policy" "guest" {
  role   = aws_iam_role.guest.name # its trust: cognito-identity.amazonaws.com:amr = unauthenticated
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = ["dynamodb:Scan", "dynamodb:PutItem"], Resource = aws_dynamodb_table.customers.arn }
  })
}`,
  good: `resource "aws_iam_role_policy" "guest" {
  role   = aws_iam_role.guest.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = "rum:PutRumEvents", Resource = aws_rum_app_monitor.shop.arn }
  })
}`,
  fix: "Give it to those who signed in alone, or put an API in front that decides what guests get. Where nobody needs guests, set allow_unauthenticated_identities = false.",
  references: [
    "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html",
  ],
  on: "policy",
  kinds: ["identity"],
  also: ["managed"],
  // hardly any role is for guests
  check: (subject, world) => (!subject.limits && subject.holders.some(isForGuests) ? judge(subject, world) : []),
});

const judge = eachAllow(({ statement, alone }, { holders }) => {
  const boundary = holders.find(isForGuests)?.boundary;
  const within = boundary ? [[boundary]] : [];
  const answer = ask({ policies: [alone], within, notAllowedBy: [meant()] });
  return violationsOf(answer, statement, alone, ({ action }) => `someone who did not sign in can call ${action}`);
});

const cognito: CallerClass = { kind: "federated", account: null, name: "cognito-identity.amazonaws.com" };
const HOW = "cognito-identity.amazonaws.com:amr";

const isForGuests = ({ trust }: Principal): boolean => trust !== null && letsGuestsIn(trust.policy);

const letsGuestsIn = oncePer((trust: Policy): boolean => {
  const where = [present(HOW), condition("StringEquals", HOW, ["unauthenticated"], { set: "ForAllValues" })];
  const actions = [actionGlob("sts:AssumeRoleWithWebIdentity")];
  return ask({ policies: [trust], callers: [cognito], actions, where }).kind === "witness";
});
