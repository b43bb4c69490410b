/** Whatever key is renamed, Terraform finds the resource that it had: nothing is destroyed by a new name. */
import { describe, expect, test } from "vitest";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { type Collection, collections, identityOf, withKeys } from "../../lib/access/keys.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { graphOf, secureCart } from "../lib/access/graph-of.ts";

interface Document {
  resource?: Record<string, Record<string, unknown>>;
  moved?: { from: string; to: string }[];
}

const documents = (graph: AccessGraph) => {
  const { stacks, problems } = synthesize(graph);
  return { problems, stacks: new Map(stacks.map(({ name, json }) => [name, JSON.parse(json) as Document])) };
};

const addresses = ({ resource = {} }: Document) =>
  Object.entries(resource).flatMap(([type, bodies]) => Object.keys(bodies).map((id) => `${type}.${id}`));

/** Where each resource was before the moves. */
const before = (document: Document) => {
  const from = new Map((document.moved ?? []).map((move) => [move.to, move.from]));
  return addresses(document).map((address) => from.get(address) ?? address);
};

/** The graph with every key of a list renamed, and saying so. */
function renamed(graph: AccessGraph, collection: Collection): AccessGraph {
  const things = collections(graph).get(collection) ?? [];
  const segments = (path: string) =>
    path
      .split("/")
      .map((key) => `${key}-new`)
      .join("/");
  const keys = things.map((thing) => {
    const id = identityOf(collection, thing);
    return [id, collection === "units" ? segments(id) : `${id}-new`] as const;
  });
  const graphWithNewKeys = withKeys(graph, new Map([[collection, new Map(keys)]]));
  return declared(graphWithNewKeys, new Set(collections(graphWithNewKeys).get(collection)));
}

function declared<T>(value: T, things: ReadonlySet<object>): T;
function declared(value: unknown, things: ReadonlySet<object>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => declared(item, things));
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, declared(inner, things)]));
  return things.has(value) ? { ...copy, renamedFrom: String(copy.key).replace(/-new$/, "") } : copy;
}

const { graph } = secureCart();
const plain = documents(graph);

test("the example has renamed nothing, and moves nothing", () => {
  for (const document of plain.stacks.values()) expect(document.moved).toBeUndefined();
});

test("every key of every list renamed: all that was there is moved, and nothing else", () => {
  const everything = [...collections(graph).keys()].reduce(renamed, graph);
  const { stacks, problems } = documents(everything);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const all = (some: ReadonlyMap<string, Document>, list: (document: Document) => string[]) =>
    [...some].flatMap(([name, document]) => list(document).map((it) => `${name.replace(/-new$/, "")} ${it}`)).sort();
  expect(all(stacks, before)).toEqual(all(plain.stacks, addresses));
  expect(all(stacks, addresses)).not.toEqual(all(plain.stacks, addresses));
});

const manifest = (account: string, role: string, backend = "local") => `gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
terraform: { backend: ${backend} }
accounts:
  management: { email: aws@x.example, id: "111111111111" }
  ${account}: { email: aws+shop@x.example, id: "333333333333" }
  other: { email: aws+other@x.example, id: "444444444444" }
identity:
  source: identity-store
  groups: { old: {}, developers: {} }
permissionSets: { reader: { managedPolicies: ReadOnlyAccess } }
access:
  - { groups: [old, developers], permissionSets: reader, to: { all: true } }
roles: { ${role}: { in: { all: true }, trust: { service: ec2 }, managedPolicies: ReadOnlyAccess } }
`;
const renamedAccount = (backend?: string) =>
  manifest("shop", "ci", backend).replace("shop: {", "shop: { renamedFrom: old, name: old,");

test("a name that something else has as well is not mistaken for it", () => {
  const document = documents(graphOf(renamedAccount())).stacks.get("identity-center");
  expect(document?.moved).toEqual([
    {
      from: "aws_ssoadmin_account_assignment.developers--reader--old",
      to: "aws_ssoadmin_account_assignment.developers--reader--shop",
    },
    {
      from: "aws_ssoadmin_account_assignment.old--reader--old",
      to: "aws_ssoadmin_account_assignment.old--reader--shop",
    },
  ]);
});

test("a role's policies and instance profile move with it, in every account", () => {
  const text = manifest("shop", "ci").replace("ci: {", "build: { renamedFrom: ci, name: ci,");
  const { stacks } = documents(graphOf(text));
  for (const name of ["account-shop", "account-other"]) {
    expect(stacks.get(name)?.moved?.map(({ to }) => to)).toEqual([
      "aws_iam_role.build",
      "aws_iam_role_policy_attachment.build--ReadOnlyAccess",
      "aws_iam_instance_profile.build",
    ]);
  }
});

describe("an account's stack has another name with another key; how to move its state is said for the backend", () => {
  test.each([
    ["local", "mv cdktf.out/stacks/account-old/terraform.tfstate cdktf.out/stacks/account-shop/"],
    [
      "{ s3: { bucket: state-bucket, region: us-east-1 } }",
      "aws s3 mv s3://state-bucket/gatehouse/account-old.tfstate s3://state-bucket/gatehouse/account-shop.tfstate",
    ],
    ["{ cloud: { organization: x } }", "rename the workspace gatehouse-account-old to gatehouse-account-shop"],
  ])("%s", (backend, hint) => {
    const { problems, stacks } = documents(graphOf(renamedAccount(backend)));
    expect(problems).toMatchObject([
      {
        code: "stack-renamed",
        severity: "warning",
        message:
          "stack account-shop was account-old: move its state before the next plan, or Terraform takes everything in it for new",
        hint,
        place: { line: 6 },
      },
    ]);
    // inside, addresses are made of the roles' keys alone
    expect(stacks.get("account-shop")?.moved).toBeUndefined();
  });
});
