import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { afterAll, describe, expect, it } from "vitest";
import { buildApp } from "../../stacks/main.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { full } from "./graph.ts";

const outdir = mkdtempSync(join(tmpdir(), "gatehouse-app-"));
afterAll(() => rmSync(outdir, { recursive: true }));

describe("a CDKTF app", () => {
  const app = new App({ outdir });
  const { problems } = buildApp(full, app);
  app.synth();

  it("writes the bytes of synthesize", () => {
    expect(problems).toEqual([]);
    for (const { name, json } of synthesize(full).stacks) {
      expect(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")).toBe(json);
    }
  });

  it("knows the order of the stacks", () => {
    const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    expect(manifest.stacks.monitoring.dependencies).toEqual(["organization"]);
  });
});
