import { indexError, runtimeError, sizes } from "./errors.ts";

export type Shape = readonly number[];

/** Number of elements. */
export function numelOf(shape: Shape): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i];
  return n;
}

/** Row-major strides, in elements (a dimension of size 0 counts as 1, as in PyTorch). */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i], 1);
  }
  return strides;
}

export function isContiguous(shape: Shape, strides: Shape): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] === 0) return true;
    if (shape[i] !== 1) {
      if (strides[i] !== step) return false;
      step *= shape[i];
    }
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Shape of an element-wise result of two operands. Error: sizes that neither match nor are 1. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const n = Math.max(a.length, b.length);
  const out = new Array<number>(n);
  for (let i = n - 1; i >= 0; i--) {
    const x = i - n + a.length >= 0 ? a[i - n + a.length] : 1;
    const y = i - n + b.length >= 0 ? b[i - n + b.length] : 1;
    if (x !== y && x !== 1 && y !== 1)
      throw runtimeError(
        `The size of tensor a (${x}) must match the size of tensor b (${y}) at non-singleton dimension ${i}`,
      );
    out[i] = x === 1 ? y : x;
  }
  return out;
}

export function canBroadcastTo(from: Shape, to: Shape): boolean {
  if (from.length > to.length) return false;
  for (let i = 1; i <= from.length; i++) {
    const f = from[from.length - i];
    if (f !== 1 && f !== to[to.length - i]) return false;
  }
  return true;
}

/** Strides that read a tensor as if it had the larger shape `to` (stride 0 where it is repeated). */
export function broadcastStrides(shape: Shape, strides: Shape, to: Shape): number[] {
  const lead = to.length - shape.length;
  const out = new Array<number>(to.length).fill(0);
  for (let i = 0; i < shape.length; i++) out[i + lead] = shape[i] === 1 && to[i + lead] !== 1 ? 0 : strides[i];
  return out;
}

/** Negative dims count from the end. A 0-d tensor accepts -1 and 0. Error: IndexError "Dimension out of range …". */
export function wrapDim(dim: number, ndim: number): number {
  const n = Math.max(ndim, 1);
  if (dim < -n || dim >= n)
    throw indexError(`Dimension out of range (expected to be in range of [${-n}, ${n - 1}], but got ${dim})`);
  return dim < 0 ? dim + n : dim;
}

/** As `wrapDim`, for operators that want a dimension. Error: a 0-d tensor. */
export function wrapOwnDim(dim: number, ndim: number): number {
  if (ndim === 0) throw indexError(`Dimension specified as ${dim} but tensor has no dimensions`);
  return wrapDim(dim, ndim);
}

/** Wrapped dims of a reduction, ascending. null or [] means all; a 0-d tensor has none. Error: a dim that appears twice. */
export function wrapDims(dims: readonly number[] | null, ndim: number): number[] {
  if (dims === null || dims.length === 0) return Array.from({ length: ndim }, (_, i) => i);
  const seen = new Set<number>();
  for (const d of dims) {
    const w = wrapDim(d, ndim);
    if (seen.has(w)) throw runtimeError(`dim ${w} appears multiple times in the list of dims`);
    seen.add(w);
  }
  return ndim === 0 ? [] : [...seen].sort((a, b) => a - b);
}

/** Shape after reducing `dims` (ascending, wrapped). */
export function reducedShape(shape: Shape, dims: readonly number[], keepdim: boolean): number[] {
  const out: number[] = [];
  let k = 0;
  for (let i = 0; i < shape.length; i++) {
    if (k < dims.length && dims[k] === i) {
      k++;
      if (keepdim) out.push(1);
    } else out.push(shape[i]);
  }
  return out;
}

/** Resolve one -1 in a requested shape. Errors as torch.reshape / Tensor.view. */
export function inferShape(requested: Shape, numel: number): number[] {
  let unknown = -1;
  let known = 1;
  for (let i = 0; i < requested.length; i++) {
    const s = requested[i];
    if (s === -1) {
      if (unknown >= 0) throw runtimeError("only one dimension can be inferred");
      unknown = i;
    } else if (s < 0) throw runtimeError(`invalid shape dimension ${s}`);
    else known *= s;
  }
  const bad = () => runtimeError(`shape '${sizes(requested)}' is invalid for input of size ${numel}`);
  if (unknown < 0) {
    if (known !== numel) throw bad();
    return [...requested];
  }
  if (known === 0) {
    if (numel === 0)
      throw runtimeError(
        `cannot reshape tensor of 0 elements into shape ${sizes(requested)} because the unspecified dimension size -1 can be any value and is ambiguous`,
      );
    throw bad();
  }
  if (numel % known !== 0) throw bad();
  const out = [...requested];
  out[unknown] = numel / known;
  return out;
}

/** Strides with which a strided tensor can be viewed as `to` without copying, or null (ATen's computeStride). */
export function viewStrides(shape: Shape, strides: Shape, to: Shape): number[] | null {
  const n = numelOf(shape);
  if (n === 0) return sameShape(shape, to) ? [...strides] : contiguousStrides(to);
  if (shape.length === 0) return to.map(() => 1);
  const out = new Array<number>(to.length);
  let viewDim = to.length - 1;
  let chunkBase = strides[strides.length - 1];
  let tensorNumel = 1;
  let viewNumel = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    tensorNumel *= shape[d];
    if (d === 0 || (shape[d - 1] !== 1 && strides[d - 1] !== tensorNumel * chunkBase)) {
      while (viewDim >= 0 && (viewNumel < tensorNumel || to[viewDim] === 1)) {
        out[viewDim] = viewNumel * chunkBase;
        viewNumel *= to[viewDim];
        viewDim--;
      }
      if (viewNumel !== tensorNumel) return null;
      if (d > 0) {
        chunkBase = strides[d - 1];
        tensorNumel = 1;
        viewNumel = 1;
      }
    }
  }
  return viewDim === -1 ? out : null;
}
