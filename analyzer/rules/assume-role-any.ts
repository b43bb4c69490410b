import { flatMap } from "../../lib/flat-map.ts";
import { touching } from "../../lib/iam/actions.ts";
import { everything, wholeService } from "../../lib/iam/administrator.ts";
import { strangerAccount } from "../../lib/iam/caller-class.ts";
import type { Patterns, Policy, Principals } from "../../lib/iam/policy.ts";
import { type Apart, fixedValues, perAllow } from "../../lib/iam/questions.ts";
import { action, mayReach, resource, UNNAMED } from "../../lib/iam/unnamed.ts";
import { inHands, isForService, rule, type Subject, type Violation, violationsIn, type World } from "../rule.ts";

const ANY_ROLE = `arn:*:iam::*:role/${UNNAMED}`;
const ASSUME = "sts:AssumeRole";
const mayAssume = touching([ASSUME]);
const anyRole = { actions: [action(ASSUME)], resources: [resource(ANY_ROLE)] };

/**
 * Roles that administer an account under the same name in every account: AWS or its own tools make them.
 *
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html,
 * https://docs.aws.amazon.com/controltower/latest/userguide/roles-how.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
 */
const ADMINISTRATORS = [
  "AWSAFTExecution",
  "AWSCloudFormationStackSetExecutionRole",
  "AWSControlTowerExecution",
  "OrganizationAccountAccessRole",
  "aws-controltower-AdministratorExecutionRole",
];
const administratorsIn = (account: string) => ADMINISTRATORS.map((name) => `arn:*:iam::${account}:role/${name}`);
const anyAdministrator = administratorsIn("*");

export default rule({
  id: "assume-role-any",
  severity: "high",
  summary: "Any role may be assumed, or the one that administers an account",
  why: "Every role that trusts the account, in this account or another one, is then open to the holder: trust policies that name an account leave the choice to exactly this permission. Roles that are made later are open as well. OrganizationAccountAccessRole, AWSControlTowerExecution and their like stand under the same name in every account, may do everything there, and trust the management account: one line with a wildcard for the account is the organization.",
  levels:
    "High for any role, and for an administrator's role in every account; medium where the accounts are named, since it ends there. A role that nothing but CloudFormation may assume is not reported for an administrator's role: stack sets work like that. All of STS is service-admin, all of AWS admin-access.",
  bad: `{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }`,
  good: `{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/shop-deploy" }`,
  fix: "Name the roles. One name in every account is arn:aws:iam::*:role/NAME, of a role that may do no more than the work takes.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html",
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html",
  ],
  on: "policy",
  kinds: ["identity"],
  also: ["managed"],
  concerns: (statement) => statement.effect === "Allow" && mayAssume(statement),
  check(subject, world) {
    if (isForService(subject)) return [];
    return flatMap(perAllow(subject.policy), (apart) => {
      const { resources } = apart.statement;
      if (!mayAssume(apart.statement)) return [];
      if (!resources || mayReach(resources, ANY_ROLE)) return assumesAny(subject, apart, world);
      return anyAdministrator.some((arn) => mayReach(resources, arn)) && !isForStackSets(subject)
        ? assumesAdministrator(subject, apart, resources, world)
        : [];
    });
  },
});

function assumesAny(subject: Subject, { statement, alone }: Apart, world: World): readonly Violation[] {
  const found = inHands(subject, world, (ask) => {
    const answer = ask([alone], anyRole);
    if (answer.kind !== "witness") return answer;
    const isMore =
      everything((question) => ask([alone], question)).kind === "witness" ||
      wholeService((question) => ask([alone], question), "sts").kind === "witness";
    return isMore ? { kind: "none" } : answer;
  });
  return violationsIn(found, statement, alone, () => "can assume every role that trusts its account");
}

function assumesAdministrator(
  subject: Subject,
  { statement, alone }: Apart,
  resources: Patterns,
  world: World,
): readonly Violation[] {
  const assuming = (account: string) => {
    const asked = { actions: [action(ASSUME)], resources: administratorsIn(account).map(resource) };
    return inHands(subject, world, (ask) => ask([alone], asked));
  };
  const nowhereNamed = strangerAccount(new Set(flatMap(resources.values, (arn) => arn.match(/\d{12}/g) ?? [])));
  const anywhere = isKeptToAccounts(alone)
    ? []
    : violationsIn(
        assuming(nowhereNamed),
        statement,
        alone,
        ({ resource }) => `can assume ${nameIn(resource)} in every account, and administer it`,
      );
  if (anywhere.length > 0) return anywhere;
  return violationsIn(
    assuming("*"),
    statement,
    alone,
    ({ resource }) => `can assume ${resource}, and administer its account`,
  ).map((violation) => ({ ...violation, severity: "medium" as const }));
}

/** Whether it is kept to accounts that a condition names. */
const isKeptToAccounts = (policy: Policy): boolean => fixedValues([policy], "aws:ResourceAccount").length > 0;

const nameIn = (arn: string | null): string => arn?.split("/").at(-1) ?? "";

/** Whether all who hold it are roles that nobody but CloudFormation may assume. */
const isForStackSets = ({ holders }: Subject): boolean =>
  holders.length > 0 &&
  holders.every(({ trust }) => {
    const allows = trust?.policy.statements.filter(({ effect }) => effect === "Allow") ?? [];
    return allows.length > 0 && allows.every(({ principals }) => principals !== null && isCloudFormation(principals));
  });

const isCloudFormation = ({ values, not }: Principals): boolean =>
  !not && values.every((value) => value.kind === "service" && /^cloudformation\./.test(value.service));
