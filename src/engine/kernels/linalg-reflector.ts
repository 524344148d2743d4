import { cdiv } from "./complex.ts";
import { withSign } from "./linalg-matrix.ts";

type Apply = (
  v: Float64Array,
  at: number,
  step: number,
  tau: ArrayLike<number>,
  t: number,
  c: Float64Array,
  ct: number,
  rs: number,
  cs: number,
  n: number,
  m: number,
) => void;

/**
 * Householder reflectors H = I - τ·v·vᴴ with v[0] = 1, of real or of complex numbers. Places and steps count numbers, of which
 * each takes `slots` array slots; the rest of v lies at v[at + step], …, and τ at tau[t]. Products are taken with the n×m block
 * of `c` at `ct` with row step `rs` and column step `cs`. From the right, C·H is (Hᵀ·Cᵀ)ᵀ: the transpose, with the steps of C
 * exchanged.
 */
export interface Reflectors {
  readonly slots: 1 | 2;
  /**
   * Makes the reflector whose Hᴴ takes the vector (alpha, x) of n numbers at a[at], a[at + step], … to (beta, 0) with a real
   * beta; the vector becomes (beta, v[1:]). (dlarfg, zlarfg)
   */
  make(a: Float64Array, at: number, step: number, n: number, tau: Float64Array, t: number): void;
  /** H·C */
  readonly apply: Apply;
  /** Hᴴ·C */
  readonly applyAdjoint: Apply;
  /** Hᵀ·C */
  readonly applyTranspose: Apply;
  /** Writes H's first column, e₀ - τ·v, with its zeros signed as LAPACK's product by -τ signs them. */
  firstColumn(
    v: Float64Array,
    at: number,
    step: number,
    tau: ArrayLike<number>,
    t: number,
    c: Float64Array,
    ct: number,
    rs: number,
    n: number,
  ): void;
}

const applyReal: Apply = (v, at, step, tau, t, c, ct, rs, cs, n, m) => {
  const scale = tau[t];
  if (scale === 0) return;
  for (let j = 0; j < m; j++) {
    let s = c[ct + j * cs];
    for (let i = 1; i < n; i++) s += v[at + i * step] * c[ct + i * rs + j * cs];
    s *= scale;
    c[ct + j * cs] -= s;
    for (let i = 1; i < n; i++) c[ct + i * rs + j * cs] -= s * v[at + i * step];
  }
};

export const REAL: Reflectors = {
  slots: 1,
  make(a, at, step, n, tau, t) {
    let norm = 0;
    for (let i = 1; i < n; i++) norm = Math.hypot(norm, a[at + i * step]);
    tau[t] = 0;
    if (norm === 0) return;
    const alpha = a[at];
    const beta = -withSign(Math.hypot(alpha, norm), alpha);
    for (let i = 1; i < n; i++) a[at + i * step] /= alpha - beta;
    a[at] = beta;
    tau[t] = (beta - alpha) / beta;
  },
  apply: applyReal,
  applyAdjoint: applyReal,
  applyTranspose: applyReal,
  firstColumn(v, at, step, tau, t, c, ct, rs, n) {
    c[ct] = 1 - tau[t];
    for (let i = 1; i < n; i++) c[ct + i * rs] = -tau[t] * v[at + i * step];
  },
};

/** C - τ·v·vᴴ·C with the imaginary parts of v and τ times the signs given. */
const applyComplex =
  (signV: 1 | -1, signTau: 1 | -1): Apply =>
  (v, at, step, tau, t, c, ct, rs, cs, n, m) => {
    const tr = tau[2 * t];
    const ti = signTau * tau[2 * t + 1];
    if (tr === 0 && ti === 0) return;
    for (let j = 0; j < m; j++) {
      const head = 2 * (ct + j * cs);
      let re = c[head];
      let im = c[head + 1];
      for (let i = 1; i < n; i++) {
        const p = 2 * (at + i * step);
        const q = 2 * (ct + i * rs + j * cs);
        const vi = signV * v[p + 1];
        re += v[p] * c[q] + vi * c[q + 1];
        im += v[p] * c[q + 1] - vi * c[q];
      }
      [re, im] = [re * tr - im * ti, re * ti + im * tr];
      c[head] -= re;
      c[head + 1] -= im;
      for (let i = 1; i < n; i++) {
        const p = 2 * (at + i * step);
        const q = 2 * (ct + i * rs + j * cs);
        const vi = signV * v[p + 1];
        c[q] -= re * v[p] - im * vi;
        c[q + 1] -= re * vi + im * v[p];
      }
    }
  };

export const COMPLEX: Reflectors = {
  slots: 2,
  make(a, at, step, n, tau, t) {
    let norm = 0;
    for (let i = 1; i < n; i++) norm = Math.hypot(norm, a[2 * (at + i * step)], a[2 * (at + i * step) + 1]);
    const re = a[2 * at];
    const im = a[2 * at + 1];
    tau.fill(0, 2 * t, 2 * t + 2);
    if (norm === 0 && im === 0) return;
    const beta = -withSign(Math.hypot(re, im, norm), re);
    for (let i = 1; i < n; i++) {
      const p = 2 * (at + i * step);
      [a[p], a[p + 1]] = cdiv([a[p], a[p + 1]], [re - beta, im]);
    }
    a[2 * at] = beta;
    a[2 * at + 1] = 0;
    tau[2 * t] = (beta - re) / beta;
    tau[2 * t + 1] = -im / beta;
  },
  apply: applyComplex(1, 1),
  applyAdjoint: applyComplex(1, -1),
  applyTranspose: applyComplex(-1, 1),
  firstColumn(v, at, step, tau, t, c, ct, rs, n) {
    const re = -tau[2 * t];
    const im = -tau[2 * t + 1];
    c[2 * ct] = 1 + re;
    c[2 * ct + 1] = 0 + im;
    for (let i = 1; i < n; i++) {
      const p = 2 * (at + i * step);
      const q = 2 * (ct + i * rs);
      c[q] = re * v[p] - im * v[p + 1];
      c[q + 1] = re * v[p + 1] + im * v[p];
    }
  },
};

export const reflectorsOf = (slots: number): Reflectors => (slots === 2 ? COMPLEX : REAL);
