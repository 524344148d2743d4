/** Which part of a tensor is looked at: two dimensions, a place in each, and one index in every other. Pure. */
import { parseNumber } from "../../graph/format-number.ts";
import type { Tile, TileRequest } from "../../trace/query.ts";

export interface WindowChoice {
  rowDim: number | null;
  colDim: number | null;
  /** Index in every dimension; those shown give the window's first row and column. */
  at: number[];
}

/** The last two dimensions, from the start; a vector is a row. */
export function defaultWindow(shape: readonly number[]): WindowChoice {
  const { length } = shape;
  return { rowDim: length > 1 ? length - 2 : null, colDim: length > 0 ? length - 1 : null, at: shape.map(() => 0) };
}

/** The choice, made to fit a tensor of this shape; one made for another number of dimensions gives way to the default. */
export function fitWindow(choice: WindowChoice | null, shape: readonly number[]): WindowChoice {
  if (!choice || choice.at.length !== shape.length) return defaultWindow(shape);
  return { ...choice, at: choice.at.map((at, dim) => Math.max(0, Math.min(at, (shape[dim] ?? 1) - 1))) };
}

export interface WindowLimits {
  rows: number;
  columns: number;
}

export function windowTile(
  id: number,
  shape: readonly number[],
  choice: WindowChoice,
  limits: WindowLimits,
): TileRequest {
  const { rowDim, colDim, at } = choice;
  const part = (dim: number | null, limit: number): { first: number; count: number } => {
    const size = dim === null ? 1 : (shape[dim] ?? 1);
    const count = Math.min(size, limit);
    return { first: dim === null ? 0 : Math.min(at[dim] ?? 0, size - count), count };
  };
  const rows = part(rowDim, limits.rows);
  const columns = part(colDim, limits.columns);
  return {
    id,
    rowDim,
    colDim,
    at: [...at],
    row: rows.first,
    column: columns.first,
    rows: rows.count,
    columns: columns.count,
  };
}

/** Swaps dimensions when the person picks for the rows what the columns show, or the other way round. */
export function withDim(choice: WindowChoice, which: "rowDim" | "colDim", dim: number): WindowChoice {
  const other = which === "rowDim" ? "colDim" : "rowDim";
  const next = { ...choice, [which]: dim, at: choice.at.map(() => 0) };
  if (choice[other] === dim) next[other] = choice[which];
  return { ...next, at: choice.at.map((at, i) => (i === next.rowDim || i === next.colDim ? 0 : at)) };
}

/** Indices in the tensor of a cell of a tile. */
export function cellIndices(request: TileRequest, row: number, column: number): number[] {
  return request.at.map((at, dim) =>
    dim === request.rowDim ? request.row + row : dim === request.colDim ? request.column + column : at,
  );
}

/** Row-major position of an element. */
export function flatIndex(indices: readonly number[], shape: readonly number[]): number {
  return indices.reduce((sum, at, dim) => sum * (shape[dim] ?? 1) + at, 0);
}

/** after − before, cell by cell; null while either is missing or their sizes differ. */
export function difference(after: Tile | null, before: Tile | null): Tile | null {
  if (!after || !before || after.rows !== before.rows || after.columns !== before.columns) return null;
  return {
    rows: after.rows,
    columns: after.columns,
    data: after.data.map((x, i) => parseNumber(x) - parseNumber(before.data[i] ?? 0)),
  };
}
