import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import { Argument, Option } from "commander";
import type { AccessGraph } from "../../lib/access/graph.ts";
import { print } from "../../lib/manifest/json.ts";
import { type Context, command, type ExitCode, exit, note, usageError } from "../command.ts";
import { replaceFiles } from "../files.ts";
import { requireGraph } from "../manifest.ts";
import { template } from "../template.ts";

interface Options {
  pipeline?: "github" | "gitlab" | "atlantis";
}

/** Text by path from the folder. */
type Files = Readonly<Record<string, string>>;

const schemaFile = ".gatehouse/manifest.schema.json";

export default command<Options>({
  name: "init",
  summary: "Write a small commented manifest that validates, or a pipeline for the one that is there",
  details:
    "Also writes the JSON Schema beside the manifest, so that an editor completes and checks while you type. With --pipeline " +
    "the folder is the root of a repository: workflows that review pull requests, apply what is merged and look for drift " +
    "are written for its manifest, or with a new one. What is there already is never overwritten.",
  arguments: [new Argument("[dir]", "where to write (default: the current folder)")],
  options: [
    new Option("--pipeline <kind>", "also write workflows and what they run").choices(["github", "gitlab", "atlantis"]),
  ],
  formats: [],
  examples: [
    ["init access-as-code", "write access-as-code/access.yaml"],
    ["init access-as-code --pipeline github", "write it with workflows of GitHub Actions"],
  ],
  async run([dir = "."], { pipeline }, context) {
    if (dir === "") return usageError(context, "the folder to write to is empty", "Nothing was changed.");
    const folder = resolve(context.io.cwd, dir);
    const isThere = (path: string) => lstatSync(join(folder, path), { throwIfNoEntry: false }) !== undefined;
    const manifest = ["access.yaml", "access"].find(isThere);
    if (pipeline === undefined) {
      if (isThere("access.yaml")) {
        return usageError(context, `${join(dir, "access.yaml")} exists already`, "Nothing was changed.");
      }
      return write(await newManifest(template), dir, context);
    }
    const files =
      manifest === undefined ? await withManifest(pipeline) : await beside(join(dir, manifest), pipeline, context);
    if (typeof files === "number") return files;
    const taken = Object.keys(files).filter(isThere);
    if (taken.length > 0) {
      const paths = taken.map((path) => join(dir, path)).join(", ");
      return usageError(context, `${paths} ${taken.length > 1 ? "exist" : "exists"} already`, "Nothing was changed.");
    }
    return write(files, dir, context);
  },
});

function write(files: Files, dir: string, context: Context): ExitCode {
  const folder = resolve(context.io.cwd, dir);
  const reason = replaceFiles(folder, new Map(Object.entries(files).map(([path, text]) => [join(folder, path), text])));
  const [first = "", ...others] = Object.keys(files).map((path) => join(dir, path));
  if (reason) return usageError(context, `cannot write ${first}: ${reason}`, "Nothing was changed.");
  const wroteSchema = schemaFile in files;
  const rest = others.filter((path) => path !== join(dir, schemaFile));
  note(
    context,
    `Wrote ${[first, ...rest].join(", ")}${wroteSchema ? `, and ${join(dir, schemaFile)} for completion in the editor` : ""}.`,
  );
  if (wroteSchema) note(context, `Edit the manifest, then run: gatehouse validate ${first}`);
  return exit.fine;
}

async function newManifest(text: string): Promise<Files> {
  const [{ default: schema }, { renewedBy }] = await Promise.all([
    import("../../schema/manifest.schema.json", { with: { type: "json" } }),
    import("../../lib/manifest/editor-schema.ts"),
  ]);
  const renewed = renewedBy(schema, ["schema", "--output", schemaFile]);
  return { "access.yaml": text, [schemaFile]: `${print(renewed)}\n` };
}

async function withManifest(kind: NonNullable<Options["pipeline"]>): Promise<Files> {
  const [{ pipelines, terraformSection }, { readManifest }] = await Promise.all([
    import("../pipelines/pipelines.ts"),
    import("../../lib/manifest/read.ts"),
  ]);
  const text = `${template}\n${terraformSection(pipelines[kind])}`;
  const options = { asOf: "2026-01-01", policyFiles: new Map() };
  const { graph, problems } = readManifest([{ name: "access.yaml", text }], options);
  if (graph === null) throw new Error(`the template is not valid: ${problems[0]?.message}`);
  const files = await pipelineFiles(graph, kind);
  if ("problem" in files) throw new Error(files.problem);
  return { ...(await newManifest(text)), ...files.files };
}

async function beside(
  manifest: string,
  kind: NonNullable<Options["pipeline"]>,
  context: Context,
): Promise<Files | ExitCode> {
  const graph = await requireGraph(manifest, {}, context);
  if (typeof graph === "number") return graph;
  const files = await pipelineFiles(graph, kind);
  return "problem" in files ? usageError(context, files.problem, files.hint) : files.files;
}

async function pipelineFiles(
  graph: AccessGraph,
  kind: NonNullable<Options["pipeline"]>,
): Promise<{ files: Files } | { problem: string; hint: string }> {
  const { filesFor } = await import("../pipelines/pipelines.ts");
  return filesFor(graph, kind);
}
