/** The oldest Node that the tools below run on. */
import { Refusal } from "./say.mjs";

const oldest = [20, 19, 0];

/**
 * @param {string} version as `process.versions.node`
 * @returns {boolean}
 */
export function isNodeRecentEnough(version) {
  const parts = version.split(".").map(Number);
  for (let i = 0; i < oldest.length; i++) {
    if ((parts[i] ?? 0) !== oldest[i]) return (parts[i] ?? 0) > oldest[i];
  }
  return true;
}

/** Refuses an older Node with one sentence. */
export function requireNode(version = process.versions.node) {
  if (!isNodeRecentEnough(version)) {
    throw new Refusal(
      `Backstep needs Node ${oldest.join(".")} or newer, and this is Node ${version}: install a newer one from nodejs.org.`,
    );
  }
}
