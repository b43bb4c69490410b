/** Whom a trust policy lets in without the manifest making them: vendors, services, pipelines, machines. */
import { type CallerClass, callersOf } from "../../iam/caller-class.ts";
import { namedCallers } from "../../iam/callers.ts";
import type { Condition, Policy } from "../../iam/policy.ts";
import { condition } from "../../iam/questions.ts";
import type { OidcTrust, Trust } from "../graph.ts";
import type { Permissions } from "./permissions.ts";
import type { Principal } from "./principals.ts";

/** A principal that one trust policy names, and what its requests say of themselves. */
export interface Outsider {
  principal: Principal;
  where: readonly Condition[];
}

interface Named {
  /** Tells it from others of its kind. */
  id: string;
  name: string;
  account?: string | null;
  callers: readonly CallerClass[];
  where?: readonly Condition[];
  permissions?: Permissions;
}

/** Whatever it needs, it has: it comes with a token or acts for us. */
const nothingAsked: Permissions = { identity: [], boundaries: [], unknown: [] };
/** Policies that somebody else keeps. */
const notKnown: Permissions = { identity: [], boundaries: [], unknown: ["policies that are not in the manifest"] };

/** Account keys by id. */
export type KeysOfIds = ReadonlyMap<string, string>;

const vendors: Record<OidcTrust["kind"], string> = {
  github: "GitHub Actions",
  gitlab: "GitLab",
  terraformCloud: "HCP Terraform",
  bitbucket: "Bitbucket",
  eks: "EKS",
  oidc: "OIDC",
};

const tokens = ({ kind, issuer, subjects }: OidcTrust, callers: readonly CallerClass[]): Named[] =>
  subjects.map((subject) => ({
    id: `${issuer}/${subject}`,
    name: `${vendors[kind]} ${kind === "oidc" ? `${issuer} ` : ""}${subject}`,
    callers,
    where: [condition(/[*?]/.test(subject) ? "StringLike" : "StringEquals", `${issuer}:sub`, [subject])],
  }));

/** A kind that is not here does not compile. */
function named(trust: Trust, callers: readonly CallerClass[], keys: KeysOfIds): readonly Named[] {
  switch (trust.kind) {
    // those that the manifest makes stand for themselves
    case "roles":
    case "permissionSet":
    case "iamGroup":
      return [];
    case "users":
      return trust.accountIds.map((id) => ({
        id,
        name: `other IAM users of ${keys.get(id) ?? id}`,
        account: keys.get(id) ?? null,
        callers: callersOf(id).filter(({ kind }) => kind === "user"),
        permissions: notKnown,
      }));
    case "thirdParty": {
      const { accountId } = trust;
      return [{ id: accountId, name: `vendor account ${accountId}`, callers: callersOf(accountId) }];
    }
    case "service":
      return callers.map((caller) => ({ id: `${caller.name}`, name: `service ${caller.name}`, callers: [caller] }));
    case "github":
    case "gitlab":
    case "terraformCloud":
    case "bitbucket":
    case "eks":
    case "oidc":
      return tokens(trust, callers);
    case "saml":
      return [{ id: trust.providerArn, name: `SAML provider ${lastOf(trust.providerArn)}`, callers }];
    case "cognito":
      return trust.identityPools.map((pool) => ({
        id: `${pool}/${trust.authenticated}`,
        name: `Cognito ${trust.authenticated ? "" : "guests of "}${pool}`,
        callers,
      }));
    case "podIdentity": {
      const { clusterArn, namespace, serviceAccount } = trust;
      const pods = `${namespace}/${serviceAccount}`;
      return [{ id: `${clusterArn}/${pods}`, name: `EKS pods ${pods} of ${lastOf(clusterArn)}`, callers }];
    }
    case "rolesAnywhere": {
      const { trustAnchor, trustAnchorArn, attributes } = trust;
      const subject = Object.entries(attributes).map(([name, values]) => `${lastOf(name)}=${values.join("|")}`);
      const name = `certificate ${subject.join(" ")} of ${trustAnchor}`;
      return [{ id: `${trustAnchorArn} ${subject.join(" ")}`, name, callers }];
    }
  }
}

function lastOf(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}

/**
 * Gives whom a role's trust lets in without the manifest making them.
 * @param policy the trust policy, read for the engine
 */
export function outsiders(trust: Trust, policy: Policy, keys: KeysOfIds): Outsider[] {
  return named(trust, namedCallers([policy]), keys).map(
    ({ id, name, account = null, callers, where = [], permissions = nothingAsked }) => ({
      principal: {
        id: `${trust.kind}/${id}`,
        kind: trust.kind,
        key: null,
        account,
        name,
        people: [],
        callers,
        permissions: () => permissions,
        place: null,
      },
      where,
    }),
  );
}
