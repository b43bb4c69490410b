import { existsSync, statSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { Option } from "commander";
import { command, exit, note, usageError } from "../command.ts";
import { manifestArgument, requireGraph } from "../manifest.ts";

interface Options {
  defaultOwner?: string;
}

const owner = /^(@[\w.-]+(\/[\w.-]+)*|[^\s@<>#\\]+@[^\s@<>#\\]+)$/;

export default command<Options>({
  name: "codeowners",
  summary: "Print CODEOWNERS lines for the files that teams own by delegation",
  details:
    "For GitHub and GitLab. Of several lines that match a file the last one counts, so the default owner comes first. " +
    "Name one: whoever may change the rules has to review every file that is no team's.",
  arguments: [manifestArgument],
  options: [new Option("--default-owner <owners>", "who owns all other files of the manifest, separated by commas")],
  formats: [],
  examples: [
    ["codeowners access/ --default-owner @acme/platform > .github/CODEOWNERS", "each team reviews its own files"],
  ],
  async run([path], { defaultOwner }, context) {
    const owners = defaultOwner?.split(",").map((one) => one.trim()) ?? [];
    const wrong = owners.find((one) => !owner.test(one));
    if (wrong !== undefined) {
      return usageError(context, `--default-owner takes @name, @organization/team or an address, not "${wrong}"`);
    }
    const graph = await requireGraph(path, {}, context);
    if (typeof graph === "number") return graph;
    const { codeOwners } = await import("../../lib/access/code-owners.ts");
    const { cwd } = context.io;
    const root = repositoryOf(cwd);
    const nameOf = (file: string) => relative(root, resolve(cwd, file)).split(sep).join(posix.sep);
    const lines = codeOwners(graph.delegations, owners, nameOf(folderOf(path, cwd)), nameOf);
    for (const { key, owners } of graph.delegations) {
      if (owners.length === 0) note(context, `note: the delegation "${key}" has no owners, and no line`);
    }
    if (owners.length === 0) note(context, "note: without --default-owner nobody has to review the other files");
    context.io.stdout.write(lines.map((line) => `${line}\n`).join(""));
    return exit.fine;
  },
});

/** The folder of a manifest that could be read. */
function folderOf(path: string | undefined, cwd: string): string {
  const start = resolve(cwd, path ?? (existsSync(join(cwd, "access.yaml")) ? "access.yaml" : "access"));
  return statSync(start).isFile() ? dirname(start) : start;
}

/** The repository that holds `folder`; itself, outside of any. */
function repositoryOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return folder;
  }
}
