import type { Severity } from "../../lib/finding.ts";
import type { CallerClass } from "../../lib/iam/caller-class.ts";
import { mayNameStrangers } from "../../lib/iam/open.ts";
import type { Statement } from "../../lib/iam/policy.ts";
import type { CallerKind } from "../../lib/iam/principal.ts";
import { stranger } from "../../lib/iam/questions.ts";
import { type Answer, ask, type Question, worst } from "../../lib/iam/witness.ts";
import { askPossible, callsIn, eachAllow, rule, type Subject, type Violation, violationsOf } from "../rule.ts";

/** What is often open on purpose: the code behind it decides who gets what. */
const doors: readonly { action: RegExp; severity: Severity }[] = [
  // without any policy, an API of API Gateway is as open
  { action: /^execute-api:/i, severity: "medium" },
  // builds of open source are shown to everyone
  { action: /^codebuild:BatchGetBuilds$/i, severity: "high" },
  { action: /^lambda:InvokeFunctionUrl$/i, severity: "high" },
];

export default rule({
  id: "resource-public",
  severity: "critical",
  summary: "The resource is open to everyone",
  why: "The policy allows a request by someone whom it does not name: without credentials, or from any AWS account. Buckets, queues, keys and functions that are open like this are found by scanners within hours.",
  levels:
    "Critical; high where a condition looks at aws:SourceArn or its like, so that it takes a service that calls for the stranger; high for the pages of a bucket that the plan makes a website; high for a function URL and for the builds of a CodeBuild project, and medium for an API, where the code behind decides; high where a resource control policy still refuses it; medium where something else still keeps strangers out: a public access block, AWS's own check of public policies, the fine-grained access control of a domain, the acceptance of each connection, a service network. Low confidence when the engine cannot decide.",
  bad: `{
  "Effect": "Allow",
  "Principal": "*",
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::invoices/*",
  "Condition": { "Bool": { "aws:SecureTransport": "true" } }
}`,
  good: `{
  "Effect": "Allow",
  "Principal": "*",
  "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::invoices/*",
  "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }
}`,
  fix: "Name the principals that need the resource, or pin the caller with aws:PrincipalOrgID, aws:PrincipalAccount or aws:SourceVpce. Keep what is meant for everyone in a resource that holds nothing else.",
  references: [
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  ],
  on: "policy",
  kinds: ["resource"],
  check: eachAllow(({ statement, alone }, { policy, service, shield }, world) => {
    if (shield?.effect === "unreachable" || !mayMeanStrangers(statement)) return [];
    const view = stranger([policy], world.accounts);
    const asked = (callers: readonly CallerClass[]): Question => ({ policies: [alone], ...view, callers, service });
    const lets = (question: Question): Answer => {
      const answer = askPossible(question, world);
      // AWS refuses a policy that only allows what nobody can ask for; whoever wrote it meant something else
      return answer.kind === "none" ? ask(question) : answer;
    };
    const unsigned = asked(view.callers.filter(({ kind }) => kind === "anonymous"));
    const signed = asked(view.callers.filter(({ kind }) => kind !== "anonymous"));
    const answers = [lets(unsigned), lets(signed)] as const;
    const answer = worst(needsNoUrl(answers[1]) ? [...answers].reverse() : answers);
    return violationsOf(answer, statement, alone, ({ caller, action }) => {
      const isAnonymous = caller.kind === "anonymous";
      const who = anyone[caller.kind] ?? "anyone with an AWS account";
      return `${who} can call ${callsIn(action, statement, [isAnonymous ? unsigned : signed], world)}`;
    })
      .map((violation) => (takesService(answer) ? { ...violation, severity: "high" as const } : violation))
      .map((violation) => weighed(violation, statement, shield));
  }),
});

/** Without credentials a function is called by a URL, and it may have none: that it can be called besides is certain. */
const needsNoUrl = (signed: Answer) =>
  signed.kind === "witness" && /^lambda:(?!InvokeFunctionUrl$)/i.test(signed.request.action);

/** Whether it takes a service that calls for the stranger: one that he gets to use the resource's name. */
const takesService = (answer: Answer) => answer.kind === "witness" && answer.request.caller.kind === "service";

const anyone: Partial<Record<CallerKind, string>> = {
  anonymous: "anyone, without credentials,",
  service: "anyone, through a service that calls for him,",
};

/** Whether the statement may let in somebody whom it does not name; everyone but the named is resource-not-principal's. */
const mayMeanStrangers = (statement: Statement): boolean =>
  statement.effect === "Allow" && statement.principals?.not !== true && mayNameStrangers(statement);

/** Pages, and neither lists of them nor anything that changes them. */
const ofWebsites = /^s3:GetObject$/i;

function weighed(violation: Violation, { actions }: Statement, shield: Subject["shield"]): Violation {
  const { message } = violation;
  const isAll = (action: RegExp) => !actions.not && actions.values.every((value) => action.test(value));
  switch (shield?.effect) {
    case "refused":
      return { ...violation, severity: "medium", message: `${message}; ${shield.name} still refuses it` };
    case "published":
      if (!isAll(ofWebsites)) return violation;
      return { ...violation, severity: "high", message: `${message}; the plan makes the bucket a website` };
    default: {
      const door = doors.find(({ action }) => isAll(action));
      return door ? { ...violation, severity: door.severity } : violation;
    }
  }
}
