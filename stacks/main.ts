/** The stacks in a CDKTF app, for `cdktf synth`; the bytes are those of `gatehouse synth`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "cdktf";
import type { AccessGraph } from "../lib/access/graph.ts";
import type { Problem } from "../lib/problem.ts";
import { type BuiltStack, buildStacks, terraformJson } from "./build.ts";

/** Puts the stacks into the app; `app.synth()` then writes them. With an error among the problems, do not synthesize. */
export function buildApp(graph: AccessGraph, app: App): { problems: Problem[] } {
  const { stacks, problems } = buildStacks(graph, app);
  for (const built of stacks) writeOwnJson(built);
  return { problems };
}

/** CDKTF's synthesizer would drop the final newline. */
function writeOwnJson({ stack }: BuiltStack): void {
  const { synthesizer } = stack;
  stack.synthesizer = {
    synthesize(session) {
      synthesizer.synthesize(session);
      const { synthesizedStackPath } = session.manifest.forStack(stack);
      writeFileSync(join(session.outdir, synthesizedStackPath), terraformJson(stack));
    },
  };
}
