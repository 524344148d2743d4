/** The files beside a program that it may read: modules that it imports, data that it opens. */
import { constants, type Dirent } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import type { ProgramFile, RunSource } from "./protocol.ts";

/** What is read at most: entries of a folder that are looked at, folders below each other, files, bytes of one and of all. */
const most = { entries: 2000, depth: 5, files: 1000, fileBytes: 16 * 2 ** 20, bytes: 32 * 2 ** 20 } as const;

/** Bytes by path from the program's folder, parts joined by "/". */
type Found = Map<string, Uint8Array>;

/**
 * What stands in a program's folder under a name that occurs in its text, or in a module found so: files by their name without
 * ending or by `*.ending`, folders with all that is in them. Never more than the limits, nothing through links, nothing hidden, and
 * nothing that this account may not read: the program then finds no such file. TypeScript programs read no files.
 *
 * @param program path of the program's file
 */
export async function filesBeside(program: string, source: RunSource): Promise<ProgramFile[]> {
  if (source.kind === "typescript") return [];
  const folder = dirname(program);
  const found: Found = new Map();
  const unread = source.cells.map((cell) => cell.source);
  let rest = await entriesOf(folder);
  for (let text = unread.pop(); text !== undefined; text = unread.pop()) {
    const names = rest.map((entry) => isNamed(entry, text));
    const named = rest.filter((_, i) => names[i]);
    rest = rest.filter((_, i) => !names[i]);
    for (const entry of named)
      for (const path of await addEntry(folder, entry.name, entry, found))
        if (extname(path) === ".py") unread.push(new TextDecoder().decode(found.get(path)));
  }
  return [...found].map(([path, bytes]) => ({ path, base64: Buffer.from(bytes).toString("base64") }));
}

/** Modules first, so that no data takes their place. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const data = ({ name }: Dirent): number => (extname(name) === ".py" ? 0 : 1);
  return entries
    .filter((entry) => (entry.isFile() || entry.isDirectory()) && !/^(\.|__pycache__$)/.test(entry.name))
    .sort((a, b) => data(a) - data(b) || (a.name < b.name ? -1 : 1))
    .slice(0, most.entries);
}

function isNamed(entry: Dirent, text: string): boolean {
  const ending = entry.isFile() ? extname(entry.name) : "";
  if (ending !== "" && text.includes(`*${ending}`)) return true;
  const word = entry.name.slice(0, entry.name.length - ending.length);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!inWord.test(text[at - 1] ?? "") && !inWord.test(text[at + word.length] ?? "")) return true;
  return false;
}

const inWord = /[\p{L}\p{N}_]/u;

/** Reads a file, or all that is in a folder; the paths that were added. */
async function addEntry(folder: string, path: string, entry: Dirent, found: Found): Promise<string[]> {
  if (entry.isFile()) {
    const left = most.bytes - [...found.values()].reduce((sum, { length }) => sum + length, 0);
    const bytes = found.size < most.files ? await readSmall(join(folder, path), Math.min(most.fileBytes, left)) : null;
    if (bytes === null) return [];
    found.set(path, bytes);
    return [path];
  }
  const added: string[] = [];
  if (path.split("/").length < most.depth)
    for (const inside of await entriesOf(join(folder, path)))
      added.push(...(await addEntry(folder, `${path}/${inside.name}`, inside, found)));
  return added;
}

/** The bytes of an ordinary file, or null where there are more than `limit` or they cannot be read. */
async function readSmall(path: string, limit: number): Promise<Uint8Array | null> {
  try {
    // Neither a link nor a pipe that waits for its other end, should one have taken the file's place.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
    try {
      const about = await file.stat();
      if (!about.isFile() || about.size > limit) return null;
      const bytes = await file.readFile();
      return bytes.length > limit ? null : bytes;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
