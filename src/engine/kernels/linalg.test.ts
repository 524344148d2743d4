import { describe, expect, it } from "vitest";
import { numbers } from "../gradcheck.fixture.ts";
import { eig } from "./linalg-eig.ts";
import { eigh } from "./linalg-eigh.ts";
import { expm } from "./linalg-exp.ts";
import { choleskyFactor, luFactor, luSolve } from "./linalg-lu.ts";
import { identity, product, transposed } from "./linalg-matrix.ts";
import { pseudoInverse } from "./linalg-pinv.ts";
import { householderProduct, qrFactor, upperPart } from "./linalg-qr.ts";
import { REAL, reflectorsOf } from "./linalg-reflector.ts";
import { svd } from "./linalg-svd.ts";

const matrix = (...rows: number[][]): Float64Array => Float64Array.from(rows.flat());
function random(rows: number, cols: number, seed: number, slots: number): Float64Array {
  const next = numbers(seed);
  return Float64Array.from({ length: rows * cols * slots }, () => 4 * next() - 2);
}
function close(got: ArrayLike<number>, want: ArrayLike<number>, tolerance = 1e-9): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++)
    if (!(Math.abs(got[i] - want[i]) <= tolerance * (1 + Math.abs(want[i])))) expect([i, got[i]]).toEqual([i, want[i]]);
}
/** A rows×cols matrix with real numbers on its diagonal. */
const diagonal = (s: ArrayLike<number>, rows: number, cols: number, slots: number): Float64Array => {
  const out = new Float64Array(rows * cols * slots);
  for (let i = 0; i < s.length; i++) out[(i * cols + i) * slots] = s[i];
  return out;
};
const adjoint = (a: Float64Array, rows: number, cols: number, slots: number): Float64Array =>
  transposed(a, rows, cols, slots).map((x, i) => (slots === 2 && i % 2 === 1 ? -x : x));
/** Real numbers as pairs. */
const complexed = (a: Float64Array, slots: number): Float64Array =>
  slots === 2 ? a : Float64Array.from({ length: 2 * a.length }, (_, i) => (i % 2 === 0 ? a[i / 2] : 0));

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

/** Every decomposition of one matrix, multiplied out again. */
function decompose(a: Float64Array, m: number, n: number, slots: number): void {
  const k = Math.min(m, n);
  const times = (x: Float64Array, y: Float64Array, rows: number, inner: number, cols: number): Float64Array =>
    product(x, y, rows, inner, cols, slots);
  const orthonormal = (q: Float64Array, rows: number, cols: number): void =>
    close(times(adjoint(q, rows, cols, slots), q, cols, rows, cols), identity(cols, slots));
  const f = reflectorsOf(slots);
  const packed = a.slice();
  const tau = qrFactor(f, packed, m, n);
  const q = householderProduct(f, packed, tau, k, m, n, k);
  close(times(q, upperPart(packed, k, n, slots), m, k, n), a);
  orthonormal(q, m, k);
  for (let i = 0; i < k && slots === 2; i++) expect(packed[2 * (i * n + i) + 1]).toBe(0);
  for (const full of [false, true]) {
    const { u, s, vh, info } = svd(a, m, n, full, slots);
    expect(info).toBe(0);
    const wide = full ? m : k;
    const tall = full ? n : k;
    close(times(times(u, diagonal(s, wide, tall, slots), m, wide, tall), vh, m, tall, n), a);
    orthonormal(u, m, wide);
    orthonormal(adjoint(vh, tall, n, slots), n, tall);
    expect([...s]).toEqual([...s].sort((x, y) => y - x));
  }
  const { inverse, rank } = pseudoInverse(svd(a, m, n, false, slots), m, n, 1e-9, slots);
  expect(rank).toBe(k);
  close(times(times(a, inverse, m, n, m), a, m, m, n), a, 1e-7);
  if (m !== n) return;
  const lu = a.slice();
  const { pivots } = luFactor(lu, n, n, slots);
  const x = identity(n, slots);
  luSolve(lu, pivots, x, n, n, slots);
  close(times(a, x, n, n, n), identity(n, slots), 1e-7);
  const turned = adjoint(a, n, n, slots);
  const hermitian = a.map((v, i) => v + turned[i]);
  for (const upper of [false, true]) {
    const h = eigh(hermitian, n, slots, upper);
    expect(h.info).toBe(0);
    close(
      times(times(h.vectors, diagonal(h.values, n, n, slots), n, n, n), adjoint(h.vectors, n, n, slots), n, n, n),
      hermitian,
    );
    orthonormal(h.vectors, n, n);
  }
  const definite = times(a, turned, n, n, n);
  for (let i = 0; i < n; i++) definite[(i * n + i) * slots] += 1;
  const l = definite.slice();
  expect(choleskyFactor(l, n, slots)).toBe(0);
  close(times(l, adjoint(l, n, n, slots), n, n, n), definite);
  const g = eig(a, n, slots);
  expect(g.info).toBe(0);
  const lambda = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) lambda.set(g.values.subarray(2 * i, 2 * i + 2), 2 * (i * n + i));
  close(product(complexed(a, slots), g.vectors, n, n, n, 2), product(g.vectors, lambda, n, n, n, 2));
  const negative = a.map((v) => -v);
  close(times(expm(a, n, slots), expm(negative, n, slots), n, n, n), identity(n, slots), 1e-6);
}

describe("decompositions put the matrix together again", () => {
  for (const [m, n] of SHAPES)
    for (const slots of [1, 2])
      it(`${m}×${n}, ${slots === 1 ? "real" : "complex"}`, () => {
        for (let seed = 1; seed < 6; seed++) decompose(random(m, n, seed, slots), m, n, slots);
      });
});

/** Signs and orders as LAPACK gives them (computed with NumPy), rounded to six digits. */
describe("signs and order agree with LAPACK", () => {
  const tall = matrix([2, -1, 0], [1, 3, 1], [0, 5, -2], [4, 1, 1]);
  it("eigh", () => {
    const { values, vectors } = eigh(matrix([4, 1, -2, 2], [1, 2, 0, 1], [-2, 0, 3, -2], [2, 1, -2, -1]), 4, 1, false);
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
    const { u, s, vh } = svd(tall, 4, 3, false, 1);
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
      vh,
      matrix([-0.238853, -0.960587, 0.142205], [0.918607, -0.176039, 0.353797], [-0.314819, 0.215136, 0.924449]),
      1e-6,
    );
  });
  it("svd of more columns than rows", () => {
    const { u, vh } = svd(transposed(tall, 4, 3, 1), 3, 4, false, 1);
    close(
      u,
      matrix([0.238853, 0.918607, -0.314819], [0.960587, -0.176039, 0.215136], [-0.142205, 0.353797, 0.924449]),
      1e-6,
    );
    close(
      vh,
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
    const tau = qrFactor(REAL, packed, 4, 3);
    close(
      upperPart(packed, 3, 3, 1),
      matrix([-4.582576, -1.091089, -1.091089], [0, -5.89996, 1.218733], [0, 0, 1.823243]),
      1e-6,
    );
    close(householderProduct(REAL, packed, tau, 3, 4, 3, 1), [-0.436436, -0.218218, 0, -0.872872], 1e-6);
  });
  it("eig", () => {
    const { values, vectors } = eig(matrix([0, 1, 2], [-1, 3, 1], [4, 0, -2]), 3, 1);
    close(values, [-3.854102, 0, 2, 0, 2.854102, 0], 1e-6);
    close(
      vectors.filter((_, i) => i % 2 === 0),
      matrix([0.412868, Math.SQRT1_2, 0.564916], [0.19019, 0, 0.681296], [-0.890712, Math.SQRT1_2, 0.465517]),
      1e-6,
    );
  });
});
