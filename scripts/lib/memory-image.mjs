/**
 * The memory of a started Python interpreter, as a file: loading it takes a fraction of the time of a start. It is made once for
 * a Pyodide and a list of modules, by the runner's own worker, and kept in the cache.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { cacheFolder } from "./paths.mjs";
import { Refusal } from "./say.mjs";

/** What the image depends on; the front end's own Python files are no part of it. */
const sources = ["realm-memory.js", "pyodide.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];

/**
 * Puts python-memory.bin beside the other files of the runner.
 * @param {string} out their folder
 */
export async function memoryImage(out) {
  /** @type {Record<string, string | Uint8Array>} */
  const files = { "python.json": "{}" };
  const hash = createHash("sha256");
  for (const name of sources) {
    const bytes = await readFile(join(out, name));
    hash.update(bytes);
    files[name] = /\.js(on)?$/.test(name) ? bytes.toString("utf8") : bytes;
  }
  const folder = join(cacheFolder, "python-memory");
  const kept = join(folder, `${hash.digest("hex").slice(0, 24)}.bin`);
  if (!existsSync(kept)) {
    await mkdir(folder, { recursive: true });
    const work = `${kept}.${process.pid}`;
    await writeFile(work, await make(out, files));
    await rename(work, kept);
  }
  await copyFile(kept, join(out, "python-memory.bin"));
}

/**
 * @param {string} out
 * @param {Record<string, string | Uint8Array>} files
 * @returns {Promise<Uint8Array>}
 */
function make(out, files) {
  // As process.ts does for its workers.
  setFlagsFromString("--expose-gc");
  return new Promise((resolve, reject) => {
    const start = { realm: "memory", oracle: false, pythonMemory: 2 ** 30, versions: { app: "", engine: "" } };
    const worker = new Worker(join(out, "worker.mjs"), {
      workerData: { start, files, control: new SharedArrayBuffer(64) },
    });
    const fail = (/** @type {string} */ why) => reject(new Refusal(`Python's memory image could not be made: ${why}`));
    worker.on("message", (/** @type {string | { bytes: Uint8Array }} */ message) => {
      if (typeof message === "string") fail(message);
      else resolve(message.bytes);
      void worker.terminate();
    });
    worker.on("error", (error) => fail(String(error)));
    worker.on("exit", () => fail("its worker ended"));
  });
}
