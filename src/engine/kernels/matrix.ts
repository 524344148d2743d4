import { float64, isFloating } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { settle } from "./elementwise.ts";

/** Multiply-adds below which PyTorch sums a batch's products itself, term after term in the dtype's precision, instead of asking the BLAS. */
const SUMMED_IN_ORDER = 400;

/**
 * Product of matrices [n,k]·[k,m], or of batches of them with equal leading dimension. float32 and float64 go through the
 * packed product; other dtypes are multiplied plainly in doubles.
 */
export function multiply(a: Tensor, b: Tensor): Tensor {
  const { rt, dtype } = a;
  const lead = a.ndim === 3 ? 1 : 0;
  const n = a.shape[lead];
  const k = a.shape[lead + 1];
  const m = b.shape[lead + 1];
  if (lead === 0) {
    const out = rt.empty([n, m], dtype);
    matrices(n, m, k, a, a.offset, b, b.offset, out, 0, 0);
    return settle(out);
  }
  const batch = a.shape[0];
  const out = rt.empty([batch, n, m], dtype);
  const product = isFloating(dtype) && n * m * k < SUMMED_IN_ORDER ? summedInOrder : matrices;
  for (let i = 0; i < batch; i++)
    product(n, m, k, a, a.offset + i * a.strides[0], b, b.offset + i * b.strides[0], out, i * n * m, 1);
  return settle(out);
}

/**
 * Writes the product of an n×k and a k×m matrix to `out`, dense from its element `oo` on. `ao` and `bo` are the places of the
 * matrices' first elements; `lead` is the number of dimensions before the matrices.
 */
type Product = (
  n: number,
  m: number,
  k: number,
  a: Tensor,
  ao: number,
  b: Tensor,
  bo: number,
  out: Tensor,
  oo: number,
  lead: number,
) => void;

const matrices: Product = (n, m, k, a, ao, b, bo, out, oo, lead) => {
  const ra = a.strides[lead];
  const ca = a.strides[lead + 1];
  const rb = b.strides[lead];
  const cb = b.strides[lead + 1];
  if (isFloating(a.dtype)) a.rt.gemm.multiply(n, m, k, a.data, ao, ra, ca, b.data, bo, rb, cb, out.data, oo, m, 1);
  else if (a.dtype.slots === 2) complexProduct(n, m, k, a, ao, ra, ca, b, bo, rb, cb, out, oo);
  else {
    const { round } = a.dtype;
    const [x, y, target] = [a.data, b.data, out.data];
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) {
        let s = 0;
        for (let p = 0; p < k; p++) s += x[ao + i * ra + p * ca] * y[bo + p * rb + j * cb];
        target[oo + i * m + j] = round(s);
      }
  }
};

const summedInOrder: Product = (n, m, k, a, ao, b, bo, out, oo, lead) => {
  const wide = a.dtype === float64;
  const [x, y, target] = [a.data, b.data, out.data];
  const [ra, ca] = a.strides.slice(lead);
  const [rb, cb] = b.strides.slice(lead);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let s = 0;
      let p = ao + i * ra;
      let q = bo + j * cb;
      for (let t = 0; t < k; t++, p += ca, q += rb)
        s = wide ? s + x[p] * y[q] : Math.fround(s + Math.fround(x[p] * y[q]));
      target[oo + i * m + j] = s;
    }
};

function complexProduct(
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
  const [u, v, target] = [a.data, b.data, out.data];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let re = 0;
      let im = 0;
      for (let p = 0; p < k; p++) {
        const x = 2 * (ao + i * ra + p * ca);
        const y = 2 * (bo + p * rb + j * cb);
        re += u[x] * v[y] - u[x + 1] * v[y + 1];
        im += u[x] * v[y + 1] + u[x + 1] * v[y];
      }
      target[2 * (oo + i * m + j)] = re;
      target[2 * (oo + i * m + j) + 1] = im;
    }
}
