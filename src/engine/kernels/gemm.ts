import { type MatrixProduct, packedProduct } from "./gemm-packed.ts";

export interface Gemm {
  readonly multiply: MatrixProduct<void>;
}

/** Multiply-adds from which packing into WebAssembly memory pays. */
const WORTH_PACKING = 1024;

/** A product that keeps its packing memory; one per runtime. */
export function createGemm(): Gemm {
  const packed = packedProduct();
  return {
    multiply(n, m, k, a, ao, ra, ca, b, bo, rb, cb, c, co, ldc, alpha) {
      if (
        n * m * k >= WORTH_PACKING &&
        n > 1 &&
        m > 1 &&
        packed.multiply(n, m, k, a, ao, ra, ca, b, bo, rb, cb, c, co, ldc, alpha)
      )
        return;
      plainProduct(n, m, k, a, ao, ra, ca, b, bo, rb, cb, c, co, ldc, alpha);
    },
  };
}

/** The product for small matrices and vectors: sums in double precision, rounded once on storing. */
const plainProduct: MatrixProduct<void> = (n, m, k, a, ao, ra, ca, b, bo, rb, cb, c, co, ldc, alpha) => {
  // A long row times a matrix in row order: whole rows of B are added up.
  if (n === 1 && m > 1 && cb === 1 && k > 1) {
    const sums = new Float64Array(m);
    let t = 0;
    let p = ao;
    let q = bo;
    for (; t + 4 <= k; t += 4, p += 4 * ca, q += 4 * rb) {
      const [x0, x1, x2, x3] = [a[p], a[p + ca], a[p + 2 * ca], a[p + 3 * ca]];
      for (let j = q; j < q + m; j++)
        sums[j - q] += x0 * b[j] + x1 * b[j + rb] + (x2 * b[j + 2 * rb] + x3 * b[j + 3 * rb]);
    }
    for (; t < k; t++, p += ca, q += rb) {
      const x = a[p];
      for (let j = 0; j < m; j++) sums[j] += x * b[q + j];
    }
    for (let j = 0; j < m; j++) c[co + j] = alpha * sums[j];
    return;
  }
  const four = k - (k % 4);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let p = ao + i * ra;
      let q = bo + j * cb;
      let s = 0;
      let t = 0;
      if (four > 8) {
        // Four sums at a time: one would wait for its own addition at every step.
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        for (; t < four; t += 4) {
          s += a[p] * b[q];
          s1 += a[p + ca] * b[q + rb];
          s2 += a[p + 2 * ca] * b[q + 2 * rb];
          s3 += a[p + 3 * ca] * b[q + 3 * rb];
          p += 4 * ca;
          q += 4 * rb;
        }
        s += s1 + (s2 + s3);
      }
      for (; t < k; t++) {
        s += a[p] * b[q];
        p += ca;
        q += rb;
      }
      c[co + i * ldc + j] = alpha * s;
    }
};
