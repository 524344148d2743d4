import { isFloating } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { settle } from "./elementwise.ts";

/**
 * Product of matrices [n,k]·[k,m], or of batches of them with equal leading dimension. float32 and float64 go through the
 * packed product; other dtypes are multiplied plainly in doubles.
 */
export function multiply(a: Tensor, b: Tensor): Tensor {
  const { rt, dtype } = a;
  const batch = a.ndim === 3 ? a.shape[0] : 1;
  const [n, k] = a.shape.slice(-2);
  const m = b.shape[b.ndim - 1];
  const out = rt.empty(a.ndim === 3 ? [batch, n, m] : [n, m], dtype);
  const [ra, ca] = a.strides.slice(-2);
  const [rb, cb] = b.strides.slice(-2);
  for (let i = 0; i < batch; i++) {
    const ao = a.offset + (a.ndim === 3 ? i * a.strides[0] : 0);
    const bo = b.offset + (b.ndim === 3 ? i * b.strides[0] : 0);
    const oo = i * n * m;
    if (isFloating(dtype)) rt.gemm.multiply(n, m, k, a.data, ao, ra, ca, b.data, bo, rb, cb, out.data, oo, m, 1);
    else plain(n, m, k, a, ao, ra, ca, b, bo, rb, cb, out, oo);
  }
  return settle(out);
}

function plain(
  n: number,
  m: number,
  k: number,
  a: Tensor,
  ao: number,
  ra: number,
  ca: number,
  b: Tensor,
  bo: number,
  rb: number,
  cb: number,
  out: Tensor,
  oo: number,
): void {
  if (a.dtype.slots === 2) {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) {
        let re = 0;
        let im = 0;
        for (let p = 0; p < k; p++) {
          const x = 2 * (ao + i * ra + p * ca);
          const y = 2 * (bo + p * rb + j * cb);
          re += a.data[x] * b.data[y] - a.data[x + 1] * b.data[y + 1];
          im += a.data[x] * b.data[y + 1] + a.data[x + 1] * b.data[y];
        }
        out.data[2 * (oo + i * m + j)] = re;
        out.data[2 * (oo + i * m + j) + 1] = im;
      }
    return;
  }
  const { round } = a.dtype;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let s = 0;
      for (let p = 0; p < k; p++) s += a.data[ao + i * ra + p * ca] * b.data[bo + p * rb + j * cb];
      out.data[oo + i * m + j] = round(s);
    }
}
