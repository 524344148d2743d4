/** What a person does with the cells of a notebook as a whole. */
import type { AppState, Cell } from "../state/app-state.ts";
import { type CellEdit, newCell, placeAfter } from "../state/cell-edits.ts";
import type { Store } from "../state/store.ts";

export interface CellActions {
  /** A new code cell above (0) or below (1) the one in hand. `index`: another one; so with the others. */
  insertCell(below: 0 | 1, index?: number): void;
  moveCell(by: 1 | -1, index?: number): void;
  removeCell(index?: number): void;
  undoCells(way: "undo" | "redo"): void;
  /** It becomes text or code. */
  turnCell(to: Cell["kind"]): void;
  /** Takes the cell after (1) or before (-1) the one in hand; 0: that one as a whole. */
  chooseCell(by: 1 | 0 | -1): void;
  /** The caret goes into the text of the cell in hand. */
  editCell(): void;
}

/** `inHand`: index of the cell that had the focus last. */
export function createCellActions(store: Store, inHand: () => number | null): CellActions {
  const place = (index = inHand()): number =>
    store.get().document?.cells.findIndex((cell) => cell.index === index) ?? -1;
  const choose = (at: number): void => {
    const cell = store.get().document?.cells[at];
    if (cell) store.dispatch("cell/chosen", { index: cell.index });
  };
  const edit = (one: CellEdit): void => {
    const before = store.get().document;
    store.dispatch("cells/edited", { edit: one });
    const { document } = store.get();
    if (document && document !== before) choose(placeAfter(one, document.cells.length));
  };
  const withPlace = (index: number | undefined, act: (at: number, document: Document) => void): void => {
    const { document } = store.get();
    const at = place(index);
    if (document?.kind === "notebook" && at >= 0) act(at, document);
  };
  return {
    insertCell: (below, index) =>
      withPlace(index, (at, document) => edit({ kind: "insert", at: at + below, cell: newCell(document) })),
    moveCell: (by, index) => withPlace(index, (at) => edit({ kind: "move", from: at, to: at + by })),
    removeCell: (index) => withPlace(index, (at) => edit({ kind: "remove", at })),
    turnCell: (to) => withPlace(undefined, (at) => edit({ kind: "turn", at, to })),
    undoCells: (way) => {
      const last = store.get().document?.cellHistory[way].at(-1);
      store.dispatch("cells/history", { way });
      const { document } = store.get();
      if (last && document) choose(placeAfter(last, document.cells.length));
    },
    chooseCell: (by) => withPlace(undefined, (at) => choose(at + by)),
    editCell: () =>
      withPlace(undefined, (at, { cells }) => {
        const cell = cells[at];
        if (cell) store.dispatch("caret/part", { index: cell.index, line: null });
      }),
  };
}

type Document = NonNullable<AppState["document"]>;
