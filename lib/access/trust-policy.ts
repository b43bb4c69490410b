/** Who may assume a role, written as the trust policy that AWS evaluates. */
import { byCodeUnit } from "../finding.ts";
import { actsForOthers } from "../iam/deputies.ts";
import type { PolicyDocument, Trust } from "./graph.ts";

/** GitHub's issuer; its provider ARN is the same in every account but for the account id. */
export const githubIssuer = "token.actions.githubusercontent.com";

type Statement = PolicyDocument["Statement"][number];
type Condition = Record<string, Record<string, string | string[]>>;

/**
 * The trust policy of a role.
 *
 * @param account twelve digits of the account the role is in: its OIDC provider, and the account a service acts for
 */
export function trustPolicy(trust: Trust, account: string): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements(trust, account) };
}

function statements(trust: Trust, account: string): Statement[] {
  switch (trust.kind) {
    case "users":
      return [assume({ AWS: oneOrAll(trust.accountIds.map(rootArn)) }, mfa(trust.mfa))];
    case "roles":
      return [assume({ AWS: oneOrAll(trust.arns) })];
    case "permissionSet":
      // No MFA here: Identity Center sessions never carry aws:MultiFactorAuthPresent, people do MFA when they sign in.
      return [
        assume(
          { AWS: rootArn(trust.accountId) },
          {
            ArnLike: {
              "aws:PrincipalArn": trust.permissionSetNames.flatMap((name) => reservedRoles(trust.accountId, name)),
            },
          },
        ),
      ];
    case "thirdParty":
      return [assume({ AWS: rootArn(trust.accountId) }, { StringEquals: { "sts:ExternalId": trust.externalId } })];
    case "service":
      return services(trust.services, account);
    case "github":
      return [github(trust.subjects, trust.audience, account)];
  }
}

function mfa(required: boolean): Condition | undefined {
  return required ? { Bool: { "aws:MultiFactorAuthPresent": "true" } } : undefined;
}

function services(names: readonly string[], account: string): Statement[] {
  const direct = names.filter((name) => !actsForOthers(name));
  // services that act for the role's own account only do not send the key: asking for it would lock them out
  const deputy = names.filter(actsForOthers);
  return [
    ...(direct.length > 0 ? [assume({ Service: oneOrAll(direct) })] : []),
    ...(deputy.length > 0
      ? [assume({ Service: oneOrAll(deputy) }, { StringEquals: { "aws:SourceAccount": account } })]
      : []),
  ];
}

function github(subjects: readonly string[], audience: string, account: string): Statement {
  const sub = { [`${githubIssuer}:sub`]: oneOrAll(subjects) };
  const aud = { [`${githubIssuer}:aud`]: audience };
  // StringLike only where a wildcard is meant: everywhere else `*` must stay a literal character.
  const condition: Condition = subjects.some((subject) => /[*?]/.test(subject))
    ? { StringEquals: aud, StringLike: sub }
    : { StringEquals: { ...aud, ...sub } };
  return {
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${githubIssuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: condition,
  };
}

/**
 * The roles Identity Center makes for a permission set in one account. The region stands in the path unless Identity
 * Center's home is us-east-1; the suffix changes when the set is assigned anew.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
function reservedRoles(account: string, permissionSet: string): string[] {
  const path = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com`;
  return [`${path}/AWSReservedSSO_${permissionSet}_*`, `${path}/*/AWSReservedSSO_${permissionSet}_*`];
}

function assume(principal: Record<string, string | string[]>, condition?: Condition): Statement {
  return {
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

function rootArn(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

/** AWS gives a list of one back as a scalar: writing it so keeps the second plan empty. */
function oneOrAll(values: readonly string[]): string | string[] {
  const sorted = [...new Set(values)].sort(byCodeUnit);
  const [first] = sorted;
  return sorted.length === 1 && first !== undefined ? first : sorted;
}
