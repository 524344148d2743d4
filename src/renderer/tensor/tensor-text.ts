/** A whole tensor as text for another program: Python source, or CSV. Pure, apart from the tiles it asks for. */
import { parseNumber } from "../../graph/format-number.ts";
import type { Tile, TileRequest, ValueSummary } from "../../trace/query.ts";

type Cell = number | string;

/** Above this a text is of no use to anybody. */
export const mostCopied = 200_000;
/** What a file takes. */
export const mostSaved = 4_000_000;
const tileLimit = 65_536;

/**
 * All elements in row-major order, by tiles over the two largest dimensions.
 * Errors: RangeError for more than `most` elements; what `tile` rejects with.
 */
export async function readAll(
  value: ValueSummary,
  tile: (request: TileRequest) => Promise<Tile>,
  most: number = mostCopied,
): Promise<Cell[]> {
  const { shape, id } = value;
  const count = shape.reduce((a, b) => a * b, 1);
  if (count > most) throw new RangeError(`${count} elements are too many: at most ${most}.`);
  if (count <= value.preview.length) return value.preview.slice(0, count);
  const bySize = shape.map((_, dim) => dim).sort((a, b) => (shape[b] as number) - (shape[a] as number));
  const [colDim = 0, rowDim = null] = bySize;
  const columns = Math.min(shape[colDim] as number, tileLimit);
  const rowCount = rowDim === null ? 1 : (shape[rowDim] as number);
  const rows = Math.max(1, Math.min(rowCount, Math.floor(tileLimit / columns)));
  const strides = shape.map((_, dim) => shape.slice(dim + 1).reduce((a, b) => a * b, 1));
  const out = new Array<Cell>(count);
  for (const at of placesOf(shape, [colDim, rowDim])) {
    const base = at.reduce((sum, index, dim) => sum + index * (strides[dim] as number), 0);
    for (let row = 0; row < rowCount; row += rows) {
      for (let column = 0; column < (shape[colDim] as number); column += columns) {
        const part = await tile({ id, rowDim, colDim, at, row, column, rows, columns });
        part.data.forEach((x, i) => {
          const down = rowDim === null ? 0 : (row + Math.floor(i / part.columns)) * (strides[rowDim] as number);
          out[base + down + (column + (i % part.columns)) * (strides[colDim] as number)] = x;
        });
      }
    }
  }
  return out;
}

/** Every index of the dimensions that are not in `shown`, which stay at 0. */
function placesOf(shape: readonly number[], shown: readonly (number | null)[]): number[][] {
  let places: number[][] = [shape.map(() => 0)];
  for (const [dim, size] of shape.entries()) {
    if (shown.includes(dim)) continue;
    places = places.flatMap((place) =>
      Array.from({ length: size }, (_, at) => place.map((x, i) => (i === dim ? at : x))),
    );
  }
  return places;
}

/** `torch.tensor([[0.1, float("nan")]], dtype=torch.float32)`. */
export function pythonText(value: ValueSummary, data: readonly Cell[]): string {
  const dtype = value.dtype.startsWith("torch.") ? value.dtype : `torch.${value.dtype}`;
  const nested = (dim: number, from: number, count: number, indent: string): string => {
    if (dim === value.shape.length) return pythonNumber(data[from] ?? 0, dtype);
    const size = value.shape[dim] as number;
    if (size === 0) return "[]";
    const step = count / size;
    const inner = Array.from({ length: size }, (_, i) => nested(dim + 1, from + i * step, step, `${indent} `));
    const last = dim === value.shape.length - 1;
    return `[${inner.join(last ? ", " : `,${"\n".repeat(value.shape.length - 1 - dim)}${indent} `)}]`;
  };
  return `torch.tensor(${nested(0, 0, data.length, " ".repeat(13))}, dtype=${dtype})`;
}

/** Rows as lines; what has more than two dimensions is written row under row, a vector in one line. */
export function csvText(value: ValueSummary, data: readonly Cell[]): string {
  const columns = Math.max(1, value.shape[value.shape.length - 1] ?? 1);
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += columns) {
    lines.push(
      data
        .slice(at, at + columns)
        .map((x) => plainNumber(x, value.dtype))
        .join(","),
    );
  }
  return `${lines.join("\n")}\n`;
}

function pythonNumber(x: Cell, dtype: string): string {
  if (typeof x === "string" && x.endsWith("j")) return x.replace(/nan|inf/g, (word) => `float("${word}")`);
  const number = parseNumber(x);
  if (!Number.isFinite(number)) return `float("${Number.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf"}")`;
  if (dtype.endsWith("bool")) return number ? "True" : "False";
  const text = shortest(number, dtype);
  return /int/.test(dtype) || /[.e]/.test(text) ? text : `${text}.0`;
}

function plainNumber(x: Cell, dtype: string): string {
  return typeof x === "string" ? x : shortest(x, dtype);
}

/** The fewest digits that give the same float32 (as NumPy prints them); other types are written as they are. */
function shortest(x: number, dtype: string): string {
  if (Object.is(x, -0)) return "-0.0";
  if (!dtype.endsWith("float32")) return String(x);
  for (let digits = 1; digits < 9; digits += 1) {
    const text = x.toPrecision(digits);
    if (Math.fround(Number(text)) === x) return String(Number(text));
  }
  return String(Number(x.toPrecision(9)));
}
