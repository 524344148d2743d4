import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "scripts/**/*.test.mjs", "e2e/**/*.test.ts"],
    exclude: ["**/node_modules/**", "out/**", "scripts/fixtures/**"],
    environment: "node",
    // No test may wait on a clock, so this only ends a hung one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default"],
  },
});
