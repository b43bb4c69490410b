import { flatMap } from "../../lib/flat-map.ts";
import { oncePer } from "../../lib/iam/memo.ts";
import {
  attributeOf,
  isSaidOf,
  namedAt,
  type Principal,
  power,
  type Resource,
  type ResourcePair,
  rule,
  type Surroundings,
} from "../rule.ts";

/** Where resources name the role that their code, their host or their caller gets: by ARN or by name. */
const uses: Readonly<Record<string, readonly string[]>> = {
  aws_amplify_app: ["compute_role_arn", "iam_service_role_arn"],
  aws_api_gateway_integration: ["credentials"],
  aws_apigatewayv2_integration: ["credentials_arn"],
  aws_apprunner_service: ["instance_configuration[].instance_role_arn"],
  aws_appstream_fleet: ["iam_role_arn"],
  aws_appstream_image_builder: ["iam_role_arn"],
  aws_appsync_datasource: ["service_role_arn"],
  aws_bedrockagent_agent: ["agent_resource_role_arn"],
  aws_chatbot_slack_channel_configuration: ["iam_role_arn"],
  aws_chatbot_teams_channel_configuration: ["iam_role_arn"],
  aws_cloudcontrolapi_resource: ["role_arn"],
  aws_cloudformation_stack: ["iam_role_arn"],
  aws_cloudwatch_event_target: ["role_arn"],
  aws_codebuild_project: ["service_role", "build_batch_config[].service_role"],
  aws_codepipeline: ["role_arn", "stage[].action[].role_arn"],
  aws_cognito_identity_pool_roles_attachment: [
    "roles.authenticated",
    "roles.unauthenticated",
    "role_mapping[].mapping_rule[].role_arn",
  ],
  aws_cognito_user_group: ["role_arn"],
  aws_ecs_task_definition: ["task_role_arn", "execution_role_arn"],
  aws_eks_addon: ["service_account_role_arn", "pod_identity_association[].role_arn"],
  aws_eks_fargate_profile: ["pod_execution_role_arn"],
  aws_eks_node_group: ["node_role_arn"],
  aws_eks_pod_identity_association: ["role_arn"],
  aws_emr_cluster: ["service_role"],
  aws_fis_experiment_template: ["role_arn"],
  aws_gamelift_fleet: ["instance_role_arn"],
  aws_glue_crawler: ["role"],
  aws_glue_dev_endpoint: ["role_arn"],
  aws_glue_job: ["role_arn"],
  aws_iam_instance_profile: ["role"],
  aws_iot_role_alias: ["role_arn"],
  aws_iot_provisioning_template: ["provisioning_role_arn"],
  aws_kinesisanalyticsv2_application: ["service_execution_role"],
  aws_lambda_function: ["role"],
  aws_mskconnect_connector: ["service_execution_role_arn"],
  aws_mwaa_environment: ["execution_role_arn"],
  aws_pipes_pipe: ["role_arn"],
  aws_redshift_cluster: ["default_iam_role_arn", "iam_roles[]"],
  aws_redshift_cluster_iam_roles: ["default_iam_role_arn", "iam_role_arns[]"],
  aws_redshiftserverless_namespace: ["default_iam_role_arn", "iam_roles[]"],
  aws_rolesanywhere_profile: ["role_arns[]"],
  aws_sagemaker_domain: ["default_user_settings[].execution_role", "default_space_settings[].execution_role"],
  aws_sagemaker_model: ["execution_role_arn"],
  aws_sagemaker_notebook_instance: ["role_arn"],
  aws_sagemaker_pipeline: ["role_arn"],
  aws_sagemaker_user_profile: ["user_settings[].execution_role"],
  aws_scheduler_schedule: ["target[].role_arn"],
  aws_sfn_state_machine: ["role_arn"],
  aws_ssm_activation: ["iam_role"],
  aws_ssm_maintenance_window_task: ["service_role_arn"],
  aws_synthetics_canary: ["execution_role_arn"],
  aws_transfer_access: ["role"],
  aws_transfer_user: ["role"],
};

/** Where they name an instance profile instead. */
const profiles: Readonly<Record<string, readonly string[]>> = {
  aws_emr_cluster: ["ec2_attributes[].instance_profile"],
  aws_imagebuilder_infrastructure_configuration: ["instance_profile_name"],
  aws_instance: ["iam_instance_profile"],
  aws_launch_configuration: ["iam_instance_profile"],
  aws_launch_template: ["iam_instance_profile[].name", "iam_instance_profile[].arn"],
  aws_spot_instance_request: ["iam_instance_profile"],
};

const types = [...new Set([...Object.keys(uses), ...Object.keys(profiles)])].sort();

/** What stood before, by ARN and by name. */
const standing = oncePer((pairs: readonly ResourcePair[]): ReadonlyMap<unknown, Resource> => {
  const found = flatMap(pairs, ({ before }) => (before ? [before] : []));
  return new Map(flatMap(found, (one) => ["name", "arn"].map((key) => [attributeOf(one, key), one] as const)));
});

function roleOf(named: string, around: Surroundings): Principal | null {
  const role = standing(around.ofType("aws_iam_role")).get(named);
  return role?.principal ?? around.principalOf(named)?.before ?? null;
}

function roleOfProfile(named: string, around: Surroundings): Principal | null {
  const profile = standing(around.ofType("aws_iam_instance_profile")).get(named);
  const role = profile && attributeOf(profile, "role");
  return typeof role === "string" ? roleOf(role, around) : null;
}

/** The roles that stood before and that the resource gives to what runs in it, by address. */
function rolesIn(resource: Resource | null, around: Surroundings): ReadonlyMap<string, Principal> {
  const found = (paths: readonly string[], find: typeof roleOf) =>
    flatMap(resource ? paths : [], (path) =>
      flatMap(namedAt(resource?.values ?? {}, resource?.unknown, path), ({ value }) =>
        value === null ? [] : (find(value, around) ?? []),
      ),
    );
  const type = resource?.type ?? "";
  const roles = [...found(uses[type] ?? [], roleOf), ...found(profiles[type] ?? [], roleOfProfile)];
  return new Map(roles.map((role) => [role.address, role]));
}

export default rule({
  id: "admin-role-used",
  severity: "high",
  summary: "One more function, host, job or pool of people gets an administrator's role",
  why: "No policy changes, and nobody is granted anything: a function, an instance or a pod that somebody else writes the code for now runs with a role that may do everything. In the account, iam:PassRole is the lock on that door; whoever merges into what Terraform applies walks around it.",
  levels:
    "High where the role may do everything; medium where it can give itself what it lacks. Low confidence when a permissions boundary limits the role that the plan does not show. A role that is new, or becomes an administrator's in the same plan, is reported where its policies stand.",
  bad: `  resource "aws_lambda_function" "thumbnails" {
    function_name = "thumbnails"
-   role          = aws_iam_role.thumbnails.arn
+   role          = aws_iam_role.deploy.arn # stands already, with AdministratorAccess
  }`,
  good: `resource "aws_lambda_function" "thumbnails" {
  function_name = "thumbnails"
  role          = aws_iam_role.thumbnails.arn
}`,
  fix: "Give it a role of its own, with what it needs.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
  ],
  on: "change",
  types,
  check({ before, after }, around, world) {
    const had = rolesIn(before, around);
    return flatMap([...rolesIn(after, around)], ([address, role]) => {
      const can = had.has(address) ? null : power(role, world);
      if (can === null) return [];
      return [
        {
          statement: null,
          message: `gets the role ${role.name || role.arn}, which ${isSaidOf[can]}`,
          ...(can === "more" && { severity: "medium" as const }),
          ...(role.boundaryUnknown && { confidence: "low" as const }),
        },
      ];
    });
  },
});
