import { readFile, stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { NotebookError, parseNotebook } from "../runner/notebook.ts";
import type { RunSource, SourceKind } from "../runner/protocol.ts";
import { UsageError } from "./usage-error.ts";
import { list, quoted } from "./words.ts";

const maxBytes = 32 * 2 ** 20;

const kinds: Readonly<Record<string, SourceKind>> = {
  ".py": "python",
  ".ipynb": "notebook",
  ".ts": "typescript",
  ".mts": "typescript",
};

/** The bytes of a file. Errors: `UsageError` that says what is wrong with it. */
export async function readFileBytes(path: string, most: number): Promise<Uint8Array> {
  try {
    const about = await stat(path);
    if (about.isDirectory()) throw new UsageError(`${quoted(path)} is a folder, not a file.`);
    if (!about.isFile()) throw new UsageError(`${quoted(path)} is not an ordinary file.`);
    if (about.size > most)
      throw new UsageError(`${quoted(path)} is too large: at most ${most / 2 ** 20} MB are opened.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(fileProblem(path, error));
  }
}

/** Why a file could not be read, in one sentence. */
function fileProblem(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return `There is no file ${quoted(path)}.`;
  if (code === "EACCES" || code === "EPERM") return `${quoted(path)} may not be read: permission is denied.`;
  if (code === "ENAMETOOLONG") return `The name ${quoted(`${path.slice(0, 60)}…`)} is too long for a file.`;
  return `${quoted(path)} could not be read: ${message}.`;
}

/** The program in a file, by the ending of its name. Errors: `UsageError`. */
export async function readSource(path: string): Promise<RunSource> {
  const ending = extname(path).toLowerCase();
  const kind = Object.hasOwn(kinds, ending) ? kinds[ending] : undefined;
  // A missing file is told as missing whatever its name.
  const bytes = await readFileBytes(path, maxBytes);
  if (kind === undefined) {
    const known = list(Object.keys(kinds).filter((one) => one !== ".mts"));
    const hint = [".json", ".svg", ".png"].includes(ending) ? " (snapshots are opened by backstep show)" : "";
    throw new UsageError(
      `Backstep runs ${known} files, and ${quoted(path)} ${ending === "" ? "has no such ending" : `is a ${ending} file`}${hint}.`,
    );
  }
  const text = decode(path, bytes);
  if (text.trim() === "") throw new UsageError(`${quoted(path)} is empty: there is nothing to run.`);
  const name = basename(path);
  if (kind !== "notebook") return { name, kind, cells: [{ index: 0, source: text }] };
  return { name, kind, cells: codeCells(path, text) };
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${quoted(path)} is not text in UTF-8.`);
  }
}

function codeCells(path: string, text: string): RunSource["cells"] {
  try {
    const cells = parseNotebook(text).flatMap(({ kind, source }, index) =>
      kind === "code" ? [{ index, source }] : [],
    );
    if (cells.length === 0) throw new UsageError(`${quoted(path)} has no code cells: there is nothing to run.`);
    return cells;
  } catch (error) {
    if (error instanceof NotebookError) throw new UsageError(`${quoted(path)}: ${error.message}`);
    throw error;
  }
}
