/** Bundles the runner and the command line, as the table of bundles.mjs says. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundles, extraSteps, target } from "./bundles.mjs";
import { root } from "./lib/paths.mjs";
import { isMain, runScript, say } from "./lib/say.mjs";

/** Some packages are CommonJS and call `require`, which an ES module has not. */
const requireBanner =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

/** @returns {Promise<void>} */
export async function buildRunner() {
  await Promise.all(bundles.map(buildOne));
  for (const step of extraSteps) await step(root);
}

/** @param {import("./bundles.mjs").Bundle} bundle */
async function buildOne(bundle) {
  if (!existsSync(join(root, bundle.entry))) {
    say(`${bundle.entry} is not written yet: left out`);
    return;
  }
  await build({
    absWorkingDir: root,
    entryPoints: [bundle.entry],
    outfile: bundle.out,
    bundle: true,
    format: bundle.format,
    platform: bundle.platform,
    target,
    external: bundle.external ?? [],
    loader: /** @type {Record<string, import("esbuild").Loader>} */ (bundle.loader ?? {}),
    sourcemap: "linked",
    legalComments: "none",
    logLevel: "warning",
    banner: bundle.format === "esm" && bundle.platform === "node" ? { js: requireBanner } : {},
  });
}

if (isMain(import.meta.url)) await runScript(() => buildRunner());
