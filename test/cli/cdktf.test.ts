import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadManifest } from "../../cli/load.ts";
import { readManifest } from "../../lib/manifest/read.ts";
import { synthesize } from "../../stacks/synthesize.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-cdktf-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `cdktf synth` runs: the `app` of cdktf.json, with the output folder in the environment. */
function cdktfSynth(manifest: string) {
  const { app }: { app: string } = JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8"));
  const [program = "", ...args] = app.split(" ");
  const env = { ...process.env, CDKTF_OUTDIR: folder, GATEHOUSE_MANIFEST: manifest, GATEHOUSE_AS_OF: "2026-01-01" };
  return spawnSync(program, args, { cwd: root, env, encoding: "utf8" });
}

// Starts Node and loads CDKTF anew: seconds on a busy machine.
describe("cdktf synth", { timeout: 60_000 }, () => {
  it("writes the bytes of gatehouse synth", () => {
    expect(cdktfSynth("examples/securecart")).toMatchObject({ status: 0, stderr: "" });
    const { files, policyFiles } = loadManifest("examples/securecart", root);
    const { graph } = readManifest(files, { asOf: "2026-01-01", policyFiles });
    const stacks = graph === null ? [] : synthesize(graph).stacks;
    expect(stacks.length).toBeGreaterThan(4);
    for (const { name, json } of stacks) {
      expect(readFileSync(join(folder, "stacks", name, "cdk.tf.json"), "utf8")).toBe(json);
    }
  });

  it("says what is wrong with a manifest and fails", () => {
    const manifest = join(folder, "access.yaml");
    writeFileSync(manifest, "gatehouse: 1\nacounts: {}\n");
    const { status, stderr } = cdktfSynth(manifest);
    expect(status).toBe(1);
    expect(stderr).toContain("acounts");
    expect(stderr).not.toContain("    at ");
  });
});
