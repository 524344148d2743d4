/** `npm run dev`: the app with hot reload of the window, for those who build it. The content policy is wider only there. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { buildAll } from "./build.mjs";
import { stampOf } from "./lib/freshness.mjs";
import { root } from "./lib/paths.mjs";
import { runAttached } from "./lib/run.mjs";
import { runScript } from "./lib/say.mjs";
import { setUpElectron, setUpPackages } from "./lib/setup.mjs";

await runScript(async () => {
  await setUpPackages();
  const electron = await setUpElectron();
  await buildAll({ onlyIfStale: true, parts: ["runner"] });
  // What is built now must not be taken for the real thing by the next start.
  await rm(stampOf("window"), { force: true });
  const electronVite = join(root, "node_modules/electron-vite/bin/electron-vite.js");
  return runAttached(process.execPath, [electronVite, "dev", "--watch", ...process.argv.slice(2)], {
    env: {
      ELECTRON_EXEC_PATH: electron.executable,
      ELECTRON_DISABLE_SECURITY_WARNINGS: "1",
      ELECTRON_RUN_AS_NODE: undefined,
      NO_SANDBOX: process.getuid?.() === 0 ? "1" : undefined,
    },
  });
});
