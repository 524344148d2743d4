/** Which operands of a formula form a matrix product, so that a cell of the result can show the row and column it came from. Pure. */
import { formatNumber, parseNumber } from "../../graph/format-number.ts";
import type { Tile, TileRequest, ValueSummary } from "../../trace/query.ts";

export interface Factor {
  key: string;
  value: ValueSummary;
  rows: number;
  columns: number;
  /** The factor as it stands in the product: transposed already. */
  tile: TileRequest;
}

export interface MatrixProduct {
  first: Factor;
  second: Factor;
  result: Factor;
  /** Something is added to the product: "self" of addmm. */
  added: boolean;
}

const pattern = /^(\{\w+\} \+ )?\{(\w+)\}(\^\{\\top\})?(?:\\,)?\{(\w+)\}(\^\{\\top\})?$/;
/** Cells either way, and terms of one dot product, that are looked at whole. */
const mostRows = 128;
const mostTerms = 512;

/**
 * Reads a template of the catalogue ("{g}\\,{mat2}^{\\top}"); null unless it is a product of two matrices (or vectors) that are at
 * hand, of shapes [m×k]·[k×n] = [m×n] within what can be drawn.
 */
export function productOf(
  template: string,
  valueAt: (key: string) => ValueSummary | undefined,
  result: ValueSummary | undefined,
): MatrixProduct | null {
  const match = pattern.exec(template);
  if (!match || !result) return null;
  const first = factor(match[2] as string, valueAt(match[2] as string), match[3] !== undefined);
  const second = factor(match[4] as string, valueAt(match[4] as string), match[5] !== undefined);
  const product = factor("out", result, false);
  if (!first || !second || !product) return null;
  const fits =
    first.columns === second.rows &&
    first.rows === product.rows &&
    second.columns === product.columns &&
    Math.max(first.rows, second.columns) <= mostRows &&
    first.columns <= mostTerms;
  return fits ? { first, second, result: product, added: match[1] !== undefined } : null;
}

/** A matrix, or a vector as a column (a row when transposed). */
function factor(key: string, value: ValueSummary | undefined, transposed: boolean): Factor | null {
  if (!value?.full || value.shape.length > 2 || value.dtype.includes("complex")) return null;
  const [down = 1, across = 1] = value.shape;
  const dims: [number | null, number | null] = [value.shape.length > 0 ? 0 : null, value.shape.length > 1 ? 1 : null];
  const [rowDim, colDim] = transposed ? [dims[1], dims[0]] : dims;
  const [rows, columns] = transposed ? [across, down] : [down, across];
  if (rows === 0 || columns === 0) return null;
  const tile = { id: value.id, rowDim, colDim, at: value.shape.map(() => 0), row: 0, column: 0, rows, columns };
  return { key, value, rows, columns, tile };
}

/** Where the cell with a row-major number stands in a factor. */
export function placeIn({ columns }: Factor, element: number | null): { row: number; column: number } | null {
  return element === null ? null : { row: Math.floor(element / columns), column: element % columns };
}

const mostPrinted = 6;

/** "0.5×2.0 + −1.0×3.0 = −2.0" for a cell of the result; long sums are shortened in the middle. */
export function dotProduct(first: Tile, second: Tile, row: number, column: number): { text: string; sum: number } {
  const terms: string[] = [];
  let sum = 0;
  for (let k = 0; k < first.columns; k += 1) {
    const a = parseNumber(first.data[row * first.columns + k] ?? 0);
    const b = parseNumber(second.data[k * second.columns + column] ?? 0);
    sum += a * b;
    terms.push(`${formatNumber(a, { digits: 3 })}×${formatNumber(b, { digits: 3 })}`);
  }
  const shown =
    terms.length <= mostPrinted
      ? terms
      : [...terms.slice(0, mostPrinted - 2), `… ${terms.length - mostPrinted + 1} more …`, ...terms.slice(-1)];
  return { text: `${shown.join(" + ")} = ${formatNumber(sum)}`, sum };
}
