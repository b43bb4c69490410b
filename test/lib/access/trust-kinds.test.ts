/** The example with a role of every kind: its trust policies, judged by our own analyzer and decided by our own engine. */
import { describe, expect, test } from "vitest";
import { checkPolicy, DOCUMENT } from "../../../analyzer/check-policy.ts";
import { rules } from "../../../analyzer/rules.ts";
import { loadManifest } from "../../../cli/load.ts";
import type { Role } from "../../../lib/access/graph.ts";
import { trustPolicy } from "../../../lib/access/trust-policy.ts";
import { atLeast } from "../../../lib/finding.ts";
import { parsePolicy } from "../../../lib/iam/parse.ts";
import type { Caller } from "../../../lib/iam/principal.ts";
import { allows } from "../../../lib/iam/statement.ts";
import { readManifest } from "../../../lib/manifest/read.ts";

const { files, policyFiles } = loadManifest("examples/trust-kinds", process.cwd());
const { graph, problems } = readManifest(files, { asOf: "2026-11-22", policyFiles });
const roles = graph?.roles ?? [];

test("the example has nothing wrong, nor doubtful, and a role of every kind", () => {
  expect(problems).toEqual([]);
  const kinds = new Set(roles.map(({ trust }) => trust.kind));
  expect([...kinds].sort()).toEqual([
    ...["bitbucket", "cognito", "eks", "github", "gitlab", "iamGroup", "oidc", "permissionSet", "podIdentity", "roles"],
    ...["rolesAnywhere", "saml", "service", "terraformCloud", "thirdParty", "users"],
  ]);
});

function policyOf(role: Role) {
  const id = graph?.accounts.find(({ key }) => key === role.account)?.id ?? "";
  return parsePolicy(trustPolicy(role.trust, id), "trust");
}

test.each(roles.map((role) => [role.key, role] as const))("%s is trusted with nothing to find", async (key, role) => {
  const { policy, problems } = policyOf(role);
  expect(problems).toEqual([]);
  const subject = {
    ...{ address: key, resourceType: DOCUMENT, attribute: "", policy, problems, account: "333333333333" },
    ...{ limits: false, managed: null, holders: [] },
  };
  const findings = await checkPolicy(subject, rules, () => 1);
  expect(findings.filter(({ severity }) => atLeast(severity, "medium"))).toEqual([]);
});

interface Case {
  who: Caller;
  context: Record<string, string>;
  action?: string;
}

const web = "sts:AssumeRoleWithWebIdentity";
const user = (name: string): Caller => {
  return { kind: "user", account: "222222222222", name: `arn:aws:iam::222222222222:user/${name}` };
};
const session = (name: string): Caller => {
  return { kind: "role", account: "222222222222", name: `arn:aws:iam::222222222222:role/${name}` };
};
const service = (name: string): Caller => ({ kind: "service", account: null, name });
const federated = (name: string): Caller => ({ kind: "federated", account: null, name });
const oidc = (issuer: string) => federated(`arn:aws:iam::333333333333:oidc-provider/${issuer}`);
const token = (issuer: string, sub: string, aud: string): Case => {
  return { who: oidc(issuer), action: web, context: { [`${issuer}:sub`]: sub, [`${issuer}:aud`]: aud } };
};
const mfa = { "aws:MultiFactorAuthPresent": "true" };
const as = (who: Caller, context: Record<string, string> = {}): Case => {
  return { who, context: { "aws:PrincipalArn": who.name, ...context } };
};

const github = (sub: string, aud = "sts.amazonaws.com") => token("token.actions.githubusercontent.com", sub, aud);
const gitlab = (sub: string, aud = "https://gitlab.com") => token("gitlab.com", sub, aud);
const hcp = (sub: string, aud = "aws.workload.identity") => token("app.terraform.io", sub, aud);
const bitbucketIssuer = "api.bitbucket.org/2.0/workspaces/securecart/pipelines-config/identity/oidc";
const bitbucketAudience = "ari:cloud:bitbucket::workspace/7f3a91c2-0000-4000-8000-000000000001";
const bitbucket = (sub: string, aud = bitbucketAudience) => token(bitbucketIssuer, sub, aud);
const circle = "7f3a91c2-0000-4000-8000-000000000005";
const circleci = (project: string, aud = circle) =>
  token(`oidc.circleci.com/org/${circle}`, `org/${circle}/project/${project}/user/ada`, aud);
const cluster = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const irsa = (sub: string, aud = "sts.amazonaws.com") => token(cluster, sub, aud);
const saml = (aud: string): Case => {
  const who = federated("arn:aws:iam::333333333333:saml-provider/okta");
  return { who, action: "sts:AssumeRoleWithSAML", context: { "SAML:aud": aud } };
};
const cognito = (pool: string, amr: string): Case => {
  const host = "cognito-identity.amazonaws.com";
  return { who: federated(host), action: web, context: { [`${host}:aud`]: pool, [`${host}:amr`]: amr } };
};
const pod = (namespace: string, account: string, arn = "arn:aws:eks:eu-west-1:333333333333:cluster/shop"): Case => ({
  who: service("pods.eks.amazonaws.com"),
  context: {
    "aws:RequestTag/eks-cluster-arn": arn,
    "aws:RequestTag/kubernetes-namespace": namespace,
    "aws:RequestTag/kubernetes-service-account": account,
  },
});
const anchor = "arn:aws:rolesanywhere:eu-west-1:333333333333:trust-anchor/4f1c2f5e-0000-4000-8000-000000000000";
const certificate = (CN: string, OU: string, arn = anchor): Case => ({
  who: service("rolesanywhere.amazonaws.com"),
  context: { "aws:SourceArn": arn, "aws:PrincipalTag/x509Subject/CN": CN, "aws:PrincipalTag/x509Subject/OU": OU },
});
const vendor = (account: string, id: string): Case => ({
  who: { kind: "role", account, name: `arn:aws:iam::${account}:role/collector` },
  context: { "sts:ExternalId": id },
});
const reserved = (name: string) =>
  session(`aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_${name}_0123456789abcdef`);
const pool = "eu-west-1:7f3a91c2-0000-4000-8000-000000000004";
const repository = "{7f3a91c2-0000-4000-8000-000000000002}";
const environment = "{7f3a91c2-0000-4000-8000-000000000003}";

const cases: Record<string, { right: Case[]; wrong: Record<string, Case> }> = {
  "by-users": {
    right: [as(user("bob"), mfa)],
    wrong: {
      "without MFA": as(user("bob")),
      "a key's MFA of false": as(user("bob"), { "aws:MultiFactorAuthPresent": "false" }),
    },
  },
  "by-iam-group": {
    right: [as(user("ada"), mfa)],
    wrong: { "without MFA": as(user("ada")), "somebody who is not in the group": as(user("bob"), mfa) },
  },
  "by-permission-set": {
    right: [as(reserved("log-analyst"))],
    wrong: { "another permission set": as(reserved("auditor")), "another role": as(session("log-analyst")) },
  },
  "by-role": { right: [as(session("pipeline"))], wrong: { "another role": as(session("other")) } },
  "by-vendor": {
    right: [vendor("098765432109", "securecart-7f3a91c2")],
    wrong: {
      "another customer's id": vendor("098765432109", "other-customer"),
      "another account": vendor("999999999999", "securecart-7f3a91c2"),
    },
  },
  "by-scheduler": {
    right: [{ who: service("scheduler.amazonaws.com"), context: { "aws:SourceAccount": "333333333333" } }],
    wrong: {
      "for another account": {
        who: service("scheduler.amazonaws.com"),
        context: { "aws:SourceAccount": "999999999999" },
      },
    },
  },
  "by-lambda": {
    right: [{ who: service("lambda.amazonaws.com"), context: {} }],
    wrong: { "another service": { who: service("ec2.amazonaws.com"), context: {} } },
  },
  "by-github": {
    right: [github("repo:securecart/shop:environment:production")],
    wrong: {
      "another repository": github("repo:securecart/other:environment:production"),
      "another owner": github("repo:someone/shop:environment:production"),
      "a branch": github("repo:securecart/shop:ref:refs/heads/main"),
      "another audience": github("repo:securecart/shop:environment:production", "https://github.com/securecart"),
    },
  },
  "by-gitlab": {
    right: [gitlab("project_path:securecart/web/shop:ref_type:branch:ref:main")],
    wrong: {
      "another project": gitlab("project_path:securecart/web/other:ref_type:branch:ref:main"),
      "a tag": gitlab("project_path:securecart/web/shop:ref_type:tag:ref:main"),
      "another audience": gitlab("project_path:securecart/web/shop:ref_type:branch:ref:main", "https://vault.example"),
    },
  },
  "by-hcp-terraform": {
    right: [
      hcp("organization:securecart:project:shop:workspace:production:run_phase:plan"),
      hcp("organization:securecart:project:shop:workspace:network:run_phase:plan"),
    ],
    wrong: {
      "another phase": hcp("organization:securecart:project:shop:workspace:production:run_phase:apply"),
      "another workspace": hcp("organization:securecart:project:shop:workspace:other:run_phase:plan"),
      "another organization": hcp("organization:other:project:shop:workspace:production:run_phase:plan"),
      "another audience": hcp("organization:securecart:project:shop:workspace:production:run_phase:plan", "x"),
    },
  },
  "by-bitbucket": {
    right: [bitbucket(`${repository}:${environment}:{step}`)],
    wrong: {
      "another repository": bitbucket(`{other}:${environment}:{step}`),
      "another environment": bitbucket(`${repository}:{other}:{step}`),
      "no environment": bitbucket(`${repository}:{step}`),
      "another workspace": bitbucket(`${repository}:${environment}:{step}`, "ari:cloud:bitbucket::workspace/other"),
    },
  },
  "by-oidc": {
    right: [circleci("7f3a91c2-0000-4000-8000-000000000006")],
    wrong: {
      "another project": circleci("other"),
      "another audience": circleci("7f3a91c2-0000-4000-8000-000000000006", "other"),
    },
  },
  "by-saml": {
    right: [saml("https://signin.aws.amazon.com/saml")],
    wrong: { "another application": saml("https://app.example/saml") },
  },
  "by-cognito": {
    right: [cognito(pool, "authenticated")],
    wrong: { "a guest": cognito(pool, "unauthenticated"), "another pool": cognito("eu-west-1:other", "authenticated") },
  },
  "by-service-account": {
    right: [irsa("system:serviceaccount:shop:orders")],
    wrong: {
      "another service account": irsa("system:serviceaccount:shop:other"),
      "another namespace": irsa("system:serviceaccount:other:orders"),
      "another audience": irsa("system:serviceaccount:shop:orders", "kubernetes"),
    },
  },
  "by-pod": {
    right: [pod("shop", "images")],
    wrong: {
      "another service account": pod("shop", "other"),
      "another namespace": pod("other", "images"),
      "another cluster": pod("shop", "images", "arn:aws:eks:eu-west-1:333333333333:cluster/other"),
    },
  },
  "by-certificate": {
    right: [certificate("backup.securecart.example", "Operations")],
    wrong: {
      "another host": certificate("other.securecart.example", "Operations"),
      "another unit": certificate("backup.securecart.example", "Sales"),
      "another authority": certificate("backup.securecart.example", "Operations", `${anchor.slice(0, -1)}1`),
    },
  },
};

describe.each(Object.entries(cases))("%s", (key, { right, wrong }) => {
  const role = roles.find((role) => role.key === key);
  const assumes = ({ who, context, action = "sts:AssumeRole" }: Case) => {
    if (role === undefined) throw new Error(`no role ${key}`);
    const lower = Object.entries(context).map(([name, value]) => [name.toLowerCase(), [value]] as const);
    return allows([policyOf(role).policy], { caller: who, action, resource: null, context: new Map(lower) });
  };
  test.each(right)("lets the right one in", (one) => expect(assumes(one)).toBe(true));
  test.each(Object.entries(wrong))("not %s", (_, one) => expect(assumes(one)).toBe(false));
});
