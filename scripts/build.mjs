/** Builds out/: `npm run build`; with `--if-stale` only what is older than its sources. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildAndStamp, isBuilt } from "./lib/freshness.mjs";
import { root } from "./lib/paths.mjs";
import { elapsed, isMain, runScript, say } from "./lib/say.mjs";

async function buildWindow() {
  if (!existsSync(join(root, "src/renderer/index.html"))) {
    say("src/renderer/index.html is not written yet: left out");
    return;
  }
  const { build } = await import("vite");
  await build({ configFile: join(root, "vite.config.ts"), logLevel: "warn" });
}

/**
 * @param {{ onlyIfStale: boolean, parts?: import("./lib/freshness.mjs").Part[] }} options
 * @returns {Promise<boolean>} whether anything was built
 */
export async function buildAll({ onlyIfStale, parts = ["runner", "window"] }) {
  const todo = parts.filter((part) => !onlyIfStale || !isBuilt(part));
  if (todo.length === 0) return false;
  say(`building (${todo.join(", ")}) …`);
  const { buildRunner } = await import("./build-runner.mjs");
  const builders = { runner: buildRunner, window: buildWindow };
  await Promise.all(todo.map((part) => buildAndStamp(part, builders[part])));
  say(`built (${elapsed()})`);
  return true;
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await buildAll({ onlyIfStale: process.argv.includes("--if-stale") });
  });
}
