/**
 * What a pipeline needs before the first stack: where states are kept, who vouches for it, a role that plans and one that
 * applies. People apply it, from the management account; the pipeline itself may not.
 */
import type { Construct } from "constructs";
import type { AccessGraph } from "../lib/access/graph.ts";
import { addProviders } from "./account/providers.ts";
import type { Made } from "./account/resources.ts";
import { addRoles } from "./account/roles.ts";
import { BaseStack } from "./base-stack.ts";
import { cutBootstrap } from "./bootstrap-part.ts";
import type { StackInfo } from "./plan-order.ts";
import { addPrivateBucket } from "./private-bucket.ts";

export type BootstrapProps = Pick<
  AccessGraph,
  "organization" | "accounts" | "identityProviders" | "roles" | "terraform"
>;

export class BootstrapStack extends BaseStack {
  constructor(scope: Construct, info: StackInfo, props: BootstrapProps) {
    super(scope, info, props);
    const { own } = cutBootstrap(props);
    const made: Made = new Map();
    const { homeRegion } = props.organization;
    addProviders((type, key, config) => this.add(type, key, config), own.identityProviders, made);
    addRoles((type, key, config) => this.add(type, key, config), own.roles, {
      account: this.accountId(info.account),
      made,
      providerIn: (region) => (region === homeRegion ? undefined : this.providerFor(info.account, region)),
    });
    const bucket = props.terraform.pipeline?.bucket ?? null;
    if (bucket === null) return;
    const { name, region } = bucket;
    const provider = region === homeRegion ? undefined : this.providerFor(info.account, region);
    addPrivateBucket((type, config) => this.add(type, ["state"], { ...config, provider }), name);
  }
}
