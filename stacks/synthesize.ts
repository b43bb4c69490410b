/** The access graph as Terraform JSON, one document per stack. Pure: nothing is written, no environment is read. */
import { RootConstruct } from "constructs";
import type { AccessGraph } from "../lib/access/graph.ts";
import type { Problem } from "../lib/problem.ts";
import { buildStacks, terraformJson } from "./build.ts";

export interface SynthesizedStack {
  name: string;
  /** The text of `cdk.tf.json`. */
  json: string;
  /** Names of the stacks that must be applied before. */
  dependsOn: readonly string[];
  /** Key of the account it is applied in. */
  account: string;
  /** Managed resources in it. */
  resources: number;
}

/**
 * All stacks in the order in which they can be applied, or only those named; none at all when a problem is an error.
 * Warnings name what waits for an id that AWS has not given yet.
 * @param options.movedFrom what was applied last: what has moved between stacks since is taken over from state to state
 */
export function synthesize(
  graph: AccessGraph,
  options: { only?: readonly string[]; movedFrom?: AccessGraph } = {},
): { stacks: SynthesizedStack[]; problems: Problem[] } {
  // No App: its constructor makes a folder and reads CDKTF_* from the environment.
  const { stacks, problems: found } = buildStacks(graph, new RootConstruct(), options.movedFrom);
  const names = stacks.map(({ info }) => info.name);
  const problems = [...found, ...unknownNames(options.only ?? [], names)];
  if (problems.some(({ severity }) => severity === "error")) return { stacks: [], problems };
  const { only = names } = options;
  return {
    problems,
    stacks: stacks
      .filter(({ info }) => only.includes(info.name))
      .map(({ info, stack }) => ({
        name: info.name,
        json: terraformJson(stack),
        dependsOn: info.dependsOn,
        account: info.account,
        resources: stack.resources,
      })),
  };
}

function unknownNames(only: readonly string[], names: readonly string[]): Problem[] {
  return only
    .filter((name) => !names.includes(name))
    .map((name) => ({
      code: "unknown-stack",
      severity: "error",
      message: `unknown stack "${name}"; the manifest makes: ${names.join(", ")}`,
      place: null,
      hint: null,
      related: [],
    }));
}
