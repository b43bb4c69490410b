/** What of the plan somebody may gain by: what runs with a role, for whoever changes it, and policies that are attached. */
import { flatMap } from "../lib/flat-map.ts";
import type { Condition } from "../lib/iam/policy.ts";
import { condition } from "../lib/iam/questions.ts";
import { UNNAMED } from "../lib/iam/unnamed.ts";
import { objectName } from "./address.ts";
import { type Named, namedAt } from "./attachments.ts";
import { asObject, asString, member } from "./json.ts";
import { addressOf, type Links, type Node } from "./links.ts";
import type { Target } from "./model.ts";
import { arnOfObject } from "./partial.ts";
import { profiles, uses } from "./role-users.ts";

/** By type: the attribute that its ARN ends with, and what stands before and behind that. */
const table: Readonly<Record<string, readonly [like: string, attribute: string, end?: string]>> = {
  aws_apprunner_service: ["arn:*:apprunner:*:*:service/", "service_name", "/*"],
  aws_cloudformation_stack: ["arn:*:cloudformation:*:*:stack/", "name", "/*"],
  aws_codebuild_project: ["arn:*:codebuild:*:*:project/", "name"],
  aws_ecs_service: ["arn:*:ecs:*:*:task/", "cluster", "/*"],
  aws_glue_dev_endpoint: ["arn:*:glue:*:*:devEndpoint/", "name"],
  aws_iam_policy: ["arn:*:iam::*:policy", "name"],
  aws_instance: ["arn:*:ec2:*:*:instance/", "id"],
  aws_lambda_function: ["arn:*:lambda:*:*:function:", "function_name"],
  aws_launch_template: ["arn:*:ec2:*:*:launch-template/", "id"],
  aws_sagemaker_notebook_instance: ["arn:*:sagemaker:*:*:notebook-instance/", "name"],
  aws_sfn_state_machine: ["arn:*:states:*:*:stateMachine:", "name"],
};

const POLICY = "aws_iam_policy";
const PROFILE = "aws_iam_instance_profile";
const ROLE = "aws_iam_role";

/** Whoever enters a task has its task role; the other one is the agent's. */
const TASK = "aws_ecs_task_definition";
const CLUSTER = "aws_ecs_cluster";
const TASK_ROLE = ["task_role_arn"];

export const isRunnerType = (type: string): boolean => Object.hasOwn(table, type) && type !== POLICY;

/** Whether a resource type leads from what runs to its role. */
export const leadsToRole = (type: string): boolean => leading.has(type) || isRunnerType(type);
const leading = new Set([PROFILE, TASK, CLUSTER]);

const known = new WeakMap<Node, Target>();

/** Gives it as permissions name it; the same object for what is left alone on both sides of the change. */
export function targetAt(node: Node, links: Links): Target {
  let target = known.get(node);
  if (!target) {
    const [like, attribute, end = ""] = table[node.change.type]!;
    const name = attribute === "cluster" ? clusterOf(node, links) : asString(member(node.values, attribute));
    const path = node.change.type === POLICY ? (asString(member(node.values, "path")) ?? "/") : "";
    const address = addressOf(node);
    // what refers to it may say which instance it means, or not
    const objects = address ? [...new Set([objectName(address), objectName({ ...address, key: null })])] : [];
    target = {
      address: node.change.address,
      like,
      arns: [
        // of an id that AWS gives, a wildcard means all there are
        `${like.replace(/^(arn:\*:[^:]*:[^:]*:)\*:/, `$1${node.account ?? "*"}:`)}${path}${name ?? UNNAMED}${end}`,
        ...objects.map(arnOfObject),
      ],
      facts: [
        ...tagsOf(node),
        ...(attribute === "cluster" && name !== null
          ? [condition("ArnLike", "ecs:cluster", [`arn:*:ecs:*:${node.account ?? "*"}:cluster/${name}`])]
          : []),
      ],
    };
    known.set(node, target);
  }
  return target;
}

/** The tags of a resource, as conditions on it. */
export const tagsOf = ({ values }: Node): readonly Condition[] =>
  flatMap(
    Object.entries({ ...asObject(member(values, "tags")), ...asObject(member(values, "tags_all")) }),
    ([name, value]) => (typeof value === "string" ? condition("StringEquals", `aws:ResourceTag/${name}`, [value]) : []),
  );

/** The name of a service's cluster, which it names by its ARN, or by its name. */
function clusterOf(node: Node, links: Links): string | null {
  const [named] = namedAt(node.values, node.unknown, "cluster");
  if (!named) return "default";
  if (named.value !== null) return named.value.slice(named.value.lastIndexOf("/") + 1);
  const [cluster] = links.find(node, named, CLUSTER, "name") ?? [];
  return cluster ? asString(member(cluster.values, "name")) : null;
}

/** Gives the roles of the plan that it runs with. */
export function rolesOf(node: Node, links: Links): readonly Node[] {
  const { change, values, unknown } = node;
  const named = (paths: readonly string[] = []): readonly Named[] =>
    flatMap(paths, (path) => namedAt(values, unknown, path));
  const own = flatMap(
    named(change.type === TASK ? TASK_ROLE : uses[change.type]),
    (role) => links.find(node, role, ROLE, keyOf(role)) ?? [],
  );
  const entered = change.type === "aws_ecs_service" && member(values, "enable_execute_command") === true;
  const inTask = flatMap(named(entered ? ["task_definition"] : []), (definition) =>
    flatMap(taskAt(node, definition, links), (found) => rolesOf(found, links)),
  );
  const behind = flatMap(named(profiles[change.type]), (profile) =>
    flatMap(links.find(node, profile, PROFILE, keyOf(profile)) ?? [], (found) => rolesOf(found, links)),
  );
  return [...own, ...behind, ...inTask];
}

/** The task definition that is named by its ARN, or by its family, with its revision or without. */
const taskAt = (node: Node, named: Named, links: Links): readonly Node[] =>
  (named.value?.startsWith("arn:") ? links.find(node, named, TASK, "arn") : null) ??
  links.find(node, { ...named, value: named.value?.replace(/^.*\/|:\d+$/g, "") ?? null }, TASK, "family") ??
  [];

const keyOf = ({ value }: Named) => (value?.startsWith("arn:") ? "arn" : "name");
