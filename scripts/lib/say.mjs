/** What the scripts print, and how they give up: one clear sentence and a non-zero exit. */

import { pathToFileURL } from "node:url";

const started = Date.now();

/** A failure that a person can act on; its message is the whole text shown. */
export class Refusal extends Error {}

/**
 * A visible progress line; not on standard output, which belongs to the program that may run afterwards.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`backstep: ${text}\n`);
}

/** Seconds since the script began, for progress lines. */
export function elapsed() {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

/**
 * One sentence for a failed command or file operation.
 * @param {string} doing what was being done, as in "installing the dependencies"
 * @param {string} output what the failed thing said
 * @returns {string}
 */
export function explain(doing, output) {
  for (const { sign, sentence } of causes) {
    if (sign.test(output)) return sentence.replace("{doing}", doing);
  }
  const lines = output.split("\n").map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim());
  const telling = lines.filter((line) => line !== "" && !/^code |complete log of this run|^at /.test(line));
  return `Failed while ${doing}: ${telling.find((line) => /error|fail|cannot|can only|not /i.test(line)) ?? telling.at(-1) ?? "no output"}`;
}

const causes = [
  {
    sign: /ENOSPC|no space left on device|disk quota exceeded|EDQUOT/i,
    sentence: "The disk is full: free some space (about 2 GB are needed) and start again; it happened while {doing}.",
  },
  {
    sign: /EACCES|EPERM|EROFS|permission denied|read-only file system/i,
    sentence: "A file or folder may not be written: check the owner of this folder; it happened while {doing}.",
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|fetch failed|network|E40[13]|E5\d\d/i,
    sentence:
      "A download was refused: check the network or the registry of npm (npm config get registry); it happened while {doing}.",
  },
];

/**
 * Runs a script's body; a refusal is printed as its sentence and ends with exit code 1.
 * @param {() => Promise<number | void>} body resolves to the exit code (nothing = 0)
 */
export async function runScript(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const full =
      error instanceof Refusal
        ? text
        : explain("running this script", error instanceof Error ? (error.stack ?? text) : text);
    process.stderr.write(`backstep: ${full}\n`);
    if (!(error instanceof Refusal) && process.env.BACKSTEP_DEBUG) console.error(error);
    process.exitCode = 1;
  }
}

/**
 * Whether a module is the script that Node was started with.
 * @param {string} moduleUrl its `import.meta.url`
 */
export function isMain(moduleUrl) {
  const script = process.argv[1];
  return script !== undefined && pathToFileURL(script).href === moduleUrl;
}
