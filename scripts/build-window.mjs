/**
 * Builds the window: every page `src/renderer/*.html` with its module scripts and styles, by esbuild (Vite takes a minute for Monaco
 * where esbuild takes three seconds).
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { outFolder, root } from "./lib/paths.mjs";
import { isMain, runScript, say } from "./lib/say.mjs";
import { windowAssets } from "./lib/window-assets.mjs";

/** @type {import("esbuild").BuildOptions} */
const shared = {
  absWorkingDir: root,
  platform: "browser",
  // By hand: the oldest Electron supported (33.2.1), not the one installed.
  target: "chrome130",
  minify: true,
  keepNames: true,
  sourcemap: "linked",
  legalComments: "none",
  logLevel: "warning",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: {
    "import.meta.env.DEV": "false",
    "import.meta.env.PROD": "true",
    "import.meta.env.MODE": '"production"',
  },
  loader: {
    ".ttf": "file",
    ".woff": "empty",
    ".woff2": "file",
    ".svg": "file",
    ".png": "file",
    ".py": "text",
    ".wasm": "binary",
  },
};

/**
 * @param {string} [source] folder of the pages
 * @param {string} [out] emptied first
 */
export async function buildWindow(source = join(root, "src/renderer"), out = join(outFolder, "renderer")) {
  if (!existsSync(join(source, "index.html"))) {
    say(`${join(source, "index.html")} is not written yet: left out`);
    return;
  }
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const pages = (await readdir(source)).filter((name) => name.endsWith(".html"));
  for (const page of pages) await buildPage(page, source, out);
}

/** @param {string} page @param {string} source @param {string} out */
async function buildPage(page, source, out) {
  const html = await readFile(join(source, page), "utf8");
  const scripts = [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+\.tsx?)"[^>]*>/g)].map((match) => match[1] ?? "");
  const styles = [...html.matchAll(/<link\b[^>]*\bhref="([^"]+\.css)"[^>]*>/g)].map((match) => match[1] ?? "");
  const entries = [...scripts, ...styles].map((path) => join(source, path));
  const { metafile } = await build({
    ...shared,
    entryPoints: entries,
    outdir: out,
    entryNames: "[name]",
    chunkNames: "chunk-[hash]",
    assetNames: "assets/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    metafile: true,
    plugins: [windowAssets(shared, out)],
  });
  const own = new Set(styles.map((path) => basename(path)));
  const links = neededStyles(metafile)
    .filter((name) => !own.has(name))
    .map((name) => `<link rel="stylesheet" href="./${name}">`);
  const built = html
    .replace(
      /(<script\b[^>]*\bsrc=")([^"]+)\.tsx?(")/g,
      (_, before, path, after) => `${before}./${basename(path)}.js${after}`,
    )
    .replace(
      /(<link\b[^>]*\bhref=")([^"]+\.css)(")/g,
      (_, before, path, after) => `${before}./${basename(path)}${after}`,
    )
    .replace("</head>", `${links.join("")}</head>`);
  if (links.length > 0 && !built.includes(links[0] ?? "")) throw new Error(`${page} needs a </head>`);
  await writeFile(join(out, page), built);
}

/**
 * The style sheets that hold all styles which scripts import, those of parts loaded later too: nothing else would load them. Sheets
 * that only repeat others are left out.
 * @param {import("esbuild").Metafile} metafile
 * @returns {string[]} names, those of the page's entries first
 */
function neededStyles(metafile) {
  const sheets = Object.entries(metafile.outputs).filter(([path]) => path.endsWith(".css"));
  const rank = (/** @type {string} */ path) => (basename(path).startsWith("chunk-") ? 1 : 0);
  sheets.sort(([a, about], [b, other]) => rank(a) - rank(b) || other.bytes - about.bytes);
  /** @type {Set<string>} */
  const covered = new Set();
  return sheets.flatMap(([path, { inputs }]) => {
    const isNeeded = Object.keys(inputs).some((input) => !covered.has(input));
    for (const input of Object.keys(inputs)) covered.add(input);
    return isNeeded ? [basename(path)] : [];
  });
}

if (isMain(import.meta.url)) await runScript(() => buildWindow());
