/** Builds out/: `npm run build`; with `--if-stale` only what is older than its sources. */
import { buildAndStamp, isBuilt } from "./lib/freshness.mjs";
import { elapsed, isMain, runScript, say } from "./lib/say.mjs";

/**
 * @param {{ onlyIfStale: boolean, parts?: import("./lib/freshness.mjs").Part[] }} options
 * @returns {Promise<boolean>} whether anything was built
 */
export async function buildAll({ onlyIfStale, parts = ["runner", "window"] }) {
  const todo = parts.filter((part) => !onlyIfStale || !isBuilt(part));
  if (todo.length === 0) return false;
  say(`building (${todo.join(", ")}) …`);
  const { buildWindow } = await import("./build-window.mjs");
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
