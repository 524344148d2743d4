import { bfloat16, type Data, type DType, float16 } from "../dtype.ts";
import { denseArray, scatter } from "../kernels/dense.ts";
import type { Tensor } from "../tensor.ts";

/** A tensor's values row-major; `own` = as a copy that may be changed. */
export function work(t: Tensor, own = false): Data {
  const values = denseArray(t);
  return own ? (values.slice() as Data) : values;
}

/** A Python number as operators on this dtype use it. */
export function rounded(x: number, dtype: DType): number {
  return dtype === float16 || dtype === bfloat16 ? Math.fround(x) : dtype.round(x);
}

/** Stores a result of arithmetic: half types are computed in single precision. */
export function storing(dtype: DType): (x: number) => number {
  const { round } = dtype;
  return dtype === float16 || dtype === bfloat16 ? (x) => round(Math.fround(x)) : round;
}

/** y ← y + αx, rounded once, as `add(…, alpha=α)`. */
export function axpy(y: Data, alpha: number, x: Data, dtype: DType): void {
  const store = storing(dtype);
  const a = rounded(alpha, dtype);
  for (let k = 0; k < y.length; k++) y[k] = store(y[k] + a * x[k]);
}

/** Overwrites a tensor with row-major values, counting `changes` in-place operations. */
export function writeBack(t: Tensor, values: Data, cause: string, changes = 1): void {
  t.willChange(cause);
  t.versions.value += changes - 1;
  scatter(values, 0, t.data, t.offset, t.shape, t.strides, t.dtype.slots);
}

/** p ← p + αx for a parameter whose values are `param` (possibly its own memory). */
export function addInto(p: Tensor, param: Data, alpha: number, x: Data): void {
  const { dtype } = p;
  const store = storing(dtype);
  const a = rounded(alpha, dtype);
  p.willChange("optimizer");
  const inPlace = p.contiguous;
  const out = inPlace ? param : (param.slice() as Data);
  for (let k = 0; k < out.length; k++) out[k] = store(param[k] + a * x[k]);
  if (!inPlace) scatter(out, 0, p.data, p.offset, p.shape, p.strides, p.dtype.slots);
}
