/** Tags that decide over access: what policies compare, and what sessions carry. */
import type { Context } from "./context.ts";
import { organizationPolicyDocuments } from "./organization-policy.ts";

/** `aws:PrincipalTag/team`, `ec2:ResourceTag/team`, `s3:ExistingObjectTag/team`: the key of the tag. */
const conditionKey = /^[a-z0-9-]+:[a-z]*tag\/(.+)$/i;
/** The same in a policy variable, with or without a default: `${aws:PrincipalTag/team, 'none'}`. */
const variable = /\$\{[a-z0-9-]+:[a-z]*tag\/([^},]+)/gi;

/**
 * The keys, in small letters, of tags that any policy of the manifest compares, and of attributes for access control: in
 * conditions, in policy variables, and among `aws:TagKeys`. Case does not count in condition keys.
 */
export function tagsInPolicies(context: Context): ReadonlySet<string> {
  const { identity, permissionSets, roles, managedPolicies, iam, bucketPolicies } = context.manifest;
  const found = new Set(Object.keys(identity.attributes).map((key) => key.toLowerCase()));
  const add = (key: string) => found.add(key.trim().toLowerCase());
  const look = (value: unknown, ofKeys = false): void => {
    if (typeof value === "string") {
      if (ofKeys) add(value);
      for (const [, key = ""] of value.matchAll(variable)) add(key);
    } else if (Array.isArray(value)) {
      for (const one of value) look(one, ofKeys);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        const tag = conditionKey.exec(key)?.[1];
        if (tag !== undefined) add(tag);
        look(inner, ofKeys || key.toLowerCase() === "aws:tagkeys");
      }
    }
  };
  look([...organizationPolicyDocuments(context).values()]);
  look(Object.values(bucketPolicies));
  const holders = { permissionSets, roles, managedPolicies };
  for (const [section, entries] of [...Object.entries(holders), ...Object.entries(iam)]) {
    const path = section in holders ? [section] : ["iam", section];
    for (const [key, { tags: _, ...entry }] of Object.entries<Holder>(entries)) {
      look(entry);
      look(context.file([...path, key, "file"], entry.file));
    }
  }
  return found;
}

interface Holder {
  tags?: unknown;
  file?: string | undefined;
}
