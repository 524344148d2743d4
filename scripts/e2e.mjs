/** End-to-end tests in the real Electron, on a virtual display where there is one to be had: `npm run e2e [-- FILTER …]`. */
import { join } from "node:path";
import { buildAll } from "./build.mjs";
import { root } from "./lib/paths.mjs";
import { runAttached } from "./lib/run.mjs";
import { runScript } from "./lib/say.mjs";
import { setUpElectron, setUpPackages } from "./lib/setup.mjs";
import { underVirtualDisplay } from "./lib/virtual-display.mjs";

await runScript(async () => {
  await setUpPackages();
  const electron = await setUpElectron({ virtualDisplay: true });
  await buildAll({ onlyIfStale: true });
  const playwright = join(root, "node_modules/@playwright/test/cli.js");
  const [command, args] = underVirtualDisplay(process.execPath, [playwright, "test", ...process.argv.slice(2)]);
  // The official Electron is found by itself; a given folder would be believed to be another one.
  const env = electron.source === "official" ? {} : { ELECTRON_OVERRIDE_DIST_PATH: electron.dist };
  return runAttached(command, args, { env });
});
