/** Tags of roles and IAM users, with the default tags that Terraform adds to them. */
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import type { Path } from "../node.ts";
import { error, where } from "../problems.ts";

type Tags = Readonly<Record<string, string>>;

/** How many tags a resource has at most. */
const most = 50;

/**
 * `duplicate-tag`, `too-many-tags`. Keys of the tags of roles and users are kept with their case and compared without it,
 * in IAM as in conditions: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#case-sensitivity
 */
export function checkIamTags(context: Context): Problem[] {
  const { roles, iam, breakGlass } = context.manifest;
  const of = (record: Readonly<Record<string, { tags: Tags }>>, ...section: string[]) =>
    Object.entries(record).flatMap(([key, { tags }]) => together([...section, key], tags, context));
  return [...of(roles, "roles"), ...of(iam.users, "iam", "users"), ...of(breakGlass.users, "breakGlass", "users")];
}

function together(path: Path, tags: Tags, { manifest, at, keyAt }: Context): Problem[] {
  const { defaultTags } = manifest.terraform;
  const own = Object.keys(tags).map((key) => ({ key, at: [...path, "tags", key] }));
  const added = Object.keys(defaultTags).flatMap((key) =>
    Object.hasOwn(tags, key) ? [] : [{ key, at: ["terraform", "defaultTags", key] }],
  );
  const first = new Map<string, Path>();
  const problems: Problem[] = [];
  for (const tag of [...added, ...own]) {
    const id = tag.key.toLowerCase();
    const earlier = first.get(id);
    if (earlier === undefined) {
      first.set(id, tag.at);
      continue;
    }
    const [here, there] = [keyAt(tag.at), keyAt(earlier)];
    const message = `the tag "${tag.key}" is there already, as "${String(earlier.at(-1))}" at ${where(there, here)}; IAM ignores case`;
    problems.push(
      error("duplicate-tag", here, message, { related: [{ place: there, message: "first written here" }] }),
    );
  }
  if (added.length > 0 && added.length + own.length > most) {
    const message = `${own.length} tags and ${added.length} of terraform.defaultTags are more than the ${most} that AWS takes`;
    problems.push(error("too-many-tags", at([...path, "tags"]), message));
  }
  return problems;
}
