#!/usr/bin/env node
/** The command line: `npx backstep run FILE`. Builds its bundle first when the sources are newer. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isBuilt } from "../scripts/lib/freshness.mjs";
import { requireNode } from "../scripts/lib/node-version.mjs";
import { root } from "../scripts/lib/paths.mjs";
import { Refusal } from "../scripts/lib/say.mjs";

const bundle = join(root, "out/cli/cli.mjs");

try {
  requireNode();
  await ensureBundle();
} catch (error) {
  process.stderr.write(`backstep: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
const { main } = await import(pathToFileURL(bundle).href);
process.exitCode = await main(process.argv.slice(2));

async function ensureBundle() {
  if (isBuilt("runner") && existsSync(bundle)) return;
  if (!existsSync(join(root, "node_modules/esbuild"))) {
    throw new Refusal("The dependencies are not installed: npm start -- --headless FILE installs them first.");
  }
  // Standard output belongs to the model's program.
  process.stderr.write("backstep: building the command line …\n");
  const { buildAndStamp } = await import("../scripts/lib/freshness.mjs");
  const { buildRunner } = await import("../scripts/build-runner.mjs");
  await buildAndStamp("runner", buildRunner);
  if (!existsSync(bundle)) throw new Refusal("src/cli/cli.ts is not written yet.");
}
