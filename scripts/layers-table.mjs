/**
 * Who may import whom: the table of the architecture, row by row. A room without a row may not exist.
 *
 * @typedef {"values" | "types" | { values: RegExp }} Permission
 *   `values`: everything; `types`: only `import type`; a pattern: types, and values from the files (from the project's folder) that
 *   it matches
 * @typedef {object} Room
 * @property {Record<string, Permission>} rooms other rooms that its files may import
 * @property {RegExp} [packages] packages and Node modules that its files may import; none when missing
 */

/** @type {Record<string, Room>} */
export const table = {
  engine: { rooms: {} },
  trace: { rooms: { engine: "types" }, packages: /^(fflate|valibot)$/ },
  graph: { rooms: { trace: "values" }, packages: /^fflate$/ },
  verify: { rooms: { engine: "values", trace: "values" } },
  "frontends/python": { rooms: { engine: "values" } },
  "frontends/typescript": { rooms: { engine: "values" }, packages: /^(sucrase|acorn)$/ },
  runner: {
    rooms: {
      engine: "values",
      trace: "values",
      graph: "values",
      verify: "values",
      "frontends/python": "values",
      "frontends/typescript": "values",
    },
    packages: /^(node:.*|pyodide|fflate|valibot|sucrase|acorn)$/,
  },
  ipc: { rooms: { trace: "types" }, packages: /^valibot$/ },
  main: {
    rooms: { ipc: "values", runner: "values", graph: "values" },
    packages: /^(electron|node:.*|valibot|fflate)$/,
  },
  preload: { rooms: { ipc: "values" }, packages: /^electron$/ },
  renderer: {
    rooms: { ipc: "values", trace: "values", graph: "values" },
    packages: /^(monaco-editor|preact|cytoscape|katex|fflate|valibot)(\/.*)?$/,
  },
  cli: {
    rooms: { runner: "values", trace: "values", graph: "values" },
    packages: /^(node:.*|fflate|valibot|@resvg\/resvg-wasm)$/,
  },
};

/** Folders outside src whose files any room may take in (data, not code). */
export const dataFolders = ["resources/"];

/** What tests may import beside what their room may. */
export const testPackages = /^(vitest|fast-check|node:.*|pngjs|valibot|fflate)$/;
