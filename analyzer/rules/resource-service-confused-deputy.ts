import { type CallerClass, strangerAccount } from "../../lib/iam/caller-class.ts";
import { deliversForOthers } from "../../lib/iam/delivering-services.ts";
import type { Condition, Policy, Statement } from "../../lib/iam/policy.ts";
import { absent, comparedValues, condition, fixedValues, outsider } from "../../lib/iam/questions.ts";
import { ask, worst } from "../../lib/iam/witness.ts";
import { eachAllow, rule, violationsOf } from "../rule.ts";

const SOURCE_ARN = "aws:SourceArn";

/** They tell a caller who is there, and give or take nothing. */
const harmless: ReadonlySet<string> = new Set(["s3:getbucketacl", "s3:getbucketlocation", "s3:listbucket"]);

export default rule({
  id: "resource-service-confused-deputy",
  severity: "medium",
  summary: "A service may use the resource on behalf of somebody else's account",
  why: "The service acts for every customer of AWS. Whoever learns the resource's name can enter it in a configuration of his own, and the service then writes into your bucket, topic or queue, reads from it, or starts your function for him: the confused deputy. The service says in aws:SourceAccount and aws:SourceArn for whom it acts; the policy has to look.",
  levels: "Always medium. Only services whose documentation asks for the condition are reported.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "Service": "cloudfront.amazonaws.com" },
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::images/*"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "Service": "cloudfront.amazonaws.com" },
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::images/*",
  "Condition": {
    "StringEquals": { "aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE" }
  }
}`,
  fix: "Require aws:SourceAccount with StringEquals, aws:SourceArn with the ARN of the one resource that the service acts for, or aws:SourceOrgID; for a Lambda permission, set source_arn or source_account.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention",
  ],
  on: "policy",
  kinds: ["resource"],
  check: eachAllow(({ statement, alone, only }, { policy }, { accounts }) => {
    const deputies = deputiesIn(statement);
    if (deputies.length === 0 || isHarmless(statement)) return [];
    const { where } = outsider(someoneElse(policy, accounts), [policy]);
    const found = deputies.flatMap((name) => {
      const callers: readonly CallerClass[] = [{ kind: "service", account: null, name }];
      const answer = ask({ policies: [alone], callers, where: [...where, ...notOurs(only)] });
      return answer.kind === "none" ? [] : [{ name, answer }];
    });
    return violationsOf(
      worst(found.map(({ answer }) => answer)),
      statement,
      alone,
      ({ action }) => `${found.map(({ name }) => name).join(", ")} can call ${action} on behalf of another account`,
      ["aws:SourceAccount"],
    );
  }),
});

/** An account that neither the policy nor the organization knows. */
function someoneElse(policy: Policy, inside: ReadonlySet<string> | null): string {
  const sources = ["aws:SourceAccount", "aws:SourceOwner", SOURCE_ARN].flatMap((name) =>
    comparedValues([policy], name),
  );
  return strangerAccount(new Set([...sources.flatMap((value) => value.match(/\d{12}/g) ?? []), ...(inside ?? [])]));
}

function deputiesIn({ principals, actions }: Statement): readonly string[] {
  const { values = [], not = false } = principals ?? {};
  const services = not ? [] : values.flatMap((value) => (value.kind === "service" ? [value.service] : []));
  // EventBridge tells KMS nothing of whom it acts for, and a condition would stop it
  const forKeys = !actions.not && actions.values.every((action) => /^kms:/i.test(action));
  return services.filter((service) => deliversForOthers(service) && !(forKeys && /^events\./.test(service)));
}

const isHarmless = ({ actions }: Statement): boolean =>
  !actions.not && actions.values.every((action) => harmless.has(action.toLowerCase()));

/** What somebody else's configuration does not say: the one bucket that is named, our account in older conditions. */
function notOurs(policy: Policy): readonly Condition[] {
  const named = fixedValues([policy], SOURCE_ARN);
  const contexts = policy.statements.flatMap(({ conditions }) => conditions.map(({ keyId }) => keyId));
  return [
    ...(named.length > 0 ? [condition("StringNotEquals", SOURCE_ARN, named)] : []),
    // what is encrypted says for whom; SES says for whom in the Referer
    ...contexts.filter((keyId) => /^(kms:encryptioncontext:|aws:referer$)/.test(keyId)).map(absent),
  ];
}
