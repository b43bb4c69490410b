/**
 * Every code that a problem of a manifest can have, with what it means and the way out. `error` and `warning` take no
 * other code, and docs/errors.md is generated from here: whoever adds a check adds its line.
 */

type Codes = Readonly<Record<string, readonly [means: string, wayOut: string]>>;

/** The manifest is not valid: nothing is made of it. */
export const errors = {
  "alarm-window-too-long": [
    "An alarm looks back further than CloudWatch does: a day, or a week with periods of an hour or more.",
    "Use fewer or longer periods.",
  ],
  "address-collision": [
    "Two things get one address in Terraform, which would take them for the same.",
    "Rename the key of one of them.",
  ],
  "alias-bomb": ["YAML aliases blow the file up to more values than any manifest has.", "Write less by alias."],
  "alias-cycle": ["A YAML alias stands inside its own anchor.", "Write the value out."],
  "bucket-policy-taken": [
    "A bucket that keeps the organization's logs has the policy that is made with it.",
    "Remove this one.",
  ],
  "assertion-broken": [
    "A sentence under `assertions` is not true of the access that the manifest gives.",
    "Change the grant or role that the message names, or the assertion.",
  ],
  "conformance-pack-file": [
    "A conformance pack's file is no template of AWS Config rules.",
    "Name a CloudFormation template with Resources.",
  ],
  "conformance-pack-too-large": [
    "A conformance pack's template is larger than AWS takes.",
    "Divide it into several packs.",
  ],
  "dashboard-file": [
    "The file of a dashboard is no JSON object.",
    "Copy the source of the dashboard from the console, or correct the file.",
  ],
  "duplicate-name-in-account": [
    "Two alarms, events, topics, log groups, filters or dashboards of one account and Region have one name.",
    "Give one of them another `name`, or put them into different accounts.",
  ],
  "duplicate-sid": [
    "Two statements of one policy have one `sid`, which AWS refuses.",
    "Give one of them another `sid`.",
  ],
  "event-pattern": ["A value of an event pattern is no list.", "Put it in [ ]."],
  "event-pattern-too-large": [
    "An event pattern is longer than EventBridge takes.",
    "Match fewer values, or use wildcards.",
  ],
  "function-elsewhere": [
    "A function is called from another account or Region than its own.",
    "Name a function of the same account and Region.",
  ],
  "log-account-not-active": ["The account that is to keep the logs is not active.", "Name another account."],
  "no-alerts": [
    "An alarm or event tells `alerts`, and there are none.",
    "Write `alerts: { emails: ... }` under monitoring.",
  ],
  "no-trail-logs": [
    "CIS alarms or metric filters read what the trail delivers to CloudWatch Logs, and it delivers nothing.",
    "Write a `trail`, and no `cloudWatchLogs: false` under it.",
  ],
  "not-recorded": [
    "A rule or conformance pack is in an account without an AWS Config recorder.",
    "Add the account to `monitoring.config.accounts`.",
  ],
  "pipeline-locked-out": [
    "A guardrail of the manifest denies a pipeline, or the role Terraform works with, what it is there for.",
    "Exempt the role from the policy.",
  ],
  "import-type": [
    "Something under `terraform.imports` is of a type that no stack makes, or that the AWS provider cannot import.",
    "Leave it out, or correct the address.",
  ],
  "import-id": [
    "The id under `terraform.imports` does not look like the ids that this type of resource is imported by.",
    "Write it as the page of the resource says, in its section Import.",
  ],
  "import-unknown": [
    "The stack under `terraform.imports` is not there, or does not make the resource.",
    "Take the address from a plan of the stack, where it is about to be created.",
  ],
  "imported-twice": ["One thing is imported as two resources.", "Remove one of the two."],
  "pipeline-without-state": [
    "There is a pipeline, and states are kept beside the stacks: the next run would know nothing of what this one made.",
    "Keep them in S3 or HCP Terraform: `terraform.backend`.",
  ],
  "plan-role-missing": [
    "Terraform is to plan with `terraform.planRole`, and an account that it enters has no role of that name.",
    "Put the role into every account that has a stack, with the path /.",
  ],
  "plan-role-writes": [
    "The role that is there to plan may change something, or nobody can see that it may not.",
    "Leave it what reads: `presets: terraform-plan`.",
  ],
  "execution-role-open": [
    "Plan and apply are kept apart, and what nobody has reviewed (a pull request, any branch) reaches the role that applies.",
    "Trust a protected environment or branch alone.",
  ],
  "bucket-without-name": [
    "The name of a log bucket is made from an account id that is not known yet.",
    "Give `bucketName`, or the account its `id`.",
  ],
  "certificate-bundle": [
    "The file of a trust anchor holds no certificate, or a private key.",
    "Name a PEM file of certificates alone.",
  ],
  "cyclic-trust": [
    "Roles of several accounts trust each other in a circle: no order of stacks can make them.",
    "Break the circle: let one of the roles trust something else.",
  ],
  "delegated-administrator-is-management": [
    "The management account administers every service already.",
    "Name another account.",
  ],
  "delegated-administrator-twice": [
    "The administrator of a service is said under `monitoring` already; two stacks would register it.",
    "Say it in one place.",
  ],
  "delegation-account": [
    "An account of a team is in a unit, or lacks a tag, that is not the team's.",
    "Correct it, or let the owners of the delegation allow it.",
  ],
  "delegation-boundary": [
    "A role or permission set of a team lacks the permissions boundary that the team's have to have.",
    "Add `permissionsBoundary`, or put it into `defaults`.",
  ],
  "delegation-end": ["A grant of a team ends later than the team may grant, or never.", "Set an earlier `until`."],
  "delegation-grant": [
    "A team grants what, or to whom, it may not.",
    "Grant something else, or let the owners of the delegation allow it.",
  ],
  "delegation-name": ["A team defines something whose key, name, earlier key or path is not the team's.", "Rename it."],
  "delegation-of-management": [
    "The management account is delegated: whoever enters it controls the organization.",
    "Leave it out.",
  ],
  "delegation-section": [
    "A file of a team holds something that is not delegated to it.",
    "Move it into a file of those who may write it.",
  ],
  "delegation-session": ["Sessions of a team's role or permission set are longer than allowed.", "Shorten `session`."],
  "delegation-tag": [
    "A team sets, chooses or takes away a tag that decides over access: a policy compares it, or it is an attribute for access control.",
    "Leave the tag out, or let the owners of the delegation name it under `tagValues`.",
  ],
  "delegation-target": [
    "A team grants, or has roles, in accounts that are not the team's.",
    "Narrow the selection, or let the owners of the delegation allow it.",
  ],
  "delegation-trust": [
    "A role of a team trusts in a way that is not delegated to it.",
    "Trust otherwise, or let the owners of the delegation allow it.",
  ],
  "duplicate-account-email": ["AWS lets an e-mail address be used for one account only.", "Give each account its own."],
  "duplicate-account-id": ["Two accounts have one id.", "Correct one of the ids."],
  "duplicate-bucket-policy": [
    "Two entries are about one bucket, which has one policy.",
    "Put all of it under one key.",
  ],
  "duplicate-group-name": ["Two groups have one name; case does not count.", "Give one of them another `name`."],
  "duplicate-iam-group-name": [
    "Two IAM groups of one account have one name; IAM ignores case.",
    "Give one of them another `name`.",
  ],
  "duplicate-iam-user-name": [
    "Two IAM users of one account have one name; IAM ignores case.",
    "Give one of them another `name`.",
  ],
  "duplicate-key": [
    "A key is written twice, in one file or in two of them: one would silently win.",
    "Remove or rename one; the message names the other place.",
  ],
  "duplicate-managed-policy-name": [
    "Two managed policies of one account have one name; IAM ignores case and path.",
    "Give one of them another `name`.",
  ],
  "duplicate-oidc-issuer": [
    "Two OIDC providers of one account have one issuer.",
    "Use one of them, with all audiences.",
  ],
  "duplicate-permission-set-name": [
    "Two permission sets have one name; case does not count.",
    "Give one of them another `name`.",
  ],
  "duplicate-policy-name": ["Two organization policies have one name.", "Give one of them another `name`."],
  "duplicate-role-name": [
    "Two roles of one account have one name; IAM ignores case.",
    "Give one of them another `name`, or put them into different accounts.",
  ],
  "duplicate-saml-provider-name": [
    "Two SAML providers of one account have one name.",
    "Give one of them another `name`.",
  ],
  "duplicate-tag": [
    "Two tags of a role or IAM user differ in case only, or one of them and a tag of `terraform.defaultTags`: IAM takes them for one.",
    "Remove one of them, or write both alike.",
  ],
  "duplicate-unit-name": ["Two units with one parent have one name.", "Give one of them another `name`."],
  "duplicate-user-name": ["Two users have one sign-in name.", "Give one of them another `userName`."],
  "empty-file": ["A file of the manifest is empty.", "Write something into it, or delete it."],
  "exempt-account-without-id": [
    "An organization policy exempts an account by its id, which is not known yet.",
    "Write the account's `id`, or exempt it later.",
  ],
  "exempt-role-of-any-account": [
    "A resource control policy looks at roles of every account of the world: a name alone exempts whoever takes it.",
    "Write the role's ARN, with the id of its account.",
  ],
  "forecast-of-daily-budget": [
    "AWS forecasts no costs of a single day.",
    "Take `forecast` out of the alert, or choose a longer period.",
  ],
  "home-region-not-in-use": [
    "`homeRegion` is not among the `regions` in use.",
    "Add it to `regions`, or choose another one.",
  ],
  "iam-group-not-in-account": [
    "A trusted IAM group is not in the account that is named with it.",
    "Name an account it is in.",
  ],
  "include-cycle": ["Files include each other in a circle.", "Remove one of the includes."],
  "inline-policy-too-large": [
    "What a permission set or role allows by itself is longer than AWS takes.",
    "Use managed policies, or wildcards in the actions.",
  ],
  "instance-profile-without-ec2": [
    "Only a role that EC2 may assume can be in an instance profile.",
    "Set `trust: { service: ec2 }`, or remove `instanceProfile`.",
  ],
  "invalid-key": [
    "A key has a form that keys must not have: it makes an address in Terraform.",
    "Use letters, digits and . _ @ + -, at most 64 of them.",
  ],
  "invalid-merge": ["`<<` takes the alias of a map.", "Write `<<: *name`."],
  "invalid-name": [
    "A name, or the key that stands in for it, is none that AWS takes.",
    "Give a `name` that fits; the key may stay.",
  ],
  "invalid-value": ["A value is not of the form that its field has.", "The message says which form that is."],
  "managed-policy-not-in-account": [
    "A customer managed policy is missing in an account where a permission set, role, group or user needs it.",
    "Add the account to `in` of the policy.",
  ],
  "managed-policy-path": [
    "A customer managed policy is named at a path where it is not.",
    "Write its key instead of name and path.",
  ],
  "managed-policy-too-large": ["A customer managed policy is longer than IAM takes.", "Split it into two policies."],
  "management-account-not-active": ["The management account is not active.", "Name the account that is."],
  "management-policy-form": [
    "Tag, backup, AI opt-out and declarative policies have a grammar of their own, with one key at the top.",
    "Write `document: { tags: ... }` (`plans`, `services`, `ec2_attributes`).",
  ],
  "manifest-too-large": ["All files together are larger than 16 MiB.", "Leave out what is no manifest."],
  "member-in-other-account": [
    "A member of an IAM group is in an account where the group is not.",
    "Put the group into that account as well, or remove the member.",
  ],
  "members-external": [
    "With `source: external` the members of a group come from the identity provider.",
    "Remove `members`, or set `source: identity-store`.",
  ],
  "missing-file": ["The manifest is not there.", "Name a file or folder that is."],
  "missing-key": ["A key that has to be written is not.", "Add it."],
  "needs-organization": [
    "Something is said that there is only in an organization, and `organization.mode` is `single-account`.",
    "Remove it, or take the mode out.",
  ],
  "nested-too-deep": ["Maps and lists are nested deeper than any manifest needs.", "Write it flatter."],
  "no-manifest": ["There is no manifest file.", "Write one with `gatehouse init`."],
  "not-a-manifest": ["The file is something else than a manifest.", "The hint says which command reads it."],
  "not-a-map": ["A file holds a list or a single value.", "Write `key: value` entries."],
  "option-without-preset": [
    "`exempt`, `regions`, `exemptServices` and `networks` belong to presets.",
    "Use the preset, or write the exception into the conditions of the statements.",
  ],
  "organization-id-needed": [
    "A preset names the organization by its id, which is not known.",
    "Apply the organization stack without this policy, write `organization.id`, then attach it.",
  ],
  "outside-manifest": [
    "A file outside the manifest's folder is named; none is ever read.",
    "Move the file into the folder.",
  ],
  "policy-malformed": [
    "A policy file is not what AWS takes for a policy of an identity.",
    "The message says which statement, and why.",
  ],
  "policy-too-large": ["An organization policy is longer than AWS takes.", "Split it into two."],
  "preset-needs-option": ["A preset is nothing without one of its options.", "Write the option."],
  "preset-option": ["A preset does not take this option: it would change nothing.", "Remove the option."],
  "preset-type": ["A preset is of another type than the policy.", "Set the `type` that the message names."],
  "provider-kind": [
    "A trust by OIDC names a SAML provider, or the other way round.",
    "Name a provider of the right kind.",
  ],
  "provider-not-in-account": [
    "An account of the role does not have the provider or trust anchor that the role trusts.",
    "Widen the `in` of the provider, or narrow that of the role.",
  ],
  "rcp-actions": [
    "A resource control policy has to name services by `Action`.",
    "Write `s3:*` and so on; AWS refuses `*` alone and `NotAction`.",
  ],
  "rcp-allows": ["A resource control policy can only deny: AWS's own policy allows.", "Write what is denied."],
  "rcp-principal": [
    "Every statement of a resource control policy has `Principal: *`.",
    "Say whom it means by conditions, such as `aws:PrincipalOrgID`.",
  ],
  "region-not-in-use": [
    "A part of monitoring is in a Region that is not among the Regions in use.",
    "Add it to `organization.regions`, or choose another Region.",
  ],
  "reserved-name": ["A name is one that Gatehouse gives itself.", "Choose another `name`, or key."],
  "renamed-from-existing": [
    "The earlier key of an entry is still the key of another: Terraform could not tell what moves where.",
    "Rename one step at a time and apply in between, or remove one of the two.",
  ],
  "renamed-from-itself": ["`renamedFrom` is the entry's own key.", "Remove it."],
  "renamed-twice": ["Two entries say that they had one key before.", "Let one of them say it."],
  "role-not-in-account": ["A trusted role is not in the account that is named with it.", "Name an account it is in."],
  "saml-metadata": [
    "The file of a SAML provider is not metadata that AWS takes.",
    "Download the metadata from the identity provider.",
  ],
  "scp-with-principal": [
    "A service control policy names no principal.",
    "Remove it; attach the policy where it shall hold, or use conditions.",
  ],
  "selects-nothing": [
    "A selection of an assertion or delegation covers no account: the guard would be silently absent.",
    "Correct it, or leave it out until there are such accounts.",
  ],
  "service-administrator": [
    "A service has no administrator for the organization, or an account that cannot be it.",
    "Name an active member account.",
  ],
  "several-documents": ["A file holds several YAML documents.", "Give each a file of its own."],
  "single-account": [
    "Something is asked for that only an organization has.",
    "Leave it out, or set `mode: organization`.",
  ],
  "statement-too-large": [
    "One statement of a role is longer than a managed policy may be.",
    "Split the statement into two.",
  ],
  "tag-not-carried": [
    "A selection or exception asks for a tag that no account carries, with none of the values it asks for: nothing is covered, or nothing excepted.",
    "Correct it; tags are compared exactly. Leave it out until an account carries the tag.",
  ],
  "third-party-is-inside": [
    "An account of the organization is trusted like a vendor's.",
    "Trust it by its key, with `users`, `role` or `permissionSet`.",
  ],
  "too-many-attributes": [
    "More attributes for access control than AWS allows.",
    "Remove those that no policy asks for.",
  ],
  "too-many-budget-alerts": ["A budget has more alerts than AWS allows.", "Use fewer."],
  "too-many-budget-emails": [
    "An alert of a budget goes to more addresses than AWS allows.",
    "Write to a mailing list.",
  ],
  "too-many-iam-groups": ["An IAM user is in more groups than AWS allows.", "Put what it needs into fewer groups."],
  "too-many-managed-policies": ["More managed policies than AWS lets a role have.", "Merge some of them."],
  "too-many-permission-sets": [
    "More permission sets than AWS allows, in all or in one account.",
    "Use fewer, or write the quota that AWS gave you under `limits`.",
  ],
  "too-many-policies": [
    "More organization policies are attached in one place than AWS allows.",
    "Merge some of them, or attach them to a unit above.",
  ],
  "too-many-tags": [
    "The tags of a role or IAM user are too many, together with `terraform.defaultTags`.",
    "Use fewer.",
  ],
  "too-many-units": [
    "AWS allows an organization so many units.",
    "Use fewer; write a raised quota as `limits: { units: ... }`.",
  ],
  "topic-elsewhere": [
    "A topic is told from an account or Region where it is not.",
    "Add them to the topic's `in` and `regions`.",
  ],
  "trust-anchor-id-without-account": [
    "A trust anchor has an id for an account that it is not in.",
    "Remove the id, or add the account to `in`.",
  ],
  "trust-cycle": [
    "Roles trust each other and nobody else: nobody can assume the first of them.",
    "Let one of them trust something else.",
  ],
  "unit-too-deep": ["Units are nested deeper than AWS allows.", "Nest them less."],
  "unknown-account": ["An account is named that the manifest does not have.", "Correct the key, or add the account."],
  "unknown-alias": ["A YAML alias has no anchor above it.", 'Put a text that starts with "*" in quotes.'],
  "unknown-group": ["A group is named that the manifest does not have.", "Correct the key, or add the group."],
  "unknown-iam-group": [
    "An IAM group is named that the manifest does not have.",
    "Correct the key, or add the group under `iam.groups`.",
  ],
  "unknown-iam-user": [
    "An IAM user is named that the manifest does not have.",
    "Correct the key, or add the user under `iam.users`.",
  ],
  "unknown-identity-provider": [
    "An identity provider is named that the manifest does not have.",
    "Correct the key, or add the provider to `identityProviders`.",
  ],
  "unknown-key": ["A key is written that the grammar does not have there.", "Correct it; the known ones are named."],
  "unknown-pack-parameter": [
    "A parameter is set that the conformance pack does not have.",
    "Correct the name; the known ones are listed.",
  ],
  "unknown-managed-policy": [
    "A delegation names a boundary that is not among `managedPolicies`.",
    "Correct the key, or add the policy.",
  ],
  "unknown-permission-set": [
    "A permission set is named that the manifest does not have.",
    "Correct the key, or add the permission set.",
  ],
  "unknown-placeholder": [
    "A message names a part of the event for which there is no path.",
    "Add it to `paths`, or correct the name.",
  ],
  "unknown-policy": [
    "An organization policy is named that the manifest does not have.",
    "Correct the key, or add the policy.",
  ],
  "unknown-policy-operator": [
    "AWS has no such operator for management policies.",
    "Use `@@assign`, `@@append`, `@@remove` or `@@operators_allowed_for_child_policies`.",
  ],
  "unknown-role": ["A role is named that the manifest does not have.", "Correct the key, or add the role."],
  "unknown-rule": ["A rule of the analyzer is named that it does not have.", "`gatehouse rules` lists them."],
  "unknown-stack": ["`--only` names a stack that the manifest does not make.", "`gatehouse stacks` lists them."],
  "unknown-log-group": [
    "A log group is named that the manifest does not have.",
    "Correct the key, or name a log group made elsewhere by `logGroupName`.",
  ],
  "unknown-topic": [
    "A topic is named that the manifest does not have.",
    "Correct the key, or add the topic under `monitoring.topics`.",
  ],
  "unknown-trust-anchor": [
    "A trust anchor is named that the manifest does not have.",
    "Correct the key, or add it to `trustAnchors`.",
  ],
  "unknown-unit": ["A unit is named that the manifest does not have.", "Write its path, such as `workloads/prod`."],
  "unknown-user": ["A user is named that the manifest does not have.", "Correct the key, or add the user."],
  "unknown-template": ["An account names a template that is not there.", "Correct the key, or add the template."],
  "unknown-variable": ["A variable is named that is not defined.", "Correct the name, or define it under `variables`."],
  "unreadable-file": ["A file that is named cannot be read, for the reason given.", "Correct its name, or the file."],
  "user-grant-without-end": [
    "A grant to single users has no end: people leave, and nobody remembers.",
    "Add `until`, or grant to a group.",
  ],
  "user-grant-without-reason": ["A grant to single users says no reason.", "Add `reason`, or grant to a group."],
  "variable-bomb": ["Variables blow the manifest up.", "Give them shorter values."],
  "variable-in-file-name": ["Files are read before variables are known.", "Write the name of the file out."],
  "variable-in-key": ["A key is identity, and is read before variables are known.", "Write the key out."],
  "variable-in-variable": ["Variables hold plain values: none is made from another.", "Write the value out."],
  "variable-syntax": ["A variable is not closed.", "Write `${var.name}`."],
  "yaml-syntax": ["The file is not YAML.", "The message says what stands there and what should."],
  "yaml-tag": ["YAML tags (`!name`) are not supported.", "Write the value without the tag."],
  "yaml-version": ["Only YAML 1.2 is read.", "Remove the `%YAML` line."],
} as const satisfies Codes;

/** The manifest is valid, and something in it is hardly meant. */
export const warnings = {
  "account-id-unknown": [
    "Resources wait for the id of an account, and are left out until it is written down.",
    "Apply the organization stack, then write the id into the manifest.",
  ],
  "account-not-active": ["A suspended or closed account is named; it is left out.", "Remove it from the selection."],
  "account-without-id": [
    "An account has no id yet: grants and roles that need it wait.",
    "Apply the organization stack, then write the id here.",
  ],
  "break-glass-in-member-account": [
    "Service control policies bind users of member accounts, break-glass users too.",
    "Put break-glass users into the management account.",
  ],
  "caller-cannot-assume": [
    "A role trusts a caller in another account whose own policies do not let it assume the role.",
    "Add `assumeRoles` with the role's key to the caller.",
  ],
  "assertion-undecided": [
    "Whether a sentence under `assertions` is true depends on what the manifest does not know.",
    "The message says what that is: write it down, or check it where it is kept.",
  ],
  "except-without-effect": ["An account is excepted from a selection that does not cover it.", "Remove the exception."],
  "global-events-elsewhere": [
    "Calls of global services are recorded in us-east-1 only, and the event is elsewhere.",
    "Write `regions: us-east-1`.",
  ],
  "identity-center-unadministered": [
    "Nobody in the management account may assign permission sets: access can be changed by the root user alone.",
    "Assign somebody there a permission set with `sso:*`, or add break-glass users.",
  ],
  "no-break-glass": [
    "People get into the management account through Identity Center alone: when it is down, only the root user is left.",
    "Add `breakGlass: { users: ... }`.",
  ],
  "delegation-matches-nothing": [
    "No file belongs to a team.",
    "Correct `files`: names are relative to the file they are written in.",
  ],
  "duplicate-grant": ["A grant is written a second time.", "Remove one of them."],
  "grant-expiring": [
    "A grant ends within the days that `validate --expiring` names.",
    "Set a later date, or let it end.",
  ],
  "grant-expired": ["A grant has ended and is left out.", "Remove it, or set a new date."],
  "include-matches-nothing": ["No file matches a pattern under `include`.", "Correct the pattern, or remove it."],
  "linked-folder": [
    "A link in the manifest's folder leads to a folder, and links to folders are not followed.",
    "Put the files into the manifest's folder, or link them one by one.",
  ],
  "looks-renamed": [
    "`diff`: a key goes and another comes that looks the same, so that Terraform would destroy the one and create the other.",
    "Write `renamedFrom` with the old key, if it is a rename.",
  ],
  "nobody-is-told": [
    "There are alarms, events or break-glass users, and no `alerts`.",
    "Write `alerts: { emails: ... }`.",
  ],
  "one-break-glass-user": [
    "There is one break-glass user: none when its MFA device is lost.",
    "Add a second one, kept by somebody else.",
  ],
  "organization-id-unknown": [
    "The organization's trail waits for the id of the organization.",
    "Apply the organization stack, then write the id into the manifest.",
  ],
  "policy-nearly-full": [
    "The document of an organization policy is almost as long as AWS allows.",
    "Split it into two policies before it is too long.",
  ],
  "policy-without-effect": [
    "Service and resource control policies do not bind the management account.",
    "Detach them there, and keep workloads out of the management account.",
  ],
  "redundant-grant": ["Everything that a grant gives is given by others for at least as long.", "Remove it."],
  "selects-nothing": ["A selection covers no account.", "Correct it; tags are compared exactly."],
  "shards-not-fixed": [
    "Assignments are cut into as many stacks as they need today; growth would cut them anew and move them between states.",
    "Write `terraform: { shards: ... }`, and `synth --moved-from` when the number changes.",
  ],
  "stack-too-large": [
    "A stack holds more than Terraform plans quickly.",
    "Use more `terraform.shards` and `synth --moved-from`; what cannot be cut has another way out, in the message.",
  ],
  "tag-not-carried": [
    "No account carries one of several values of a tag that a selection asks for or excepts.",
    "Correct it; tags are compared exactly.",
  ],
  "too-many-accounts": [
    "There are more accounts than AWS allows a new organization.",
    "Ask AWS for more, then write `limits: { accounts: ... }`.",
  ],
  "too-many-closures": ["More accounts are closed than AWS allows within 30 days.", "Close the rest later."],
  "many-permission-sets": [
    "More permission sets than some of AWS's pages allow.",
    "Write the quota that AWS gave you under `limits`.",
  ],
  "trust-anchor-without-id": [
    "A role waits for the id of a trust anchor.",
    "Apply the stack of the account, then write the id into `trustAnchors`.",
  ],
  "trust-nobody": [
    "Nobody is there whom a role trusts.",
    "Grant the permission set there, give the group members, or remove the role.",
  ],
  "trust-policy-too-large": [
    "A trust policy is longer than AWS takes unless the quota was raised.",
    "Split the role into two.",
  ],
  "trusted-account-not-active": [
    "A role trusts an account that is suspended or closed.",
    "Trust another account, or remove the role.",
  ],
  "unknown-action": [
    "A statement names an action that AWS does not have: it does nothing.",
    "Correct it; a new service may be missing in this version.",
  ],
  "unknown-condition-key": [
    "A statement names a condition key that AWS does not have: the condition is never met.",
    "Correct it; a new key may be missing in this version.",
  ],
  "unknown-config-rule": [
    "AWS Config has no managed rule of this identifier, as far as Gatehouse knows.",
    "Correct it; a rule that is newer than Gatehouse works all the same.",
  ],
  "unknown-customer-managed-policy": [
    "A customer managed policy is named that the manifest does not have.",
    "Correct the name, or declare it under `managedPolicies`; `existing: true` for one made elsewhere.",
  ],
  "unknown-managed-policy": [
    "The list of AWS managed policies of this version does not have one that is named.",
    "Correct the name; a policy that AWS added lately may be missing in the list.",
  ],
  "unknown-rule-parameter": ["The managed rule has no such parameter, as far as Gatehouse knows.", "Correct the name."],
  "unknown-service": [
    "A role trusts a service that is not known to assume roles.",
    "Correct the name; a new service may be missing in this version.",
  ],
  "unused-template": ["No account names a template.", "Name it, or remove it."],
  "unused-variable": ["Nothing uses a variable.", "Use it, or remove it."],
  "stack-renamed": [
    "An account's key was renamed, and with it its stack: the state is still kept under the old name.",
    "Move the state as the hint says, before the next plan; then remove `renamedFrom` when you like.",
  ],
  "unused-policy": ["An organization policy is attached nowhere.", "Attach it, or remove it."],
  "users-without-password-policy": [
    "An account has IAM users and no password policy.",
    "Add the account to `passwordPolicy.in`.",
  ],
} as const satisfies Codes;

export type ErrorCode = keyof typeof errors;
export type WarningCode = keyof typeof warnings;
