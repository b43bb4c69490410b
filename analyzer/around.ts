/** A plan by address and type, for rules whose question is about two resources. */

import { groupBy } from "../lib/group.ts";
import { lazily } from "../lib/iam/memo.ts";
import type { PolicyChange, PrincipalChange, ResourcePair, Surroundings } from "./model.ts";

export interface Whole {
  policies: readonly PolicyChange[];
  principals: readonly PrincipalChange[];
  resources: readonly ResourcePair[];
}

const known = new WeakMap<Whole, Surroundings>();

/** Gives the look-ups into a plan; each is made once, when a rule asks. */
export function around(whole: Whole): Surroundings {
  let surroundings = known.get(whole);
  if (!surroundings) {
    const types = lazily(() => groupBy(whole.resources, ({ type }) => type));
    const resources = lazily(() => new Map(whole.resources.map((resource) => [resource.address, resource])));
    const policies = lazily(() => groupBy(whole.policies, ({ address }) => address));
    const principals = lazily(() => new Map(whole.principals.map((principal) => [principal.address, principal])));
    const byArn = lazily(
      () => new Map(whole.principals.map((principal) => [(principal.before ?? principal.after)?.arn ?? "", principal])),
    );
    surroundings = {
      ofType: (type) => types().get(type) ?? [],
      resourceAt: (address) => resources().get(address) ?? null,
      policiesAt: (address) => policies().get(address) ?? [],
      principalAt: (address) => principals().get(address) ?? null,
      principalOf: (arn) => byArn().get(arn) ?? null,
    };
    known.set(whole, surroundings);
  }
  return surroundings;
}
