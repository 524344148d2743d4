/**
 * What `npm test` runs, one entry each.
 *
 * @typedef {object} Step
 * @property {string} name for `--only`
 * @property {string[]} command
 * @property {string[]} [after] steps whose end it waits for; it is skipped when one of them failed
 * @property {boolean} [alone] nothing else runs beside it: it measures or is sensitive to load
 * @property {boolean} [electron] needs Electron and a display
 * @property {string} [when] a file without which the step is left out (it is not written yet)
 */

const node = process.execPath;

/** The least that must be right of each kind of the oracle's cases, in percent: no case may fail, so no list of exceptions is kept. */
export const oracleThresholds = { rng: 100, repr: 100, ops: 100, programs: 100, errors: 100, graph: 100 };

/** @type {Step[]} */
export const steps = [
  { name: "types", command: [node, "scripts/typecheck.mjs"] },
  { name: "lint", command: ["node_modules/.bin/biome", "check", "--colors=off", "--max-diagnostics=50", "."] },
  { name: "layers", command: [node, "scripts/layers.mjs"] },
  { name: "build", command: [node, "scripts/build.mjs"] },
  { name: "docs", command: [node, "scripts/docs.mjs", "--check"], after: ["build"] },
  { name: "unit", command: [node, "node_modules/vitest/vitest.mjs", "run", "--no-color"], after: ["build"] },
  {
    name: "oracle",
    command: [
      node,
      "scripts/oracle.mjs",
      "--min",
      Object.entries(oracleThresholds)
        .map(([kind, least]) => `${kind}=${least}`)
        .join(","),
    ],
    after: ["build"],
    when: "scripts/oracle.mjs",
  },
  { name: "e2e", command: [node, "scripts/e2e.mjs"], after: ["build"], alone: true, electron: true },
];
