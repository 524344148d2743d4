import { describe, expect, it } from "vitest";
import { numbers } from "../gradcheck.fixture.ts";
import { eig } from "./linalg-eig.ts";
import { eigh } from "./linalg-eigh.ts";
import { expm } from "./linalg-exp.ts";
import { choleskyFactor, luFactor, luSolve } from "./linalg-lu.ts";
import { identity, product, transposed } from "./linalg-matrix.ts";
import { householderProduct, qrFactor, upperPart } from "./linalg-qr.ts";
import { svd } from "./linalg-svd.ts";

const matrix = (...rows: number[][]): Float64Array => Float64Array.from(rows.flat());
function random(rows: number, cols: number, seed: number): Float64Array {
  const next = numbers(seed);
  return Float64Array.from({ length: rows * cols }, () => 4 * next() - 2);
}
function close(got: ArrayLike<number>, want: ArrayLike<number>, tolerance = 1e-9): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++)
    if (!(Math.abs(got[i] - want[i]) <= tolerance * (1 + Math.abs(want[i])))) expect([i, got[i]]).toEqual([i, want[i]]);
}
const diagonal = (s: ArrayLike<number>): Float64Array => {
  const out = new Float64Array(s.length ** 2);
  for (let i = 0; i < s.length; i++) out[i * s.length + i] = s[i];
  return out;
};

const SHAPES = [
  [1, 1],
  [2, 2],
  [3, 3],
  [6, 6],
  [12, 12],
  [30, 30],
  [4, 2],
  [5, 4],
  [9, 2],
  [2, 4],
  [4, 5],
  [2, 9],
] as const;

describe("decompositions put the matrix together again", () => {
  for (const [m, n] of SHAPES)
    it(`${m}×${n}`, () => {
      for (let seed = 1; seed < 6; seed++) {
        const a = random(m, n, seed);
        const k = Math.min(m, n);
        const packed = a.slice();
        const tau = qrFactor(packed, m, n);
        const q = householderProduct(packed, tau, m, n, k);
        close(product(q, upperPart(packed, k, n), m, k, n), a);
        close(product(transposed(q, m, k), q, k, m, k), identity(k));
        for (const full of [false, true]) {
          const { u, s, vt, info } = svd(a, m, n, full);
          expect(info).toBe(0);
          const wide = full ? m : k;
          const tall = full ? n : k;
          const middle = new Float64Array(wide * tall);
          for (let i = 0; i < k; i++) middle[i * tall + i] = s[i];
          close(product(product(u, middle, m, wide, tall), vt, m, tall, n), a);
          close(product(transposed(u, m, wide), u, wide, m, wide), identity(wide));
          close(product(vt, transposed(vt, tall, n), tall, n, tall), identity(tall));
          expect([...s]).toEqual([...s].sort((x, y) => y - x));
        }
        if (m !== n) continue;
        const lu = a.slice();
        const { pivots } = luFactor(lu, n, n, 1);
        const x = identity(n);
        luSolve(lu, pivots, x, n, n, 1);
        close(product(a, x, n, n, n), identity(n), 1e-7);
        const symmetric = a.map((v, i) => v + a[(i % n) * n + Math.floor(i / n)]);
        const h = eigh(symmetric.slice(), n);
        close(
          product(product(h.vectors, diagonal(h.values), n, n, n), transposed(h.vectors, n, n), n, n, n),
          symmetric,
        );
        const definite = product(a, transposed(a, n, n), n, n, n);
        for (let i = 0; i < n; i++) definite[i * n + i] += 1;
        const l = definite.slice();
        expect(choleskyFactor(l, n)).toBe(0);
        close(product(l, transposed(l, n, n), n, n, n), definite);
        const g = eig(a, n);
        // A·v = λ·v, the real parts and the imaginary parts.
        const av = product(a, g.vectors, n, n, 2 * n);
        const lv = new Float64Array(2 * n * n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            const p = 2 * (i * n + j);
            lv[p] = g.re[j] * g.vectors[p] - g.im[j] * g.vectors[p + 1];
            lv[p + 1] = g.re[j] * g.vectors[p + 1] + g.im[j] * g.vectors[p];
          }
        close(av, lv);
        close(
          product(
            expm(a, n),
            expm(
              a.map((v) => -v),
              n,
            ),
            n,
            n,
            n,
          ),
          identity(n),
          1e-6,
        );
      }
    });
});

/** Signs and orders as LAPACK gives them (computed with NumPy), rounded to six digits. */
describe("signs and order agree with LAPACK", () => {
  const tall = matrix([2, -1, 0], [1, 3, 1], [0, 5, -2], [4, 1, 1]);
  it("eigh", () => {
    const { values, vectors } = eigh(matrix([4, 1, -2, 2], [1, 2, 0, 1], [-2, 0, 3, -2], [2, 1, -2, -1]), 4);
    close(values, [-2.197517, 1.084364, 2.268531, 6.844621], 1e-6);
    close(
      vectors,
      matrix(
        [-0.176705, -0.64226, -0.201711, -0.718046],
        [-0.1781, 0.544188, -0.78945, -0.221153],
        [0.287668, -0.520222, -0.579634, 0.557351],
        [0.924285, 0.143982, -0.010281, -0.353356],
      ),
      1e-6,
    );
  });
  it("svd of more rows than columns", () => {
    const { u, s, vt } = svd(tall, 4, 3, false);
    close(s, [6.175071, 4.686955, 1.703219], 1e-6);
    close(
      u,
      matrix(
        [0.078198, 0.429544, -0.495987],
        [-0.482328, 0.1588, 0.736862],
        [-0.823852, -0.338767, -0.453975],
        [-0.287251, 0.821895, -0.070274],
      ),
      1e-6,
    );
    close(
      vt,
      matrix([-0.238853, -0.960587, 0.142205], [0.918607, -0.176039, 0.353797], [-0.314819, 0.215136, 0.924449]),
      1e-6,
    );
  });
  it("svd of more columns than rows", () => {
    const { u, vt } = svd(transposed(tall, 4, 3), 3, 4, false);
    close(
      u,
      matrix([0.238853, 0.918607, -0.314819], [0.960587, -0.176039, 0.215136], [-0.142205, 0.353797, 0.924449]),
      1e-6,
    );
    close(
      vt,
      matrix(
        [-0.078198, 0.482328, 0.823852, 0.287251],
        [0.429544, 0.1588, -0.338767, 0.821895],
        [-0.495987, 0.736862, -0.453975, -0.070274],
      ),
      1e-6,
    );
  });
  it("qr", () => {
    const packed = tall.slice();
    const tau = qrFactor(packed, 4, 3);
    close(
      upperPart(packed, 3, 3),
      matrix([-4.582576, -1.091089, -1.091089], [0, -5.89996, 1.218733], [0, 0, 1.823243]),
      1e-6,
    );
    close(householderProduct(packed, tau, 4, 3, 1), [-0.436436, -0.218218, 0, -0.872872], 1e-6);
  });
  it("eig", () => {
    const { re, im, vectors } = eig(matrix([0, 1, 2], [-1, 3, 1], [4, 0, -2]), 3);
    close(re, [-3.854102, 2, 2.854102], 1e-6);
    close(im, [0, 0, 0]);
    close(
      vectors.filter((_, i) => i % 2 === 0),
      matrix([0.412868, Math.SQRT1_2, 0.564916], [0.19019, 0, 0.681296], [-0.890712, Math.SQRT1_2, 0.465517]),
      1e-6,
    );
  });
});
