import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The window. Everything else is bundled by scripts/build-runner.mjs. */
export default defineConfig({
  root: fileURLToPath(new URL("src/renderer", import.meta.url)),
  // Relative addresses: the page is served from app://, and workers are files beside it (no blob:).
  base: "./",
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL("out/renderer", import.meta.url)),
    emptyOutDir: true,
    // By hand: the oldest Electron supported (33.2.1), not the one installed.
    target: "chrome130",
    // Nothing as data: addresses, which the content policy would refuse for fonts and workers.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    chunkSizeWarningLimit: 10_000,
    reportCompressedSize: false,
  },
  worker: { format: "es" },
});
