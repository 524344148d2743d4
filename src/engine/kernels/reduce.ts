import type { Data, DType } from "../dtype.ts";
import { numelOf, reducedShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { denseArray } from "./dense.ts";

/** A tensor laid out as rows: row r is data[r*length … r*length+length-1], one row per kept position. */
export interface Rows {
  readonly data: Data;
  readonly rows: number;
  readonly length: number;
}

/** The values of `x` with the dimensions `dims` (wrapped, ascending) moved last and flattened to rows. */
export function toRows(x: Tensor, dims: readonly number[]): Rows {
  const kept = x.shape.map((_, i) => i).filter((i) => !dims.includes(i));
  const order = [...kept, ...dims];
  const length = numelOf(dims.map((d) => x.shape[d]));
  const rows = numelOf(kept.map((d) => x.shape[d]));
  const moved = x.alias(
    order.map((d) => x.shape[d]),
    order.map((d) => x.strides[d]),
  );
  return { data: denseArray(moved), rows, length };
}

/** Reduces `dims` with a function of one run of values; the result has dtype `dtype`. Real dtypes and, for sums, complex. */
export function reduce(
  x: Tensor,
  dims: readonly number[],
  keepdim: boolean,
  dtype: DType,
  f: (data: Data, start: number, n: number) => number,
): Tensor {
  const out = x.rt.empty(reducedShape(x.shape, dims, keepdim), dtype);
  const { data, rows, length } = toRows(x, dims);
  if (x.dtype.slots === 2) {
    const part = new Float64Array(length);
    for (let r = 0; r < rows; r++)
      for (let s = 0; s < 2; s++) {
        for (let i = 0; i < length; i++) part[i] = data[2 * (r * length + i) + s];
        out.data[2 * r + s] = f(part, 0, length);
      }
    return out;
  }
  for (let r = 0; r < rows; r++) out.data[r] = dtype.round(f(data, r * length, length));
  return out;
}
