/**
 * Ways to more permissions than one has, as data.
 *
 * Sources: https://pathfinding.cloud and the actions' own pages in the service authorization reference.
 */
import { flatMap } from "../flat-map.ts";
import type { Condition } from "./policy.ts";
import { condition } from "./questions.ts";
import { UNNAMED } from "./unnamed.ts";

/** One thing that must be allowed. */
export interface Step {
  /** Any one of these. */
  actions: readonly string[];
  /** What it is done to, where that must be somebody else's; `null`: something of one's own making will do. */
  on: string | null;
  /** What else holds for the request. */
  where: readonly Condition[];
  /** Variables by which the target may be oneself, and the step still a gain. */
  own: readonly string[];
}

export interface Path {
  steps: readonly Step[];
  /** Services that the passed role must trust; none: no role is passed. */
  passedTo: readonly string[];
  /** What is gained: any permission, those of a role that can be passed, those of something that runs already. */
  gain: "everything" | "passed role" | "existing target";
  /** It counts only for a role that the plan shows to be powerful: that any role may be passed says enough. */
  shown?: true;
  /** It works in few accounts, so it counts only where a policy names actions of this service. */
  service?: string;
  /** All steps are done to one and the same of these: of the caller's own making, or among those that are named alike. */
  same?: "role" | "user" | "group";
  /** It gains only where that can be anybody, and so oneself. */
  anybody?: true;
  /** Steps of which each is enough alone, whoever it is done to, so that the path says nothing more. */
  unless?: readonly Step[];
}

const iam = (type: "user" | "group" | "role" | "policy" | "saml-provider") => `arn:*:iam::*:${type}/${UNNAMED}`;

/** What an attacker attaches: a list of what must not be attached rarely holds both. */
const ADMINISTRATOR = condition("ArnEquals", "iam:PolicyARN", [
  "arn:aws:iam::aws:policy/AdministratorAccess",
  "arn:aws:iam::aws:policy/IAMFullAccess",
]);

/** `a | b`: either. */
const step = (action: string, on: string | null, more: Partial<Step> = {}): Step => ({
  actions: action.split(" | "),
  on,
  where: [],
  own: [],
  ...more,
});
const alone = (action: string, on: string, more: Partial<Step> = {}): Path => ({
  steps: [step(action, on, more)],
  passedTo: [],
  gain: "everything",
});
/** What a path takes besides. */
const and = (path: Path, ...more: readonly Step[]): Path => ({ ...path, steps: [...path.steps, ...more] });
const self = { own: ["aws:username"] };
const attach = { where: [ADMINISTRATOR] };
const permissionSet = `arn:*:sso:::permissionSet/${UNNAMED}/ps-${UNNAMED}`;

/** Identity Center answers in the management account and its delegate's only. */
const inIdentityCenter = (action: string, on = permissionSet): Path => ({
  ...alone(action, on),
  service: action.split(":")[0] ?? "",
});
const group = `arn:*:identitystore:::group/${UNNAMED}`;
const person = `arn:*:identitystore:::user/${UNNAMED}`;

/** Of the tasks that a session of a member account's root is made for, the one that ends in the console. */
const rootPassword = condition("StringEquals", "sts:TaskPolicyArn", [
  "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword",
]);

/** Each action is enough. */
export const granting: readonly Path[] = [
  alone("iam:CreatePolicyVersion", iam("policy")),
  alone("iam:SetDefaultPolicyVersion", iam("policy")),
  alone("iam:AttachUserPolicy", iam("user"), { ...attach, ...self }),
  alone("iam:AttachGroupPolicy", iam("group"), attach),
  alone("iam:AttachRolePolicy", iam("role"), attach),
  alone("iam:PutUserPolicy", iam("user"), self),
  alone("iam:PutGroupPolicy", iam("group")),
  alone("iam:PutRolePolicy", iam("role")),
  alone("iam:AddUserToGroup", iam("group")),
  alone("iam:CreateAccessKey", iam("user")),
  alone("iam:CreateLoginProfile", iam("user")),
  alone("iam:UpdateLoginProfile", iam("user")),
  alone("iam:UpdateAssumeRolePolicy", iam("role")),
  alone("iam:DeleteUserPermissionsBoundary", iam("user"), self),
  alone("iam:DeleteRolePermissionsBoundary", iam("role")),
  // whoever brings the metadata signs in as every role that trusts the provider
  alone("iam:UpdateSAMLProvider", iam("saml-provider")),
  inIdentityCenter("sso:AttachManagedPolicyToPermissionSet"),
  inIdentityCenter("sso:PutInlinePolicyToPermissionSet"),
  inIdentityCenter("sso:DeletePermissionsBoundaryFromPermissionSet"),
  inIdentityCenter("sso:CreateAccountAssignment"),
  inIdentityCenter("identitystore:CreateGroupMembership", group),
  inIdentityCenter("sso-directory:AddMemberToGroup", group),
  inIdentityCenter("sso-directory:UpdatePassword", person),
  { ...alone("sts:AssumeRoot", "arn:*:iam::*:root", { where: [rootPassword] }), service: "sts" },
];

/** The actions of which one alone is enough. */
export const grantingActions: readonly string[] = flatMap(granting, ({ steps }) =>
  flatMap(steps, ({ actions }) => actions),
);

/** Giving any permission to a principal, and becoming it: each of these, done to the same one. */
function becoming(type: "role" | "user" | "group", ...names: readonly string[]): Path {
  const steps = names.map((name) => step(name, null, attach));
  const alone = steps.filter(({ actions }) => actions.some((name) => grantingActions.includes(name)));
  const free =
    type === "group" ? [] : [step(`iam:Delete${type === "role" ? "Role" : "User"}PermissionsBoundary`, null)];
  const unless = [...alone, ...free].map((step) => ({ ...step, on: iam(type) }));
  return { steps, passedTo: [], gain: "everything", same: type, unless };
}

const LOG_IN = "iam:CreateAccessKey | iam:CreateLoginProfile | iam:UpdateLoginProfile";
const become: readonly Path[] = [
  becoming("role", "iam:CreateRole", "iam:AttachRolePolicy | iam:PutRolePolicy"),
  becoming("user", "iam:CreateUser", "iam:AttachUserPolicy | iam:PutUserPolicy", LOG_IN),
  becoming("role", "iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy | iam:PutRolePolicy"),
  becoming("user", "iam:AttachUserPolicy | iam:PutUserPolicy", LOG_IN),
  { ...becoming("user", "iam:PutUserPermissionsBoundary", "iam:AttachUserPolicy | iam:PutUserPolicy"), anybody: true },
  { ...becoming("role", "iam:PutRolePermissionsBoundary", "iam:AttachRolePolicy | iam:PutRolePolicy"), anybody: true },
  becoming("group", "iam:AddUserToGroup", "iam:AttachGroupPolicy | iam:PutGroupPolicy"),
];

/** Writing a policy, and attaching it where only policies of the account may be attached. */
const written: readonly Path[] = (["role", "user", "group"] as const).map((type) => {
  const action = `iam:Attach${type[0]!.toUpperCase()}${type.slice(1)}Policy`;
  const own = condition("ArnEquals", "iam:PolicyARN", [`arn:aws:iam::*:policy/${UNNAMED}`]);
  return {
    steps: [step("iam:CreatePolicy", null), step(action, iam(type), { where: [own] })],
    passedTo: [],
    gain: "everything",
    unless: [step(action, iam(type), attach)],
  };
});

/** A boundary that keeps nothing back: without one, or with this. */
export const NO_BOUNDARY = "arn:aws:iam::aws:policy/AdministratorAccess";

/** Passing a role to one of the services, and then each of these. */
const passing = (services: string, ...actions: readonly string[]): Path => ({
  steps: actions.map((action) => step(action, null)),
  passedTo: services.split(" ").map((service) => `${service}.amazonaws.com`),
  gain: "passed role",
});

const passed: readonly Path[] = [
  passing("ec2", "ec2:RunInstances | ec2:RequestSpotInstances"),
  passing(
    "ec2 autoscaling",
    "autoscaling:CreateLaunchConfiguration",
    "autoscaling:CreateAutoScalingGroup | autoscaling:UpdateAutoScalingGroup",
  ),
  passing(
    "lambda",
    "lambda:CreateFunction",
    "lambda:InvokeFunction | lambda:AddPermission | lambda:CreateEventSourceMapping",
  ),
  passing(
    "ecs-tasks",
    "ecs:RegisterTaskDefinition",
    "ecs:RunTask | ecs:StartTask | ecs:CreateService | ecs:UpdateService",
  ),
  passing("cloudformation", "cloudformation:CreateStack"),
  passing("cloudformation", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"),
  passing("cloudformation", "cloudformation:UpdateStackSet"),
  passing("codebuild", "codebuild:CreateProject", "codebuild:StartBuild | codebuild:StartBuildBatch"),
  passing("glue", "glue:CreateDevEndpoint"),
  passing("glue", "glue:CreateJob | glue:UpdateJob", "glue:StartJobRun | glue:CreateTrigger"),
  passing("glue", "glue:CreateSession", "glue:RunStatement"),
  passing("sagemaker", "sagemaker:CreateNotebookInstance"),
  passing("sagemaker", "sagemaker:CreateTrainingJob"),
  passing("sagemaker", "sagemaker:CreateProcessingJob"),
  passing("tasks.apprunner build.apprunner", "apprunner:CreateService"),
  passing("ecs-tasks batch", "batch:RegisterJobDefinition", "batch:SubmitJob"),
  passing(
    "datapipeline",
    "datapipeline:CreatePipeline",
    "datapipeline:PutPipelineDefinition",
    "datapipeline:ActivatePipeline",
  ),
  passing("elasticmapreduce ec2", "elasticmapreduce:RunJobFlow"),
  passing("emr-serverless", "emr-serverless:CreateApplication", "emr-serverless:StartJobRun"),
  passing("cognito-identity", "cognito-identity:SetIdentityPoolRoles"),
  passing("scheduler", "scheduler:CreateSchedule"),
  passing("ssm", "ssm:CreateDocument", "ssm:StartAutomationExecution"),
  passing("states", "states:CreateStateMachine", "states:StartExecution"),
  passing(
    "bedrock-agentcore",
    "bedrock-agentcore:CreateCodeInterpreter",
    "bedrock-agentcore:StartCodeInterpreterSession",
    "bedrock-agentcore:InvokeCodeInterpreter",
  ),
];

/** Passing a second role, which does the service's own work. */
const alsoPassing = (service: string): Step => ({ ...passRole([`${service}.amazonaws.com`]), on: null });

const automation = `arn:*:ssm:*:*:automation-definition/${UNNAMED}:${UNNAMED}`;

/** More that starts, changes or enters something with the role that is passed: AWS has too many to name each of any role. */
const launching: readonly Path[] = [
  passing("airflow airflow-env", "airflow:CreateEnvironment | airflow:UpdateEnvironment"),
  passing("amplify", "amplify:CreateApp | amplify:UpdateApp", "amplify:StartJob"),
  passing("bedrock-agentcore", "bedrock-agentcore:CreateAgentRuntime", "bedrock-agentcore:InvokeAgentRuntime"),
  passing(
    "bedrock-agentcore",
    "bedrock-agentcore:CreateBrowser",
    "bedrock-agentcore:StartBrowserSession",
    "bedrock-agentcore:ConnectBrowserAutomationStream",
  ),
  passing("braket", "braket:CreateJob"),
  passing("cloudformation", "cloudformation:UpdateStack"),
  passing("cloudformation", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
  passing("codebuild", "codebuild:UpdateProject", "codebuild:StartBuild | codebuild:StartBuildBatch"),
  passing("codepipeline", "codepipeline:CreatePipeline | codepipeline:UpdatePipeline"),
  passing("ec2", "ec2:AssociateIamInstanceProfile | ec2:ReplaceIamInstanceProfileAssociation"),
  // the role of the hosts, which their containers reach
  passing("ec2", "batch:CreateComputeEnvironment", "batch:CreateJobQueue", "batch:SubmitJob"),
  passing("ec2", "iam:AddRoleToInstanceProfile"),
  passing(
    "ec2",
    "imagebuilder:CreateImageRecipe | imagebuilder:CreateContainerRecipe",
    "imagebuilder:CreateInfrastructureConfiguration | imagebuilder:UpdateInfrastructureConfiguration",
    "imagebuilder:CreateImage | imagebuilder:CreateImagePipeline",
  ),
  // Elastic Beanstalk launches what it needs with the caller's permissions
  passing("ec2", "elasticbeanstalk:CreateEnvironment", "cloudformation:CreateStack"),
  passing("ec2", "elasticbeanstalk:UpdateEnvironment", "cloudformation:UpdateStack"),
  and(passing("ec2", "ec2:RequestSpotFleet"), alsoPassing("spotfleet")),
  passing("ec2 eks", "eks:CreateNodegroup"),
  // the task definition is one that stands: the call replaces its role and its command
  passing("ecs-tasks", "ecs:RunTask | ecs:StartTask"),
  passing("ecs-tasks", "ecs:UpdateExpressGatewayService"),
  and(passing("ecs-tasks", "ecs:CreateExpressGatewayService"), alsoPassing("ecs")),
  passing("pods.eks", "eks:CreatePodIdentityAssociation | eks:UpdatePodIdentityAssociation"),
  passing("events", "events:PutTargets"),
  passing(
    "credentials.iot",
    "iot:CreateRoleAlias | iot:UpdateRoleAlias",
    "iot:CreateKeysAndCertificate | iot:CreateCertificateFromCsr",
    "iot:AttachPolicy",
  ),
  passing("gamelift", "gamelift:CreateBuild | gamelift:CreateScript", "gamelift:CreateFleet"),
  passing(
    "kinesisanalytics",
    "kinesisanalytics:CreateApplication | kinesisanalytics:UpdateApplication",
    "kinesisanalytics:StartApplication",
  ),
  passing("lambda", "lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode"),
  // a canary is a function
  passing("lambda", "synthetics:CreateCanary", "lambda:CreateFunction", "synthetics:StartCanary"),
  passing("pipes", "pipes:CreatePipe | pipes:UpdatePipe"),
  passing(
    "rolesanywhere",
    "rolesanywhere:CreateTrustAnchor",
    "rolesanywhere:CreateProfile | rolesanywhere:UpdateProfile",
  ),
  passing("sagemaker", "sagemaker:CreateAutoMLJob | sagemaker:CreateAutoMLJobV2"),
  passing("sagemaker", "sagemaker:CreateHyperParameterTuningJob"),
  passing("sagemaker", "sagemaker:CreateModel", "sagemaker:CreateEndpointConfig", "sagemaker:CreateEndpoint"),
  passing("sagemaker", "sagemaker:CreatePipeline | sagemaker:UpdatePipeline", "sagemaker:StartPipelineExecution"),
  passing("sagemaker", "sagemaker:CreateUserProfile", "sagemaker:CreatePresignedDomainUrl"),
  passing("scheduler", "scheduler:UpdateSchedule"),
  passing("ssm", "ssm:CreateActivation"),
  // a document that others share can say anything
  and(passing("ssm"), step("ssm:StartAutomationExecution", automation)),
  passing("states", "states:UpdateStateMachine", "states:StartExecution"),
].map((path) => ({ ...path, shown: true }));

/** Acting on something that runs with a role already: each of these, on one that nobody named. */
const existing = (arn: string, ...actions: readonly string[]): Path => ({
  steps: actions.map((action) => step(action, arn)),
  passedTo: [],
  gain: "existing target",
});

/** A document that runs the commands that it is given. */
const runsScripts = "arn:*:ssm:*:*:document/AWS-Run*Script";
const ADMINISTERS_CLUSTER = condition("ArnEquals", "eks:policyArn", [
  "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
]);

const lambdaFunction = `arn:*:lambda:*:*:function:${UNNAMED}`;
const instance = `arn:*:ec2:*:*:instance/i-${UNNAMED}`;
const launchTemplate = `arn:*:ec2:*:*:launch-template/lt-${UNNAMED}`;
const stack = `arn:*:cloudformation:*:*:stack/${UNNAMED}/${UNNAMED}`;
const notebook = `arn:*:sagemaker:*:*:notebook-instance/${UNNAMED}`;
const stateMachine = `arn:*:states:*:*:stateMachine:${UNNAMED}`;

const running: readonly Path[] = [
  existing(lambdaFunction, "lambda:UpdateFunctionCode"),
  existing(lambdaFunction, "lambda:UpdateFunctionConfiguration"),
  existing(instance, "ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"),
  existing(launchTemplate, "ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"),
  existing(instance, "ec2-instance-connect:SendSSHPublicKey"),
  existing(instance, "ssm:StartSession"),
  and(existing(instance, "ssm:SendCommand"), step("ssm:SendCommand", runsScripts)),
  existing(`arn:*:ecs:*:*:task/${UNNAMED}/${UNNAMED}`, "ecs:ExecuteCommand"),
  existing(stack, "cloudformation:UpdateStack"),
  existing(stack, "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
  existing(`arn:*:codebuild:*:*:project/${UNNAMED}`, "codebuild:StartBuild | codebuild:StartBuildBatch"),
  // whoever administers a cluster has what runs there, whichever it is
  and(
    existing("arn:*:eks:*:*:cluster/*", "eks:CreateAccessEntry"),
    step("eks:AssociateAccessPolicy", "arn:*:eks:*:*:access-entry/*", { where: [ADMINISTERS_CLUSTER] }),
  ),
  existing(`arn:*:glue:*:*:devEndpoint/${UNNAMED}`, "glue:UpdateDevEndpoint"),
  existing(notebook, "sagemaker:CreatePresignedNotebookInstanceUrl"),
  and(
    existing(
      notebook,
      "sagemaker:UpdateNotebookInstance",
      "sagemaker:StopNotebookInstance",
      "sagemaker:StartNotebookInstance",
    ),
    step("sagemaker:CreateNotebookInstanceLifecycleConfig | sagemaker:UpdateNotebookInstanceLifecycleConfig", null),
  ),
  existing(`arn:*:apprunner:*:*:service/${UNNAMED}/${UNNAMED}`, "apprunner:UpdateService"),
  existing(stateMachine, "states:UpdateStateMachine", "states:StartExecution"),
];

/** The actions that change what runs, or enter it. */
export const changingActions: readonly string[] = flatMap(running, ({ steps }) =>
  flatMap(steps, ({ actions }) => actions),
);

/** The worst first. */
export const paths: readonly Path[] = [...granting, ...become, ...written, ...passed, ...launching, ...running];

/** What gives a tag to a resource, by what its ARN holds. */
const tagging: readonly (readonly [kind: string, action: string])[] = [
  [":policy/", "iam:TagPolicy"],
  [":role/", "iam:TagRole"],
  [":user/", "iam:TagUser"],
  [":function:", "lambda:TagResource"],
  [":instance/", "ec2:CreateTags"],
  [":launch-template/", "ec2:CreateTags"],
  [":task/", "ecs:TagResource"],
  [":stateMachine:", "states:TagResource"],
  [":devEndpoint/", "glue:TagResource"],
  [":notebook-instance/", "sagemaker:AddTags"],
];

/** Gives the action that tags what the ARN names; `null` where it bears no tags, or none that permissions look at. */
export const taggingOf = (arn: string): string | null => tagging.find(([kind]) => arn.includes(kind))?.[1] ?? null;

export const taggingActions: readonly string[] = tagging.map(([, action]) => action);

/** Giving any permission to a role. */
export const giveRole: Step = step("iam:AttachRolePolicy | iam:PutRolePolicy", iam("role"), attach);

/** Passing a role to a service that it trusts. */
export function passRole(services: readonly string[]): Step {
  return step("iam:PassRole", iam("role"), { where: [condition("StringEquals", "iam:PassedToService", services)] });
}
