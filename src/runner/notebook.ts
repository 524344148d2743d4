/** Jupyter notebooks, nbformat 3 and 4: reading their cells, and writing cells back without losing what else the file holds. */
import * as v from "valibot";

export interface NotebookCell {
  readonly kind: "code" | "markdown" | "raw";
  readonly source: string;
}

/** What is wrong with a notebook, as a sentence. */
export class NotebookError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotebookError";
  }
}

/** nbformat writes text as one string or as lines that keep their breaks. */
const multiline = v.union([
  v.string(),
  v.pipe(
    v.array(v.string()),
    v.transform((lines) => lines.join("")),
  ),
]);

const cellSchema = v.looseObject({
  cell_type: v.string(),
  source: v.optional(multiline),
  /** nbformat 3 calls the source of a code cell so. */
  input: v.optional(multiline),
  /** Of a heading cell of nbformat 3. */
  level: v.optional(v.number()),
});
type RawCell = v.InferOutput<typeof cellSchema>;

const cellsSchema = v.array(cellSchema);

/**
 * @param text the file
 * @returns all cells in order; cells of unknown types are raw text
 * @throws NotebookError
 */
export function parseNotebook(text: string): NotebookCell[] {
  return rawCells(parseObject(text)).map((cell) => ({ kind: kindOf(cell), source: sourceOf(cell) }));
}

function parseObject(text: string): Record<string, unknown> {
  let notebook: unknown;
  try {
    notebook = JSON.parse(text);
  } catch {
    throw new NotebookError("This is not a notebook: it is not JSON.");
  }
  if (typeof notebook !== "object" || notebook === null || Array.isArray(notebook)) {
    throw new NotebookError("This is not a notebook: its JSON is not an object.");
  }
  return notebook as Record<string, unknown>;
}

function rawCells(notebook: Record<string, unknown>): RawCell[] {
  const version = notebook["nbformat"];
  if (version !== 3 && version !== 4) {
    const told =
      version === undefined ? "it has no nbformat" : `nbformat ${JSON.stringify(version)} is not known (3 and 4 are)`;
    throw new NotebookError(`This notebook cannot be opened: ${told}.`);
  }
  const cells = version === 4 ? notebook["cells"] : worksheetCells(notebook["worksheets"]);
  const parsed = v.safeParse(cellsSchema, cells);
  if (!parsed.success) {
    const place = v.getDotPath(parsed.issues[0]);
    throw new NotebookError(
      `This notebook is damaged: ${place ? `cells.${place}` : "cells"}: ${parsed.issues[0].message}.`,
    );
  }
  return parsed.output;
}

/** nbformat 3 keeps its cells in worksheets, of which there is one in practice. */
function worksheetCells(worksheets: unknown): unknown {
  if (!Array.isArray(worksheets)) return undefined;
  return worksheets.flatMap((sheet: unknown) => {
    const cells = typeof sheet === "object" && sheet !== null ? (sheet as Record<string, unknown>)["cells"] : undefined;
    return Array.isArray(cells) ? cells : [];
  });
}

function kindOf({ cell_type: type }: RawCell): NotebookCell["kind"] {
  if (type === "code") return "code";
  return type === "markdown" || type === "heading" ? "markdown" : "raw";
}

function sourceOf(cell: RawCell): string {
  const source = cell.source ?? cell.input ?? "";
  if (cell.cell_type !== "heading") return source;
  return `${"#".repeat(Math.min(6, Math.max(1, cell.level ?? 1)))} ${source}`;
}

/**
 * The notebook with other cells: an unchanged cell keeps its outputs, metadata and id, a changed code cell loses its outputs (they
 * are not those of its code), and the notebook's own metadata stay. Cells are matched by their content, in order.
 * @param original text of the file as it is; null or no notebook: a new one is written
 * @returns text of a notebook in nbformat 4
 */
export function writeNotebook(cells: readonly NotebookCell[], original: string | null): string {
  const old = original === null ? null : readOriginal(original);
  const written = mergeCells(cells, old?.cells ?? []);
  const minor = old?.notebook["nbformat_minor"];
  const keepsIds = typeof minor === "number" && old?.notebook["nbformat"] === 4 && minor >= 5;
  const notebook = {
    ...(old?.notebook["nbformat"] === 4 ? old.notebook : { metadata: defaultMetadata }),
    cells: keepsIds || old === null ? withIds(written) : written,
    nbformat: 4,
    nbformat_minor: old === null ? 5 : typeof minor === "number" && old.notebook["nbformat"] === 4 ? minor : 4,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

const defaultMetadata = {
  kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
  language_info: { name: "python" },
};

function readOriginal(text: string): { notebook: Record<string, unknown>; cells: RawCell[] } | null {
  try {
    const notebook = parseObject(text);
    return { notebook, cells: rawCells(notebook) };
  } catch {
    return null;
  }
}

function mergeCells(cells: readonly NotebookCell[], old: readonly RawCell[]): Record<string, unknown>[] {
  const free = [...old.keys()];
  return cells.map((cell, place) => {
    const same = free.find((i) => isSame(old[i] as RawCell, cell));
    // A cell edited in place keeps what is not about its text.
    const edited =
      same === undefined && !isKeptElsewhere(old[place], cells) && free.includes(place) ? place : undefined;
    const from = same ?? edited;
    if (from !== undefined) free.splice(free.indexOf(from), 1);
    return writeCell(cell, from === undefined ? null : (old[from] as RawCell), same !== undefined);
  });
}

function isSame(old: RawCell, cell: NotebookCell): boolean {
  return kindOf(old) === cell.kind && sourceOf(old) === cell.source;
}

function isKeptElsewhere(old: RawCell | undefined, cells: readonly NotebookCell[]): boolean {
  return old === undefined || cells.some((cell) => isSame(old, cell));
}

function writeCell(cell: NotebookCell, old: RawCell | null, isUnchanged: boolean): Record<string, unknown> {
  const isOfVersion4 = old !== null && old.cell_type === cell.kind && old.input === undefined;
  const kept: Record<string, unknown> = isOfVersion4 ? { ...old } : {};
  const code = isUnchanged && isOfVersion4 ? {} : { execution_count: null, outputs: [] };
  return {
    metadata: {},
    ...kept,
    cell_type: cell.kind,
    ...(cell.kind === "code" ? code : {}),
    source: cell.source === "" ? [] : cell.source.split(/(?<=\n)/),
  };
}

/** From nbformat 4.5 on every cell has an id of its own. */
function withIds(cells: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const used = new Set(cells.map((cell) => cell["id"]));
  const seen = new Set<unknown>();
  let next = 0;
  return cells.map((cell) => {
    const { id } = cell;
    if (typeof id === "string" && !seen.has(id)) {
      seen.add(id);
      return cell;
    }
    do next += 1;
    while (used.has(`backstep-${next}`));
    return { ...cell, id: `backstep-${next}` };
  });
}
