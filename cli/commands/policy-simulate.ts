import { Argument } from "commander";
import type { Decision } from "../../lib/iam/evaluate.ts";
import { nameOf } from "../../lib/iam/explain.ts";
import { visible } from "../../lib/visible.ts";
import { type Context, command, exit, printError, usageError } from "../command.ts";
import { readText } from "../policy-file.ts";

const EXAMPLE = `{ "request": {
    "principal": "arn:aws:iam::111122223333:user/amin",
    "action": "s3:GetObject", "resource": "arn:aws:s3:::images/logo.png",
    "resourceAccount": "111122223333",
    "context": { "aws:MultiFactorAuthPresent": "true" } },
  "identityPolicies": [ { "Version": "2012-10-17", "Statement": {
    "Effect": "Allow", "Action": "s3:Get*", "Resource": "*" } } ],
  "serviceControlPolicies": [ [ { "Version": "2012-10-17", "Statement": {
    "Effect": "Allow", "Action": "*", "Resource": "*" } } ] ] }`;

export default command<object, "text" | "json">({
  name: "policy simulate",
  summary: "Decide one request, and say which statement decided",
  details:
    "A CASE holds the request and the policies: identityPolicies, resourcePolicy, permissionsBoundary, sessionPolicy, " +
    "serviceControlPolicies and resourceControlPolicies (a list of levels, each a list). What follows from the " +
    `principal is derived. For example:\n\n${EXAMPLE}`,
  arguments: [new Argument("<case>", "case JSON; - reads standard input")],
  options: [],
  formats: ["text", "json"],
  examples: [["policy simulate case.json", "would this request be allowed, and by what"]],
  async run([path], _options, context) {
    const text = await readText(path!, context);
    if (text === null) return exit.usage;
    const [{ readJson }, { readCase }, { evaluate }] = await Promise.all([
      import("../../lib/iam/json.ts"),
      import("../../lib/iam/case.ts"),
      import("../../lib/iam/evaluate.ts"),
    ]);
    const json = readJson(text);
    if ("error" in json) return usageError(context, `${path} is not valid JSON: ${json.error}`);
    const read = readCase(JSON.parse(text.replace(/^\ufeff/, "")));
    if ("problems" in read) {
      for (const problem of read.problems) printError(context, `${path}: ${problem}`);
      return exit.usage;
    }
    const { servicesWithRcps } = await import("../../lib/iam/catalog.ts");
    const decision = evaluate(read.case.call, { ...read.case.layers, servicesWithRcps: servicesWithRcps() });
    context.io.stdout.write(context.format === "json" ? toJson(decision) : render(decision, context));
    return exit.fine;
  },
});

const toJson = (decision: Decision) => `${JSON.stringify(decision, null, 2)}\n`;

function render({ decision, by, because }: Decision, { paint: { stdout: paint } }: Context): string {
  const color = decision === "Allowed" ? paint.green : paint.red;
  const words = { Allowed: "allowed", ExplicitlyDenied: "explicitly denied", ImplicitlyDenied: "implicitly denied" };
  const place = [
    by.layer,
    by.level === null ? null : `level ${by.level + 1}`,
    by.policy === null ? null : `policy ${by.policy + 1}`,
    by.statement && nameOf(by.statement),
  ];
  const where = by.statement ? `  by ${visible(place.filter((part) => part !== null).join(", "))}\n` : "";
  return `${color(words[decision])}: ${visible(because)}\n${where}`;
}
