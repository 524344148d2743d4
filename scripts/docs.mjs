/** Writes docs/operators.md from the engine's table of operators; with `--check` fails when it is not what the table says. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./lib/paths.mjs";
import { isMain, runScript, say } from "./lib/say.mjs";

const target = join(root, "docs/operators.md");

/** The page as the sources say it. */
export async function operatorsPage() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: 'export { operatorsPage } from "./src/engine/docs.ts";', resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    loader: { ".wasm": "binary" },
  });
  const code = `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString("base64")}`;
  return /** @type {string} */ ((await import(code)).operatorsPage());
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const page = await operatorsPage();
    const isSame = (await readFile(target, "utf8").catch(() => "")) === page;
    if (process.argv.includes("--check")) {
      if (!isSame) say("docs/operators.md is not what the operators say: npm run docs");
      return isSame ? 0 : 1;
    }
    if (!isSame) await writeFile(target, page);
    say(`docs/operators.md ${isSame ? "is as the operators say" : "written"}`);
    return 0;
  });
}
