import type { Data } from "../dtype.ts";
import { broadcastStrides, isContiguous, numelOf, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Row-major values of a tensor: `data[start + k]` for k = 0 … n-1 (times two for complex). Never written to. */
export interface Dense {
  readonly data: Data;
  readonly start: number;
}

/** Copies a strided region to row-major order. Offsets in elements; `slots` array slots per element. */
export function gather(source: Data, offset: number, shape: Shape, strides: Shape, target: Data, slots: number): void {
  if (isContiguous(shape, strides)) {
    copyRun(source, offset * slots, target, 0, numelOf(shape) * slots);
    return;
  }
  walk(shape, strides, offset, slots, (at, k, run, step) => {
    if (slots === 1) {
      if (step === 0) target.fill(source[at], k, k + run);
      else if (step === 1) for (let i = 0; i < run; i++) target[k + i] = source[at + i];
      else for (let i = 0; i < run; i++) target[k + i] = source[at + i * step];
    } else
      for (let i = 0; i < run; i++) {
        target[2 * (k + i)] = source[2 * (at + i * step)];
        target[2 * (k + i) + 1] = source[2 * (at + i * step) + 1];
      }
  });
}

/** Copies neighbouring numbers; long runs at the speed of memory. */
function copyRun(source: Data, from: number, target: Data, to: number, n: number): void {
  if (n < 48) for (let i = 0; i < n; i++) target[to + i] = source[from + i];
  else if (from === 0 && source.length === n) target.set(source, to);
  else target.set(source.subarray(from, from + n), to);
}

/** Writes row-major values into a strided region. */
export function scatter(
  source: Data,
  start: number,
  target: Data,
  offset: number,
  shape: Shape,
  strides: Shape,
  slots: number,
): void {
  if (isContiguous(shape, strides)) {
    copyRun(source, start, target, offset * slots, numelOf(shape) * slots);
    return;
  }
  walk(shape, strides, offset, slots, (at, k, run, step) => {
    for (let i = 0; i < run; i++) {
      if (slots === 1) target[at + i * step] = source[start + k + i];
      else {
        target[2 * (at + i * step)] = source[start + 2 * (k + i)];
        target[2 * (at + i * step) + 1] = source[start + 2 * (k + i) + 1];
      }
    }
  });
}

/** Visits a strided region in row-major order, one innermost run at a time. */
function walk(
  shape: Shape,
  strides: Shape,
  offset: number,
  _slots: number,
  visit: (at: number, k: number, run: number, step: number) => void,
): void {
  const n = numelOf(shape);
  if (n === 0) return;
  const nd = shape.length;
  if (nd === 0) {
    visit(offset, 0, 1, 0);
    return;
  }
  const run = shape[nd - 1];
  const step = strides[nd - 1];
  const index = new Array<number>(nd).fill(0);
  let at = offset;
  for (let k = 0; k < n; k += run) {
    visit(at, k, run, step);
    for (let d = nd - 2; d >= 0; d--) {
      at += strides[d];
      if (++index[d] < shape[d]) break;
      at -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}

/** The tensor's values in row-major order, read as if broadcast to `shape`; copies only when it must. */
export function dense(t: Tensor, shape: Shape = t.shape): Dense {
  const strides = shape === t.shape ? t.strides : broadcastStrides(t.shape, t.strides, shape);
  if (isContiguous(shape, strides)) return { data: t.data, start: t.offset * t.dtype.slots };
  const out = t.dtype.alloc(numelOf(shape));
  gather(t.data, t.offset, shape, strides, out, t.dtype.slots);
  return { data: out, start: 0 };
}

/** Like `dense`, as an array of exactly the tensor's elements starting at 0 (a subarray when contiguous). */
export function denseArray(t: Tensor): Data {
  const { data, start } = dense(t);
  const n = t.numel * t.dtype.slots;
  return start === 0 && data.length === n ? data : (data.subarray(start, start + n) as Data);
}
