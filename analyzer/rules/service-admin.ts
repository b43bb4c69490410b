import { byCodeUnit, type Severity } from "../../lib/finding.ts";
import { flatMap } from "../../lib/flat-map.ts";
import { everything, wholeService } from "../../lib/iam/administrator.ts";
import { oncePer } from "../../lib/iam/memo.ts";
import type { Patterns, Statement } from "../../lib/iam/policy.ts";
import { perAllow } from "../../lib/iam/questions.ts";
import { fewOf } from "../../lib/iam/texts.ts";
import { inHands, isForService, rule, violationsIn, type World } from "../rule.ts";

/** Whoever has all of one of these can give himself the rest, or read what the rest protects. */
const SENSITIVE = ["iam", "kms", "organizations", "sso", "sts"];
/** A shell has the permissions of whoever opens it, and no others. */
const MINOR = ["cloudshell"];

export default rule({
  id: "service-admin",
  severity: "medium",
  summary: "The policy allows every action of a service on every resource",
  why: "Reading, changing, deleting, sharing and giving access to others come together, now and for every action that AWS adds to the service. Few jobs need more than a handful of them.",
  levels:
    "High for IAM, STS, Organizations, IAM Identity Center and KMS, low for CloudShell alone, medium for any other service. Services that only answer questions, such as pricing and support, are not reported, nor is a statement that allows everything: that is admin-access.",
  bad: `{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }`,
  good: `{
  "Effect": "Allow",
  "Action": "s3:*",
  "Resource": ["arn:aws:s3:::shop-images", "arn:aws:s3:::shop-images/*"]
}`,
  fix: "List the actions that are needed, or keep the wildcard and name the resources.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  ],
  on: "policy",
  kinds: ["identity"],
  also: ["managed"],
  concerns: ({ effect, actions }) => effect === "Allow" && wholeServicesIn(actions).length > 0,
  check(subject, world) {
    if (isForService(subject)) return [];
    return flatMap(perAllow(subject.policy), ({ statement, alone }) => {
      const candidates = servicesOf(statement).filter((service) => canHarm(service, world));
      if (candidates.length === 0) return [];
      const whole: string[] = [];
      let worst: ReturnType<typeof inHands> | null = null;
      for (const service of candidates) {
        const found = inHands(subject, world, (ask) => {
          const answer = wholeService((question) => ask([alone], question), service);
          if (answer.kind === "none") return answer;
          return everything((question) => ask([alone], question)).kind === "witness" ? { kind: "none" } : answer;
        });
        if (found.answer.kind !== "none") whole.push(service);
        if (found.answer.kind === "witness" || (found.answer.kind === "undecided" && !worst)) worst ??= found;
      }
      if (!worst) return [];
      const severity = severityOf(whole);
      return violationsIn(
        worst,
        statement,
        alone,
        () => `allows every action of ${fewOf([...whole].sort(byCodeUnit))} on ${placeOf(statement)}`,
      ).map((violation) => ({ ...violation, severity }));
    });
  },
});

/** All there are, or those of a region or an account. */
function placeOf({ resources }: Statement): string {
  const isKept = (arn: string) => /^arn:[^:]*:[^:]*:(?!\*?:\*?:)/.test(arn);
  return resources?.not === false && resources.values.every(isKept)
    ? resources.values.slice(0, 2).join(", ")
    : "every resource";
}

const severityOf = (whole: readonly string[]): Severity => {
  if (whole.some((service) => SENSITIVE.includes(service))) return "high";
  return whole.every((service) => MINOR.includes(service)) ? "low" : "medium";
};

/** Services of which the statement can hold all actions, the sensitive ones first. */
function servicesOf({ actions, resources }: Statement): readonly string[] {
  const prefixes = wholeServicesIn(actions);
  if (prefixes.length === 0) return prefixes;
  const named = prefixes.filter((prefix) => !/[*?]/.test(prefix));
  // a wildcard that reaches over services is kept to some by its resources
  const open = prefixes.some((prefix) => /[*?]/.test(prefix));
  const kept = open ? flatMap(resources?.values ?? [], (arn) => /^arn:[^:]*:([a-z0-9-]+):/.exec(arn)?.[1] ?? []) : [];
  const services = [...new Set([...named, ...kept, ...(open ? SENSITIVE : [])])];
  return [
    ...services.filter((name) => SENSITIVE.includes(name)),
    ...services.filter((name) => !SENSITIVE.includes(name)),
  ];
}

/** What stands for the service in `s3:*`, `s*:*` and `*`. */
const wholeServicesIn = oncePer(({ values, not }: Patterns): readonly string[] =>
  not ? [] : flatMap(values, (value) => /^([^:]+)(?::\*+)?$/.exec(value)?.[1]?.toLowerCase() ?? []),
);

/** Whether the service has actions that change something; not known counts as yes. */
function canHarm(service: string, { facts }: World): boolean {
  const actions = facts.actionsLike(`${service}:*`);
  // what is written there are letters to AWS, and no action can be kept to a resource
  if (service === "support" || service === "support-console") return false;
  return (
    actions.length === 0 || actions.some(({ accessLevel }) => /^(Write|Permissions management)$/.test(accessLevel))
  );
}
