/** What AWS Organizations takes as the document of a policy, by type. */
import type { OrganizationPolicy } from "../../access/graph.ts";
import type { Problem } from "../../problem.ts";
import { didYouMean } from "../../suggest.ts";
import type { ErrorCode } from "../codes.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { policyTypes } from "../policy-types.ts";
import { error } from "../problems.ts";
import type { Manifest } from "../schema.ts";

type Policy = Manifest["policies"][string];
type Document = OrganizationPolicy["document"];
type Statement = Readonly<Record<string, unknown>>;

interface Refusal {
  code: ErrorCode;
  message: string;
  refuses(statement: Statement): boolean;
}

const has = (element: string) => (statement: Statement) => Object.hasOwn(statement, element);

/**
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html and
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
 */
const refusals: Readonly<Record<"scp" | "rcp", readonly Refusal[]>> = {
  scp: [
    {
      code: "scp-with-principal",
      message: "a service control policy names no principal: it binds every identity of the accounts it is attached to",
      refuses: (statement) => has("Principal")(statement) || has("NotPrincipal")(statement),
    },
  ],
  rcp: [
    {
      code: "rcp-allows",
      message: "a resource control policy can only deny: AWS's own RCPFullAWSAccess allows",
      refuses: ({ Effect }) => Effect !== "Deny",
    },
    {
      code: "rcp-principal",
      message:
        'a resource control policy has "Principal": "*"; whom it means is said by conditions, such as aws:PrincipalOrgID',
      refuses: ({ Principal }) => Principal !== "*",
    },
    {
      code: "rcp-actions",
      message: 'a resource control policy names its services, such as s3:*; AWS refuses "*" alone and "NotAction"',
      refuses: ({ Action }) => Action === undefined || [Action].flat().includes("*"),
    },
  ],
};

/** `scp-with-principal`, `rcp-allows`, `rcp-principal`, `rcp-actions`: each once in a policy. */
export function checkControlPolicy(policy: Policy, document: Document | null, path: Path, { at }: Context): Problem[] {
  const { type } = policy;
  if (document === null || (type !== "scp" && type !== "rcp")) return [];
  const statements: unknown = document.Statement;
  const list: Statement[] = Array.isArray(statements) ? statements : [];
  return refusals[type].flatMap(({ code, message, refuses }) => {
    const index = list.findIndex(refuses);
    return index < 0
      ? []
      : [error(code, at([...path, ...placeOf(policy, index)]), `${which(policy, index)}${message}`)];
  });
}

/** Statements of `allow` come before those of `deny`. */
function placeOf({ allow, deny, document }: Policy, index: number): Path {
  if (document !== undefined) return ["document", "Statement", index];
  const allowed = allow?.length ?? 0;
  if (index < allowed) return ["allow", index];
  return deny === undefined ? ["file"] : ["deny", index - allowed];
}

/** A file has no lines here: the statement is told by its number. */
function which({ file }: Policy, index: number): string {
  return file === undefined ? "" : `statement ${index + 1}: `;
}

/** https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html */
const operators = ["@@append", "@@assign", "@@operators_allowed_for_child_policies", "@@remove"] as const;

/** `management-policy-form`, `unknown-policy-operator`. */
export function checkManagementPolicy(
  key: string,
  { type, allow, deny, document: written }: Policy,
  document: Document | null,
  { at }: Context,
): Problem[] {
  const { root, one } = policyTypes[type];
  const path = ["policies", key];
  if (root === null) return [];
  if (allow !== undefined || deny !== undefined) {
    const message = `a ${one} holds no statements that allow or deny`;
    const hint = `write "document": { ${root}: ... }`;
    return [error("management-policy-form", at([...path, allow === undefined ? "deny" : "allow"]), message, { hint })];
  }
  if (document === null) return [];
  const base = [...path, written === undefined ? "file" : "document"];
  const place = (below: Path) => at(written === undefined ? base : [...base, ...below]);
  const keys = Object.keys(document);
  if (keys.length !== 1 || keys[0] !== root) {
    const message = `the document of a ${one} has one key at the top, "${root}"`;
    return [error("management-policy-form", place([]), message)];
  }
  return unknownOperators(document, []).map(([operator, at]) => {
    const message = `unknown operator "${operator}"${didYouMean(operator, operators)}`;
    return error("unknown-policy-operator", place(at), message, { hint: `operators: ${operators.join(", ")}` });
  });
}

function unknownOperators(value: unknown, path: Path): [operator: string, path: Path][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, key];
    const known = !key.startsWith("@@") || operators.some((operator) => operator === key);
    return [...(known ? [] : [[key, at] as [string, Path]]), ...unknownOperators(inner, at)];
  });
}
