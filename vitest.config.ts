import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: process.env.TEST_REPORT ? ["default", ["json", { outputFile: process.env.TEST_REPORT }]] : ["default"],
    include: ["test/**/*.test.ts"],
    exclude: ["test/e2e/**"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // one is left out by default, and many tests wait for what they start
    maxWorkers: "100%",
  },
});
