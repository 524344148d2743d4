/** Adding, moving, turning and deleting cells of a notebook. Each edit is data and has an inverse, so it can be undone. Pure. */
import type { Cell, DocumentState } from "./app-state.ts";

/** `at`, `from`, `to`: positions in the document. */
export type CellEdit =
  | { kind: "insert"; at: number; cell: Cell }
  | { kind: "remove"; at: number }
  | { kind: "move"; from: number; to: number }
  | { kind: "turn"; at: number; to: Cell["kind"] };

/** Edits that lead back, and those that were taken back; the last is next. */
export interface CellHistory {
  undo: readonly CellEdit[];
  redo: readonly CellEdit[];
}

export const noHistory: CellHistory = { undo: [], redo: [] };

/** A code cell that the document does not have yet. */
export function newCell({ cells, cellHistory }: DocumentState): Cell {
  const removed = [...cellHistory.undo, ...cellHistory.redo].flatMap((edit) =>
    edit.kind === "insert" ? [edit.cell] : [],
  );
  const all = [...cells, ...removed];
  const index = Math.max(-1, ...all.map((cell) => cell.index)) + 1;
  const ids = new Set(all.map(({ id }) => id));
  let number = all.length + 1;
  while (ids.has(`cell-${number}`)) number += 1;
  return { id: `cell-${number}`, index, kind: "code", source: "" };
}

/** The cells after an edit, and the edit that leads back; null when there is nothing at its place, or nothing would be left. */
function edited(cells: readonly Cell[], edit: CellEdit): { cells: Cell[]; back: CellEdit } | null {
  const after = [...cells];
  if (edit.kind === "insert") {
    after.splice(edit.at, 0, edit.cell);
    return { cells: after, back: { kind: "remove", at: edit.at } };
  }
  if (edit.kind === "turn") {
    const cell = after[edit.at];
    if (cell === undefined || cell.kind === edit.to) return null;
    after[edit.at] = { ...cell, kind: edit.to };
    return { cells: after, back: { kind: "turn", at: edit.at, to: cell.kind } };
  }
  const [cell] = after.splice(edit.kind === "remove" ? edit.at : edit.from, 1);
  if (cell === undefined || after.length === 0) return null;
  if (edit.kind === "remove") return { cells: after, back: { kind: "insert", at: edit.at, cell } };
  if (edit.to < 0 || edit.to > after.length) return null;
  after.splice(edit.to, 0, cell);
  return { cells: after, back: { kind: "move", from: edit.to, to: edit.from } };
}

export function withEdit(document: DocumentState, edit: CellEdit): DocumentState {
  const done = edited(document.cells, edit);
  if (!done) return document;
  const cellHistory = { undo: [...document.cellHistory.undo, done.back], redo: [] };
  return { ...document, cells: done.cells, cellHistory, dirty: true };
}

/** Takes the last edit back, or does again what was taken back last. */
export function withHistory(document: DocumentState, way: "undo" | "redo"): DocumentState {
  const edit = document.cellHistory[way].at(-1);
  const done = edit && edited(document.cells, edit);
  if (!done) return document;
  const other = way === "undo" ? "redo" : "undo";
  const cellHistory = {
    ...document.cellHistory,
    [way]: document.cellHistory[way].slice(0, -1),
    [other]: [...document.cellHistory[other], done.back],
  };
  return { ...document, cells: done.cells, cellHistory, dirty: true };
}

/** The history when `cells` were numbered anew: the indexes of those that it may bring back are none of theirs. */
export function outOfTheWay({ undo, redo }: CellHistory, cells: readonly Cell[]): CellHistory {
  let next = cells.length;
  const renumbered = (edit: CellEdit): CellEdit =>
    edit.kind === "insert" ? { ...edit, cell: { ...edit.cell, index: next++ } } : edit;
  return { undo: undo.map(renumbered), redo: redo.map(renumbered) };
}

/** Position of the cell that an edit put somewhere, or of the one at whose place it stood. */
export function placeAfter(edit: CellEdit, count: number): number {
  return edit.kind === "move" ? edit.to : Math.min(edit.at, count - 1);
}
