/** Turns files into documents: programs, notebooks, snapshots. */
import { basename } from "node:path";
import { snapshotInFile } from "../graph/embedded-snapshot.ts";
import type { DocumentCell, OpenedDocument } from "../ipc/documents.ts";
import { CodedError } from "../ipc/result.ts";
import { NotebookError, parseNotebook } from "../runner/notebook.ts";
import type { OpenedSnapshot, Runner } from "../runner/protocol.ts";
import { endingList, openableKind } from "./files/openable.ts";
import { decodeText, readCapped } from "./files/read-file.ts";

/**
 * @param token for saving back; snapshots never get it, since their program is not what the file is
 * @param runner takes over the trace of a snapshot; what it ran before is stopped
 * @throws CodedError with a sentence
 */
export async function openDocument(path: string, token: string | null, runner: Runner): Promise<OpenedDocument> {
  const name = basename(path);
  const openable = openableKind(path);
  if (openable === null) throw new CodedError("bad-file", `${name} is of no kind that is opened (${endingList}).`);
  const bytes = await readCapped(path, openable.most);
  if (openable.kind === "snapshot") {
    const snapshot = snapshotInFile(bytes);
    if (snapshot === null) throw new CodedError("bad-file", `${name} holds no run: it was exported without one.`);
    return openSnapshot(snapshot, runner);
  }
  const text = decodeText(bytes, name);
  const cells = openable.kind === "notebook" ? notebookCellsOf(text, name) : [{ kind: "code" as const, source: text }];
  await runner.stop();
  return { name, token, kind: openable.kind, cells, snapshot: null, unsaved: false };
}

/** @throws CodedError "bad-file" */
export function notebookCellsOf(text: string, name: string): DocumentCell[] {
  try {
    return parseNotebook(text).map((cell) => ({ ...cell }));
  } catch (error) {
    if (error instanceof NotebookError) throw new CodedError("bad-file", `${name}: ${error.message}`);
    throw error;
  }
}

async function openSnapshot(bytes: Uint8Array, runner: Runner): Promise<OpenedDocument> {
  await runner.stop();
  const { source, summary, cursor, view } = await runner.open(bytes);
  return {
    name: source.name,
    token: null,
    kind: source.kind,
    cells: cellsInPlace(source),
    snapshot: { summary, cursor, view: { ...view } },
    unsaved: false,
  };
}

/** Positions in the trace name cells by their place, so cells that the snapshot has not (text) leave empty ones. */
function cellsInPlace({ cells }: OpenedSnapshot["source"]): DocumentCell[] {
  const count = cells.reduce((most, { index }) => Math.max(most, index + 1), 0);
  const placed: DocumentCell[] = Array.from({ length: count }, () => ({ kind: "markdown", source: "" }));
  for (const { index, source } of cells) placed[index] = { kind: "code", source };
  return placed;
}
