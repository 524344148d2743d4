/** What the app was started with: the file to open first. The same check serves a first start, a second one and files from the system. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import { openableKind } from "./files/openable.ts";

/**
 * The first word that names a file of a kind that is opened; switches and everything else are passed over.
 * @param words of the command line, without the program's own name (and without the app's folder, where there is one)
 * @param folder that relative names are meant from
 */
export function fileOfWords(words: readonly string[], folder: string): string | null {
  for (const word of words) {
    if (word.startsWith("-")) continue;
    const path = openablePath(resolve(folder, word));
    if (path !== null) return path;
  }
  return null;
}

/** The path if it is a file of a kind that is opened. */
export function openablePath(path: string): string | null {
  if (path.length > 4096 || path.includes("\0") || openableKind(path) === null) return null;
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : null;
}

/** The words after the program: `electron [switches] FOLDER WORDS…` from source, `backstep WORDS…` when packaged. */
export function ownWords(argv: readonly string[], isPackaged: boolean): string[] {
  const words = argv.slice(1);
  if (isPackaged) return words;
  const folder = words.findIndex((word) => !word.startsWith("-"));
  return folder < 0 ? [] : words.slice(folder + 1);
}

/** Switches by which another program could take over a running app. */
const debuggerSwitches = /^--(inspect|debug|remote-debugging|js-flags|load-extension|disable-web-security)(\b|-|=)/;

/** The first switch that a packaged app does not start with; from source they are for those who build it. */
export function refusedSwitch(argv: readonly string[]): string | null {
  return argv.slice(1).find((word) => debuggerSwitches.test(word)) ?? null;
}

const message = v.strictObject({ file: v.nullable(v.pipe(v.string(), v.maxLength(4096))) });
export type SecondStart = v.InferOutput<typeof message>;

/** The file that a second start asks for; its message is checked like one from a page. */
export function fileOfSecondStart(data: unknown): string | null {
  const parsed = v.safeParse(message, data);
  return parsed.success && parsed.output.file !== null ? openablePath(parsed.output.file) : null;
}
