/**
 * `npm run bench [-- WORDS …]`: installs the peers (a package of their own, bench/), bundles bench/main.ts and runs it with
 * these words; it prints ratios of one run.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/paths.mjs";
import { runAttached } from "./lib/run.mjs";
import { Refusal, runScript } from "./lib/say.mjs";
import { setUpPackages } from "./lib/setup.mjs";

await runScript(async () => {
  await setUpPackages();
  const folder = join(root, "bench");
  if (!existsSync(join(folder, "main.ts"))) throw new Refusal("bench/main.ts is not written yet.");
  const { ensureDependencies } = await import("./lib/dependencies.mjs");
  await ensureDependencies(folder, "the peers of the benchmarks");
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: folder,
    entryPoints: ["main.ts"],
    outfile: "out/main.mjs",
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: "linked",
    loader: { ".py": "text", ".wasm": "binary" },
    logLevel: "warning",
  });
  return runAttached(process.execPath, ["--expose-gc", "out/main.mjs", ...process.argv.slice(2)], { cwd: folder });
});
