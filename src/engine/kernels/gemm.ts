import type { Data } from "../dtype.ts";

/** Matrix product C = alpha·A·B over strided operands; C is row-major with row stride `ldc`. Offsets and strides in elements. */
export interface Gemm {
  multiply(
    n: number,
    m: number,
    k: number,
    a: Data,
    ao: number,
    ra: number,
    ca: number,
    b: Data,
    bo: number,
    rb: number,
    cb: number,
    c: Data,
    co: number,
    ldc: number,
    alpha: number,
  ): void;
}

export function createGemm(): Gemm {
  return {
    multiply(n, m, k, a, ao, ra, ca, b, bo, rb, cb, c, co, ldc, alpha) {
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++) {
          let s = 0;
          for (let p = 0; p < k; p++) s += a[ao + i * ra + p * ca] * b[bo + p * rb + j * cb];
          c[co + i * ldc + j] = alpha * s;
        }
    },
  };
}
