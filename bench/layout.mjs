/** Bundles and runs layout.ts alone: `node bench/layout.mjs`. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
const outfile = `${folder}out/layout.mjs`;
await build({
  absWorkingDir: folder,
  entryPoints: ["layout.ts"],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  packages: "external",
  logLevel: "warning",
});
const { layoutBenchmark } = await import(pathToFileURL(outfile).href);
layoutBenchmark();
