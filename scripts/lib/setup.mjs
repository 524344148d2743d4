/** What both commands (`npm start`, `npm test`) make sure of before their work. */
import { ensureDependencies } from "./dependencies.mjs";
import { requireNode } from "./node-version.mjs";

/** Node and the packages. Enough for everything without a window. */
export async function setUpPackages() {
  requireNode();
  await ensureDependencies();
}

/**
 * An Electron and the libraries that it needs.
 * @param {{ virtualDisplay?: boolean }} [options]
 */
export async function setUpElectron({ virtualDisplay = false } = {}) {
  const { ensureElectron } = await import("./electron.mjs");
  const { ensureSystemLibraries } = await import("./system-libraries.mjs");
  const electron = await ensureElectron();
  await ensureSystemLibraries(electron, { display: virtualDisplay });
  return electron;
}
