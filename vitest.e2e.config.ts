import { defineConfig } from "vitest/config";

/** End-to-end runs: real Terraform, real provider, the emulator. Slow, so apart from `npm test`'s unit tests. */
export default defineConfig({
  test: {
    reporters: process.env.TEST_REPORT ? ["default", ["json", { outputFile: process.env.TEST_REPORT }]] : ["default"],
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    maxConcurrency: 3,
    // it imports JSON in a way that Node does not take
    server: { deps: { inline: [/@actions\/workflow-parser/] } },
  },
});
