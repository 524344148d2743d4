/**
 * Answers the oracle's cases, one JSON line each, through the Python front end in its sandbox, exactly as programs run. A case that
 * ends or hangs its worker counts as failed; the next one gets a new worker.
 */

import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { outFolder } from "./paths.mjs";

/** Milliseconds for one case. */
const PATIENCE = 120_000;

/** @type {typeof import("../../src/runner/node-runner.ts")} */
const { createNodeRunner } = await import(pathToFileURL(join(outFolder, "runner", "node-runner.mjs")).href);
const start = () => createNodeRunner({ oracle: true, spare: false });
let runner = start();

/**
 * @param {string} text
 * @returns {Promise<string>}
 */
async function answer(text) {
  const asked = runner.oracle(text);
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    return /** @type {string} */ (await Promise.race([asked, late]));
  } catch (error) {
    asked.catch(() => {});
    const old = runner;
    runner = start();
    await old.close();
    return JSON.stringify({ error: String(error instanceof Error ? error.message : error) });
  } finally {
    clearTimeout(timer);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, kind, case: testcase } = JSON.parse(line);
  const result = JSON.parse(await answer(JSON.stringify({ kind, case: testcase })));
  process.stdout.write(`${JSON.stringify({ id, ...result })}\n`);
}
await runner.close();
