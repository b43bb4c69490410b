/** People's access that changes stacks: named, and taken over. */
import { describe, expect, test } from "vitest";
import { describeMove, peopleMoves } from "../../stacks/people-moves.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { graphOf } from "../lib/access/graph-of.ts";

const graph = ({ shards = "", grant = "", name = "" } = {}) =>
  graphOf(`gatehouse: 1
organization: { id: o-a1b2c3d4e5, homeRegion: us-east-1, managementAccount: management }
accounts:
  management: { email: aws@x.example, id: "111111111111" }
  shop: { email: aws+shop@x.example, id: "333333333333" }
  data: { email: aws+data@x.example, id: "777777777777" }
identity:
  instanceArn: arn:aws:sso:::instance/ssoins-1234567890abcdef
  identityStoreId: d-1234567890
  groups: { developers: {} }
permissionSets:
  reader: { managedPolicies: ReadOnlyAccess, tags: { ${name} } }
access:
  - { groups: developers, permissionSets: reader, to: [shop, data] }
${grant}
${shards}
`);
const first = graph();
const cut = graph({ shards: "terraform: { shards: 2 }" });
const granted = graph({ grant: "  - { groups: developers, permissionSets: reader, to: management }" });

const blocks = (now: typeof first, movedFrom: typeof first) =>
  Object.fromEntries(
    synthesize(now, { movedFrom }).stacks.flatMap(({ name, json }) => {
      const { import: imports, removed, resource } = JSON.parse(json);
      const found = { imports, removed, resources: Object.keys(resource ?? {}) };
      return name.startsWith("identity-center") ? [[name, found] as const] : [];
    }),
  );
const assignment = (account: string) => `aws_ssoadmin_account_assignment.developers--reader--${account}`;
const forgotten = (from: string) => ({ from, lifecycle: { destroy: false } });

describe("another number of shards", () => {
  test("is told with what moves where", () => {
    expect(peopleMoves(first, cut).map(describeMove)).toEqual([
      "1 assignment moves from stack identity-center to identity-center-0: Terraform would destroy and recreate what moves",
      "1 assignment moves from stack identity-center to identity-center-1: Terraform would destroy and recreate what moves",
    ]);
  });

  test("imports in one stack what the other forgets, by the id that the provider takes", () => {
    const { "identity-center": whole, ...shards } = blocks(cut, first);
    expect(whole?.removed).toEqual([forgotten(assignment("data")), forgotten(assignment("shop"))]);
    const imports = Object.values(shards).flatMap((shard) => shard.imports);
    const ids = ["data.aws_identitystore_group.developers.group_id", "data.aws_ssoadmin_permission_set.reader.arn"];
    expect(imports).toContainEqual({
      to: assignment("shop"),
      id: `\${${ids[0]}},GROUP,333333333333,AWS_ACCOUNT,\${${ids[1]}},arn:aws:sso:::instance/ssoins-1234567890abcdef`,
    });
    expect(imports).toHaveLength(2);
  });

  test("writes a shard that is no more once again, to forget what it held", () => {
    expect(blocks(first, cut)["identity-center-1"]).toEqual({
      imports: undefined,
      removed: [expect.objectContaining({ lifecycle: { destroy: false } })],
      resources: [],
    });
  });
});

describe("the first grant in the management account", () => {
  test("moves the permission set with its policies and assignments", () => {
    expect(peopleMoves(first, granted)).toEqual([
      { from: "identity-center", to: "identity-center-management", permissionSets: 1, assignments: 2 },
    ]);
    const { "identity-center": members, "identity-center-management": management } = blocks(granted, first);
    const moved = [
      "aws_ssoadmin_permission_set.reader",
      "aws_ssoadmin_managed_policy_attachment.reader--ReadOnlyAccess",
      assignment("data"),
      assignment("shop"),
    ];
    expect(members?.removed.map(({ from }: { from: string }) => from)).toEqual(moved);
    expect(management?.imports.map(({ to }: { to: string }) => to)).toEqual(moved);
    expect(management?.imports[0].id).toBe(
      "${data.aws_ssoadmin_permission_set.taken-over--reader.arn},arn:aws:sso:::instance/ssoins-1234567890abcdef",
    );
  });
});

test("where nothing moves nothing is written", () => {
  const changed = graph({ name: "team: shop" });
  expect(synthesize(changed, { movedFrom: first })).toEqual(synthesize(changed));
  expect(peopleMoves(first, changed)).toEqual([]);
});
