import { Argument, Option } from "commander";
import { isDay } from "../../lib/day.ts";
import { command, exit, printError, usageError } from "../command.ts";
import type { Rendering } from "../diff/render.ts";
import { asOfOption, dayOf, isError, renderProblems } from "../manifest.ts";

interface Options {
  asOf?: string;
  manifest?: string;
}

const formats = ["text", "markdown", "json"] as const;

export default command<Options, (typeof formats)[number]>({
  name: "diff",
  summary: "Show what changes between two manifests, in people and accounts",
  details:
    "OLD and NEW are files, folders, or git revisions: `main`, `HEAD~1:access/`. A path that is there wins over a " +
    "revision of that name. Both are read as of the same day. The exit code is 0 whatever has changed, and 2 when a " +
    "side cannot be read.",
  arguments: [
    new Argument("<old>", "the manifest as it stands: file, folder or git revision"),
    new Argument("<new>", "the manifest as it is proposed: file, folder or git revision"),
  ],
  options: [
    new Option("--manifest <path>", "the manifest in a revision without a path (default: access.yaml, then access/)"),
    asOfOption,
  ],
  formats,
  examples: [
    ["diff main access/", "what the working copy changes"],
    ["diff HEAD~1:access/ HEAD:access/ --format markdown", "the last commit, for a pull request"],
  ],
  async run([old = "", now = ""], { asOf, manifest }, context) {
    const day = dayOf(asOf, context);
    if (!isDay(day)) return usageError(context, `--as-of takes a date such as 2027-01-31, not "${day}"`);
    const { readSide } = await import("../side.ts");
    const graphOf = async (name: string) => {
      const side = readSide(name, { asOf: day, manifest, cwd: context.io.cwd });
      if ("failed" in side) {
        printError(context, side.failed, side.hint ?? undefined);
        return null;
      }
      if (side.graph !== null) return side.graph;
      context.io.stderr.write(await renderProblems(side.problems.filter(isError), side.files, context.paint.stderr));
      printError(context, `"${name}" is not a valid manifest: there is nothing to compare`);
      return null;
    };
    const [before, after] = [await graphOf(old), await graphOf(now)];
    if (before === null || after === null) return exit.usage;

    const [{ diffGraphs }, { describeDiff, summarize }, { renderers }] = await Promise.all([
      import("../../lib/access/diff.ts"),
      import("../diff/describe.ts"),
      import("../diff/render.ts"),
    ]);
    const diff = await diffGraphs(before, after);
    const rendering: Rendering = {
      diff,
      sections: describeDiff(diff, before, after),
      names: [old, now],
      summary: summarize(diff),
    };
    context.io.stdout.write(renderers[context.format](rendering, context.paint.stdout));
    return exit.fine;
  },
});
