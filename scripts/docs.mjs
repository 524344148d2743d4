/**
 * Writes docs/*.md from the engine's tables, the TypeScript API and the running Python side; with `--check` fails when a page is not
 * what they say, or when Python has something that TypeScript lacks without a reason.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { buildAll } from "./build.mjs";
import { root } from "./lib/paths.mjs";
import { companionsPage, disagreements, referencePage } from "./lib/reference.mjs";
import { isMain, runScript, say } from "./lib/say.mjs";

const SOURCES = `
export { operatorsPage } from "./src/engine/docs.ts";
export { reference } from "./src/frontends/typescript/reference.ts";
`;

/** The sources' own tables. */
async function tables() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: SOURCES, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    loader: { ".wasm": "binary" },
  });
  const code = `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString("base64")}`;
  const made = await import(code);
  return {
    operators: /** @type {string} */ (made.operatorsPage()),
    known: /** @type {import("./lib/reference.mjs").Known} */ (made.reference()),
  };
}

/** What the Python side has, asked in its sandbox. */
async function inventory() {
  await buildAll({ onlyIfStale: true, parts: ["runner"] });
  const command = [join(root, "bin", "backstep.mjs"), "run", join(root, "scripts", "lib", "inventory.py")];
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 2 ** 26 });
  return /** @type {import("./lib/reference.mjs").Inventory} */ (JSON.parse(stdout));
}

/** The pages as the sources say them, by file name, and what is wrong. */
async function pages() {
  const [{ operators, known }, python] = await Promise.all([tables(), inventory()]);
  return {
    files: {
      "operators.md": operators,
      "reference.md": referencePage(python, known),
      "companions.md": companionsPage(python),
    },
    problems: disagreements(python, known),
  };
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const { files, problems } = await pages();
    for (const problem of problems) say(problem);
    let stale = 0;
    for (const [name, text] of Object.entries(files)) {
      const target = join(root, "docs", name);
      const isSame = (await readFile(target, "utf8").catch(() => "")) === text;
      if (isSame) continue;
      stale++;
      if (process.argv.includes("--check")) say(`docs/${name} is not what the sources say: npm run docs`);
      else await writeFile(target, text);
    }
    if (process.argv.includes("--check")) return stale + problems.length === 0 ? 0 : 1;
    say(stale === 0 ? "docs are as the sources say" : "docs written");
    return problems.length === 0 ? 0 : 1;
  });
}
