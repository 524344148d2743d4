/**
 * Bundles beside the app: the runner and the command line, one entry each. The app itself (main process, preload, window) is built by
 * electron-vite (electron.vite.config.ts); these stay apart so that `npx backstep run` waits for no window.
 *
 * @typedef {object} Bundle
 * @property {string} entry source file, from the project's folder
 * @property {string} out bundled file, from the project's folder
 * @property {"esm" | "cjs" | "iife"} format
 * @property {"node" | "browser" | "neutral"} platform
 * @property {string[]} [external] packages left as imports
 * @property {Record<string, string>} [loader] how other kinds of files are taken in, e.g. { ".py": "text" }
 */

import { buildRunnerFiles } from "./lib/runner-files.mjs";

/** What these are built for: the oldest Electron and Node supported. */
export const target = ["node20.18", "chrome130"];

const loader = { ".py": "text", ".wasm": "binary" };

/** @type {Bundle[]} */
export const bundles = [
  { entry: "src/cli/cli.ts", out: "out/cli/cli.mjs", format: "esm", platform: "node", loader },
  // The runner's process and its worker thread; what the worker loads is made by runner-files.mjs.
  { entry: "src/runner/process/process.ts", out: "out/runner/process.mjs", format: "esm", platform: "node" },
  { entry: "src/runner/node-runner.ts", out: "out/runner/node-runner.mjs", format: "esm", platform: "node" },
  { entry: "src/runner/worker/worker.ts", out: "out/runner/worker.mjs", format: "esm", platform: "node" },
];

/** Steps of one's own that make files under out/ which are no plain bundles; each is called with the project's folder. */
export const extraSteps = /** @type {((root: string) => Promise<void>)[]} */ ([
  (root) => buildRunnerFiles(root, target),
]);
