/**
 * What the window's sources import beside code, for esbuild: workers, raw text and addresses of files, written as Vite writes them.
 *
 *   import EditorWorker from "monaco-editor/editor/editor.worker?worker";   new EditorWorker()
 *   new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" })
 *   import text from "./note.txt?raw";                                       import address from "./icon.svg?url";
 *
 * Every worker becomes one file of the page's own origin, so the content policy needs no blob:.
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { build } from "esbuild";

/**
 * @param {import("esbuild").BuildOptions} shared options for the workers' own bundles
 * @param {string} outFolder where the window's files go
 * @returns {import("esbuild").Plugin}
 */
export function windowAssets(shared, outFolder) {
  return {
    name: "window-assets",
    setup(context) {
      const workers = makeWorkerBundler(shared, outFolder);

      context.onResolve({ filter: /\?(worker|raw|url)$/ }, async (args) => {
        const [, path = "", kind = ""] = /^(.*)\?(\w+)$/.exec(args.path) ?? [];
        const found = await context.resolve(path, { resolveDir: args.resolveDir, kind: args.kind });
        if (found.errors.length > 0) return { errors: found.errors };
        return { path: found.path, namespace: `window-${kind}` };
      });
      context.onLoad({ filter: /.*/, namespace: "window-worker" }, async (args) => {
        const address = JSON.stringify(`./${await workers(args.path)}`);
        const contents = `export default class extends Worker {
          constructor(options) { super(new URL(${address}, import.meta.url), { type: "module", ...options }); }
        }`;
        return { contents, loader: "js" };
      });
      context.onLoad({ filter: /.*/, namespace: "window-raw" }, async (args) => ({
        contents: await readFile(args.path),
        loader: "text",
      }));
      context.onLoad({ filter: /.*/, namespace: "window-url" }, async (args) => ({
        contents: await readFile(args.path),
        loader: "file",
      }));
      context.onLoad({ filter: /\.tsx?$/ }, async (args) => {
        const contents = await readFile(args.path, "utf8");
        const address = /new URL\(\s*["']([^"']+\.ts)["']\s*,\s*import\.meta\.url\s*,?\s*\)/g;
        const named = [...contents.matchAll(address)];
        if (named.length === 0) return null;
        /** @type {Map<string, string>} */
        const made = new Map();
        for (const [, path = ""] of named) {
          made.set(path, await workers(resolve(dirname(args.path), path)));
        }
        const replaced = contents.replace(
          address,
          (_, path) => `new URL(${JSON.stringify(`./${made.get(path)}`)}, import.meta.url)`,
        );
        return { contents: replaced, loader: args.path.endsWith("x") ? "tsx" : "ts" };
      });
    },
  };
}

/**
 * @param {import("esbuild").BuildOptions} shared
 * @param {string} outFolder
 * @returns {(source: string) => Promise<string>} the worker's file, from `outFolder`; each source is bundled once
 */
function makeWorkerBundler(shared, outFolder) {
  /** @type {Map<string, Promise<string>>} */
  const made = new Map();
  /** @type {Map<string, string>} */
  const names = new Map();
  return (source) => {
    const earlier = made.get(source);
    if (earlier) return earlier;
    const name = `workers/${basename(source).replace(/\.\w+$/, "")}.js`;
    if (names.has(name)) throw new Error(`two workers of one name: ${source} and ${names.get(name)}`);
    names.set(name, source);
    const bundled = build({
      ...shared,
      entryPoints: [source],
      outfile: join(outFolder, name),
      bundle: true,
      format: "iife",
    }).then(() => name);
    made.set(source, bundled);
    return bundled;
  };
}
