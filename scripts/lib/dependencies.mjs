/** Installs the dependencies when they are missing or not those of the lock file. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { npm } from "./run.mjs";
import { elapsed, explain, Refusal, say } from "./say.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockEntry
 * @typedef {{ packages?: Record<string, LockEntry> }} Lock
 */

/**
 * Whether what npm noted that it installed is what the lock file asks for. Optional packages may be absent (other platforms).
 * @param {Lock} wanted package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json, which npm writes at the end of an installation
 * @returns {boolean}
 */
export function isInstalled(wanted, installed) {
  for (const [path, entry] of Object.entries(wanted.packages ?? {})) {
    if (path === "") continue;
    const have = installed.packages?.[path];
    if (have ? have.version !== entry.version : !entry.optional && !entry.devOptional && !entry.peer) return false;
  }
  return true;
}

/** @param {string} folder holding package-lock.json */
export function areDependenciesFresh(folder = root) {
  const noted = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(noted)) return false;
  try {
    const read = (/** @type {string} */ path) => /** @type {Lock} */ (JSON.parse(readFileSync(path, "utf8")));
    return isInstalled(read(join(folder, "package-lock.json")), read(noted));
  } catch {
    return false;
  }
}

/**
 * Runs `npm ci` in `folder` if needed.
 * @param {string} [folder]
 * @param {string} [what] for the progress line
 */
export async function ensureDependencies(folder = root, what = "the dependencies") {
  if (areDependenciesFresh(folder)) return;
  say(`installing ${what} from the npm registry (once, about a minute) …`);
  const { code, output } = await npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
  if (code !== 0) throw new Refusal(explain(`installing ${what} with npm ci`, output));
  say(`installed ${what} (${elapsed()})`);
}
