/** An account's stack, from a manifest to Terraform. */
import { describe, expect, test } from "vitest";
import { synthesize } from "../../stacks/synthesize.ts";
import { graphOf } from "../lib/access/graph-of.ts";

type Resources = Record<string, Record<string, Record<string, unknown>>>;

const base = `gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: eu-west-1, managementAccount: management }
accounts:
  management: { email: m@example.com, id: "111111111111" }
  tooling: { email: t@example.com, id: "222222222222" }
  shop: { email: s@example.com, id: "333333333333" }
`;

function stacksOf(text: string) {
  const { stacks, problems } = synthesize(graphOf(base + text));
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return new Map(stacks.map((stack) => [stack.name, stack]));
}

function resourcesOf(text: string, account: string): Resources {
  return JSON.parse(stacksOf(text).get(`account-${account}`)?.json ?? "{}").resource;
}

describe("identity providers", () => {
  const resources = resourcesOf(
    `identityProviders:
  git: { in: shop, oidc: { url: "https://git.example.com/", clientIds: other, thumbprints: ${"a".repeat(40)} } }
roles:
  a: { in: shop, trust: { gitlab: { project: g/p, branch: main, url: "https://git.example.com" } } }
  b: { in: shop, trust: { gitlab: { project: g/p, branch: main, url: "https://git.example.com", audience: aws } } }
  c: { in: shop, trust: { gitlab: { project: g/p, tag: v1 } } }
  d: { in: [shop, tooling], trust: { gitlab: { project: g/p, branch: main, url: "https://lab.example.com" } } }
`,
    "shop",
  );

  test("are there once for an issuer, with every audience, declared or not", () => {
    expect(resources.aws_iam_openid_connect_provider).toMatchObject({
      git: {
        url: "https://git.example.com",
        client_id_list: ["aws", "https://git.example.com", "other"],
        thumbprint_list: ["a".repeat(40)],
      },
      gitlab: { url: "https://gitlab.com", client_id_list: ["https://gitlab.com"] },
    });
    const urls = Object.values(resources.aws_iam_openid_connect_provider ?? {}).map(({ url }) => url);
    expect(urls).toEqual(["https://git.example.com", "https://gitlab.com", "https://lab.example.com"]);
  });

  test("are made before the roles that trust them", () => {
    expect(resources.aws_iam_role?.a?.depends_on).toEqual(["aws_iam_openid_connect_provider.git"]);
    expect(resources.aws_iam_role?.c?.depends_on).toEqual(["aws_iam_openid_connect_provider.gitlab"]);
  });
});

describe("roles", () => {
  test("come after the roles of their account that they trust, in whatever order they are written", () => {
    const { aws_iam_role: roles } = resourcesOf(
      `roles:
  a: { in: shop, trust: { account: shop, role: z } }
  z: { in: shop, trust: { service: lambda } }
`,
      "shop",
    );
    expect(roles?.a?.depends_on).toEqual(["aws_iam_role.z"]);
  });

  test("have their managed policies of the account attached after these are made", () => {
    const resources = resourcesOf(
      `managedPolicies:
  base: { in: shop, path: /teams/, allow: { actions: s3:GetObject, resources: "*" } }
roles:
  r:
    in: shop
    trust: { service: lambda }
    customerManagedPolicies: base
    permissionsBoundary: { customerManagedPolicy: base }
`,
      "shop",
    );
    const arn = "arn:aws:iam::333333333333:policy/teams/base";
    expect(resources.aws_iam_role?.r).toMatchObject({ permissions_boundary: arn, depends_on: ["aws_iam_policy.base"] });
    expect(Object.values(resources.aws_iam_role_policy_attachment ?? {})).toEqual([
      { depends_on: ["aws_iam_policy.base"], policy_arn: arn, role: "${aws_iam_role.r.name}" },
    ]);
  });

  test("whose statements are too long for an inline policy get managed ones, nothing lost and nothing too long", () => {
    const statements = Array.from({ length: 40 }, (_, index) => {
      const bucket = `bucket-${index}-${"x".repeat(200)}`;
      return `      - { sid: S${index}, actions: [s3:GetObject, s3:PutObject], resources: "arn:aws:s3:::${bucket}/*" }`;
    });
    const resources = resourcesOf(
      `roles:
  big:
    in: shop
    path: /teams/
    trust: { service: lambda }
    allow:
${statements.join("\n")}
`,
      "shop",
    );
    expect(resources.aws_iam_role_policy).toBeUndefined();
    const policies = Object.values(resources.aws_iam_policy ?? {});
    expect(policies.map(({ name, path }) => [name, path])).toEqual([
      ["big-1", "/teams/"],
      ["big-2", "/teams/"],
      ["big-3", "/teams/"],
    ]);
    expect(policies.every(({ policy }) => String(policy).length <= 6_144)).toBe(true);
    const sids = policies.flatMap(({ policy }) =>
      JSON.parse(String(policy)).Statement.map(({ Sid }: { Sid: string }) => Sid),
    );
    expect(sids).toEqual(statements.map((_, index) => `S${index}`));
    expect(Object.values(resources.aws_iam_role_policy_attachment ?? {})).toHaveLength(3);
  });
});

describe("IAM Roles Anywhere", () => {
  const anchor = (ids: string) => `trustAnchors:
  ca: { in: shop, pca: "arn:aws:acm-pca:eu-west-1:333333333333:certificate-authority/1", ids: ${ids} }
roles:
  backup: { in: shop, session: 4h, trust: { rolesAnywhere: { trustAnchor: ca, subject: { CN: host } } } }
`;

  test("has the anchor first, and the role with its profile once the anchor's id is written down", () => {
    const before = resourcesOf(anchor("{}"), "shop");
    expect(Object.keys(before)).toEqual(["aws_rolesanywhere_trust_anchor"]);
    const after = resourcesOf(anchor("{ shop: 4f1c2f5e-0000-4000-8000-000000000000 }"), "shop");
    expect(after.aws_rolesanywhere_trust_anchor).toEqual(before.aws_rolesanywhere_trust_anchor);
    expect(after.aws_rolesanywhere_profile?.backup).toEqual({
      depends_on: ["aws_iam_role.backup"],
      duration_seconds: 14_400,
      enabled: true,
      name: "backup",
      role_arns: ["arn:aws:iam::333333333333:role/backup"],
    });
  });
});

describe("EKS Pod Identity", () => {
  test("associates the role in the cluster's Region; without a cluster nothing is associated", () => {
    const resources = resourcesOf(
      `roles:
  near: { in: shop, trust: { podIdentity: { cluster: c, namespace: n, serviceAccount: s } } }
  far: { in: shop, trust: { podIdentity: { cluster: c, region: us-east-1, namespace: n, serviceAccount: s } } }
  any: { in: shop, trust: { podIdentity: { namespace: n, serviceAccount: s } } }
`,
      "shop",
    );
    const { near, far, any } = resources.aws_eks_pod_identity_association ?? {};
    expect(near).toMatchObject({ cluster_name: "c", role_arn: "arn:aws:iam::333333333333:role/near" });
    expect([near?.provider, far?.provider]).toEqual([undefined, "aws.shop--us-east-1"]);
    expect(any).toBeUndefined();
  });
});

describe("bucket policies", () => {
  const text = `roles:
  reader: { in: [shop, tooling], trust: { service: lambda } }
bucketPolicies:
  logs:
    in: shop
    bucket: shop-logs
    allow: { roles: reader, actions: [s3:GetObject, s3:ListBucket, s3:GetBucketLocation], prefixes: [a/, b/] }
`;

  test("name the role in every account, keep actions apart by what they are about, and deny requests without TLS", () => {
    const policy = resourcesOf(text, "shop").aws_s3_bucket_policy?.logs;
    const Principal = { AWS: ["arn:aws:iam::222222222222:role/reader", "arn:aws:iam::333333333333:role/reader"] };
    expect(policy?.bucket).toBe("shop-logs");
    expect(policy?.depends_on).toEqual(["aws_iam_role.reader"]);
    expect(JSON.parse(String(policy?.policy)).Statement).toEqual([
      {
        Effect: "Allow",
        Principal,
        Action: "s3:ListBucket",
        Resource: "arn:aws:s3:::shop-logs",
        Condition: { StringLike: { "s3:prefix": ["a/*", "b/*"] } },
      },
      { Effect: "Allow", Principal, Action: "s3:GetBucketLocation", Resource: "arn:aws:s3:::shop-logs" },
      {
        Effect: "Allow",
        Principal,
        Action: "s3:GetObject",
        Resource: ["arn:aws:s3:::shop-logs/a/*", "arn:aws:s3:::shop-logs/b/*"],
      },
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::shop-logs", "arn:aws:s3:::shop-logs/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  test("are applied after the stacks of the roles that they name", () => {
    expect(stacksOf(text).get("account-shop")?.dependsOn).toEqual(["account-tooling", "organization"]);
  });
});
