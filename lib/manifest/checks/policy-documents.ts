/** Policies of identities as AWS reads them: what it would refuse when they are applied. */
import type { PolicyDocument } from "../../access/graph.ts";
import { inlinePolicy, type OwnPermissions } from "../../access/inline-policy.ts";
import { ownStatements } from "../../access/role-permissions.ts";
import { parsePolicy } from "../../iam/parse.ts";
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error } from "../problems.ts";

/**
 * `policy-malformed`: a file that is no policy of an identity. `duplicate-sid`: two statements of one id in one policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function checkPolicyDocuments(context: Context): Problem[] {
  return documents(context).flatMap(({ path, file, document }) => [
    ...(file === undefined ? [] : malformed(document, [...path, "file"], context)),
    ...duplicateSids(document, path, context),
  ]);
}

interface Written {
  path: readonly string[];
  file: string | undefined;
  document: PolicyDocument;
}

function documents(context: Context): Written[] {
  const { permissionSets, roles, managedPolicies, iam } = context.manifest;
  const each = <T extends { file?: string | undefined }>(
    at: readonly string[],
    section: Readonly<Record<string, T>>,
    documentOf: (path: readonly string[], holder: T, key: string) => PolicyDocument | null,
  ): Written[] =>
    Object.entries(section).flatMap(([key, holder]) => {
      const path = [...at, key];
      const document = documentOf(path, holder, key);
      return document === null ? [] : [{ path, file: holder.file, document }];
    });
  const own = (path: readonly string[], holder: OwnPermissions) => inlinePolicy(path, holder, context);
  return [
    ...each(["permissionSets"], permissionSets, own),
    ...each(["managedPolicies"], managedPolicies, (path, { allow = [], deny = [], file }) =>
      own(path, file === undefined ? { allow, deny } : { allow, deny, file }),
    ),
    ...each(["iam", "groups"], iam.groups, own),
    ...each(["iam", "users"], iam.users, own),
    ...each(["roles"], roles, (_, role, key) => ownStatements(key, role, context)),
  ];
}

function malformed(document: PolicyDocument, path: Path, { at }: Context): Problem[] {
  return parsePolicy(document, "identity").problems.map(({ message, statement }) => {
    const where = statement === null ? "" : `statement ${statement + 1}: `;
    return error("policy-malformed", at(path), `${where}${message}`);
  });
}

function duplicateSids({ Statement }: PolicyDocument, path: Path, { keyAt }: Context): Problem[] {
  const seen = new Set<unknown>();
  const again = new Set<string>();
  for (const { Sid } of Statement) {
    if (typeof Sid !== "string" || Sid === "") continue;
    if (seen.has(Sid)) again.add(Sid);
    seen.add(Sid);
  }
  return [...again].map((sid) => {
    const hint = "give one of them another sid; those of presets and of assumeRoles count as well";
    return error("duplicate-sid", keyAt(path), `two statements have the sid "${sid}"; in a policy it is unique`, {
      hint,
    });
  });
}
