/** Documents between the window, the runner and files. */
import type { OpenedDocument } from "../../ipc/documents.ts";
import type { AppState, Cell, DocumentState } from "../state/app-state.ts";
import { noHistory } from "../state/cell-edits.ts";

export function newDocument(opened: OpenedDocument, number: number): DocumentState {
  const cells: Cell[] = opened.cells.map((cell, i) => ({ id: `cell-${i + 1}`, index: i, ...cell }));
  if (cells.length === 0) cells.push({ id: "cell-1", index: 0, kind: "code", source: "" });
  return {
    id: `d${number}`,
    name: opened.name,
    kind: opened.kind,
    cells,
    cellHistory: noHistory,
    token: opened.token,
    dirty: opened.unsaved,
  };
}

/** The document as its file holds it. A notebook is written as nbformat 4, without outputs. */
export function documentText(document: DocumentState): string {
  if (document.kind !== "notebook") return document.cells[0]?.source ?? "";
  const notebook = {
    cells: document.cells.map(({ id, kind, source }) => ({
      cell_type: kind,
      ...(kind === "code" ? { execution_count: null } : {}),
      id,
      metadata: {},
      ...(kind === "code" ? { outputs: [] } : {}),
      source: lines(source),
    })),
    metadata: {
      kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
      language_info: { name: "python" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** nbformat keeps the line breaks at the ends of its lines. */
function lines(source: string): string[] {
  return source === "" ? [] : source.split(/(?<=\n)/);
}

/** What of the view a snapshot keeps. */
export function viewOf(state: AppState): Record<string, unknown> {
  const { prefs, cursor, collapsed, breakpoints, selection } = state;
  return {
    direction: prefs.direction,
    grain: cursor.grain,
    focus: cursor.focus,
    collapsed,
    breakpoints: breakpoints.map(({ place, enabled, only }) => ({ place, enabled, only })),
    selection,
  };
}

/** What a new file begins with: the smallest program with something to step through. */
export const emptyScript: OpenedDocument = {
  name: "untitled.py",
  token: null,
  kind: "python",
  cells: [
    {
      kind: "code",
      source: `import torch

a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(-3.0, requires_grad=True)
c = a * b + a
c.backward()
print(a.grad, b.grad)
`,
    },
  ],
  snapshot: null,
  unsaved: false,
};
