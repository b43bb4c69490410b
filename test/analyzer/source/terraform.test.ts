import { describe, expect, it } from "vitest";
import type { Locatable } from "../../../analyzer/source/source.ts";
import { readSource, type TerraformSource } from "../../../analyzer/source/terraform.ts";

const rules = ["trust-anyone", "admin-access"];

/** Code by file name; the root module is `infra`. */
function sourceOf(files: Readonly<Record<string, string>>, manifest: string | null = null) {
  const folder = (name: string) => name.slice(0, name.lastIndexOf("/"));
  const read = (path: string) =>
    Object.entries(files)
      .filter(([name]) => folder(name) === path)
      .map(([name, text]) => ({ name, text }));
  return readSource("infra", manifest, { code: read, text: (path) => files[path] ?? null }, rules);
}

const at = (address: string, attribute = "", index: number | null = null): Locatable => ({
  ...{ plan: "plan.json", address, attribute },
  statement: index === null ? null : { index, sid: null },
});

const locate = (source: TerraformSource, finding: Locatable) => source.locate(finding, new Map());

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

  it.each<[string, Locatable, number]>([
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
    expect(locate(source, finding)).toEqual({ file: "infra/main.tf", line });
  });

  /** The text of the line that a finding points at. */
  const lineOf = (files: Record<string, string>, finding: Locatable, manifest: string | null = null) => {
    const found = locate(sourceOf(files, manifest), finding);
    return found && files[found.file]?.split("\n")[found.line - 1]?.trim();
  };

  it.each<[string, string, number, string]>([
    [
      "the statement in a local",
      'resource "aws_iam_policy" "p" {\n  policy = local.doc\n}\nlocals {\n  doc = jsonencode({\n    Statement = [\n      {},\n      { Sid = "here" },\n    ]\n  })\n}',
      1,
      '{ Sid = "here" },',
    ],
    [
      "the statement in lists that are put together",
      'resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Statement = concat(\n      [{}],\n      [{ Sid = "here" }],\n    )\n  })\n}',
      1,
      '[{ Sid = "here" }],',
    ],
    [
      "the attribute, behind statements of which the number is not known",
      'resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Statement = concat(var.more,\n      [{ Sid = "a" }, { Sid = "b" }],\n    )\n  })\n}',
      1,
      "policy = jsonencode({",
    ],
    [
      "the line in a heredoc that a local holds",
      'resource "aws_iam_policy" "p" {\n  policy = "${local.doc}"\n}\nlocals {\n  doc = <<EOT\n{ "Statement": [\n  {},\n  { "Sid": "here" }\n] }\nEOT\n}',
      1,
      '{ "Sid": "here" }',
    ],
    [
      "the statement of the document that is merged",
      'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.all.json\n}\ndata "aws_iam_policy_document" "all" {\n  source_policy_documents = [data.aws_iam_policy_document.base.json]\n  statement {}\n}\ndata "aws_iam_policy_document" "base" {\n  statement {}\n  statement { # here\n  }\n}',
      1,
      "statement { # here",
    ],
    [
      "one's own statement behind those of a merged document",
      'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.all.json\n}\ndata "aws_iam_policy_document" "all" {\n  source_policy_documents = [data.aws_iam_policy_document.base.json]\n  statement { # here\n  }\n}\ndata "aws_iam_policy_document" "base" {\n  statement {}\n}',
      1,
      "statement { # here",
    ],
    [
      "the document, where it is not clear how many statements come from others",
      'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.all.json\n}\ndata "aws_iam_policy_document" "all" {\n  source_policy_documents = var.documents\n  statement {}\n}',
      1,
      'data "aws_iam_policy_document" "all" {',
    ],
    [
      "the block that generates the last statements",
      'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.d.json\n}\ndata "aws_iam_policy_document" "d" {\n  statement {}\n  dynamic "statement" {\n    for_each = var.all\n    content {}\n  }\n}',
      2,
      'dynamic "statement" {',
    ],
    [
      "the value of a module's output",
      'resource "aws_iam_policy" "p" {\n  policy = module.doc.json\n}\nmodule "doc" {\n  source = "./doc"\n}',
      0,
      'Statement = { Sid = "output" }',
    ],
  ])("is %s", (_, main, index, line) => {
    const doc = 'output "json" {\n  value = jsonencode({\n    Statement = { Sid = "output" }\n  })\n}';
    const files = { "infra/main.tf": main, "infra/doc/main.tf": doc };
    expect(lineOf(files, at("aws_iam_policy.p", "policy", index))).toBe(line);
  });

  it("is the statement with the sid, wherever the document comes from", () => {
    const main =
      'resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.d.json\n}\ndata "aws_iam_policy_document" "d" {\n  source_policy_documents = var.documents\n  statement {\n    sid = "A"\n  }\n  statement { # here\n    sid = "B"\n  }\n}';
    const finding = { ...at("aws_iam_policy.p", "policy"), statement: { index: 7, sid: "B" } };
    expect(lineOf({ "infra/main.tf": main }, finding)).toBe("statement { # here");
  });

  it("is the attribute that reads a template file", () => {
    const files = {
      "infra/main.tf": 'resource "aws_iam_policy" "p" {\n  policy = templatefile("p.tpl", {\n    a = 1\n  })\n}',
      "infra/p.tpl": "${jsonencode({\n\n\nStatement = [\n\n{ Sid = 1 }] })}",
    };
    expect(lineOf(files, at("aws_iam_policy.p", "policy", 0))).toBe('policy = templatefile("p.tpl", {');
  });

  it("is the caller's argument, also of a module that was downloaded", () => {
    const manifest = JSON.stringify({ Modules: [{ Key: "m", Dir: ".terraform/modules/m" }] });
    const files = {
      "infra/main.tf":
        'module "m" {\n  source = "x/y/aws"\n  arns   = ["a"]\n  policy = jsonencode({\n    Statement = [{ Sid = "here" }]\n  })\n}',
      "infra/.terraform/modules/m/main.tf":
        'variable "policy" {}\nvariable "name" {\n  default = "x"\n}\nresource "aws_iam_role" "r" {\n  name = var.name\n  managed_policy_arns = var.arns\n  inline_policy {\n    policy = var.policy\n  }\n}',
    };
    const role = "module.m.aws_iam_role.r";
    expect(lineOf(files, at(role, "inline_policy[0].policy", 0), manifest)).toBe('Statement = [{ Sid = "here" }]');
    expect(lineOf(files, at(role, "inline_policy[0].policy"), manifest)).toBe("policy = jsonencode({");
    expect(lineOf(files, at(role, "managed_policy_arns[0]", 0), manifest)).toBe('arns   = ["a"]');
    expect(lineOf(files, at(role, "name"), manifest)).toBe('module "m" {');
  });

  it("is the block that generates nested ones, and the attribute that lists", () => {
    const main =
      'resource "aws_iam_role" "r" {\n  managed_policy_arns = [\n    "a",\n  ]\n  dynamic "inline_policy" {\n    content {\n      policy = "x"\n    }\n  }\n}';
    const files = { "infra/main.tf": main };
    expect(lineOf(files, at("aws_iam_role.r", "managed_policy_arns[0]", 0))).toBe("managed_policy_arns = [");
    expect(lineOf(files, at("aws_iam_role.r", "inline_policy[1].policy", 0))).toBe('dynamic "inline_policy" {');
  });

  it("is nowhere for what the code does not hold", () => {
    expect(locate(source, at("aws_iam_role.other"))).toBeNull();
    expect(locate(source, at("module.m.aws_iam_role.deploy"))).toBeNull();
    expect(locate(source, at("no address"))).toBeNull();
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
    expect(locate(source, at(inner))).toEqual({ file: "infra/modules/inner/b.tf", line: 3 });
    expect(locate(source, at("module.remote.aws_iam_role.r"))).toEqual({ file: "infra/main.tf", line: 5 });
  });

  it("is found in Terraform's JSON", () => {
    const stack = { resource: { aws_iam_role: { deploy: { name: "deploy", assume_role_policy: "{}" } } } };
    const source = sourceOf({ "infra/cdk.tf.json": JSON.stringify(stack, null, 1) });
    expect(locate(source, at("aws_iam_role.deploy", "assume_role_policy"))).toEqual({
      file: "infra/cdk.tf.json",
      line: 6,
    });
    expect(locate(source, at("aws_iam_role.deploy"))).toEqual({ file: "infra/cdk.tf.json", line: 4 });
  });
});

describe("a document that the plan does not show", () => {
  const unknown = "${gatehouse.unknown}";
  const arnOf = (object: string) => `${unknown}(${object})`;
  const document = async (files: Record<string, string>, address = "aws_iam_policy.p") =>
    sourceOf(files).documents?.(new Map())(address, "policy")?.document;
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
    [
      "a list of which a part is known",
      'jsonencode({ Action = concat(["s3:*"], var.more) })',
      "",
      { Action: ["s3:*", unknown] },
    ],
    ["a function that is not followed", 'jsonencode({ Action = sha256("x") })', "", { Action: unknown }],
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
    ["a template file that is not there", 'templatefile("p.json", {})', "", undefined],
    ["a choice that is not known", 'var.x ? jsonencode({ Action = "*" }) : ""', "", undefined],
    ["code that is broken", "jsonencode({ Action = ", "", undefined],
  ])("is read from %s", async (_, expression, more, expected) => {
    expect(await of(expression, more)).toEqual(expected);
  });

  const key = { Resource: arnOf("aws_kms_key.k") };

  it.each<[string, string, string, unknown]>([
    [
      "lists of statements that are put together",
      'jsonencode({ Statement = concat([local.key], [{ Action = "iam:*" }], flatten([[{ Action = "*" }]])) })',
      "locals {\n  key = { Resource = aws_kms_key.k.arn }\n}",
      { Statement: [key, { Action: "iam:*" }, { Action: "*" }] },
    ],
    [
      "comprehensions",
      `jsonencode({
        Statement = [
          for i, s in ["iam:*", "sts:*", "s3:*"] : {
            Action   = s # with a comment
            Resource = aws_kms_key.k.arn
          } if i != 1
        ]
        Condition = { for k, v in { b = 1, a = 2 } : upper(k) => v... }
      })`,
      "",
      {
        Statement: [
          { Action: "iam:*", ...key },
          { Action: "s3:*", ...key },
        ],
        Condition: { A: [2], B: [1] },
      },
    ],
    [
      "objects that are put together",
      'jsonencode(merge(local.base, { Action = join(",", ["a", "b"]) }, null))',
      'locals {\n  base = { Action = "*", Resource = aws_kms_key.k.arn }\n}',
      { Action: "a,b", ...key },
    ],
    [
      "objects of which one is not known",
      'jsonencode({ S = merge({ Action = "*" }, local.more) })',
      "",
      { S: unknown },
    ],
    [
      "a format",
      'format("{\\"Action\\":[\\"%s\\",\\"%s\\"]}", "iam:*", aws_x.y.id)',
      "",
      { Action: ["iam:*", unknown] },
    ],
    ["a format of a kind that is not followed", 'jsonencode({ Action = format("%05d", 3) })', "", { Action: unknown }],
    ["sets", 'jsonencode({ Action = tolist(toset(["b", "a", "b"])) })', "", { Action: ["a", "b"] }],
    ["a choice that is known", 'jsonencode({ Action = 1 + 1 == 2 && !false ? "*" : "a" })', "", { Action: "*" }],
    [
      "splats",
      "jsonencode({ Action = local.all[*].name })",
      'locals {\n  all = [{ name = "a" }, { name = "b" }]\n}',
      { Action: ["a", "b"] },
    ],
    ["an index", 'jsonencode({ Action = { "a.b" = ["x", "y"] }["a.b"][1] })', "", { Action: "y" }],
    [
      "instances",
      'jsonencode({ Resource = ["${aws_x.y["a"].arn}/*", aws_x.y[0].arn, aws_x.y[aws_x.z.id].arn, aws_x.y["*"].arn] })',
      "",
      { Resource: [`${arnOf("aws_x.y[a]")}/*`, arnOf("aws_x.y[0]"), unknown, arnOf("aws_x.y[_]")] },
    ],
    ["an element behind unknown ones", 'jsonencode({ Action = concat(var.more, ["a"])[0] })', "", { Action: unknown }],
    ["what is marked as sensitive", 'jsonencode({ Action = sensitive("s3:*") })', "", { Action: unknown }],
    [
      "strip marks, escapes and nested strings",
      'jsonencode({ Action = "a ${~ "b" ~} c", Sid = "\\u0041${"${"x"}"}\\"" })',
      "",
      { Action: "abc", Sid: 'Ax"' },
    ],
    [
      "a document in a document",
      'jsonencode({ Policy = jsonencode({ Action = "*" }) })',
      "",
      { Policy: '{"Action":"*"}' },
    ],
  ])("is made of %s", async (_, expression, more, expected) => {
    expect(await of(expression, more)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['{ "Action": "iam:*", "Resource": "${key}" }', { Action: "iam:*", ...key }],
    ['{ "Action": ${jsonencode(actions)}, "Sid": "$${key}" }', { Action: ["a", unknown], Sid: "${key}" }],
    ['{ "Action": "${var.a}", "Resource": "${aws_kms_key.k.arn}" }', { Action: unknown, Resource: unknown }],
    ['{ "Action": %{ if key == "" }"*"%{ else }"a"%{ endif } }', undefined],
  ])("is read from the template file %s", async (template, expected) => {
    const call = '"${path.module}/p.tpl", { key = aws_kms_key.k.arn, actions = ["a", aws_x.y.id] }';
    const files = {
      "infra/m/main.tf": `resource "aws_iam_policy" "p" {\n  policy = templatefile(${call})\n}\n`,
      "infra/main.tf": 'module "m" {\n  source = "./m"\n}\n',
      "infra/m/p.tpl": template,
    };
    const text = JSON.stringify(await document(files, "module.m.aws_iam_policy.p"));
    expect(text && JSON.parse(text.replaceAll("(module.m.", "("))).toEqual(expected);
  });

  it("takes from `for_each` what an instance is about", async () => {
    const block = (each: string, value: string) =>
      `resource "aws_iam_policy" "p" {\n  for_each = ${each}\n  policy = jsonencode({ Sid = each.key, Action = ${value} })\n}\n`;
    const address = 'aws_iam_policy.p["a.b"]';
    const read = (each: string, value: string) => document({ "infra/main.tf": block(each, value) }, address);
    expect(await read('{ "a.b" = { x = "iam:*" } }', "each.value.x")).toEqual({ Sid: "a.b", Action: "iam:*" });
    expect(await read('toset(["a.b", "c"])', "each.value")).toEqual({ Sid: "a.b", Action: "a.b" });
    expect(await read("aws_x.y", "each.value.name")).toEqual({ Sid: "a.b", Action: unknown });
    expect(await read('{ c = { x = "iam:*" } }', "each.value.x")).toEqual({ Sid: "a.b", Action: unknown });
    const files = {
      "infra/main.tf": 'module "m" {\n  for_each = { a = "*" }\n  source = "./m"\n  action = each.value\n}\n',
      "infra/m/main.tf":
        'variable "action" {}\nresource "aws_iam_policy" "p" {\n  count = 2\n  policy = jsonencode({ Sid = count.index == 1 ? "one" : "none", Action = var.action })\n}\n',
    };
    expect(await document(files, 'module.m["a"].aws_iam_policy.p[1]')).toEqual({ Sid: "one", Action: "*" });
  });

  it("follows outputs of modules", async () => {
    const files = {
      "infra/main.tf":
        'module "doc" {\n  source = "./doc"\n}\nresource "aws_iam_policy" "p" {\n  policy = module.doc.json\n}\nresource "aws_iam_policy" "hidden" {\n  policy = module.doc.hidden\n}\n',
      "infra/doc/main.tf":
        'output "json" {\n  value = jsonencode({ Action = "*", Resource = aws_kms_key.k.arn })\n}\noutput "hidden" {\n  sensitive = true\n  value = jsonencode({ Action = "*" })\n}\n',
    };
    expect(await document(files)).toEqual({ Action: "*", Resource: arnOf("module.doc.aws_kms_key.k") });
    expect(await document(files, "aws_iam_policy.hidden")).toBeUndefined();
  });

  describe("of a root variable", () => {
    const read = (declared: string, variables: Record<string, unknown>, expression = "var.a") =>
      sourceOf({
        "infra/main.tf": `variable "a" {\n  ${declared}\n}\nresource "aws_iam_policy" "p" {\n  policy = jsonencode({ Action = ${expression} })\n}\n`,
      }).documents?.(new Map(Object.entries(variables)))("aws_iam_policy.p", "policy")?.document;

    it("has the value that the plan has", () => {
      expect(read('default = "a"', { a: "*" })).toEqual({ Action: "*" });
      expect(read('default = "a"', {})).toEqual({ Action: unknown });
    });

    it("has none when the variable is sensitive", () => {
      expect(read("sensitive = true", { a: "*" })).toEqual({ Action: unknown });
      expect(read("sensitive = false", { a: "*" })).toEqual({ Action: "*" });
    });

    it("has the defaults that its type gives", () => {
      const type = 'type = list(object({ name = string, action = optional(string, "*") }))';
      expect(read(type, { a: [{ name: "x" }, { name: "y", action: "a" }] }, "var.a[*].action")).toEqual({
        Action: ["*", "a"],
      });
    });
  });

  it("says what it waits for: what is met on the way, and no more", () => {
    const text =
      'locals {\n  all = [{ Resource = aws_kms_key.k.arn }]\n}\nresource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = 1 > 2 ? aws_sns_topic.t.arn : concat(local.all, [{ Sid = "${upper(aws_x.y["a"].id)}" }]) })\n}';
    const found = sourceOf({ "infra/main.tf": text }).documents?.(new Map())("aws_iam_policy.p", "policy");
    expect(found?.references).toEqual(["aws_kms_key.k.arn", 'aws_x.y["a"].id']);
  });

  it("holds nothing that goes through a sensitive variable", async () => {
    const files = {
      "infra/main.tf": 'module "m" {\n  source = "./m"\n  id = "SECRET"\n}\n',
      "infra/m/main.tf":
        'variable "id" {\n  sensitive = true\n}\nlocals {\n  sid = "X${var.id}"\n}\nresource "aws_iam_policy" "p" {\n  policy = jsonencode({ Sid = local.sid, Action = "*" })\n}\n',
    };
    expect(await document(files, "module.m.aws_iam_policy.p")).toEqual({ Sid: `X${unknown}`, Action: "*" });
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

  it("in a downloaded module decides nothing, and that is said", () => {
    const folder = ".terraform/modules/vendor";
    const files = {
      "infra/main.tf": 'module "vendor" {\n  source = "acme/vendor/aws"\n}\n',
      [`infra/${folder}/main.tf`]: `# gatehouse:ignore trust-anyone: reviewed\n${block}`,
    };
    const manifest = JSON.stringify({ Modules: [{ Key: "vendor", Source: "acme/vendor/aws", Dir: folder }] });
    const { suppressions, problems } = sourceOf(files, manifest);
    expect(suppressions).toEqual([]);
    expect(problems).toMatchObject([
      { message: expect.stringContaining("downloaded module"), place: { file: `infra/${folder}/main.tf`, line: 1 } },
    ]);
  });

  it("that says it wrongly is kept, with what is wrong", () => {
    const { broken, suppressions } = ignores(`# gatehouse:ignore trust-anyon: x\n${block}`);
    expect(suppressions).toEqual([]);
    expect(broken).toMatchObject([{ because: 'unknown rule "trust-anyon"; did you mean "trust-anyone"?' }]);
  });

  it.each([
    ["above another data source", 'data "aws_caller_identity" "d" {\n}\n'],
    ["above locals", "locals {\n  a = 1\n}\n"],
    ["at the end of the file", ""],
  ])("%s applies to nothing, and that is said", (_, below) => {
    const { problems, suppressions } = ignores(`${block}# gatehouse:ignore trust-anyone: x\n${below}`);
    expect(suppressions).toEqual([]);
    expect(problems).toMatchObject([{ severity: "warning", place: { file: "infra/main.tf", line: 3 } }]);
    expect(problems[0]?.hint).toContain("gatehouse.config.yaml");
  });

  it.each([
    ["behind an attribute", "  policy = local.star # gatehouse:ignore admin-access: x\n"],
    ["in a nested block", "  inline_policy {\n    # gatehouse:ignore admin-access: x\n    name = 1\n  }\n"],
    ["behind a nested block", "  inline_policy { name = 1 } # gatehouse:ignore admin-access: x\n"],
    ["in an expression", "  policy = jsonencode({\n    # gatehouse:ignore admin-access: x\n    Statement = []\n  })\n"],
    ["behind the opening bracket", "# gatehouse:ignore admin-access: x\n  inline_policy {\n  }\n"],
  ])("%s is about the resource", (_, body) => {
    const { suppressions, problems } = ignores(
      `resource "aws_iam_role" "r" {${body.startsWith("#") ? " " : "\n"}${body}}\n${block}`,
    );
    expect(suppressions).toMatchObject([{ rule: "admin-access", target: { blocks: ["aws_iam_role.r"] } }]);
    expect(problems).toEqual([]);
  });

  it("behind a block is about that block, and not about the next one", () => {
    const { suppressions } = ignores(
      'resource "aws_iam_role" "a" {} # gatehouse:ignore admin-access: x\nresource "aws_iam_role" "b" {}\n',
    );
    expect(suppressions).toMatchObject([{ target: { blocks: ["aws_iam_role.a"] } }]);
  });

  it("in a text is none", () => {
    const text = `resource "aws_iam_role" "r" {\n  description = <<-X\n    # gatehouse:ignore admin-access: x\n  X\n  name = "# gatehouse:ignore admin-access: x"\n}\n`;
    expect(ignores(text)).toMatchObject({ suppressions: [], broken: [], problems: [] });
  });

  it.each(["gatehouse: ignore", "Gatehouse:Ignore", "gatehouse :ignore"])("may be written as %s", (words) => {
    expect(ignores(`# ${words} admin-access: x\n${block}`).suppressions).toMatchObject([{ rule: "admin-access" }]);
  });

  it.each([
    ["gatehouse-ignore admin-access: x", "it has the form"],
    ["gatehouse ignore admin-access: x", "it has the form"],
    ["gatehouse:skip admin-access: x", "it has the form"],
    ["gatehouse:ignore", "it has the form"],
    ["gatehouse:ignore admin-access until 2027-01-31 without a colon", "it has the form"],
    ["gatehouse:ignore admin-access, trust-anyone: x", "one comment is for one rule"],
  ])("such as %s is said to be wrong", (text, because) => {
    const { broken, suppressions } = ignores(`#${text}\n${block}`);
    expect(suppressions).toEqual([]);
    expect(broken).toMatchObject([{ because: expect.stringContaining(because) }]);
  });

  it.each(["gatehouse ignores nothing", "see gatehouse:ignore", "gatehouse: reads this"])("%s is prose", (text) => {
    expect(ignores(`# ${text}\n${block}`)).toMatchObject({ suppressions: [], broken: [], problems: [] });
  });

  it("at a call or at a document is about the lines of it, at a statement about those of the statement", () => {
    const text = `# gatehouse:ignore admin-access: call
module "m" {
  source = "./m"
}
# gatehouse:ignore admin-access: document
data "aws_iam_policy_document" "d" {
  # gatehouse:ignore admin-access: statement
  statement {
  }
}
`;
    const lines = (first: number, last: number) => ({ lines: { file: "infra/main.tf", first, last } });
    expect(ignores(text).suppressions).toMatchObject([
      { reason: "call", target: { ...lines(2, 4), modules: ["module.m"] } },
      { reason: "document", target: { ...lines(6, 10), modules: [""] } },
      { reason: "statement", target: lines(8, 9) },
    ]);
  });
});

it.each<[string, string, number | null]>([
  ["an attribute without a value", 'resource "aws_iam_role" "app" {\n  name =\n}\n', 2],
  ["an open block", 'locals {}\nresource "aws_iam_role" "r" {\n', 2],
  ["a bracket that closes nothing", "locals {}\n}\n", 2],
  ["an expression that is none", "locals {\n  a = [1 2]\n}", 2],
  ["a word without a block", "locals\n", 1],
  ["a function of a provider, which is fine", "locals {\n  a = provider::aws::arn_parse(x)\n}\n", null],
  ["a type, which is fine", "variable a {\n  type = map(object({ b = optional(list(string), []) }))\n}\n", null],
  [
    "a byte order mark and Windows' line ends, which are fine",
    "\uFEFFlocals {\r\n  a = {\r\n    b = 1\r\n  }\r\n}\r\n",
    null,
  ],
])("of code with %s it is said where it is broken", async (_, text, line) => {
  const faults = await sourceOf({ "infra/main.tf": text }).faults();
  expect(faults.map(({ place }) => place?.line ?? null)).toEqual(line === null ? [] : [line]);
});

it("of Terraform's JSON it is said where it is broken", async () => {
  expect(await sourceOf({ "infra/main.tf.json": '{\n "locals": {\n' }).faults()).toMatchObject([
    { code: "source-syntax" },
  ]);
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
  expect(locate(source, at("aws_iam_role.sound"))).toEqual({ file: "infra/other.tf", line: 1 });
});
