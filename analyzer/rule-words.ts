/** What the documentation and `gatehouse rules` say of a rule alike. */
import type { Rule } from "./rule.ts";

/**
 * Gives what a rule looks at: `trust policies`.
 * @param name how a resource type is written
 */
export function looksAt(rule: Rule, name: (type: string) => string = (type) => type): string {
  switch (rule.on) {
    case "policy":
      return `${rule.kinds.join(", ")} policies`;
    case "policy change":
      return `${rule.kinds.join(", ")} policies, before and after the change`;
    case "principal":
      return "each principal with all its policies";
    case "resource":
      return rule.types.map(name).join(", ");
    case "change":
      return `${rule.types.map(name).join(", ")}, before and after the change`;
    case "suppression":
      return "suppressions, in the configuration and in comments";
    case "unknown":
      return "policies that are not known at plan time";
  }
}
