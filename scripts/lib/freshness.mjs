/** Whether what was built is newer than what it was built from. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { outFolder, root } from "./paths.mjs";

/**
 * What a part of out/ is made from. The runner's part is enough for the command line.
 * @type {Record<"runner" | "window", { from: string[], stamp: string }>}
 */
const parts = {
  runner: {
    from: [
      "src/engine",
      "src/frontends",
      "src/trace",
      "src/graph",
      "src/verify",
      "src/runner",
      "src/cli",
      "scripts/bundles.mjs",
      "scripts/build-runner.mjs",
      "scripts/lib/runner-files.mjs",
      "scripts/lib/pyodide-scripts.mjs",
      "scripts/lib/memory-image.mjs",
      "package-lock.json",
    ],
    stamp: join(outFolder, ".built-runner"),
  },
  window: {
    from: [
      "src/renderer",
      "src/main",
      "src/preload",
      "src/ipc",
      "src/runner",
      "src/trace",
      "src/graph",
      "electron.vite.config.ts",
      "scripts/build-window.mjs",
      "package-lock.json",
    ],
    stamp: join(outFolder, ".built-window"),
  },
};

/** @typedef {keyof typeof parts} Part */

/**
 * Times and sizes of all sources of a part, as one text that changes with them.
 * @param {Part} part
 */
function fingerprint(part) {
  /** @type {string[]} */
  const lines = [];
  const visit = (/** @type {string} */ path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    const about = statSync(full);
    if (about.isDirectory()) {
      for (const name of readdirSync(full).sort()) visit(`${path}/${name}`);
    } else if (!/\.test\.\w+$/.test(path)) {
      lines.push(`${path} ${about.size} ${about.mtimeMs}`);
    }
  };
  for (const path of parts[part].from) visit(path);
  return lines.join("\n");
}

/**
 * The file whose text says what a part was built from.
 * @param {Part} part
 */
export function stampOf(part) {
  return parts[part].stamp;
}

/** @param {Part} part */
export function isBuilt(part) {
  const { stamp } = parts[part];
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint(part);
}

/**
 * Builds a part and notes from what; sources that change meanwhile make it stale again.
 * @param {Part} part
 * @param {() => Promise<void>} build
 */
export async function buildAndStamp(part, build) {
  const before = fingerprint(part);
  await build();
  await mkdir(dirname(parts[part].stamp), { recursive: true });
  await writeFile(parts[part].stamp, before);
}
