/** Who may come in: one line for each trap of conditions, wildcard principals, MFA, federation and deputies. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import type { Organization } from "../../analyzer/world.ts";
import { atLeast, type Severity } from "../../lib/finding.ts";
import { planOf, policy } from "./plans.ts";

const INSIDE = { organizationId: "o-exampleorg1", accounts: new Set(["111111111111", "222222222222"]) };
const mine = rules.filter(({ id }) => /^(trust-(?!widened)|mfa-|condition-key-|action-)/.test(id));

/** `rule severity` of what is reported at `from` or above, worst first. */
async function reported(
  statements: readonly object[],
  from: Severity = "medium",
  type = "aws_iam_role",
  world: Partial<Organization> = INSIDE,
): Promise<string[]> {
  const after = { [type === "aws_iam_role" ? "assume_role_policy" : "policy"]: policy(...statements) };
  const report = await analyze([planOf([{ address: `${type}.x`, type, actions: ["create"], after }])], {
    rules: mine,
    world,
    toolVersion: "0.0.0",
  });
  return report.findings
    .filter(({ severity }) => atLeast(severity, from))
    .map(({ rule, severity }) => `${rule} ${severity}`);
}

const ROOT = "arn:aws:iam::111111111111:root";
const trust = (Principal: unknown, Condition?: object, Action: unknown = "sts:AssumeRole") => ({
  Effect: "Allow",
  Principal,
  Action,
  ...(Condition && { Condition }),
});

describe("who a wildcard principal lets in", () => {
  const open = ["trust-anyone critical"];
  const users = ["trust-missing-mfa high"];
  it.each<[string, object, readonly string[]]>([
    // pinned: users of an account that is named have to show MFA; that others lack it is said, and not loud
    ["the organization", { StringEquals: { "aws:PrincipalOrgID": "o-exampleorg1" } }, []],
    ["paths", { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-exampleorg1/*" } }, []],
    ["the account", { StringEquals: { "aws:PrincipalAccount": "111111111111" } }, users],
    ["roles of an account", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/*" } }, []],
    [
      "roles of the organization's accounts",
      {
        StringEquals: { "aws:PrincipalOrgID": "o-exampleorg1" },
        StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/ci-*" },
      },
      [],
    ],
    ["an endpoint", { StringEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } }, []],
    ["a VPC", { StringEquals: { "aws:SourceVpc": "vpc-0123456789abcdef0" } }, []],
    ["the account of the endpoint", { StringEquals: { "aws:VpceAccount": "111111111111" } }, []],
    ["the organization of the endpoint", { StringEquals: { "aws:VpceOrgID": "o-exampleorg1" } }, []],
    ["a public network", { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }, []],
    // not pinned
    ["IfExists", { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-exampleorg1" } }, open],
    ["ForAllValues", { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-exampleorg1" } }, open],
    ["any account's role", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/deploy" } }, open],
    ["TLS", { Bool: { "aws:SecureTransport": "true" } }, open],
    ["a browser", { StringLike: { "aws:UserAgent": "Mozilla*" } }, open],
    ["a referer", { StringLike: { "aws:Referer": "https://securecart.example/*" } }, open],
    ["a time", { DateLessThan: { "aws:CurrentTime": "2027-01-31T00:00:00Z" } }, open],
    ["its own call", { Bool: { "aws:ViaAWSService": "false" } }, open],
    ["a kind of principal", { StringEquals: { "aws:PrincipalType": "User" } }, open],
    ["the resource's account", { StringEquals: { "aws:ResourceAccount": "111111111111" } }, open],
    ["a user name", { StringEquals: { "aws:username": "amin" } }, open],
    ["a tag", { StringEquals: { "aws:PrincipalTag/team": "shop" } }, open],
    ["the internet", { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }, open],
    ["a path that spells an account", { StringLike: { "aws:PrincipalArn": "*:111111111111:role/x" } }, open],
    ["one account less", { StringNotEquals: { "aws:PrincipalAccount": "999999999999" } }, open],
    ["one wide value", { StringLike: { "aws:PrincipalOrgID": ["o-exampleorg1", "*"] } }, open],
    ["an external id", { StringEquals: { "sts:ExternalId": "c4f1a2" } }, open],
    [
      "TLS and the organization",
      { Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:PrincipalOrgID": "o-exampleorg1" } },
      [],
    ],
    [
      "ForAllValues with Null",
      {
        "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-exampleorg1" },
        Null: { "aws:PrincipalOrgID": "false" },
      },
      [],
    ],
    ["a star that is literal", { StringEquals: { "aws:PrincipalArn": "*" } }, []],
  ])("%s", async (_, condition, expected) => {
    expect(await reported([trust("*", condition)])).toEqual(expected);
  });

  it("is one finding, whatever else the statement lacks", async () => {
    expect(await reported([trust({ AWS: ["*", "arn:aws:iam::999999999999:root"] })], "low")).toEqual(open);
    expect(await reported([{ Effect: "Allow", NotPrincipal: { AWS: ROOT }, Action: "sts:AssumeRole" }], "low")).toEqual(
      ["trust-not-principal critical"],
    );
  });

  it("is nobody when a Deny covers everyone else", async () => {
    const deny = {
      Effect: "Deny",
      Principal: "*",
      Action: "sts:AssumeRole",
      Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-exampleorg1" } },
    };
    expect(await reported([trust({ AWS: "*" }), deny])).toEqual([]);
  });
});

describe("MFA of users", () => {
  const missing = ["mfa-ineffective high", "trust-missing-mfa high"];
  const present = (value: unknown) => ({ "aws:MultiFactorAuthPresent": value });
  it.each<[string, object | undefined, readonly string[]]>([
    ["not asked for", undefined, ["trust-missing-mfa high"]],
    ["Bool", { Bool: present("true") }, []],
    ["Bool, a boolean", { Bool: present(true) }, []],
    ["its age", { NumericLessThan: { "aws:MultiFactorAuthAge": 3600 } }, []],
    ["BoolIfExists", { BoolIfExists: present("true") }, missing],
    ["its age IfExists", { NumericLessThanIfExists: { "aws:MultiFactorAuthAge": 3600 } }, missing],
    ["Null", { Null: present("false") }, missing],
    ["inverted", { Bool: present("false") }, missing],
    ["inverted IfExists", { BoolIfExists: present("false") }, missing],
    ["only roles may come", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/*" } }, []],
    ["an external id that was agreed on", { StringEquals: { "sts:ExternalId": "acme" } }, []],
    ["an external id that begins alike", { StringLike: { "sts:ExternalId": "acme@*" } }, []],
    ["any external id", { StringLike: { "sts:ExternalId": "*" } }, ["trust-missing-mfa high"]],
    ["all but users may come", { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::111111111111:user/*" } }, []],
    [
      "some users may not come",
      { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/ops/*" } },
      ["trust-missing-mfa high"],
    ],
    ["whoever has no user name may come", { Null: { "aws:username": "true" } }, []],
    ["whoever has a user name may come", { Null: { "aws:username": "false" } }, ["trust-missing-mfa high"]],
    ["only sessions may come", { StringEquals: { "aws:FederatedProvider": "arn:aws:iam::1:saml-provider/x" } }, []],
    [
      "a misspelt key",
      { Bool: { "aws:MultiFactorAuthPresnt": "true" } },
      // the Allow never holds
      ["condition-key-unknown medium"],
    ],
    [
      "a misspelt key IfExists",
      { BoolIfExists: { "aws: MultiFactorAuthPresent": "true" } },
      ["condition-key-unknown high", "trust-missing-mfa high"],
    ],
  ])("%s", async (_, condition, expected) => {
    expect(await reported([trust({ AWS: ROOT }, condition)])).toEqual(expected);
  });

  it.each<[string, object, readonly string[]]>([
    ["BoolIfExists", { BoolIfExists: present("false") }, []],
    ["plain Bool", { Bool: present("false") }, missing],
    ["Null alone", { Null: present("true") }, missing],
    ["no age", { Null: { "aws:MultiFactorAuthAge": "true" } }, []],
    ["users", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/*" } }, []],
    ["users, as text", { StringLike: { "aws:PrincipalArn": "arn:aws:iam::111111111111:user/*" } }, []],
    ["users by name", { Null: { "aws:username": "false" } }, []],
    ["users below a path", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/*/*" } }, ["trust-missing-mfa high"]],
  ])("a Deny: %s", async (_, Condition, expected) => {
    const deny = { Effect: "Deny", Principal: "*", Action: "sts:AssumeRole", Condition };
    expect(await reported([trust({ AWS: ROOT }), deny])).toEqual(expected);
  });

  it.each<[string, object, object]>([
    ["a service", { Service: "ec2.amazonaws.com" }, {}],
    ["a role", { AWS: "arn:aws:iam::111111111111:role/deploy" }, {}],
    [
      "Identity Center",
      { AWS: ROOT },
      {
        ArnLike: {
          "aws:PrincipalArn": "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_X_*",
        },
      },
    ],
  ])("is not asked of %s, and locks it out when it is", async (_, principal, condition) => {
    expect(await reported([trust(principal, condition)])).toEqual([]);
    expect(await reported([trust(principal, { ...condition, Bool: present("true") })])).toEqual([
      "mfa-ineffective high",
    ]);
  });

  it("AWS's own guard for self-service is right, and without IfExists it is not", async () => {
    const guard = (operator: string) => ({
      Effect: "Deny",
      NotAction: ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"],
      Resource: "*",
      Condition: { [operator]: present("false") },
    });
    expect(await reported([guard("BoolIfExists")], "low", "aws_iam_policy")).toEqual([]);
    expect(await reported([guard("Bool")], "low", "aws_iam_policy")).toEqual(["mfa-ineffective high"]);
  });
});

describe("accounts outside", () => {
  const outside = "trust-outside-organization high";
  const confused = "trust-no-external-id high";
  it.each<[string, object | undefined, readonly string[]]>([
    ["nothing asked", undefined, [confused, outside]],
    ["an external id", { StringEquals: { "sts:ExternalId": "c4f1a2" } }, [outside]],
    ["no text as an external id, which nobody can send", { StringEquals: { "sts:ExternalId": "" } }, []],
    ["any external id", { StringLike: { "sts:ExternalId": "*" } }, [confused, outside]],
    ["an external id IfExists", { StringEqualsIfExists: { "sts:ExternalId": "c4f1a2" } }, [confused, outside]],
    ["the organization", { StringEquals: { "aws:PrincipalOrgID": "o-exampleorg1" } }, []],
    ["a pattern of ids", { StringLike: { "sts:ExternalId": "acme@*" } }, [confused, outside]],
    ["a key that STS has not", { StringEquals: { "sts:ExternalID2": "c4f1a2" } }, ["condition-key-unknown medium"]],
  ])("%s", async (_, condition, expected) => {
    expect(await reported([trust({ AWS: "arn:aws:iam::999999999999:role/vendor" }, condition)])).toEqual(expected);
  });

  it.each<[string, object, readonly string[]]>([
    ["the customer's name", { StringLike: { "sts:ExternalId": "acme@*" } }, [outside]],
    ["names that begin alike", { StringLike: { "sts:ExternalId": "acme*" } }, [confused, outside]],
    ["the customer's name, if any", { StringLikeIfExists: { "sts:ExternalId": "acme@*" } }, [confused, outside]],
  ])("a vendor that begins each external id with %s", async (_, condition, expected) => {
    expect(await reported([trust({ AWS: "324880187172" }, condition)])).toEqual(expected);
  });
});

it("an account outside is told what it lacks, and no more: MFA is for one's own people", async () => {
  const vendor = trust({ AWS: "arn:aws:iam::999999999999:root" });
  expect(await reported([vendor], "low")).toEqual(["trust-no-external-id high", "trust-outside-organization high"]);
  expect(await reported([vendor], "high", "aws_iam_role", {})).toEqual(["trust-missing-mfa high"]);
});

it.each<[string, object]>([
  ["an account", { StringNotEquals: { "aws:PrincipalAccount": ["111111111111", "999999999999"] } }],
  ["a role", { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::999999999999:role/*" } }],
])("who is left out of a Deny for everyone is let in by name: %s", async (_, Condition) => {
  const others = { Effect: "Deny", Principal: "*", Action: "sts:AssumeRole", Condition };
  const said = await reported([trust("*"), others], "high");
  expect(said).toEqual(expect.arrayContaining(["trust-no-external-id high", "trust-outside-organization high"]));
  const ours = { ...others, Condition: { StringNotEquals: { "aws:PrincipalAccount": ["111111111111"] } } };
  expect(await reported([trust("*"), ours], "high")).not.toContain("trust-outside-organization high");
});

it("all accounts that come in are named", async () => {
  const who = (...ids: string[]) => trust({ AWS: ids.map((id) => `arn:aws:iam::${id}:root`) });
  const messages = async (statement: object) => {
    const after = { assume_role_policy: policy(statement) };
    const plan = planOf([{ address: "aws_iam_role.x", type: "aws_iam_role", actions: ["create"], after }]);
    const { findings } = await analyze([plan], { rules: mine, world: INSIDE, toolVersion: "0.0.0" });
    return findings.map(({ message }) => message);
  };
  expect(await messages(who("888888888888", "999999999999"))).toContain(
    "account 888888888888 and account 999999999999 can assume this role without an external id",
  );
  expect(await messages(who("111111111111", "222222222222"))).toContain(
    "any user or role of account 111111111111 and of account 222222222222 can be let into this role by their own policies",
  );
});

it("accounts that nobody placed are named, and not judged", async () => {
  const machine = [trust({ AWS: "arn:aws:iam::999999999999:role/vendor" })];
  expect(await reported(machine, "info", "aws_iam_role", {})).toEqual([
    "trust-no-external-id info",
    "trust-outside-organization info",
  ]);
  const people = [trust({ AWS: ROOT }, { Bool: { "aws:MultiFactorAuthPresent": "true" } })];
  expect(await reported(people, "info", "aws_iam_role", {})).toEqual(["trust-outside-organization info"]);
});

describe("OIDC", () => {
  const GITHUB = "token.actions.githubusercontent.com";
  const EKS = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
  const come = (host: string, condition: object) =>
    trust(
      {
        Federated:
          host.includes("cognito") || host.includes("google")
            ? host
            : `arn:aws:iam::111111111111:oidc-provider/${host}`,
      },
      condition,
      "sts:AssumeRoleWithWebIdentity",
    );
  const like = (host: string, ...subjects: string[]) =>
    come(host, { StringEquals: { [`${host}:aud`]: "x" }, StringLike: { [`${host}:sub`]: subjects } });

  it.each<[host: string, subjects: string[], severity: string | null]>([
    [GITHUB, ["*"], "high"],
    [GITHUB, ["repo:*"], "high"],
    [GITHUB, ["repo:acme*"], "high"],
    [GITHUB, ["repo:acm?/shop:ref:refs/heads/main"], "high"],
    [GITHUB, ["repo:*/shop:ref:refs/heads/main"], "high"],
    [GITHUB, ["repo:acme/shop:environment:production", "repo:*"], "high"],
    [GITHUB, ["repo:acme/*"], "medium"],
    [GITHUB, ["repo:acme/shop*"], "medium"],
    [GITHUB, ["repo:acme/sho?:environment:production"], "medium"],
    [GITHUB, ["repo:acme/*:ref:refs/heads/main"], "medium"],
    [GITHUB, ["repo:acme@1234567/*"], "medium"],
    [GITHUB, ["repo:acme/shop:pull_request"], "medium"],
    [GITHUB, ["repo:acme/shop:environment:production", "repo:acme/*"], "medium"],
    [GITHUB, ["repo:acme/shop:*"], "low"],
    [GITHUB, ["repo:acme@1234567/shop@7654321:*"], "low"],
    [GITHUB, Array.from({ length: 40 }, (_, i) => `repo:acme/service-${i}:*`), "low"],
    [GITHUB, ["repo:acme/shop:ref:refs/heads/main"], null],
    [GITHUB, ["repo:acme/shop:ref:refs/heads/release/*"], null],
    [GITHUB, ["repo:acme/shop:ref:refs/tags/v?"], null],
    [GITHUB, ["repo:acme/shop:environment:production"], null],
    [GITHUB, ["repo:acme@1234567/shop@7654321:environment:production"], null],
    // any organization may customise its subjects, and choose these
    [GITHUB, ["environment:production"], "high"],
    [GITHUB, ["actor:octocat"], "high"],
    [GITHUB, ["workflow:deploy:*"], "high"],
    [GITHUB, ["ref:refs/heads/main:*"], "high"],
    [GITHUB, ["repo:acme/shop:ref:refs/heads/main", "base_ref:main"], "high"],
    [GITHUB, ["repository_owner:acme"], null],
    [GITHUB, ["repository_owner_id:12:environment:*"], null],
    [GITHUB, ["environment:production:repository:acme/shop"], null],
    [GITHUB, ["environment:*:repository_id:7654321:*"], null],
    [GITHUB, ["ref:refs/heads/main:repo:acme/*"], null],
    [GITHUB, ["enterprise:acme:environment:*"], null],
    [GITHUB, ["job_workflow_ref:acme/ci/.github/workflows/deploy.yml@*"], null],
    [GITHUB, ["environment:*:repository_owner:acme*"], "high"],
    [EKS, ["environment:production"], null],
    ["login.acme.example", ["environment:production"], null],
    ["gitlab.com", ["project_path:*"], "high"],
    ["gitlab.com", ["project_path:acme*"], "high"],
    ["gitlab.com", ["project_path:acme/*"], "medium"],
    ["code.acme.example", ["project_path:acme/*"], "medium"],
    ["gitlab.com", ["project_path:acme/shop:ref_type:branch:ref:main"], null],
    ["app.terraform.io", ["organization:acme*"], "high"],
    ["app.terraform.io", ["organization:acme:*"], "medium"],
    ["app.terraform.io", ["organization:acme:project:*:workspace:production:run_phase:*"], null],
    ["app.terraform.io", ["organization:acme:workspace:production:run_phase:*"], null],
    ["app.terraform.io", ["organization:acme:workspace:*:run_phase:*"], "medium"],
    ["acme.app.spacelift.io", ["space:*"], "medium"],
    ["acme.app.spacelift.io", ["space:root-01:*"], "medium"],
    ["acme.app.spacelift.io", ["space:root-01:stack:shop:run_type:*:scope:*"], null],
    [EKS, ["system:serviceaccount:*:checkout"], "high"],
    [EKS, ["system:serviceaccount:shop:*"], "medium"],
    ["k8s.acme.example", ["system:serviceaccount:shop:*"], "medium"],
    [EKS, ["system:serviceaccount:shop:checkout"], null],
    ["oidc.circleci.com/org/1111", ["*"], "medium"],
    ["oidc.circleci.com/org/1111", ["org/1111/project/*"], "medium"],
    ["oidc.circleci.com/org/1111", ["org/1111/project/2222/user/*"], null],
    ["api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc", ["*"], "medium"],
    ["oidc.vercel.com", ["owner:acme*"], "high"],
    ["oidc.vercel.com", ["owner:acme:*"], "medium"],
    ["oidc.vercel.com/acme", ["*"], "medium"],
    ["oidc.vercel.com/acme", ["owner:acme:project:shop:environment:*"], null],
    ["agent.buildkite.com", ["organization:acme*"], "high"],
    ["agent.buildkite.com", ["organization:acme:*"], "medium"],
    ["agent.buildkite.com", ["organization:acme:pipeline:shop:ref:refs/heads/main:commit:*:step:*"], null],
    ["api.pulumi.com/oidc", ["pulumi:deploy:org:*"], "high"],
    ["api.pulumi.com/oidc", ["pulumi:deploy:org:acme:*"], "medium"],
    ["api.pulumi.com/oidc", ["pulumi:deploy:org:acme:project:shop:*"], null],
    ["api.pulumi.com/oidc", ["pulumi:environments:org:acme:env:prod"], null],
    ["login.acme.example", ["*"], "high"],
    ["login.acme.example", ["deploy-*"], "medium"],
    ["login.acme.example", ["deploy"], null],
  ])("%s %s", async (host, subjects, severity) => {
    const expected = severity === null ? [] : [`trust-oidc-subject ${severity}`];
    expect(await reported([like(host, ...subjects)], "low")).toEqual(expected);
  });

  const sub = { [`${GITHUB}:sub`]: "repo:acme/shop:environment:production" };
  const aud = { [`${GITHUB}:aud`]: "sts.amazonaws.com" };
  it.each<[string, object, readonly string[]]>([
    ["nothing fixed", {}, ["trust-oidc-subject high", "trust-oidc-audience medium"]],
    ["no audience", { StringEquals: sub }, ["trust-oidc-audience medium"]],
    ["no subject", { StringEquals: aud }, ["trust-oidc-subject high"]],
    ["a negated subject", { StringEquals: aud, StringNotLike: sub }, ["trust-oidc-subject high"]],
    ["ForAllValues", { StringEquals: aud, "ForAllValues:StringEquals": sub }, ["trust-oidc-subject medium"]],
    ["an audience IfExists", { StringEquals: sub, StringEqualsIfExists: aud }, ["trust-oidc-audience medium"]],
    ["any audience", { StringEquals: sub, StringLike: { [`${GITHUB}:aud`]: "*" } }, ["trust-oidc-audience medium"]],
    ["ids of the repository", { StringEquals: { ...aud, [`${GITHUB}:repository_id`]: "7654321" } }, []],
    [
      "a workflow that others may call",
      { StringEquals: { ...aud, [`${GITHUB}:job_workflow_ref`]: "acme/ci/.github/workflows/deploy.yml@main" } },
      ["trust-oidc-subject high"],
    ],
    [
      "a subject that others have too, of one repository",
      { StringEquals: { ...aud, [`${GITHUB}:sub`]: "environment:production", [`${GITHUB}:repository_id`]: "7654321" } },
      [],
    ],
    [
      "a subject that others have too, of one owner",
      {
        StringEquals: {
          ...aud,
          [`${GITHUB}:sub`]: "environment:production",
          [`${GITHUB}:repository_owner_id`]: "12",
        },
      },
      ["trust-oidc-subject medium"],
    ],
    ["both", { StringEquals: { ...aud, ...sub } }, []],
    // a token has one subject
    [
      "ForAnyValue on the subject",
      { StringEquals: aud, "ForAnyValue:StringLike": { [`${GITHUB}:sub`]: "repo:acme/*:environment:production" } },
      ["trust-oidc-subject medium"],
    ],
    [
      "what another provider's tokens say",
      { StringEquals: { ...aud, [`${EKS.toLowerCase()}:sub`]: "system:serviceaccount:shop:checkout" } },
      ["condition-key-unknown medium"],
    ],
    [
      "a subject written out",
      { StringEquals: { ...aud, [`${GITHUB}:subject`]: "x" } },
      ["condition-key-unknown medium"],
    ],
    ["a star that is no wildcard", { StringEquals: { ...aud, [`${GITHUB}:sub`]: "repo:acme/*" } }, []],
    [
      "an audience ForAllValues",
      { StringEquals: sub, "ForAllValues:StringEquals": aud },
      ["trust-oidc-audience medium"],
    ],
    [
      "a key with a blank",
      { StringEquals: { ...sub, [`${GITHUB}:aud `]: "sts.amazonaws.com" } },
      ["condition-key-unknown medium"],
    ],
  ])("GitHub: %s", async (_, condition, expected) => {
    expect(await reported([come(GITHUB, condition)], "low")).toEqual(expected);
  });

  it("a provider that is not all known yet may be the one that a key is of", async () => {
    const condition = { StringEquals: { [`${EKS}:aud`]: "sts.amazonaws.com", [`${EKS}:sub`]: "*" } };
    const waiting = come("oidc.eks.known-after-apply.amazonaws.com/id/EXAMPLE", condition);
    expect(await reported([waiting])).toEqual(["trust-oidc-audience medium", "trust-oidc-subject high"].reverse());
  });

  const tag = (name: string) => `aws:RequestTag/${name}`;
  const organization = { [tag("organization_slug")]: "acme" };
  it.each<[string, object, readonly string[]]>([
    ["a pipeline", { StringEquals: { ...organization, [tag("pipeline_slug")]: "shop" } }, []],
    ["an organization", { StringEquals: organization }, ["trust-oidc-subject medium"]],
    [
      "any of its pipelines",
      { StringEquals: organization, StringLike: { [tag("pipeline_slug")]: "*" } },
      ["trust-oidc-subject medium"],
    ],
    ["a pipeline of anyone's", { StringEquals: { [tag("pipeline_slug")]: "shop" } }, ["trust-oidc-subject high"]],
    ["an organization, if told", { StringEqualsIfExists: organization }, ["trust-oidc-subject high"]],
    ["another tag", { StringEquals: { [tag("build_branch")]: "main" } }, ["trust-oidc-subject high"]],
  ])("Buildkite's session tags: %s", async (_, { StringEquals, ...rest }: { StringEquals?: object }, expected) => {
    const host = "agent.buildkite.com";
    const condition = { ...rest, StringEquals: { [`${host}:aud`]: "sts.amazonaws.com", ...StringEquals } };
    expect(await reported([come(host, condition)], "low")).toEqual(expected);
  });

  it.each<[string, string, object, readonly string[]]>([
    ["an application", "accounts.google.com", { StringEquals: { "accounts.google.com:aud": "1" } }, []],
    [
      "an account",
      "accounts.google.com",
      { StringEquals: { "accounts.google.com:aud": "1", "accounts.google.com:sub": "2" } },
      [],
    ],
    [
      "an account, by way of any application",
      "accounts.google.com",
      { StringEquals: { "accounts.google.com:sub": "2" } },
      ["trust-oidc-audience medium"],
    ],
    ["anybody", "accounts.google.com", { StringLike: { "accounts.google.com:aud": "*" } }, ["trust-oidc-subject high"]],
    [
      "a pool, signed in or not",
      "cognito-identity.amazonaws.com",
      { StringEquals: { "cognito-identity.amazonaws.com:aud": "eu-west-1:pool" } },
      ["trust-oidc-subject medium"],
    ],
    [
      "guests of a pool, by name",
      "cognito-identity.amazonaws.com",
      {
        StringEquals: { "cognito-identity.amazonaws.com:aud": "eu-west-1:pool" },
        "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "unauthenticated" },
      },
      ["trust-oidc-subject low"],
    ],
    [
      "any pool",
      "cognito-identity.amazonaws.com",
      { "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" } },
      ["trust-oidc-subject high"],
    ],
  ])("an application's users: %s", async (_, host, condition, expected) => {
    expect(await reported([come(host, condition)], "low")).toEqual(expected);
  });
});

describe("services", () => {
  const OUTSIDE = "999999999999";
  it.each<[string, object | undefined, readonly string[]]>([
    ["scheduler", undefined, ["trust-service-confused-deputy medium"]],
    ["scheduler", { StringEquals: { "aws:SourceAccount": "111111111111" } }, []],
    ["scheduler", { StringEquals: { "aws:SourceOrgID": "o-exampleorg1" } }, []],
    ["scheduler", { StringEquals: { "aws:SourceAccount": OUTSIDE } }, ["trust-service-confused-deputy medium"]],
    [
      "scheduler",
      { ArnLike: { "aws:SourceArn": `arn:aws:scheduler:*:${OUTSIDE}:*` } },
      ["trust-service-confused-deputy medium"],
    ],
    [
      "scheduler",
      { StringEquals: { "aws:SourceAccount": ["111111111111", OUTSIDE] } },
      ["trust-service-confused-deputy medium"],
    ],
    ["states.eu-west-1", undefined, ["trust-service-confused-deputy medium"]],
    ["ec2", undefined, []],
    ["lambda", undefined, []],
    ["ecs-tasks", undefined, []],
    ["pods.eks", undefined, []],
    ["codebuild", undefined, []],
    ["rolesanywhere", undefined, ["trust-roles-anywhere-unscoped high"]],
    [
      "rolesanywhere",
      { ArnEquals: { "aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:111111111111:trust-anchor/4f1c2f5e" } },
      ["trust-roles-anywhere-unscoped medium"],
    ],
  ])("%s %o", async (service, condition, expected) => {
    expect(await reported([trust({ Service: `${service}.amazonaws.com` }, condition)], "low")).toEqual(expected);
  });
});

describe("mistakes of others, not made", () => {
  it("Deny statements are no opening", async () => {
    const deny = { Effect: "Deny", Principal: "*", Action: "sts:*" };
    expect(await reported([trust({ Service: "ec2.amazonaws.com" }), deny], "low")).toEqual([]);
  });

  it("some condition is no protection", async () => {
    expect(await reported([trust("*", { StringLike: { "aws:UserAgent": "*" } })])).toEqual(["trust-anyone critical"]);
  });

  it("an ARN is no action that anyone could call", async () => {
    expect(await reported([trust("*", undefined, ROOT)])).toEqual([]);
  });

  it("the first statement is not the last", async () => {
    expect(await reported([trust({ Service: "ec2.amazonaws.com" }), trust("*")])).toEqual(["trust-anyone critical"]);
  });

  it("one finding for a statement, not one for each action", async () => {
    const actions = ["s3:HeadObject", "s3:ListObjects", "s3:HeadBucket"];
    const statement = { Effect: "Allow", Action: actions, Resource: "*" };
    expect(await reported([statement], "low", "aws_iam_policy")).toEqual(["action-unknown low"]);
  });
});
