/** The manifest's ways to write a policy -> one document in AWS's own words. */
import { z } from "zod";
import type { PolicyDocument } from "../access/graph.ts";
import type { Problem } from "../problem.ts";
import { oneOrMany, type Statement } from "./fields.ts";
import { toProblems } from "./issues.ts";
import { toValue } from "./node.ts";
import { parseYaml } from "./parse.ts";

const texts = oneOrMany(z.string());
const principal = z.union([z.literal("*"), z.record(z.string(), texts)]);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export const policyDocument = z.strictObject({
  Version: z.literal("2012-10-17").describe("Version of the policy language."),
  Id: z.string().optional().describe("Id of the document."),
  Statement: oneOrMany(
    z.strictObject({
      Sid: z.string().optional().describe("Statement id."),
      Effect: z.enum(["Allow", "Deny"]).describe("Whether it allows or denies."),
      Principal: principal.optional().describe("Whom it is about."),
      NotPrincipal: principal.optional().describe("Whom it is not about."),
      Action: texts.optional().describe("Actions, wildcards allowed."),
      NotAction: texts.optional().describe("Every action but these."),
      Resource: texts.optional().describe("Resources, wildcards allowed."),
      NotResource: texts.optional().describe("Every resource but these."),
      Condition: z
        .record(z.string(), z.record(z.string(), oneOrMany(z.union([z.string(), z.number(), z.boolean()]))))
        .optional()
        .describe("Conditions: operator, then key, then value or values."),
    }),
  ).describe("What it says."),
});

/** Reads the document of a management policy from JSON: any map; what it may hold depends on the type of the policy. */
export function readManagementPolicyFile(
  name: string,
  text: string,
): { document: Readonly<Record<string, unknown>> | null; problems: Problem[] } {
  const { node, problems } = parseYaml({ name, text });
  if (node === null) return { document: null, problems };
  const grammar = z.record(z.string(), z.unknown());
  const result = grammar.safeParse(toValue(node));
  if (!result.success) return { document: null, problems: toProblems(result.error.issues, node, grammar) };
  return { document: result.data, problems: [] };
}

/** Reads a policy document from JSON; `document` is `null` when there are problems. */
export function readPolicyFile(name: string, text: string): { document: PolicyDocument | null; problems: Problem[] } {
  const { node, problems } = parseYaml({ name, text });
  if (node === null) return { document: null, problems };
  const result = policyDocument.safeParse(toValue(node));
  if (!result.success) return { document: null, problems: toProblems(result.error.issues, node, policyDocument) };
  return { document: result.data, problems: [] };
}

/** A document of statements, or `null` when there are none. `principal` for policies that need one. */
export function documentOf(
  allow: readonly Statement[],
  deny: readonly Statement[],
  principal: "*" | null = null,
): PolicyDocument | null {
  const written = [
    ...allow.map((statement) => inAwsWords("Allow", statement, principal)),
    ...deny.map((statement) => inAwsWords("Deny", statement, principal)),
  ];
  return written.length === 0 ? null : { Version: "2012-10-17", Statement: written };
}

function inAwsWords(effect: "Allow" | "Deny", statement: Statement, principal: "*" | null): Record<string, unknown> {
  const { sid, actions, notActions, resources, notResources, conditions } = statement;
  const written = {
    Sid: sid,
    Effect: effect,
    Principal: principal ?? undefined,
    Action: actions,
    NotAction: notActions,
    Resource: resources ?? (notResources === undefined ? ["*"] : undefined),
    NotResource: notResources,
    Condition: conditions,
  };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}
