/** A plan of somebody who wants more than to be read: one text in every place that the plan's author chooses. */

/** What Terraform writes as an instance key. */
const key = (text: string) => `[${JSON.stringify(text)}]`;

interface Change {
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

function resource(type: string, name: string, text: string, change: Change): Record<string, unknown> {
  const module_address = `module.m${key(text)}`;
  return {
    address: `${module_address}.${type}.${name}${key(text)}`,
    module_address,
    mode: "managed",
    type,
    name,
    index: text,
    provider_name: "registry.terraform.io/hashicorp/aws",
    change: { ...change, actions: change.before === null ? ["create"] : ["update"], after_unknown: {} },
  };
}

const document = (...statements: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Plan JSON with findings of many kinds; a role named `suppressed` trusts anyone as well. */
export function hostilePlan(text: string): object {
  const trust = (principal: object | string) =>
    document({ Sid: text, Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" });
  const role = (policy: string) => ({
    name: text,
    description: text,
    assume_role_policy: policy,
    tags: { [text]: text },
  });
  const anyone = { before: null, after: role(trust({ AWS: "*" })) };
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    complete: true,
    errored: false,
    resource_changes: [
      resource("aws_iam_role", "open", text, anyone),
      resource("aws_iam_role", "suppressed", text, anyone),
      resource("aws_iam_role", "user", text, {
        before: role(trust({ AWS: `arn:aws:iam::444444444444:role/${text}` })),
        after: role(trust({ AWS: `arn:aws:iam::444444444444:user/${text}`, Federated: text, Service: text })),
      }),
      resource("aws_iam_role_policy", "inline", text, {
        before: null,
        after: {
          name: text,
          role: text,
          policy: document({
            Sid: text,
            Effect: "Allow",
            Action: [text, `s3:${text}`, "iam:*"],
            Resource: ["*", `arn:aws:s3:::${text}`],
            Condition: { StringLike: { [`aws:${text}`]: text }, [text]: { [text]: text } },
          }),
        },
      }),
      resource("aws_s3_bucket_policy", "bucket", text, {
        before: null,
        after: {
          bucket: text,
          policy: document({
            Sid: text,
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: `arn:aws:s3:::${text}/*`,
            Condition: { StringLike: { "aws:Referer": text } },
          }),
        },
      }),
      resource("aws_iam_user_policy_attachment", "person", text, {
        before: null,
        after: { user: text, policy_arn: `arn:aws:iam::aws:policy/${text}` },
      }),
      resource("aws_made_up", "unlisted", text, { before: null, after: { policy: trust({ AWS: "*" }) } }),
    ],
  };
}
