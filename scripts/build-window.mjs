/** Builds main process, preload and window by electron-vite; its configuration is electron.vite.config.ts. */
import { join } from "node:path";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";
import { explain, isMain, Refusal, runScript } from "./lib/say.mjs";

const electronVite = join(root, "node_modules/electron-vite/bin/electron-vite.js");

export async function buildWindow() {
  const env = { NO_COLOR: "1", FORCE_COLOR: undefined };
  const { code, output } = await run(process.execPath, [electronVite, "build", "--logLevel", "warn"], { env });
  if (code !== 0) {
    process.stderr.write(output);
    throw new Refusal(explain("building the window", output));
  }
}

if (isMain(import.meta.url)) await runScript(() => buildWindow());
