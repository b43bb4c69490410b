/** What the access manifest itself says is somebody's decision; what only stands at the same address is not. */
import { describe, expect, it } from "vitest";
import { analyze } from "../../analyzer/analyze.ts";
import { rules } from "../../analyzer/rules.ts";
import { manifestPlaces } from "../../cli/manifest-places.ts";
import { worldOf } from "../../cli/world.ts";
import type { Finding } from "../../lib/finding.ts";
import { planOf } from "../analyzer/plans.ts";
import { graph, managementId } from "../e2e/securecart.ts";

interface Values {
  set: string;
  policy: string;
  target: string;
}

/** Findings of a plan that lets the administrators' set, and a grant in the management account, stand so. */
async function findings({ set, policy, target }: Values): Promise<readonly Finding[]> {
  const create = (type: string, name: string, after: object) => ({
    ...{ address: `${type}.${name}`, type, actions: ["create"], after },
  });
  const plan = planOf([
    create("aws_ssoadmin_permission_set", "administrator", { name: set }),
    create("aws_ssoadmin_managed_policy_attachment", "administrator--AdministratorAccess", {
      permission_set_arn: "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef",
      managed_policy_arn: `arn:aws:iam::aws:policy/${policy}`,
    }),
    create("aws_ssoadmin_permission_set", "auditor", { name: set.replace("Administrator", "Auditor") }),
    create("aws_ssoadmin_account_assignment", "security--auditor--management", {
      principal_type: "GROUP",
      target_id: target,
    }),
  ]);
  const placeOf = manifestPlaces(graph, [plan]);
  const locate = (finding: { plan: string; address: string }) => placeOf(finding.plan, finding.address);
  const source = { locate, declares: (finding: Finding) => locate(finding) !== null, documents: null };
  const world = { ...worldOf(graph), managementAccount: target };
  return (await analyze([plan], { rules, world, toolVersion: "0.0.0", source })).findings;
}

const declared = { set: "SecureCart-Administrator", policy: "AdministratorAccess", target: managementId };

describe("administrators and access to the management account", () => {
  it.each<[string, Partial<Values>, string, string | undefined]>([
    ["the manifest's administrators", {}, "admin-access", "low"],
    ["the same address with a set of another name", { set: "Administrator-Too" }, "admin-access", "high"],
    ["the manifest's grant", {}, "sso-management-access", "low"],
    ["the same address in another account", { target: "999999999999" }, "sso-management-access", "medium"],
    ["the same address with a narrower policy", { policy: "SecurityAudit" }, "admin-access", undefined],
  ])("%s: %s", async (_, values, rule, severity) => {
    const found = (await findings({ ...declared, ...values })).find((finding) => finding.rule === rule);
    expect(found?.severity).toBe(severity);
    expect(found?.location?.file.startsWith("examples/securecart/") ?? false).toBe(severity === "low");
  });
});
