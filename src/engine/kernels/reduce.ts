import type { Data, DType } from "../dtype.ts";
import { contiguousStrides, numelOf, reducedShape, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { copyTensor } from "./copy.ts";
import { dense, denseArray } from "./dense.ts";
import { innerSum, outerSum } from "./float-sum.ts";

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

/**
 * Sums over `dims` (wrapped, ascending) in the tensor's own dtype, added up as PyTorch's CPU kernels add (kernels/float-sum.ts).
 * Dimensions are taken in the order in which they lie in memory, as PyTorch's iterator takes them.
 */
export function sumOver(x: Tensor, dims: readonly number[], keepdim: boolean): Tensor {
  const { dtype } = x;
  if (dtype.kind !== "float") return reduce(x, dims, keepdim, dtype, plainSum);
  const order = x.contiguous ? null : memoryOrder(x);
  const y = order === null ? x : inOrder(x, order);
  const reduced = order === null ? dims : order.flatMap((d, i) => (dims.includes(d) ? [i] : []));
  const block = blockOf(y.shape, reduced);
  if (block === null) {
    const { data, rows, length } = toRows(x, dims);
    const out = x.rt.empty(reducedShape(x.shape, dims, keepdim), dtype);
    for (let r = 0; r < rows; r++) out.data[r] = dtype.round(innerSum(data, r * length, length, dtype));
    return out;
  }
  const { outer, length, inner } = block;
  const { data, start } = dense(y);
  const kept = reducedShape(y.shape, reduced, false);
  const out = x.rt.empty(kept, dtype);
  if (inner === 1)
    for (let o = 0; o < outer; o++) out.data[o] = dtype.round(innerSum(data, start + o * length, length, dtype));
  else
    for (let o = 0; o < outer; o++)
      outerSum(data, start + o * length * inner, length, inner, out.data, o * inner, dtype);
  if (order === null) {
    if (!keepdim) return out;
    const shape = reducedShape(x.shape, dims, true);
    return out.alias(shape, contiguousStrides(shape));
  }
  return inOriginalOrder(out, order, x, dims, keepdim);
}

function plainSum(a: Data, start: number, n: number): number {
  let s = 0;
  for (let i = 0; i < n; i++) s += a[start + i];
  return s;
}

/** Dimensions from the widest to the narrowest stride. */
const memoryOrder = (x: Tensor): number[] =>
  x.shape.map((_, d) => d).sort((a, b) => x.strides[b] - x.strides[a] || a - b);

const inOrder = (x: Tensor, order: readonly number[]): Tensor =>
  x.alias(
    order.map((d) => x.shape[d]),
    order.map((d) => x.strides[d]),
  );

/** The reduced dimensions as one block in the middle of the others, or null when they are apart. */
function blockOf(shape: Shape, dims: readonly number[]): { outer: number; length: number; inner: number } | null {
  let outer = 1;
  let length = 1;
  let inner = 1;
  let seen = false;
  let after = false;
  for (let d = 0; d < shape.length; d++) {
    if (shape[d] === 1) continue;
    if (dims.includes(d)) {
      if (after) return null;
      seen = true;
      length *= shape[d];
    } else if (seen) {
      after = true;
      inner *= shape[d];
    } else outer *= shape[d];
  }
  return { outer, length, inner };
}

/** A result whose dimensions are in memory order, as a contiguous tensor in the input's order. */
function inOriginalOrder(
  out: Tensor,
  order: readonly number[],
  x: Tensor,
  dims: readonly number[],
  keepdim: boolean,
): Tensor {
  const left = order.filter((d) => !dims.includes(d));
  const wanted = [...left].sort((a, b) => a - b);
  const turned = out.alias(
    wanted.map((d) => x.shape[d]),
    wanted.map((d) => out.strides[left.indexOf(d)]),
  );
  const shape = reducedShape(x.shape, dims, keepdim);
  if (turned.contiguous) return turned.alias(shape, contiguousStrides(shape));
  return copyTensor(turned).alias(shape, contiguousStrides(shape));
}
