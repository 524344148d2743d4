/** A display for programs that need one where there is none. */
import { existsSync } from "node:fs";

/**
 * Puts a command under Xvfb, on a display of its own.
 * @param {string} command
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
export function underVirtualDisplay(command, args) {
  if (process.platform !== "linux" || !existsSync("/usr/bin/xvfb-run")) return [command, args];
  const screen = "-screen 0 1600x1000x24 -nolisten tcp";
  return ["xvfb-run", ["--auto-servernum", `--server-args=${screen}`, command, ...args]];
}
