/**
 * Declarative policies, which set how EC2 works in the accounts they are attached to.
 *
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_declarative_syntax.html
 */
import { flatMap } from "../../../lib/flat-map.ts";
import { readPlainJson } from "../../../lib/iam/json.ts";
import { attributeOf, inBlocks, isUnknown, type ResourcePair, ways } from "../../rule.ts";

export const DECLARATIVE = "DECLARATIVE_POLICY_EC2";

interface Setting {
  path: readonly string[];
  what: string;
  strongestFirst: readonly string[];
}

const settings: readonly Setting[] = [
  {
    path: ["snapshot_block_public_access", "state"],
    what: "the block on public EBS snapshots",
    strongestFirst: ["block_all_sharing", "block_new_sharing"],
  },
  {
    path: ["image_block_public_access", "state"],
    what: "the block on public AMIs",
    strongestFirst: ["block_new_sharing"],
  },
  {
    path: ["allowed_images_settings", "state"],
    what: "the list of allowed AMIs",
    strongestFirst: ["enabled", "audit_mode"],
  },
  { path: ["instance_metadata_defaults", "http_tokens"], what: "IMDSv2", strongestFirst: ["required"] },
  { path: ["serial_console_access", "status"], what: "access to the serial console", strongestFirst: ["disabled"] },
  {
    path: ["vpc_block_public_access", "internet_gateway_block", "mode"],
    what: "the VPC public access block",
    strongestFirst: ["block_bidirectional", "block_ingress"],
  },
];

/** What a policy sets; as long as its content is not known, nothing. */
function valueIn(content: unknown, path: readonly string[]): string | null {
  const document = typeof content === "string" ? readPlainJson(content) : null;
  const steps = ["ec2_attributes", ...path, "@@assign"];
  const [value] = steps.reduce<readonly unknown[]>((blocks, step) => inBlocks(blocks, step), [document]);
  return typeof value === "string" ? value : null;
}

/** Gives what a declarative policy does not see to any more, each as the end of a sentence. */
export function unset({ before, after }: ResourcePair): readonly string[] {
  if (!before || !after || isUnknown(after, "content")) return [];
  return flatMap(settings, ({ path, what, strongestFirst }) => {
    const [was, is] = [before, after].map((policy) => valueIn(attributeOf(policy, "content"), path));
    if (!ways.along(strongestFirst)(was, is)) return [];
    return [is === null ? `does not set ${what} any more` : `sets ${what} to ${is}`];
  });
}
