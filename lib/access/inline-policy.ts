/** What a permission set or role allows by itself. */
import type { Context } from "../manifest/context.ts";
import { documentOf } from "../manifest/policy.ts";
import type { Manifest } from "../manifest/schema.ts";
import type { PolicyDocument } from "./graph.ts";

/** The inline policy of a permission set or role: its statements or its file. */
export function inlinePolicy(
  path: readonly string[],
  { allow, deny, file }: Pick<Manifest["roles"][string], "allow" | "deny" | "file">,
  context: Context,
): PolicyDocument | null {
  return file === undefined ? documentOf(allow, deny) : context.file([...path, "file"], file);
}
