import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRunner, type OracleRunner } from "./create-runner.ts";
import { type ProcessOptions, spawnChild } from "./runner-process.ts";

export interface NodeRunnerOptions extends ProcessOptions {
  /** Folder of the built runner; default: out/runner of this project, seen from out/<part>/ or from src/runner/. */
  readonly folder?: string;
}

/**
 * A runner in a child process of this Node process. `npm run build` makes its files in out/runner: process.mjs (the process),
 * worker.mjs (its threads), realm-python.js and realm-typescript.js (what runs in a thread's realm), pyodide.js, pyodide.asm.wasm,
 * pyodide-lock.json, python_stdlib.zip, python.json (our Python files), python-memory.bin (a started interpreter), versions.json, and
 * this function as node-runner.mjs. Error: the runner is not built.
 */
export function createNodeRunner(options: NodeRunnerOptions = {}): OracleRunner {
  const folder = options.folder ?? builtFolder();
  const entry = join(folder, "process.mjs");
  if (!existsSync(entry)) throw new Error(`The runner is not built (no ${entry}): run "npm run build".`);
  return createRunner({ spawn: () => spawnChild(entry, options) });
}

/** Folder of the built runner: out/runner. */
export function builtFolder(): string {
  const near = fileURLToPath(new URL("../runner", import.meta.url));
  return existsSync(join(near, "process.mjs")) ? near : fileURLToPath(new URL("../../out/runner", import.meta.url));
}
