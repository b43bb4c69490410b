import { touching } from "../../lib/iam/actions.ts";
import { everything, wholeService } from "../../lib/iam/administrator.ts";
import { perAllow } from "../../lib/iam/questions.ts";
import { action, mayReach, resource, UNNAMED } from "../../lib/iam/unnamed.ts";
import { inHands, isForService, rule, violationsIn } from "../rule.ts";

const ANY_ROLE = `arn:*:iam::*:role/${UNNAMED}`;
const ASSUME = "sts:AssumeRole";
const mayAssume = touching([ASSUME]);
const anyRole = { actions: [action(ASSUME)], resources: [resource(ANY_ROLE)] };

export default rule({
  id: "assume-role-any",
  severity: "high",
  summary: "Any role may be assumed",
  why: "Every role that trusts the account, in this account or another one, is then open to the holder: trust policies that name an account leave the choice to exactly this permission. Roles that are made later are open as well.",
  levels: "High in every case. All of STS is service-admin, all of AWS admin-access.",
  bad: `{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }`,
  good: `{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/shop-deploy" }`,
  fix: "Name the roles. One name in every account is arn:aws:iam::*:role/NAME.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html"],
  on: "policy",
  kinds: ["identity"],
  also: ["managed"],
  check(subject, world) {
    if (isForService(subject)) return [];
    return perAllow(subject.policy).flatMap(({ statement, alone }) => {
      if (!mayAssume(statement) || (statement.resources && !mayReach(statement.resources, ANY_ROLE))) return [];
      const found = inHands(subject, world, (ask) => {
        const answer = ask([alone], anyRole);
        if (answer.kind !== "witness") return answer;
        const isMore =
          everything((question) => ask([alone], question)).kind === "witness" ||
          wholeService((question) => ask([alone], question), "sts").kind === "witness";
        return isMore ? { kind: "none" } : answer;
      });
      return violationsIn(found, statement, alone, () => "can assume every role that trusts its account");
    });
  },
});
