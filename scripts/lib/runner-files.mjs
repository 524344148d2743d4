/** What the runner's worker loads beside its own code: the realm's script, Pyodide, and the Python files of the front end. */
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { build } from "esbuild";
import { memoryImage } from "./memory-image.mjs";
import { pyodideScript } from "./pyodide-scripts.mjs";

/**
 * @param {string} root the project's folder
 * @param {string[]} target
 * @param {string} [out] folder for the files
 */
export async function buildRunnerFiles(root, target, out = join(root, "out", "runner")) {
  await mkdir(out, { recursive: true });
  await Promise.all([
    buildRealm(root, "python", out, target),
    buildRealm(root, "typescript", out, target),
    pyodideScript(root).then((text) => writeFile(join(out, "pyodide.js"), text)),
    copyFile(join(root, "node_modules/pyodide/pyodide.asm.wasm"), join(out, "pyodide.asm.wasm")),
    copyFile(join(root, "node_modules/pyodide/python_stdlib.zip"), join(out, "python_stdlib.zip")),
    emptyLock(root).then((text) => writeFile(join(out, "pyodide-lock.json"), text)),
    versions(root).then((text) => writeFile(join(out, "versions.json"), text)),
    pythonFiles(join(root, "src/frontends/python/py")).then((files) =>
      writeFile(join(out, "python.json"), JSON.stringify(files)),
    ),
  ]);
  await buildRealm(root, "memory", out, target);
  await memoryImage(out);
}

/**
 * The script that runs in the realm of a language; its value is the function `boot`.
 * @param {string} root
 * @param {"python" | "typescript" | "memory"} language
 * @param {string} out
 * @param {string[]} target
 */
async function buildRealm(root, language, out, target) {
  await build({
    absWorkingDir: root,
    entryPoints: [`src/runner/realm/boot-${language}.ts`],
    outfile: join(out, `realm-${language}.js`),
    bundle: true,
    format: "iife",
    globalName: "realm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target,
    loader: { ".wasm": "binary", ".py": "text" },
    legalComments: "none",
    logLevel: "warning",
    banner: { js: '(() => { "use strict";' },
    footer: { js: "return realm.boot; })()" },
  });
}

/**
 * What a snapshot says about who wrote it; the engine has the app's version.
 * @param {string} root
 */
async function versions(root) {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return JSON.stringify({ app: version, engine: version });
}

/**
 * Pyodide's list of packages without any: none can be loaded.
 * @param {string} root
 */
async function emptyLock(root) {
  const { info } = JSON.parse(await readFile(join(root, "node_modules/pyodide/pyodide-lock.json"), "utf8"));
  return JSON.stringify({ info, packages: {} });
}

/**
 * @param {string} folder
 * @returns {Promise<Record<string, string>>} text by path
 */
async function pythonFiles(folder) {
  /** @type {Record<string, string>} */
  const files = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !path.includes("__pycache__"))
      files[relative(folder, path).split(sep).join("/")] = await readFile(path, "utf8");
  }
  return files;
}
