/** Fails on an import between rooms that the table lacks, on foreign packages, on rooms without a row and on import cycles. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { dataFolders, table, testPackages } from "./layers-table.mjs";
import { findCycles, readImports } from "./lib/import-graph.mjs";
import { root } from "./lib/paths.mjs";
import { isMain, runScript, say } from "./lib/say.mjs";

/** @typedef {import("./lib/import-graph.mjs").Import} Import */

/**
 * @param {string} folder the project's, or a fixture's
 * @returns {{ files: number, problems: string[] }}
 */
export function checkLayers(folder) {
  const { files, imports } = readImports(folder, "src");
  const homeless = files
    .filter((file) => roomOf(file) === null)
    .map((file) => `${file}: no room of the table; add a room only with its row`);
  const forbidden = imports.flatMap((one) => {
    const problem = judge(one, folder);
    return problem ? [`${one.from}:${one.line}: ${problem} (${one.specifier})`] : [];
  });
  return { files: files.length, problems: [...homeless, ...forbidden, ...cycleProblems(imports)] };
}

/**
 * The room of a file, or null.
 * @param {string} file from the project's folder
 */
function roomOf(file) {
  return Object.keys(table).find((room) => file.startsWith(`src/${room}/`)) ?? null;
}

/**
 * @param {Import} one
 * @param {string} folder
 * @returns {string | null} what is wrong
 */
function judge(one, folder) {
  const room = roomOf(one.from);
  if (room === null) return null;
  const isTest = /\.(test|fixture)\.ts$/.test(one.from);
  if (one.to === null) return judgePackage(one, room, isTest);
  if (!one.to.startsWith("src/")) {
    const isData = dataFolders.some((data) => one.to?.startsWith(data));
    return isData ? null : "leaves src";
  }
  const other = roomOf(one.to);
  if (other === null) return "imports from no room";
  if (!isTest && /\.(test|fixture)\.ts$/.test(one.to)) return "imports a test";
  if (!existsSync(join(folder, one.to))) return "imports a file that is not there (write the extension)";
  if (other === room) return null;
  if (isTest) return reachable(room).has(other) ? null : `a test of ${room} may not import ${other}`;
  const permission = table[room]?.rooms[other];
  if (permission === undefined) return `${room} may not import ${other}`;
  if (permission === "values" || one.typeOnly) return null;
  if (permission === "types") return `${room} may import only types of ${other}`;
  return permission.values.test(one.to) ? null : `${room} may not import this file of ${other}`;
}

/**
 * @param {Import} one
 * @param {string} room
 * @param {boolean} isTest
 */
function judgePackage(one, room, isTest) {
  if (isTest && testPackages.test(one.specifier)) return null;
  const name = one.specifier.replace(/[?#].*$/, "");
  return table[room]?.packages?.test(name) ? null : `${room} may not import this package`;
}

/**
 * All rooms that a room's row leads to, over any number of steps.
 * @param {string} room
 * @param {Set<string>} [seen]
 */
function reachable(room, seen = new Set()) {
  for (const next of Object.keys(table[room]?.rooms ?? {})) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachable(next, seen);
  }
  return seen;
}

/**
 * Cycles of files which need each other to start, and of rooms which know each other.
 * @param {Import[]} imports
 * @returns {string[]}
 */
function cycleProblems(imports) {
  /** @type {Map<string, string[]>} */
  const files = new Map();
  /** @type {Map<string, string[]>} */
  const rooms = new Map();
  for (const one of imports) {
    if (one.to === null || /\.test\.ts$/.test(one.from)) continue;
    if (!one.typeOnly && !one.lazy) append(files, one.from, one.to);
    const [from, to] = [roomOf(one.from), roomOf(one.to)];
    if (from && to && from !== to) append(rooms, from, to);
  }
  return [
    ...findCycles(files).map((group) => `import cycle: ${group.join(" ↔ ")}`),
    ...findCycles(rooms).map((group) => `cycle of rooms: ${group.join(" ↔ ")}`),
  ];
}

/** @param {Map<string, string[]>} map @param {string} key @param {string} value */
function append(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const { files, problems } = checkLayers(root);
    for (const problem of problems) process.stdout.write(`${problem}\n`);
    say(problems.length === 0 ? `layers hold in ${files} files` : `${problems.length} broken rules in ${files} files`);
    return problems.length > 0 ? 1 : 0;
  });
}
