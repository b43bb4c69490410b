/** Every code that the sources use is documented, and every documented one is used. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kinds } from "../../../lib/manifest/checks/references.ts";
import { errors, warnings } from "../../../lib/manifest/codes.ts";

const sources = ["lib/manifest", "lib/access", "cli", "stacks"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith("codes.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8")),
);
const documented = new Set<string>([...Object.keys(errors), ...Object.keys(warnings)]);

test("problems that are written as objects have a documented code", () => {
  const written = sources.flatMap((text) =>
    [...text.matchAll(/code: "([a-z-]+)",?\s+severity:/g)].map(([, code]) => code),
  );
  expect(written.length).toBeGreaterThan(0);
  expect(written.filter((code) => !documented.has(code!))).toEqual([]);
});

test("no code is documented that nothing uses", () => {
  const all = [...sources, readFileSync("analyzer/config.ts", "utf8")].join("\n");
  const ofReferences = new Set<string>(kinds.map((kind) => `unknown-${kind}`));
  expect([...documented].filter((code) => !all.includes(`"${code}"`) && !ofReferences.has(code))).toEqual([]);
});

test.each([...Object.entries(errors), ...Object.entries(warnings)])(
  "%s: what it means, and the way out",
  (code, words) => {
    expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
    for (const text of words) expect(text).toMatch(/^[A-Z`].*\.$/s);
  },
);
