/**
 * How OIDC providers write who comes, as data. A provider vouches for everyone who uses it, so a subject has to fix
 * the owner (an organization, a namespace) and within it the one thing that is meant (a repository, a workspace).
 */

export interface SubjectForm {
  /** Which issuers, without `https://`. */
  hosts: RegExp;
  /** How subjects begin; tells the form where the issuer is self-hosted and its name says nothing. */
  begins: RegExp | null;
  /** The claim that says who comes. */
  claim: "sub" | "aud" | "app_id";
  /** The part of a subject that fixes the owner; `null`: only the whole value fixes anything. */
  owner: RegExp | null;
  /** The part that fixes the one thing that is meant. */
  exact: RegExp | null;
  /** Whole subjects that others have too; without it, a subject that is written out is one owner's. */
  unowned?: RegExp;
  /** A subject of somebody else. */
  foreign: string;
  /** Who that is, and who else of the same owner, in a sentence. */
  anyone: string;
  ofTheOwner: string;
  /** Issuers that vouch for one organization alone: whoever comes is of the owner. */
  ofOneOwner?: RegExp;
  /** Session tags that tokens carry: those that fix the owner, and those that fix the one thing of an owner. */
  tags?: { owner: readonly string[]; exact: readonly string[] };
}

const NOTHING = /^(?!)/;

/**
 * Claims of GitHub that fix an owner, besides `repo`. Whoever customises the subjects of his organization chooses what
 * they are made of, and environments, branches and workflows may have any name.
 */
const CLAIM = "(?:repository(?:_owner)?(?:_id)?|enterprise(?:_id)?|(?:job_)?workflow_ref)";
/** Others may come before it: GitHub writes a colon in their values as `%3A`. */
const customised = `(?!repo:)(?:.*:)?(?:${CLAIM}:[^/@:*?]+[/@:]|repo:[^/@:*?]+/)`;

/** https://docs.github.com/en/actions/reference/security/oidc: also with ids, `repo:ORG@ID/REPO@ID:...`. */
const github: SubjectForm = {
  // an enterprise may have an issuer of its own below the host, and a server has one of its own
  hosts: /^token\.actions\.githubusercontent\.com(\/|$)|\/_services\/token$/,
  begins: /^repo:/,
  claim: "sub",
  owner: new RegExp(`^(?:repo:[^/@*?]+(?:@[^/*?]+)?/|${customised})`),
  exact: new RegExp(`^(?:repo:[^/*?]+/[^:*?]+:|${customised})`),
  unowned: new RegExp(`^(?!repo:|.*[*?]|(?:.*:)?(?:repo|${CLAIM}):)\\w+:`),
  foreign: "repo:someone-else/anything:ref:refs/heads/main",
  anyone: "a GitHub Actions workflow of someone else's repository",
  ofTheOwner: "another repository of the organization",
};

const forms: readonly SubjectForm[] = [
  github,
  {
    hosts: /(^|\.)gitlab\./,
    begins: /^project_path:/,
    claim: "sub",
    owner: /^project_path:[^/*?]+\//,
    exact: /^project_path:[^:*?]+\/[^:*?]+:/,
    foreign: "project_path:someone-else/anything:ref_type:branch:ref:main",
    anyone: "a GitLab pipeline of someone else's project",
    ofTheOwner: "another project of the group",
  },
  {
    hosts: /^app\.terraform\.io$/,
    begins: /^organization:[^:]*:project:/,
    claim: "sub",
    owner: /^organization:[^:*?]+:/,
    // names of workspaces are unique in an organization, whatever their project
    exact: /^organization:[^:*?]+:(?:project:[^:*?]+:|(?:project:[^:]+:)?workspace:[^:*?]+:)/,
    foreign: "organization:someone-else:project:any:workspace:any:run_phase:apply",
    anyone: "a workspace of someone else's HCP Terraform organization",
    ofTheOwner: "another project and workspace of the organization",
  },
  {
    hosts: /^oidc\.eks\./,
    begins: /^system:serviceaccount:/,
    claim: "sub",
    owner: /^system:serviceaccount:[^:*?]+:/,
    exact: /^system:serviceaccount:[^:*?]+:[^:*?]+$/,
    foreign: "system:serviceaccount:any-namespace:any-account",
    anyone: "a pod of any service account in the cluster",
    ofTheOwner: "a pod of another service account in the namespace",
  },
  {
    hosts: /^oidc\.circleci\.com\//,
    begins: /^org\/[^/]*\/project\//,
    claim: "sub",
    owner: /^org\/[^/*?]+\//,
    exact: /^org\/[^/*?]+\/project\/[^/*?]+\//,
    foreign: "org/someone-else/project/any/user/any",
    anyone: "a CircleCI job of any project",
    ofOneOwner: /\/org\/[^/]+/,
    ofTheOwner: "a CircleCI job of another project",
  },
  {
    hosts: /^api\.bitbucket\.org\//,
    begins: null,
    claim: "sub",
    owner: /^\{[^}*?]+\}/,
    exact: /^\{[^}*?]+\}/,
    foreign: "{someone-else}:{any}",
    anyone: "a Bitbucket pipeline of any repository",
    ofOneOwner: /\/workspaces\/[^/]+/,
    ofTheOwner: "a Bitbucket pipeline of another repository",
  },
  {
    // https://buildkite.com/docs/pipelines/security/oidc/aws
    hosts: /^agent\.buildkite\.com$/,
    begins: /^organization:[^:]*:pipeline:/,
    claim: "sub",
    owner: /^organization:[^:*?]+:/,
    exact: /^organization:[^:*?]+:pipeline:[^:*?]+:/,
    foreign: "organization:someone-else:pipeline:any:ref:refs/heads/main:commit:any:step:any",
    anyone: "a Buildkite job of someone else's organization",
    ofTheOwner: "a job of another pipeline of the organization",
    tags: { owner: ["organization_slug", "organization_id"], exact: ["pipeline_slug", "pipeline_id"] },
  },
  {
    // https://docs.spacelift.io/integrations/cloud-providers/oidc: the issuer is the customer's own
    hosts: /\.spacelift\.io$/,
    begins: /^space:[^:]*:/,
    claim: "sub",
    owner: /^space:[^:*?]+:/,
    exact: /^space:[^:*?]+:(?:stack|module):[^:*?]+:/,
    foreign: "space:any:stack:any:run_type:TRACKED:scope:write",
    anyone: "a run of any stack of the Spacelift account",
    ofOneOwner: /./,
    ofTheOwner: "a run of another stack in the space",
  },
  {
    // https://vercel.com/docs/oidc/reference: a team has an issuer of its own, unless the global one is chosen
    hosts: /^oidc\.vercel\.com(\/|$)/,
    begins: /^owner:[^:]*:project:/,
    claim: "sub",
    owner: /^owner:[^:*?]+:/,
    exact: /^owner:[^:*?]+:project:[^:*?]+:/,
    foreign: "owner:someone-else:project:any:environment:production",
    anyone: "a deployment of any Vercel project",
    ofTheOwner: "a deployment of another project of the team",
    ofOneOwner: /\/[^/]+/,
  },
  {
    // https://www.pulumi.com/docs/deployments/guides/oidc/aws/, and ESC's environments
    hosts: /^api\.pulumi\.com\/oidc(\/|$)/,
    begins: /^pulumi:(deploy|environments):org:/,
    claim: "sub",
    owner: /^pulumi:\w+:org:[^:*?]+:/,
    exact: /^pulumi:\w+:org:[^:*?]+:(?:project|env):[^:*?]+(?::|$)/,
    foreign: "pulumi:deploy:org:someone-else:project:any:stack:any:operation:update:scope:write",
    anyone: "a stack or environment of someone else's Pulumi organization",
    ofTheOwner: "another project or environment of the organization",
  },
  // these name the application, not the person
  applicationOf(/^accounts\.google\.com$/, "aud", "a user of any application"),
  applicationOf(/^cognito-identity\.amazonaws\.com$/, "aud", "a user of any identity pool"),
  applicationOf(/^(www\.amazon\.com|graph\.facebook\.com)$/, "app_id", "a user of any application"),
];

function applicationOf(hosts: RegExp, claim: SubjectForm["claim"], anyone: string): SubjectForm {
  const foreign = "someone-else";
  return { hosts, begins: null, claim, owner: null, exact: null, foreign, anyone, ofTheOwner: anyone };
}

/** Where nothing is known of the form, a pattern may fix the owner by how it begins. */
const other: SubjectForm = {
  hosts: /./,
  begins: null,
  claim: "sub",
  owner: /^[^*?]{3,}(?=.*[*?])/,
  exact: NOTHING,
  foreign: "someone-else",
  anyone: "anyone who can sign in with the provider",
  ofTheOwner: "anyone whose subject begins alike",
};

/**
 * Gives the form of a provider's subjects.
 * @param host the issuer without `https://`, lower-cased
 * @param subjects values that a policy compares its `sub` with
 */
export function subjectForm(host: string, subjects: readonly string[]): SubjectForm {
  return (
    forms.find(({ hosts }) => hosts.test(host)) ??
    forms.find(({ begins }) => begins !== null && subjects.some((subject) => begins.test(subject))) ??
    other
  );
}

/** Whether subjects of this form come from GitHub Actions. */
export const isGithub = (form: SubjectForm): boolean => form === github;

/** Other claims that fix the one thing that is meant, or at least its owner; AWS checks them where a provider has them. */
const exact = ["repository", "repository_id", "project_id", "sub", "email"];
export const ownerClaims: readonly string[] = [
  "repository_owner",
  "repository_owner_id",
  "enterprise",
  "enterprise_id",
  "namespace_id",
  ...exact,
];
/** A workflow that others may call says nothing of who calls it: that narrows an owner, and does not replace one. */
export const exactClaims: readonly string[] = ["job_workflow_ref", ...exact];
