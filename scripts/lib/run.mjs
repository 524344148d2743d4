/** Child processes for the scripts. */
import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] added to the environment
 * @property {boolean} [show] also print what it prints while it runs
 * @property {number} [timeout] milliseconds; past it the whole group of processes is ended
 * @property {(chunk: string) => void} [onOutput]
 */

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} code 127 when it cannot be started, 124 past the time limit
 */
export async function run(command, args, options = {}) {
  const { code, output } = await runApart(command, args, options);
  return { code, output };
}

/**
 * The same with the two streams also apart from each other.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string, out: string, err: string }>} `out` and `err` as the program wrote them
 */
export function runApart(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const streams = { output: "", out: "", err: "" };
    let code = -1;
    const take = (/** @type {string} */ chunk) => {
      streams.output += chunk;
      options.onOutput?.(chunk);
      if (options.show) process.stdout.write(chunk);
    };
    for (const [name, stream] of /** @type {const} */ ([
      ["out", child.stdout],
      ["err", child.stderr],
    ])) {
      stream.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
        streams[name] += chunk;
        take(chunk);
      });
    }
    const end = (/** @type {NodeJS.Signals} */ signal) => endGroup(child.pid, signal);
    const timer = options.timeout
      ? setTimeout(() => {
          code = 124;
          take(`\n(ended after ${(options.timeout ?? 0) / 1000} s)\n`);
          end("SIGKILL");
        }, options.timeout)
      : undefined;
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      end(signal);
      process.exit(130);
    };
    process.on("SIGINT", forward);
    process.on("SIGTERM", forward);
    const finish = (/** @type {number} */ final) => {
      clearTimeout(timer);
      process.off("SIGINT", forward);
      process.off("SIGTERM", forward);
      resolve({ code: code >= 0 ? code : final, ...streams });
    };
    child.on("error", (error) => {
      take(String(error.message));
      finish(127);
    });
    child.on("close", (status) => finish(status ?? 1));
  });
}

/**
 * Ends a process started with `detached`, and its children.
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
export function endGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // It has ended already.
  }
}

/**
 * Runs a command with this terminal's input and output.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<number>} its exit code
 */
export function runAttached(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: "inherit",
    });
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on("SIGINT", forward);
    process.on("SIGTERM", forward);
    child.on("error", reject);
    child.on("close", (status) => {
      process.off("SIGINT", forward);
      process.off("SIGTERM", forward);
      resolve(status ?? 1);
    });
  });
}

/**
 * npm, as the one that runs this script where there is one.
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export function npm(args, options) {
  const own = process.env.npm_execpath;
  if (own?.endsWith("npm-cli.js")) return run(process.execPath, [own, ...args], options);
  return process.platform === "win32" ? run("cmd", ["/c", "npm", ...args], options) : run("npm", args, options);
}
