import { flatMap } from "../../lib/flat-map.ts";
import { type CallerClass, strangerAccount } from "../../lib/iam/caller-class.ts";
import { deliversForOthers } from "../../lib/iam/delivering-services.ts";
import { isOpenToStrangers } from "../../lib/iam/open.ts";
import { type Condition, conditionsOf, type Policy, type Statement } from "../../lib/iam/policy.ts";
import { absent, comparedValues, condition, fixedValues, outsider } from "../../lib/iam/questions.ts";
import { anyFormOf, bucketsNamed, sourceServices, UNNAMED_SERVICE } from "../../lib/iam/sources.ts";
import type { Request } from "../../lib/iam/statement.ts";
import { ask, worst } from "../../lib/iam/witness.ts";
import { eachAllow, rule, violationsOf } from "../rule.ts";

const SOURCE_ARN = "aws:SourceArn";
const SOURCE_ACCOUNT = "aws:SourceAccount";
/** Alexa comes for a skill, and not for an account. */
const SKILL = "lambda:EventSourceToken";
const isAlexa = (service: string) => service.startsWith("alexa-");

/** They tell a caller who is there, and give or take nothing. */
const harmless: ReadonlySet<string> = new Set([
  "kms:describekey",
  "s3:getbucketacl",
  "s3:getbucketlocation",
  "s3:listbucket",
]);

export default rule({
  id: "resource-service-confused-deputy",
  severity: "medium",
  summary: "A service may use the resource on behalf of somebody else's account",
  why: "The service acts for every customer of AWS. Whoever learns the resource's name can enter it in a configuration of his own, and the service then writes into your bucket, topic or queue, reads from it, or starts your function for him: the confused deputy. The service says in aws:SourceAccount and aws:SourceArn for whom it acts; the policy has to look.",
  levels:
    "Medium; low where aws:SourceArn names a bucket and nothing says whose: AWS asks for aws:SourceAccount beside it, since the ARN holds no account, and after the bucket is deleted its name is free for everyone. Only services whose documentation asks for the condition are reported, and of everyone the services that a condition on aws:PrincipalIsAWSService, aws:PrincipalServiceName or the source lets in.",
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
  fix: "Require aws:SourceAccount with StringEquals, aws:SourceArn with the ARN of the one resource that the service acts for (for a bucket both), or aws:SourceOrgID; for a Lambda permission, set source_arn or source_account, and for Alexa event_source_token with the skill's id.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention",
    "https://developer.amazon.com/en-US/docs/alexa/custom-skills/host-a-custom-skill-as-an-aws-lambda-function.html",
  ],
  on: "policy",
  kinds: ["resource"],
  check: eachAllow((apart, { policy, service }, { accounts }) => {
    const { statement, alone, only } = apart;
    const deputies = isHarmless(statement) ? [] : deputiesIn(statement, only);
    // open to everyone is resource-public's finding
    if (deputies.length === 0 || isOpenToStrangers(policy, apart, accounts, service)) return [];
    const { where } = outsider(someoneElse(policy, accounts), [policy]);
    const usedBy = (others: readonly Condition[]) =>
      flatMap(deputies, (name) => {
        const callers: readonly CallerClass[] = [{ kind: "service", account: null, name }];
        const answer = ask({ policies: [alone], callers, where: [...where, ...others], service });
        return answer.kind === "none" ? [] : [{ name, answer }];
      });
    const report = (found: ReturnType<typeof usedBy>, behalf: string, key: string) => {
      const names = found.map(({ name }) => (name === UNNAMED_SERVICE ? "any service of AWS" : name)).join(", ");
      const say = ({ action }: Request) => `${names} can call ${action} on behalf of ${behalf}`;
      return violationsOf(worst(found.map(({ answer }) => answer)), statement, alone, say, [key]);
    };
    const found = usedBy(notOurs(only));
    if (found.length > 0) {
      const isForSkills = found.every(({ name }) => isAlexa(name));
      return isForSkills ? report(found, "anybody's skill", SKILL) : report(found, "another account", SOURCE_ACCOUNT);
    }
    const [bucket] = bucketsNamed(only);
    if (bucket === undefined) return [];
    const later = usedBy([condition("StringEquals", SOURCE_ARN, [bucket])]);
    return report(later, `whoever has the bucket ${bucket.split(":").at(-1)}`, SOURCE_ACCOUNT).map((violation) => ({
      ...violation,
      severity: "low" as const,
    }));
  }),
});

/** An account that neither the policy nor the organization knows. */
function someoneElse(policy: Policy, inside: ReadonlySet<string> | null): string {
  const sources = flatMap([SOURCE_ACCOUNT, "aws:SourceOwner", SOURCE_ARN], (name) => comparedValues([policy], name));
  return strangerAccount(new Set([...flatMap(sources, (value) => value.match(/\d{12}/g) ?? []), ...(inside ?? [])]));
}

/** Services that act for others; `only` is the policy of nothing but the statement. */
function deputiesIn({ principals, actions }: Statement, only: Policy): readonly string[] {
  const { values = [], not = false } = principals ?? {};
  const named = not ? [] : flatMap(values, (value) => (value.kind === "service" ? [value.service] : []));
  const services = values.some(({ kind }) => kind === "anyone") && !not ? [...named, ...servicesLetIn(only)] : named;
  // EventBridge tells KMS nothing of whom it acts for, and a condition would stop it
  const forKeys = !actions.not && actions.values.every((action) => /^kms:/i.test(action));
  return services.filter(
    (service) => service === UNNAMED_SERVICE || (deliversForOthers(service) && !(forKeys && /^events\./.test(service))),
  );
}

/** Of everyone, the services that a condition means: by name, or all of them. */
function servicesLetIn(policy: Policy): readonly string[] {
  const named = comparedValues([policy], "aws:PrincipalServiceName");
  const looksAtServices = named.length > 0 || comparedValues([policy], "aws:PrincipalIsAWSService").length > 0;
  if (!looksAtServices) return sourceServices(conditionsOf([policy]));
  return [...named.filter((name) => !/[*?]/.test(name)), UNNAMED_SERVICE];
}

const isHarmless = ({ actions }: Statement): boolean =>
  !actions.not && actions.values.every((action) => harmless.has(action.toLowerCase()));

/** What somebody else's configuration does not say: the one bucket or skill that is named, our account in older conditions. */
function notOurs(policy: Policy): readonly Condition[] {
  return [
    ...flatMap([SOURCE_ARN, SKILL], (name) => {
      const named = fixedValues([policy], name);
      return named.length > 0 ? [condition("StringNotEquals", name, named)] : [];
    }),
    ...bucketsNamed(policy).map((arn) => condition("StringNotLike", SOURCE_ARN, [anyFormOf(arn)])),
    // what is encrypted says for whom; SES says for whom in the Referer
    ...conditionsOf([policy])
      .filter(({ keyId, values }) => /^(kms:encryptioncontext:|aws:referer$)/.test(keyId) && values.every(tellsWhose))
      .map(({ keyId }) => absent(keyId)),
  ];
}

/** Not `*`, nor an ARN in any account. */
function tellsWhose(value: string): boolean {
  const [, account] = /^arn:[^:]*:[^:]*:[^:]*:([^:]*):/.exec(value) ?? [];
  return account === undefined ? !/^[*?]*$/.test(value) : !/[*?]/.test(account);
}
