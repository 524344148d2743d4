import { float32 } from "../dtype.ts";
import type { Operand } from "../promotion.ts";
import { isScalar, scalarValue } from "../scalar.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Loops for the commonest case, float32 tensors that lie row by row in memory. They are written out per operator because a loop
 * that only ever sees one kind of array compiles to machine code several times as fast as one that sees many.
 */
export interface Float32Loops {
  /** out[oi + i] = a[ai + i] ∘ b[bi + i] */
  readonly both: (
    a: Float32Array,
    ai: number,
    b: Float32Array,
    bi: number,
    out: Float32Array,
    oi: number,
    n: number,
  ) => void;
  /** out[i] = a[ai + i] ∘ y */
  readonly right: (a: Float32Array, ai: number, y: number, out: Float32Array, n: number) => void;
  /** out[i] = x ∘ b[bi + i] */
  readonly left: (x: number, b: Float32Array, bi: number, out: Float32Array, n: number) => void;
}

export const addF32: Float32Loops = {
  both: (a, ai, b, bi, out, oi, n) => {
    for (let i = 0; i < n; i++) out[oi + i] = a[ai + i] + b[bi + i];
  },
  right: (a, ai, y, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i] + y;
  },
  left: (x, b, bi, out, n) => {
    for (let i = 0; i < n; i++) out[i] = x + b[bi + i];
  },
};
export const subF32: Float32Loops = {
  both: (a, ai, b, bi, out, oi, n) => {
    for (let i = 0; i < n; i++) out[oi + i] = a[ai + i] - b[bi + i];
  },
  right: (a, ai, y, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i] - y;
  },
  left: (x, b, bi, out, n) => {
    for (let i = 0; i < n; i++) out[i] = x - b[bi + i];
  },
};
export const mulF32: Float32Loops = {
  both: (a, ai, b, bi, out, oi, n) => {
    for (let i = 0; i < n; i++) out[oi + i] = a[ai + i] * b[bi + i];
  },
  right: (a, ai, y, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i] * y;
  },
  left: (x, b, bi, out, n) => {
    for (let i = 0; i < n; i++) out[i] = x * b[bi + i];
  },
};
export const divF32: Float32Loops = {
  both: (a, ai, b, bi, out, oi, n) => {
    for (let i = 0; i < n; i++) out[oi + i] = a[ai + i] / b[bi + i];
  },
  right: (a, ai, y, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i] / y;
  },
  left: (x, b, bi, out, n) => {
    for (let i = 0; i < n; i++) out[i] = x / b[bi + i];
  },
};

/** One value everywhere: a single element, or one expanded in every dimension. */
function isFlat(t: Tensor): boolean {
  const { shape, strides } = t;
  for (let i = 0; i < shape.length; i++) if (shape[i] !== 1 && strides[i] !== 0) return false;
  return true;
}

/** Is `small` the shape of the last dimensions of `large`? */
function isTail(small: Shape, large: Shape): boolean {
  const lead = large.length - small.length;
  if (lead < 0) return false;
  for (let i = 0; i < small.length; i++) if (small[i] !== large[lead + i]) return false;
  return true;
}

/** The result when both operands are float32 (or a number) and simple enough, else null. */
export function binaryF32(a: Operand, b: Operand, loops: Float32Loops): Tensor | null {
  if (isScalar(a)) {
    const t = b as Tensor;
    if (t.dtype !== float32 || t.wrappedNumber || !t.contiguous) return null;
    const out = t.rt.empty(t.shape, float32);
    loops.left(
      Math.fround(scalarValue(a)),
      t.data as Float32Array,
      t.offset,
      out.data as Float32Array,
      out.data.length,
    );
    return out;
  }
  if (a.dtype !== float32 || a.wrappedNumber) return null;
  if (isScalar(b)) {
    if (!a.contiguous) return null;
    const out = a.rt.empty(a.shape, float32);
    loops.right(
      a.data as Float32Array,
      a.offset,
      Math.fround(scalarValue(b)),
      out.data as Float32Array,
      out.data.length,
    );
    return out;
  }
  if (b.dtype !== float32 || b.wrappedNumber) return null;
  const x = a.data as Float32Array;
  const y = b.data as Float32Array;
  if (isTail(b.shape, a.shape)) {
    if (!a.contiguous) {
      if (a.shape.length !== b.shape.length || !isFlat(a) || !b.contiguous || b.numel === 0) return null;
      const out = a.rt.empty(a.shape, float32);
      loops.left(x[a.offset], y, b.offset, out.data as Float32Array, out.data.length);
      return out;
    }
    const out = a.rt.empty(a.shape, float32);
    const target = out.data as Float32Array;
    const n = target.length;
    if (n === 0) return out;
    if (isFlat(b)) loops.right(x, a.offset, y[b.offset], target, n);
    else if (b.contiguous) {
      const run = b.numel;
      for (let at = 0; at < n; at += run) loops.both(x, a.offset + at, y, b.offset, target, at, run);
    } else return null;
    return out;
  }
  if (isTail(a.shape, b.shape) && isFlat(a) && b.contiguous && b.numel > 0) {
    const out = b.rt.empty(b.shape, float32);
    loops.left(x[a.offset], y, b.offset, out.data as Float32Array, out.data.length);
    return out;
  }
  return null;
}
