import { describe, expect, it } from "vitest";
import { readSource } from "../../../analyzer/source/terraform.ts";

const rules = ["trust-anyone", "admin-access"];

/** Code by file name; the root module is `infra`. */
function sourceOf(files: Readonly<Record<string, string>>, manifest: string | null = null) {
  const folder = (name: string) => name.slice(0, name.lastIndexOf("/"));
  const read = (path: string) =>
    Object.entries(files)
      .filter(([name]) => folder(name) === path)
      .map(([name, text]) => ({ name, text }));
  return readSource("infra", manifest, read, rules);
}

const at = (address: string, attribute = "", index: number | null = null) => ({
  ...{ plan: "plan.json", address, attribute },
  statement: index === null ? null : { index, sid: null },
});

describe("the place of a finding", () => {
  const main = `# Trust
resource "aws_iam_role" "deploy" {
  name = "deploy" # { not a block
  assume_role_policy = data.aws_iam_policy_document.trust.json
  inline_policy {
    name = "first"
  }
  inline_policy {
    policy = local.inline
  }
}
data "aws_iam_policy_document" "trust" {
  statement {
    sid = "One"
  }
  statement {
    sid = "Two"
  }
}
resource "aws_iam_policy" "json" {
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        { "Sid": "} braces {", "Effect": "Allow" },
        { "Effect": "Deny" }
      ]
    }
  EOT
}
resource "aws_iam_policy" "encoded" {
  policy = jsonencode({
    Statement = [
      # "Statement" in a comment is none
      { Effect = "Allow", Action = ["a:\${upper("b}")}"] },
      {
        Effect = "Deny"
      },
    ]
  })
}
resource "aws_iam_policy" "generated" {
  policy = jsonencode({ Statement = [for name in var.names : { Effect = "Allow" }] })
}
`;
  const source = sourceOf({ "infra/main.tf": main });

  it.each<[string, ReturnType<typeof at>, number]>([
    ["the block, for what is about the resource", at("aws_iam_role.deploy"), 2],
    ["the attribute", at("aws_iam_role.deploy", "name"), 3],
    ["the block, for an attribute that nobody wrote", at("aws_iam_role.deploy", "description"), 2],
    ["the data source's statement", at("aws_iam_role.deploy", "assume_role_policy", 1), 16],
    ["an attribute of a nested block", at("aws_iam_role.deploy", "inline_policy[1].policy"), 9],
    ["any instance's block", at('aws_iam_policy.json["a.b[0]"]'), 20],
    ["a statement in a heredoc", at("aws_iam_policy.json", "policy", 1), 26],
    ["a statement in jsonencode", at("aws_iam_policy.encoded", "policy", 1), 36],
    ["the attribute, where statements are generated", at("aws_iam_policy.generated", "policy", 0), 43],
  ])("is %s", (_, finding, line) => {
    expect(source.locate(finding)).toEqual({ file: "infra/main.tf", line });
  });

  it("is nowhere for what the code does not hold", () => {
    expect(source.locate(at("aws_iam_role.other"))).toBeNull();
    expect(source.locate(at("module.m.aws_iam_role.deploy"))).toBeNull();
    expect(source.locate(at("no address"))).toBeNull();
  });

  it("is found in modules: local ones with and without `terraform init`; of downloaded ones, the call", () => {
    const files = {
      "infra/main.tf":
        'module "team" {\n  source = "./modules/team"\n}\n\nmodule "remote" {\n  source = "x/y/aws"\n}\n',
      "infra/modules/team/a.tf": '\nmodule "inner" {\n  source = "../inner"\n}',
      "infra/modules/inner/b.tf": '\n\nresource "aws_iam_role" "r" {}',
      "infra/.terraform/modules/remote/main.tf": 'resource "aws_iam_role" "r" {}',
    };
    const manifest = JSON.stringify({
      Modules: [
        { Key: "", Dir: "." },
        { Key: "remote", Dir: ".terraform/modules/remote" },
      ],
    });
    const source = sourceOf(files, manifest);
    const inner = 'module.team["a"].module.inner[0].aws_iam_role.r["x"]';
    expect(source.locate(at(inner))).toEqual({ file: "infra/modules/inner/b.tf", line: 3 });
    expect(source.locate(at("module.remote.aws_iam_role.r"))).toEqual({ file: "infra/main.tf", line: 5 });
  });

  it("is found in Terraform's JSON", () => {
    const stack = { resource: { aws_iam_role: { deploy: { name: "deploy", assume_role_policy: "{}" } } } };
    const source = sourceOf({ "infra/cdk.tf.json": JSON.stringify(stack, null, 1) });
    expect(source.locate(at("aws_iam_role.deploy", "assume_role_policy"))).toEqual({
      file: "infra/cdk.tf.json",
      line: 6,
    });
    expect(source.locate(at("aws_iam_role.deploy"))).toEqual({ file: "infra/cdk.tf.json", line: 4 });
  });
});

describe("a document that the plan does not show", () => {
  const unknown = "${gatehouse.unknown}";
  const arnOf = (object: string) => `${unknown}(${object})`;
  const document = async (files: Record<string, string>, address = "aws_iam_policy.p") =>
    (await sourceOf(files).documents?.())?.(address, "policy");
  const of = (expression: string, more = "") =>
    document({ "infra/main.tf": `resource "aws_iam_policy" "p" {\n  policy = ${expression}\n}\n${more}` });

  it.each<[string, string, string, unknown]>([
    [
      "jsonencode with a reference in it",
      'jsonencode({ Statement = [{ Action = "*", Resource = aws_kms_key.k.arn }] })',
      "",
      { Statement: [{ Action: "*", Resource: arnOf("aws_kms_key.k") }] },
    ],
    [
      "a part of a string",
      'jsonencode({ Resource = "${aws_s3_bucket.b.arn}/*" })',
      "",
      { Resource: `${arnOf("aws_s3_bucket.b")}/*` },
    ],
    [
      "policy variables",
      'jsonencode({ Resource = "arn:aws:s3:::b/$${aws:username}" })',
      "",
      { Resource: "arn:aws:s3:::b/${aws:username}" },
    ],
    [
      "a heredoc",
      '<<-EOT\n  { "Action": "*", "Resource": "${aws_kms_key.k.arn}", "Sid": "$${x}" }\n  EOT',
      "",
      { Action: "*", Resource: arnOf("aws_kms_key.k"), Sid: "${x}" },
    ],
    ["JSON inside a heredoc", '<<EOT\n{ "Action": ${jsonencode(var.actions)} }\nEOT', "", { Action: unknown }],
    [
      "locals",
      "jsonencode(local.doc)",
      'locals {\n  doc = { Action = local.star, Resource = "${aws_sqs_queue.q.arn}" }\n  star = "*"\n}',
      { Action: "*", Resource: arnOf("aws_sqs_queue.q") },
    ],
    ["a local that is a document", "local.doc", 'locals {\n  doc = jsonencode({ Action = "*" })\n}', { Action: "*" }],
    ["a function of something", 'jsonencode({ Action = concat(["s3:*"], var.more) })', "", { Action: unknown }],
    [
      "root variables, which only Terraform knows",
      "jsonencode({ Action = var.a })",
      'variable "a" {\n  default = "*"\n}',
      { Action: unknown },
    ],
    [
      "a local that refers to itself",
      "jsonencode({ Action = local.a })",
      "locals {\n  a = local.b\n  b = local.a\n}",
      { Action: unknown },
    ],
    ["a template file", 'templatefile("p.json", {})', "", undefined],
    ["a choice", 'var.x ? jsonencode({ Action = "*" }) : ""', "", undefined],
    ["code that is broken", "jsonencode({ Action = ", "", undefined],
  ])("is read from %s", async (_, expression, more, expected) => {
    expect(await of(expression, more)).toEqual(expected);
  });

  it("ends at locals of which each holds the next one twice", async () => {
    const locals = Array.from({ length: 40 }, (_, index) => `  a${index} = [local.a${index + 1}, local.a${index + 1}]`);
    const found = await of("jsonencode({ Action = local.a0 })", `locals {\n${locals.join("\n")}\n}`);
    expect(JSON.stringify(found)).toContain(unknown);
  });

  it("takes the arguments of a module's call, and else its defaults", async () => {
    const files = {
      "infra/main.tf":
        'module "m" {\n  source  = "./m"\n  actions = ["s3:*", local.more]\n}\nlocals {\n  more = "kms:*"\n}\n',
      "infra/m/main.tf":
        'variable "actions" {}\nvariable "effect" {\n  default = "Allow"\n}\nresource "aws_iam_policy" "p" {\n  policy = jsonencode({ Effect = var.effect, Action = var.actions, Resource = aws_s3_bucket.b.arn })\n}\n',
    };
    expect(await document(files, 'module.m["x"].aws_iam_policy.p[0]')).toEqual({
      Effect: "Allow",
      Action: ["s3:*", "kms:*"],
      Resource: arnOf("module.m.aws_s3_bucket.b"),
    });
  });

  it("is read from Terraform's JSON", async () => {
    const policy = '${jsonencode({"Action" = "*", "Resource" = aws_kms_key.k.arn})}';
    const stack = JSON.stringify({ resource: { aws_iam_policy: { p: { policy } } } });
    expect(await document({ "infra/cdk.tf.json": stack })).toEqual({ Action: "*", Resource: arnOf("aws_kms_key.k") });
    const text = JSON.stringify({
      resource: { aws_iam_policy: { p: { policy: '{"Resource":"${aws_kms_key.k.arn}"}' } } },
    });
    expect(await document({ "infra/cdk.tf.json": text })).toEqual({ Resource: arnOf("aws_kms_key.k") });
  });
});

describe("a comment", () => {
  const ignores = (text: string) => sourceOf({ "infra/main.tf": text });
  const block = 'resource "aws_iam_role" "r" {\n}\n';

  it("suppresses a rule at the resource below it, in every module that has the code", () => {
    const files = {
      "infra/main.tf": 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n',
      "infra/m/main.tf": `# gatehouse:ignore trust-anyone until 2027-01-31: public: reviewed\n\n${block}`,
    };
    expect(sourceOf(files).suppressions).toEqual([
      {
        rule: "trust-anyone",
        target: { blocks: ["module.a.aws_iam_role.r", "module.b.aws_iam_role.r"] },
        plan: null,
        fingerprint: null,
        reason: "public: reviewed",
        owner: null,
        until: "2027-01-31",
        location: { file: "infra/m/main.tf", line: 1 },
      },
    ]);
  });

  it("that says it wrongly is kept, with what is wrong", () => {
    const { broken, suppressions } = ignores(`# gatehouse:ignore trust-anyon: x\n${block}`);
    expect(suppressions).toEqual([]);
    expect(broken).toMatchObject([{ because: 'unknown rule "trust-anyon"; did you mean "trust-anyone"?' }]);
  });

  it.each([
    ["above a data source", 'data "aws_iam_policy_document" "d" {\n}\n'],
    ["above a module call", 'module "m" {\n  source = "./m"\n}\n'],
    ["at the end of the file", ""],
  ])("%s applies to nothing, and that is said", (_, below) => {
    const { problems, suppressions } = ignores(`${block}# gatehouse:ignore trust-anyone: x\n${below}`);
    expect(suppressions).toEqual([]);
    expect(problems).toMatchObject([{ severity: "warning", place: { file: "infra/main.tf", line: 3 } }]);
  });
});

it.each([
  ["nothing", ""],
  ["an open block", 'resource "aws_iam_role" "r" {'],
  ["an open string", 'resource "aws_iam_role" "r'],
  ["an open heredoc", 'resource "aws_iam_role" "r" {\n  x = <<EOT\n{'],
  ["an open comment", "/* gatehouse:ignore"],
  ["brackets that close nothing", "}}}])}"],
  ["deep nesting", "a {\n".repeat(20_000)],
  ["deep brackets", `a = ${"[".repeat(100_000)}`],
  ["strings in strings", `a = ${'"${'.repeat(50_000)}`],
])("code that is %s is passed over", (_, text) => {
  const source = sourceOf({ "infra/main.tf": text, "infra/other.tf": 'resource "aws_iam_role" "sound" {}' });
  expect(source.locate(at("aws_iam_role.sound"))).toEqual({ file: "infra/other.tf", line: 1 });
});
