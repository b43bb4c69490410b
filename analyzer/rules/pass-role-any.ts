import { flatMap } from "../../lib/flat-map.ts";
import { touching } from "../../lib/iam/actions.ts";
import { everything, wholeService } from "../../lib/iam/administrator.ts";
import { condition, perAllow, present } from "../../lib/iam/questions.ts";
import { action, mayReach, resource, UNNAMED } from "../../lib/iam/unnamed.ts";
import { type Ask, inHands, isForService, rule, violationsIn } from "../rule.ts";

const ANY_ROLE = `arn:*:iam::*:role/${UNNAMED}`;
const PASS = "iam:PassRole";
const mayPass = touching([PASS]);
const anyRole = { actions: [action(PASS)], resources: [resource(ANY_ROLE)] };
const toSomeService = { ...anyRole, where: [present("iam:PassedToService")] };
/** A service that no condition names. */
const toAnyService = {
  ...anyRole,
  where: [condition("StringEquals", "iam:PassedToService", [`${UNNAMED}.amazonaws.com`])],
};

export default rule({
  id: "pass-role-any",
  severity: "high",
  summary: "Any role may be passed to a service",
  why: "Whoever may start something with a role of his choice has the permissions of the most powerful role in the account: a function, a task or an instance runs his code with it. iam:PassRole is the lock on that door, and a wildcard leaves it open.",
  levels:
    "High; medium where iam:PassedToService limits the services, since roles that trust these can still be chosen freely. All of IAM is service-admin, all of AWS admin-access.",
  bad: `{
  "Effect": "Allow",
  "Action": ["ecs:RunTask", "iam:PassRole"],
  "Resource": "*"
}`,
  good: `{
  "Effect": "Allow",
  "Action": "iam:PassRole",
  "Resource": "arn:aws:iam::111122223333:role/shop-task-*",
  "Condition": { "StringEquals": { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }
}`,
  fix: "Name the roles that may be passed, by ARN or by a prefix that only they have, and the service with iam:PassedToService.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService",
  ],
  on: "policy",
  kinds: ["identity"],
  also: ["managed"],
  concerns: (statement) => statement.effect === "Allow" && mayPass(statement),
  check(subject, world) {
    if (isForService(subject)) return [];
    return flatMap(perAllow(subject.policy), ({ statement, alone }) => {
      if (!mayPass(statement) || (statement.resources && !mayReach(statement.resources, ANY_ROLE))) return [];
      const isMore = (ask: Ask) =>
        everything((question) => ask([alone], question)).kind === "witness" ||
        wholeService((question) => ask([alone], question), "iam").kind === "witness";
      const passes = (question: typeof toAnyService) =>
        inHands(subject, world, (ask) => {
          const answer = ask([alone], question);
          return answer.kind === "witness" && isMore(ask) ? { kind: "none" } : answer;
        });
      const anywhere = violationsIn(passes(toAnyService), statement, alone, () => "can pass any role to any service");
      if (anywhere.length > 0) return anywhere;
      const services = flatMap(statement.conditions, ({ keyId, operator, values }) =>
        keyId === "iam:passedtoservice" && /^String(Equals|Like)/.test(operator) ? values : [],
      );
      return violationsIn(
        passes(toSomeService),
        statement,
        alone,
        () => `can pass any role to ${services.length > 0 ? services.join(" or ") : "some services"}`,
      ).map((violation) => ({ ...violation, severity: "medium" as const }));
    });
  },
});
