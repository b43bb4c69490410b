import { afterEach, describe, expect, it, vi } from "vitest";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { logicalId } from "../../stacks/address.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { account, assignment, bare, full, management, permissionSet, policy, role } from "./graph.ts";

type Body = Record<string, unknown>;
interface Document {
  terraform: Body;
  provider: { aws: Body[] };
  resource: Record<string, Record<string, Body>>;
  data?: Record<string, Record<string, Body>>;
  removed?: Body[];
}

/** One stack of a graph as Terraform reads it. */
function stack(graph: AccessGraph, name: string): Document {
  const { stacks } = synthesize(graph, { only: [name] });
  return JSON.parse(stacks[0]?.json ?? "null");
}

function addresses({ resource }: Document): string[] {
  return Object.entries(resource).flatMap(([type, bodies]) => Object.keys(bodies).map((id) => `${type}.${id}`));
}

const json = (graph: AccessGraph) => synthesize(graph).stacks.map((one) => one.json);

function reversed<T>(value: T): T;
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => reversed(item)).reverse();
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, reversed(item)])
      .reverse(),
  );
}

afterEach(() => vi.unstubAllEnvs());

describe("output", () => {
  it("is the same on a second run and whatever CDKTF finds in the environment", () => {
    const first = json(full);
    vi.stubEnv("CDKTF_OUTDIR", "elsewhere");
    vi.stubEnv("CDKTF_CONTEXT_JSON", '{"excludeStackIdFromLogicalIds":"true","cdktfVersion":"0"}');
    vi.stubEnv("CDKTF_TARGET_STACK_ID", "monitoring");
    vi.stubEnv("SYNTH_HCL_OUTPUT", "true");
    expect(json(full)).toEqual(first);
  });

  it("holds no path of the machine, no tool version and no metadata", () => {
    for (const text of json(full)) {
      expect(text).not.toContain(process.cwd());
      expect(text).not.toContain("cdktf");
      expect(JSON.parse(text).terraform.backend).toEqual({ local: { path: "terraform.tfstate" } });
      expect(text).not.toContain('"//"');
      expect(text).toMatch(/[^\n]\n$/);
    }
  });

  it("gives addresses that do not depend on the order of the graph", () => {
    const shuffled: AccessGraph = {
      ...full,
      units: reversed(full.units),
      accounts: [...full.accounts].reverse(),
      organizationPolicies: [...full.organizationPolicies].reverse(),
      roles: [...full.roles].reverse(),
    };
    expect(json(shuffled)).toEqual(json(full));
  });

  it("only grows when an account joins in the middle", () => {
    const joined = account("m-data", { id: "444444444444", unit: "workloads/prod" });
    const bigger = { ...full, accounts: [...full.accounts.slice(0, 2), joined, ...full.accounts.slice(2)] };
    const before = stack(full, "organization").resource;
    const after = stack(bigger, "organization").resource;
    expect(after.aws_organizations_account?.["m-data"]).toBeDefined();
    delete after.aws_organizations_account?.["m-data"];
    expect(after).toEqual(before);
  });

  it("gives only the stacks that are asked for, and names those there are for a wrong name", () => {
    expect(synthesize(full, { only: ["monitoring"] }).stacks.map(({ name }) => name)).toEqual(["monitoring"]);
    expect(synthesize(full, { only: ["monitorng"] })).toMatchObject({
      stacks: [],
      problems: [{ code: "unknown-stack", message: expect.stringContaining("account-shop") }],
    });
  });

  it("counts resources", () => {
    const [organization] = synthesize(full, { only: ["organization"] }).stacks;
    expect(organization?.resources).toBe(addresses(stack(full, "organization")).length);
  });
});

describe("addresses", () => {
  it("come from keys, not from names", () => {
    const renamed = { ...full, units: full.units.map((one) => ({ ...one, name: `${one.name} (new)` })) };
    expect(addresses(stack(renamed, "organization"))).toEqual(addresses(stack(full, "organization")));
  });

  it("that two keys share are an error, and nothing is written", () => {
    const twin = logicalId(["jo.e"]);
    const graph = { ...bare, accounts: [management, account("jo.e"), account(twin)] };
    expect(synthesize(graph)).toMatchObject({
      stacks: [],
      problems: [
        {
          code: "address-collision",
          severity: "error",
          message: `stack organization: "jo.e" and "${twin}" would both become aws_organizations_account.${twin}`,
        },
      ],
    });
  });

  it("may be equal in different resource types", () => {
    const graph = { ...full, permissionSets: [permissionSet("developers")], assignments: [] };
    const { resource } = stack(graph, "identity-center");
    expect(Object.keys(resource.aws_identitystore_group ?? {})).toEqual(["developers"]);
    expect(Object.keys(resource.aws_ssoadmin_permission_set ?? {})).toEqual(["developers"]);
  });
});

describe("text of the manifest", () => {
  it("reaches AWS as written, policy variables and template markers included", () => {
    const inline = stack(full, "identity-center").resource.aws_ssoadmin_permission_set_inline_policy?.developer;
    expect(inline?.inline_policy).toContain("arn:aws:s3:::home/$${aws:username}/*");

    const tricky = role("web", "management", {
      description: "costs $${x} 50%{ off",
      inlinePolicy: policy({
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: "*",
        Condition: { StringLike: { "aws:ResourceTag/${a}": "%{b}" } },
      }),
    });
    const { resource } = stack({ ...bare, roles: [tricky] }, "account-management");
    expect(resource.aws_iam_role?.web?.description).toBe("costs $$${x} 50%%{ off");
    expect(resource.aws_iam_role_policy?.web?.policy).toContain('"aws:ResourceTag/$${a}":"%%{b}"');
  });
});

describe("organization stack", () => {
  const { resource } = stack(full, "organization");

  it("nests units and places accounts in them", () => {
    expect(resource.aws_organizations_organizational_unit?.["workloads--prod"]?.parent_id).toBe(
      "${aws_organizations_organizational_unit.workloads.id}",
    );
    expect(resource.aws_organizations_account?.shop?.parent_id).toBe(
      "${aws_organizations_organizational_unit.workloads--prod.id}",
    );
    expect(resource.aws_organizations_account?.["log-archive"]?.parent_id).toContain(".roots[0].id");
  });

  it("protects accounts and does not make the management account", () => {
    expect(Object.keys(resource.aws_organizations_account ?? {})).toEqual(["log-archive", "shop"]);
    expect(resource.aws_organizations_account?.shop).toMatchObject({
      close_on_deletion: false,
      lifecycle: { prevent_destroy: true, ignore_changes: ["role_name", "iam_user_access_to_billing"] },
    });
  });

  it("attaches policies to the root, units and accounts", () => {
    expect(Object.keys(resource.aws_organizations_policy_attachment ?? {})).toEqual([
      "deny-leave--root",
      "deny-users--account--shop",
      "deny-users--unit--workloads",
    ]);
  });

  it("keeps trusted access for what the manifest uses", () => {
    expect(resource.aws_organizations_organization?.this?.aws_service_access_principals).toEqual([
      "cloudtrail.amazonaws.com",
      "sso.amazonaws.com",
    ]);
    expect(stack(bare, "organization").resource.aws_organizations_organization?.this).toEqual({
      feature_set: "ALL",
      lifecycle: { prevent_destroy: true },
    });
  });

  it("creates an account whose id is not known yet", () => {
    const graph = { ...bare, accounts: [management, account("new")] };
    expect(addresses(stack(graph, "organization"))).toContain("aws_organizations_account.new");
  });

  it("lets go of an account that is being closed, without touching it", () => {
    const graph = { ...bare, accounts: [management, account("old", { state: "closed", policies: [] })] };
    const { resource: left, removed } = stack(graph, "organization");
    expect(left.aws_organizations_account).toBeUndefined();
    expect(removed).toEqual([{ from: "aws_organizations_account.old", lifecycle: { destroy: false } }]);
  });
});

describe("identity-center stack", () => {
  const { resource, data } = stack(full, "identity-center");

  it("assigns groups to explicit account ids, after the policies of their set", () => {
    expect(resource.aws_ssoadmin_account_assignment?.["developers--developer--shop"]).toEqual({
      instance_arn: "arn:aws:sso:::instance/ssoins-1234567890abcdef",
      permission_set_arn: "${aws_ssoadmin_permission_set.developer.arn}",
      principal_type: "GROUP",
      principal_id: "${aws_identitystore_group.developers.group_id}",
      target_type: "AWS_ACCOUNT",
      target_id: "333333333333",
      depends_on: [
        "aws_ssoadmin_managed_policy_attachment.developer--CloudWatchReadOnlyAccess",
        "aws_ssoadmin_customer_managed_policy_attachment.developer--teams--shop--base",
        "aws_ssoadmin_permission_set_inline_policy.developer",
        "aws_ssoadmin_permissions_boundary_attachment.developer",
      ],
    });
  });

  it("manages groups, users and memberships of the built-in store", () => {
    expect(resource.aws_identitystore_group_membership?.["developers--ada"]).toMatchObject({
      group_id: "${aws_identitystore_group.developers.group_id}",
      member_id: "${aws_identitystore_user.ada.user_id}",
    });
    expect(data).toBeUndefined();
  });

  it("looks up groups of an external source and an instance that is not written down", () => {
    const identity = { ...full.identity, source: "external" as const, instanceArn: null, users: [] };
    const unused = { key: "unused", renamedFrom: null, name: "Unused", description: "", members: [] };
    const graph = { ...full, identity: { ...identity, groups: [...identity.groups, unused] } };
    const external = stack(graph, "identity-center");
    expect(external.resource.aws_identitystore_group).toBeUndefined();
    expect(external.data?.aws_ssoadmin_instances).toEqual({ this: {} });
    expect(external.data?.aws_identitystore_group).toEqual({
      developers: {
        identity_store_id: "d-1234567890",
        alternate_identifier: { unique_attribute: { attribute_path: "DisplayName", attribute_value: "Developers" } },
      },
    });
  });

  it("keeps a user's assignment apart from a group's of the same key", () => {
    const group = assignment("ada", "developer", "shop");
    const graph: AccessGraph = {
      ...full,
      identity: {
        ...full.identity,
        groups: [{ key: "ada", renamedFrom: null, name: "Ada", description: "", members: [] }],
      },
      assignments: [group, { ...group, principal: { type: "USER", key: "ada" } }],
    };
    expect(Object.keys(stack(graph, "identity-center").resource.aws_ssoadmin_account_assignment ?? {})).toEqual([
      "ada--developer--shop",
      "user--ada--developer--shop",
    ]);
  });
});

describe("account stack", () => {
  const { provider, resource } = stack(full, "account-shop");

  it("enters its account by the execution role", () => {
    expect(provider.aws).toEqual([
      {
        region: "us-east-1",
        assume_role: [
          { role_arn: "arn:aws:iam::333333333333:role/OrganizationAccountAccessRole", session_name: "gatehouse" },
        ],
      },
    ]);
    expect(stack({ ...bare, roles: [role("r", "management")] }, "account-management").provider.aws).toEqual([
      { region: "us-east-1" },
    ]);
  });

  it("makes one identity provider for all GitHub roles, before them", () => {
    expect(Object.keys(resource.aws_iam_openid_connect_provider ?? {})).toEqual(["github"]);
    expect(resource.aws_iam_role?.deploy?.depends_on).toEqual(["aws_iam_openid_connect_provider.github"]);
    expect(resource.aws_iam_role?.web?.depends_on).toBeUndefined();
  });

  it("makes an instance profile where it is asked for", () => {
    expect(Object.keys(resource.aws_iam_instance_profile ?? {})).toEqual(["web"]);
  });
});

describe("monitoring stack", () => {
  const { provider, resource } = stack(full, "monitoring");
  const bucketPolicy = JSON.parse(String(resource.aws_s3_bucket_policy?.trail?.policy));

  it("keeps the log bucket in the log archive account, closed to the public", () => {
    expect(provider.aws.map(({ alias }) => alias)).toEqual([undefined, "log-archive"]);
    for (const type of ["aws_s3_bucket", "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block"]) {
      expect(resource[type]?.trail?.provider).toBe("aws.log-archive");
    }
    expect(resource.aws_s3_bucket_public_access_block?.trail).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  it("lets only this trail write, for the management account and the organization", () => {
    const trail = "arn:aws:cloudtrail:us-east-1:111111111111:trail/organization";
    const byCloudTrail = bucketPolicy.Statement.filter(
      ({ Principal }: Body) => JSON.stringify(Principal) === '{"Service":"cloudtrail.amazonaws.com"}',
    );
    expect(byCloudTrail.map(({ Resource }: Body) => Resource)).toEqual([
      "arn:aws:s3:::example-logs",
      "arn:aws:s3:::example-logs/AWSLogs/111111111111/*",
      "arn:aws:s3:::example-logs/AWSLogs/o-a1b2c3d4e5/*",
    ]);
    for (const { Condition } of byCloudTrail) expect(Condition.StringEquals["aws:SourceArn"]).toBe(trail);
  });

  it("has one bucket and one policy where trail and AWS Config share it", () => {
    expect(Object.keys(resource.aws_s3_bucket ?? {})).toEqual(["trail"]);
    expect(JSON.stringify(bucketPolicy)).toContain("config.amazonaws.com");
    expect(resource.aws_config_delivery_channel?.config?.depends_on).toContain("aws_s3_bucket_policy.trail");
  });

  it("lets the topic take messages of this account's alarms and rules only", () => {
    const { Statement } = JSON.parse(String(resource.aws_sns_topic_policy?.alerts?.policy));
    expect(Statement.map(({ Condition }: Body) => Condition)).toEqual([
      {
        ArnLike: { "aws:SourceArn": ["arn:aws:cloudwatch:us-east-1:111111111111:alarm:cpu-high"] },
        StringEquals: { "aws:SourceAccount": "111111111111" },
      },
      {
        ArnLike: { "aws:SourceArn": ["arn:aws:events:us-east-1:111111111111:rule/instances-terminated"] },
        StringEquals: { "aws:SourceAccount": "111111111111" },
      },
    ]);
  });

  it("records and evaluates in every account that is named, each from its own stack", () => {
    for (const document of [stack(full, "monitoring"), stack(full, "monitoring-shop")]) {
      expect(addresses(document)).toEqual(
        expect.arrayContaining([
          "aws_config_configuration_recorder.config",
          "aws_config_config_rule.restricted-ssh",
          "aws_iam_role.config",
        ]),
      );
    }
    expect(JSON.stringify(stack(full, "monitoring-shop"))).toContain('"role_arn":"arn:aws:iam::333333333333:role/');
  });
});

describe("what waits for an id", () => {
  it("is left out with a warning that says what to do", () => {
    const unknown = full.accounts.map((one) => (one.key === "shop" ? { ...one, id: null } : one));
    const { stacks, problems } = synthesize({ ...full, accounts: unknown, assignments: [] });
    expect(stacks.map(({ name }) => name)).toEqual(["organization", "identity-center", "monitoring"]);
    expect(problems).toMatchObject([
      { code: "account-id-unknown", severity: "warning", message: 'account "shop" has no id yet; left out: roles' },
      { message: 'account "shop" has no id yet; left out: AWS Config recorder' },
    ]);
  });

  it("is the organization's trail, whose bucket policy names the organization", () => {
    const graph = { ...full, organization: { ...full.organization, id: null } };
    const { resource } = stack(graph, "monitoring");
    expect(resource.aws_cloudtrail).toBeUndefined();
    expect(resource.aws_s3_bucket).toBeUndefined();
    expect(synthesize(graph).problems).toMatchObject([{ code: "organization-id-unknown", severity: "warning" }]);
  });
});

describe("backend", () => {
  const backend = (value: AccessGraph["terraform"]["backend"]) =>
    stack({ ...bare, terraform: { ...bare.terraform, backend: value } }, "organization").terraform;

  it("is local beside the stack, by a relative path", () => {
    expect(backend({ kind: "local" }).backend).toEqual({ local: { path: "terraform.tfstate" } });
  });

  it("is S3 with a state of its own per stack, locked and encrypted", () => {
    expect(backend({ kind: "s3", settings: { bucket: "state", region: "eu-west-1", key: "iam" } }).backend).toEqual({
      s3: { bucket: "state", region: "eu-west-1", key: "iam/organization.tfstate", encrypt: true, use_lockfile: true },
    });
  });

  it("is a workspace per stack in HCP Terraform", () => {
    const settings = { organization: "example", workspaces: { project: "access" } };
    expect(backend({ kind: "cloud", settings }).cloud).toEqual({
      organization: "example",
      workspaces: { project: "access", name: "gatehouse-organization" },
    });
  });

  it("takes default tags", () => {
    const graph = { ...bare, terraform: { ...bare.terraform, defaultTags: { owner: "platform" } } };
    expect(stack(graph, "organization").provider.aws[0]?.default_tags).toEqual([{ tags: { owner: "platform" } }]);
  });
});

describe("a role of its own for plans", () => {
  const graph = { ...full, terraform: { ...full.terraform, planRole: "terraform-plan" } };

  it("is a variable of every stack that enters an account by a role, and of no other", () => {
    const { stacks } = synthesize(graph);
    const entering = stacks.filter(({ json }) => json.includes('role_arn": "arn:aws:iam::'));
    expect(entering.map(({ name }) => name)).toContain("account-shop");
    for (const { name, json } of stacks) {
      const { provider, terraform, variable } = JSON.parse(json);
      const assumed = provider.aws.flatMap(
        ({ assume_role: [one] = [] }: { assume_role?: Body[] }) => one?.role_arn ?? [],
      );
      expect(assumed.filter((arn: string) => !arn.endsWith(":role/${var.execution_role}"))).toEqual([]);
      expect(terraform.required_version, name).toBe(assumed.length > 0 ? ">= 1.10.0" : ">= 1.7.0");
      // without a default: Terraform takes another value with a saved plan only for what was set when it was made
      expect(variable).toEqual(
        assumed.length === 0
          ? undefined
          : {
              execution_role: {
                type: "string",
                ephemeral: true,
                description:
                  "Role to assume in the account: terraform-plan to plan, OrganizationAccountAccessRole to apply.",
              },
            },
      );
    }
  });

  it("changes nothing where there is none", () => {
    for (const text of json(full)) expect(text).not.toContain("execution_role");
  });
});
