import type { Data } from "../dtype.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { dense } from "./dense.ts";

/**
 * A tensor read row-major as `outer` × `length` × `inner`: one lane along a dimension starts at
 * start + o·length·inner + i and has step `inner` (elements; complex numbers take two array slots each).
 */
export interface Lanes {
  readonly data: Data;
  readonly start: number;
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** Sizes before, at and after dimension `dim` (wrapped). A 0-d shape counts as one lane of one element. */
export function laneSizes(shape: Shape, dim: number): { outer: number; length: number; inner: number } {
  if (shape.length === 0) return { outer: 1, length: 1, inner: 1 };
  let outer = 1;
  let inner = 1;
  for (let i = 0; i < dim; i++) outer *= shape[i];
  for (let i = dim + 1; i < shape.length; i++) inner *= shape[i];
  return { outer, length: shape[dim], inner };
}

export function lanesOf(x: Tensor, dim: number): Lanes {
  return { ...dense(x), ...laneSizes(x.shape, dim) };
}

/** Copies `count` blocks of `size` array slots, `from` and `to` slots apart. */
export function copyBlocks(
  source: Data,
  sourceStart: number,
  from: number,
  target: Data,
  targetStart: number,
  to: number,
  count: number,
  size: number,
): void {
  let s = sourceStart;
  let t = targetStart;
  if (size >= 64) for (let k = 0; k < count; k++, s += from, t += to) target.set(source.subarray(s, s + size), t);
  else for (let k = 0; k < count; k++, s += from, t += to) for (let i = 0; i < size; i++) target[t + i] = source[s + i];
}
