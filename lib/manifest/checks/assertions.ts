/** Assertions that can never fail. Whether they hold is seen when the manifest is resolved: see lib/access/verify.ts. */
import type { Problem } from "../../problem.ts";
import type { Context } from "../context.ts";
import { error } from "../problems.ts";
import { checkSelection } from "./access.ts";

/** What `checkSelection` reports: a guard over no account would be silently absent. */
export function checkAssertions(context: Context): Problem[] {
  return Object.entries(context.manifest.assertions).flatMap(([sentence, assertion]) =>
    (["never", "always", "only"] as const).flatMap((kind) => {
      const to = assertion[kind]?.to;
      const path = ["assertions", sentence, kind, "to"];
      return to === undefined ? [] : checkSelection(to, path, "assertion", context, error);
    }),
  );
}
