/**
 * Composition root for `cdktf synth`: the manifest that GATEHOUSE_MANIFEST (or the context value `manifest`) names, by
 * default access.yaml or access/, becomes the stacks of a CDKTF app. `gatehouse synth` does the same without CDKTF's
 * command line, all or nothing, and writes the same bytes.
 */
import { App } from "cdktf";
import { readManifest } from "../lib/manifest/read.ts";
import { renderProblem } from "../lib/manifest/render.ts";
import { buildApp } from "../stacks/main.ts";
import { loadManifest } from "./load.ts";

const app = new App();
const context: unknown = app.node.tryGetContext("manifest");
const path = process.env.GATEHOUSE_MANIFEST ?? (typeof context === "string" ? context : undefined);
const asOf = process.env.GATEHOUSE_AS_OF ?? new Date().toISOString().slice(0, 10);

const loaded = loadManifest(path, process.cwd());
const read = readManifest(loaded.files, { asOf, policyFiles: loaded.policyFiles });
const unreadable = loaded.problems.some(({ severity }) => severity === "error");
const built = read.graph === null || unreadable ? null : buildApp(read.graph, app);

const problems = [...loaded.problems, ...(unreadable ? [] : read.problems), ...(built?.problems ?? [])];
for (const problem of problems) console.error(`${renderProblem(problem, loaded.files)}\n`);
if (built === null || problems.some(({ severity }) => severity === "error")) process.exitCode = 1;
else app.synth();
