/** The files opened or saved last, newest first. */
import { basename } from "node:path";
import * as v from "valibot";
import type { RecentFile } from "../../ipc/documents.ts";
import type { FileTokens } from "./file-tokens.ts";
import type { KeptJson } from "./kept-json.ts";

const most = 10;

export const recentSchema = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))), v.maxLength(most));

export interface RecentFiles {
  list(): RecentFile[];
  add(path: string): void;
  /** It could not be opened. */
  remove(path: string): void;
  clear(): void;
}

/** @param changed called after every change, for the menu */
export function createRecentFiles(kept: KeptJson<string[]>, tokens: FileTokens, changed: () => void): RecentFiles {
  let paths = kept.read() ?? [];
  const set = (next: string[]): void => {
    if (next.join("\0") === paths.join("\0")) return;
    paths = next.slice(0, most);
    void kept.write(paths);
    changed();
  };
  return {
    list: () => paths.map((path) => ({ token: tokens.give(path), name: basename(path) })),
    add: (path) => set([path, ...paths.filter((other) => other !== path)]),
    remove: (path) => set(paths.filter((other) => other !== path)),
    clear: () => set([]),
  };
}
