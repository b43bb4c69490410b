/** What of the plan somebody may gain by: what runs with a role, for whoever changes it, and policies that are attached. */
import { flatMap } from "../lib/flat-map.ts";
import { objectName } from "./address.ts";
import { type Named, namedAt } from "./attachments.ts";
import { asString, member } from "./json.ts";
import { addressOf, type Links, type Node } from "./links.ts";
import type { Target } from "./model.ts";
import { arnOfObject } from "./partial.ts";
import { profiles, uses } from "./role-users.ts";

/** By type: the attribute that its ARN ends with, and what stands before and behind that. */
const table: Readonly<Record<string, readonly [like: string, attribute: string, end?: string]>> = {
  aws_apprunner_service: ["arn:*:apprunner:*:*:service/", "service_name", "/*"],
  aws_cloudformation_stack: ["arn:*:cloudformation:*:*:stack/", "name", "/*"],
  aws_codebuild_project: ["arn:*:codebuild:*:*:project/", "name"],
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

export const isRunnerType = (type: string): boolean => Object.hasOwn(table, type) && type !== POLICY;

/** Whether a resource type leads from what runs to its role. */
export const leadsToRole = (type: string): boolean => type === PROFILE || isRunnerType(type);

const known = new WeakMap<Node, Target>();

/** Gives it as permissions name it; the same object for what is left alone on both sides of the change. */
export function targetAt(node: Node): Target {
  let target = known.get(node);
  if (!target) {
    const [like, attribute, end = ""] = table[node.change.type]!;
    const name = asString(member(node.values, attribute));
    const path = node.change.type === POLICY ? (asString(member(node.values, "path")) ?? "/") : "";
    const address = addressOf(node);
    // what refers to it may say which instance it means, or not
    const objects = address ? [...new Set([objectName(address), objectName({ ...address, key: null })])] : [];
    target = {
      address: node.change.address,
      like,
      arns: [
        ...(name === null
          ? []
          : [`${like.replace(/^(arn:\*:[^:]*:[^:]*:)\*:/, `$1${node.account ?? "*"}:`)}${path}${name}${end}`]),
        ...objects.map(arnOfObject),
      ],
    };
    known.set(node, target);
  }
  return target;
}

/** Gives the roles of the plan that it runs with. */
export function rolesOf(node: Node, links: Links): readonly Node[] {
  const { change, values, unknown } = node;
  const named = (paths: readonly string[] = []): readonly Named[] =>
    flatMap(paths, (path) => namedAt(values, unknown, path));
  const own = flatMap(named(uses[change.type]), (role) => links.find(node, role, ROLE, keyOf(role)) ?? []);
  const behind = flatMap(named(profiles[change.type]), (profile) =>
    flatMap(links.find(node, profile, PROFILE, keyOf(profile)) ?? [], (found) => rolesOf(found, links)),
  );
  return [...own, ...behind];
}

const keyOf = ({ value }: Named) => (value?.startsWith("arn:") ? "arn" : "name");
