import type { DType } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { dense, gather } from "./dense.ts";

/** A contiguous copy without history. */
export function copyTensor(t: Tensor): Tensor {
  const out = t.rt.empty(t.shape, t.dtype);
  gather(t.data, t.offset, t.shape, t.strides, out.data, t.dtype.slots);
  return out;
}

/** Contiguous copy converted to another dtype (real → complex with zero imaginary part, complex → real drops it). */
export function castTensor(t: Tensor, dtype: DType): Tensor {
  if (t.dtype === dtype) return copyTensor(t);
  const { data, start } = dense(t);
  const out = t.rt.empty(t.shape, dtype);
  const target = out.data;
  const n = t.numel;
  const from = t.dtype.slots;
  const to = dtype.slots;
  const { round } = dtype;
  if (from === 1 && to === 1) for (let i = 0; i < n; i++) target[i] = round(data[start + i]);
  else
    for (let i = 0; i < n; i++) {
      target[i * to] = round(data[start + i * from]);
      if (to === 2 && from === 2) target[2 * i + 1] = round(data[start + 2 * i + 1]);
    }
  return out;
}

/** target += delta, same shape; rounds to target's dtype. No version change is counted here. */
export function addInto(target: Tensor, delta: Tensor): void {
  const { data: d, start } = dense(delta);
  const n = target.numel * target.dtype.slots;
  const { round } = target.dtype;
  if (target.contiguous) {
    const t = target.data;
    const at = target.offset * target.dtype.slots;
    if (round === Math.fround) for (let i = 0; i < n; i++) t[at + i] += d[start + i];
    else for (let i = 0; i < n; i++) t[at + i] = round(t[at + i] + d[start + i]);
    return;
  }
  const { shape, strides, data, offset } = target;
  const { slots } = target.dtype;
  const index = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (let k = 0; k < target.numel; k++) {
    for (let s = 0; s < slots; s++) data[at * slots + s] = round(data[at * slots + s] + d[start + k * slots + s]);
    for (let i = shape.length - 1; i >= 0; i--) {
      at += strides[i];
      if (++index[i] < shape[i]) break;
      at -= strides[i] * shape[i];
      index[i] = 0;
    }
  }
}
