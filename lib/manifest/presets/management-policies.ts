/** Management policies: they set up services in every account below, the management account included. */
import type { Preset } from "./preset.ts";

/** No policy further down can say otherwise. */
const final = { "@@operators_allowed_for_child_policies": ["@@none"] };

export const managementPolicies = {
  /** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_ai-opt-out_syntax.html */
  "ai-opt-out": {
    types: ["ai-opt-out"],
    summary: "No AWS service may store or use the organization's content to improve its AI.",
    leavesAlone: "",
    takes: [],
    document: () => ({
      services: { ...final, default: { ...final, opt_out_policy: { ...final, "@@assign": "optOut" } } },
    }),
  },
  /** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_declarative_syntax.html */
  "no-public-images": {
    types: ["declarative"],
    summary: "Machine images and EBS snapshots cannot be shared with the public.",
    leavesAlone: "images that are public already",
    takes: [],
    document: () => ({
      ec2_attributes: {
        image_block_public_access: { state: { "@@assign": "block_new_sharing" } },
        snapshot_block_public_access: { state: { "@@assign": "block_all_sharing" } },
      },
    }),
  },
} satisfies Record<string, Preset>;
