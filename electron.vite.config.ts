/** The build of the app: main process, preload and window. The runner and the command line are bundles of scripts/bundles.mjs. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "electron-vite";
import type { Plugin } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const pages = join(root, "src/renderer");

// By hand: the oldest Electron supported (33.2.1), not the one installed.
const node = "node20.18";
const chrome = "chrome130";

const developmentPort = 5173;
const shared = { sourcemap: true, reportCompressedSize: false, emptyOutDir: true } as const;

/** Every Electron reads WOFF2, so the other formats of KaTeX's fonts stay out of the app. */
const onlyWoff2: Plugin = {
  name: "only-woff2",
  enforce: "pre",
  transform: {
    filter: { id: /katex[^?]*\.css/ },
    handler: (code) => code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'](?:woff|truetype)["']\)/g, ""),
  },
};

export default defineConfig({
  main: {
    build: {
      ...shared,
      target: node,
      outDir: join(root, "out/main"),
      externalizeDeps: false,
      rolldownOptions: {
        input: join(root, "src/main/main.ts"),
        output: { format: "es", entryFileNames: "[name].js", codeSplitting: false },
      },
    },
  },
  preload: {
    build: {
      ...shared,
      target: node,
      outDir: join(root, "out/preload"),
      externalizeDeps: false,
      rolldownOptions: {
        input: join(root, "src/preload/preload.ts"),
        // A sandboxed preload is one CommonJS file.
        output: { format: "cjs", entryFileNames: "[name].cjs", codeSplitting: false },
      },
    },
  },
  renderer: {
    root: pages,
    publicDir: false,
    plugins: [onlyWoff2],
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      ...shared,
      target: chrome,
      outDir: join(root, "out/renderer"),
      minify: true,
      // Files, never data: addresses, which the content policy refuses for fonts and scripts.
      assetsInlineLimit: 0,
      modulePreload: false,
      chunkSizeWarningLimit: 8000,
      rolldownOptions: {
        input: readdirSync(pages)
          .filter((name) => name.endsWith(".html"))
          .map((name) => join(pages, name)),
        checks: { pluginTimings: false },
      },
    },
    worker: { format: "es" },
    server: {
      host: "localhost",
      port: developmentPort,
      strictPort: true,
      // The page keeps its app:// address under `npm run dev`, so the socket must be named.
      hmr: { protocol: "ws", host: "localhost", clientPort: developmentPort },
      fs: { allow: [root] },
    },
  },
});
