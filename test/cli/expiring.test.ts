/** Time: what ends, what has ended, and who says so. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { good } from "../fixtures/manifests/bad.ts";
import { gatehouse } from "./run.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-expiring-"));
  const days = ["2026-05-31", "2026-06-01", "2026-06-02", "2026-06-15", "2026-06-16"];
  // a permission set for each grant, so that none makes another one redundant
  const sets = days.map((_, index) => `set-${index}: { managedPolicies: ReadOnlyAccess }`).join(", ");
  const lists = `permissionSets: {\n  ${sets}\n  }\n`;
  const grants = days.map(
    (until, index) =>
      `  - groups: developers\n    permissionSets: set-${index}\n    to: shop-prod\n    until: ${until}\n    reason: until ${until}\n`,
  );
  const people = good.replace(/permissionSets:.*$/s, () => lists);
  writeFileSync(join(folder, "access.yaml"), `${people}access:\n${grants.join("")}`);
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => gatehouse(args, { cwd: folder });
const said = async (...args: string[]) => {
  const { stdout } = await run("validate", "--format", "json", ...args);
  const { problems } = JSON.parse(stdout);
  return problems.map(
    ({ code, message, place }: { code: string; message: string; place: { line: number } }) =>
      `${place.line} ${code} ${message}`,
  );
};

describe("validate --expiring", () => {
  const ended = "25 grant-expired this grant ended on 2026-05-31 and is left out";

  test("says which grants end within so many days, at the line of the date", async () => {
    expect(await said("--expiring", "14d")).toEqual([
      ended,
      "30 grant-expiring this grant ends on 2026-06-01, today",
      "35 grant-expiring this grant ends on 2026-06-02, tomorrow",
      "40 grant-expiring this grant ends on 2026-06-15, in 14 days",
    ]);
    expect(await said()).toEqual([ended]);
  });

  test("counts from the day that --as-of names", async () => {
    expect(await said("--expiring", "0d", "--as-of", "2026-05-31")).toEqual([
      "25 grant-expiring this grant ends on 2026-05-31, today",
    ]);
  });

  test("is a warning: the manifest stays valid", async () => {
    const { code, stdout } = await run("validate", "--expiring", "14d");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^valid: .*; 4 warnings$/m);
  });

  test.each(["14", "two weeks", "-1d", "14h", ""])("refuses %j", async (days) => {
    const { code, stderr } = await run("validate", "--expiring", days);
    expect(code).toBe(2);
    expect(stderr).toContain("--expiring takes a number of days such as 14d");
  });
});

test("synth leaves an ended grant out, and says so", async () => {
  const { code, stderr } = await run("synth");
  expect(code).toBe(0);
  expect(stderr).toContain("access.yaml:25:12 warning this grant ended on 2026-05-31 and is left out");
});

test("a day later, one grant less gives access", async () => {
  const rows = async (day: string) =>
    JSON.parse((await run("access", "--format", "json", "--as-of", day)).stdout).length;
  expect([await rows("2026-06-01"), await rows("2026-06-02")]).toEqual([4, 3]);
});
