import { runtimeError, type TorchError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { dense } from "./dense.ts";

/**
 * Array positions (in elements of its storage) in `target` that an index tensor points to along `dim`: element (…, k, …) of
 * `at` stands for target[…, at[…, k, …], …]. Row-major over `at`. Error: an index out of range.
 */
export function positionsAlong(target: Tensor, dim: number, at: Tensor): Int32Array {
  const { data, start } = dense(at);
  const n = at.numel;
  const out = new Int32Array(n);
  if (n === 0) return out;
  const size = target.ndim === 0 ? 1 : target.shape[dim];
  const along = target.strides[dim] ?? 1;
  const nd = at.ndim;
  const last = nd - 1;
  const run = nd === 0 ? 1 : at.shape[last];
  const step = nd === 0 || last === dim ? 0 : target.strides[last];
  const index = new Array<number>(nd).fill(0);
  let base = target.offset;
  for (let k = 0; k < n; k += run) {
    for (let i = 0; i < run; i++) {
      const v = data[start + k + i];
      if (v < 0 || v >= size) throw runtimeError(`index ${v} is out of bounds for dimension ${dim} with size ${size}`);
      out[k + i] = base + i * step + v * along;
    }
    for (let d = last - 1; d >= 0; d--) {
      const s = d === dim ? 0 : target.strides[d];
      base += s;
      if (++index[d] < at.shape[d]) break;
      base -= s * at.shape[d];
      index[d] = 0;
    }
  }
  return out;
}

/** The numbers of a vector of indices into a dimension of `size`, negative ones counted from the end when `wrap`. */
export function indexVector(at: Tensor, size: number, wrap: boolean, error: (index: number) => TorchError): Int32Array {
  const { data, start } = dense(at);
  const n = at.numel;
  const out = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const v = data[start + i];
    if (v < (wrap ? -size : 0) || v >= size) throw error(v);
    out[i] = v < 0 ? v + size : v;
  }
  return out;
}
