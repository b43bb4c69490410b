/** Who may assume a role, written as the trust policy that AWS evaluates. */
import { byCodeUnit } from "../finding.ts";
import { actsForOthers } from "../iam/deputies.ts";
import type { OidcTrust, PolicyDocument, Trust } from "./graph.ts";

type Statement = PolicyDocument["Statement"][number];
type Condition = Record<string, Record<string, string | string[]>>;
type Principal = Record<string, string | string[]>;
type Of<K extends Trust["kind"]> = Extract<Trust, { kind: K }>;

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
      return [assume({ AWS: oneOrAll(trust.accountIds.map(rootArn)) }, trust.mfa ? withMfa : undefined)];
    case "iamGroup":
      // By condition, not as principals: AWS refuses principals that do not exist, and forgets those made anew.
      return [
        assume(
          { AWS: rootArn(trust.accountId) },
          { ...withMfa, ArnEquals: { "aws:PrincipalArn": oneOrAll(trust.userArns) } },
        ),
      ];
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
    case "saml":
      return [allow({ Federated: trust.providerArn }, "sts:AssumeRoleWithSAML", equals("SAML:aud", trust.audiences))];
    case "cognito":
      return [cognito(trust)];
    case "podIdentity":
      return [podIdentity(trust)];
    case "rolesAnywhere":
      return [rolesAnywhere(trust)];
    default:
      return [oidc(trust, account)];
  }
}

const withMfa: Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } };

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

function oidc({ issuer, audience, subjects }: OidcTrust, account: string): Statement {
  const sub = { [`${issuer}:sub`]: oneOrAll(subjects) };
  const aud = { [`${issuer}:aud`]: audience };
  // StringLike only where a wildcard is meant: everywhere else `*` must stay a literal character.
  const condition: Condition = subjects.some((subject) => /[*?]/.test(subject))
    ? { StringEquals: aud, StringLike: sub }
    : { StringEquals: { ...aud, ...sub } };
  return allow({ Federated: oidcProviderArn(account, issuer) }, "sts:AssumeRoleWithWebIdentity", condition);
}

/** The ARN of an OIDC provider is the same in every account but for the account id. `issuer` without `https://`. */
export function oidcProviderArn(account: string, issuer: string): string {
  return `arn:aws:iam::${account}:oidc-provider/${issuer}`;
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html */
function cognito({ identityPools, authenticated }: Of<"cognito">): Statement {
  const provider = "cognito-identity.amazonaws.com";
  return allow({ Federated: provider }, "sts:AssumeRoleWithWebIdentity", {
    ...equals(`${provider}:aud`, identityPools),
    "ForAnyValue:StringLike": { [`${provider}:amr`]: authenticated ? "authenticated" : "unauthenticated" },
  });
}

/** The tags come from EKS itself. https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html */
function podIdentity(trust: Of<"podIdentity">): Statement {
  const { clusterArn, namespace, serviceAccount } = trust;
  const cluster = { "aws:RequestTag/eks-cluster-arn": clusterArn };
  const pod = {
    "aws:RequestTag/kubernetes-namespace": namespace,
    "aws:RequestTag/kubernetes-service-account": serviceAccount,
  };
  const condition: Condition = clusterArn.includes("*")
    ? { StringEquals: pod, StringLike: cluster }
    : { StringEquals: { ...cluster, ...pod } };
  return allow({ Service: "pods.eks.amazonaws.com" }, ["sts:AssumeRole", "sts:TagSession"], condition);
}

/** https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html */
function rolesAnywhere({ trustAnchorArn, attributes }: Of<"rolesAnywhere">): Statement {
  const certificate = Object.entries(attributes).map(([name, values]) => [
    `aws:PrincipalTag/${name}`,
    oneOrAll(values),
  ]);
  return allow(
    { Service: "rolesanywhere.amazonaws.com" },
    ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
    { ArnEquals: { "aws:SourceArn": trustAnchorArn }, StringEquals: Object.fromEntries(certificate) },
  );
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

function assume(principal: Principal, condition?: Condition): Statement {
  return allow(principal, "sts:AssumeRole", condition);
}

function allow(principal: Principal, action: string | string[], condition?: Condition): Statement {
  return {
    Effect: "Allow",
    Principal: principal,
    Action: action,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

function equals(key: string, values: readonly string[]): Condition {
  return { StringEquals: { [key]: oneOrAll(values) } };
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
