import { describe, expect, it } from "vitest";
import { grad } from "../autograd/differentiate.ts";
import { complex128, float64 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { numbers } from "../gradcheck.fixture.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { real } from "./complex-parts.ts";
import { eig, eigh } from "./linalg-eigen.ts";
import { lstsq, pinverse } from "./linalg-least-squares.ts";
import { lu, luFactorOf, luSolveFrom } from "./linalg-lu.ts";
import { qr } from "./linalg-qr.ts";
import { mh } from "./linalg-shared.ts";
import { inv, solve } from "./linalg-solve.ts";
import { svd } from "./linalg-svd.ts";
import { choleskyOf, solveTriangular, triangularSolve } from "./linalg-triangular.ts";
import { matmul } from "./matmul.ts";
import { sum } from "./sum.ts";

const rt = createRuntime();
const a = rt.from([1, 2, -1, 0, 0, 0.5, 2, -1, 3, 0, 1, 1, 0, 0, 1, -2, -2, 0.5], [3, 3], complex128);

function close(got: Tensor, want: readonly number[]): void {
  const values = got.toArray();
  expect(values.length).toBe(want.length);
  for (const [i, v] of values.entries()) expect(v).toBeCloseTo(want[i], 5);
}

/** PyTorch 2.6.0 gives these; the phases of the vectors are LAPACK's. */
describe("complex decompositions have PyTorch's phases", () => {
  it("qr", () => {
    const [q, r] = qr(a);
    close(
      q,
      [
        -0.316228, -0.632456, 0.158114, 0.474342, 0.320092, -0.384111, -0.632456, 0.316228, -0.474342, 0.158114,
        0.384111, 0.320092, 0, 0, -0.316228, 0.632456, -0.704203, 0.064018,
      ],
    );
    close(
      r,
      [
        -3.162278, 0, -1.581139, -1.581139, -0.632456, -1.106797, 0, 0, -3.162278, 0, 0.869626, 0.553399, 0, 0, 0, 0,
        1.952562, 0,
      ],
    );
  });

  it("svd", () => {
    const [u, s, vh] = svd(a);
    close(
      u,
      [
        -0.026496, -0.405837, 0.356159, 0.195673, 0.466001, 0.672533, -0.670675, 0.51176, 0.347792, 0.084427, -0.290737,
        0.275103, 0.181586, 0.299862, 0.179686, 0.821273, 0.256228, -0.323544,
      ],
    );
    close(s, [4.51532, 3.00738, 1.437898]);
    close(
      vh,
      [
        -0.596033, 0, -0.532336, -0.576737, -0.127361, -0.111878, 0.451776, 0, -0.257913, -0.411738, 0.193297, 0.722833,
        0.66381, 0, -0.302452, -0.23763, -0.245911, -0.592401,
      ],
    );
  });

  it("eigh, from either triangle", () => {
    const h = add(a, mh(a));
    const [lower, upper] = ["L", "U"].map((uplo) => eigh(h, uplo));
    for (const [values] of [lower, upper]) close(values, [-5.165807, 1.59891, 7.566897]);
    close(
      lower[1],
      [
        -0.014121, 0, 0.965592, 0, 0.259678, 0, -0.274775, -0.136327, -0.182104, 0.169278, 0.662198, -0.636859,
        0.822204, -0.479265, 0.025652, 0.071813, -0.050678, -0.293091,
      ],
    );
    close(
      upper[1],
      [
        0.012199, 0.007111, -0.32482, 0.909318, -0.044244, 0.255882, 0.168736, 0.256153, -0.098154, -0.228436, 0.514723,
        0.761024, -0.95169, 0, -0.076257, 0, 0.29744, 0,
      ],
    );
  });

  it("eig", () => {
    const [values, vectors] = eig(a);
    close(values, [3.014688, -0.243843, 1.40429, 2.189856, -2.418978, 0.553987]);
    close(
      vectors,
      [
        -0.188764, -0.15452, 0.806073, 0, -0.091999, -0.146993, 0.88731, 0, -0.461446, -0.217375, -0.10199, -0.151734,
        0.224495, -0.320584, -0.128675, 0.271117, 0.967731, 0,
      ],
    );
  });

  it("refuse a loss that depends on the phases", () => {
    const x = rt.from(a.toArray(), [3, 3], complex128);
    x.leafRequiresGrad = true;
    const refused = (vectors: Tensor): void => {
      expect(() => grad([sum(real(vectors))], [x])).toThrow(/specified up to multiplication by e\^\{i phi\}/);
    };
    refused(svd(x)[0]);
    refused(eig(x)[1]);
    refused(eigh(add(x, mh(x)))[1]);
  });
});

/** As LAPACK leaves them: columns one after the other (PyTorch 2.6.0). */
describe("results of linear algebra lie in memory as PyTorch's", () => {
  const random = (shape: Shape): Tensor => {
    const next = numbers(shape.length);
    return rt.from(Array.from({ length: shape.reduce((n, s) => n * s, 1) }, next), shape, float64);
  };
  const square = random([2, 3, 3]);
  const definite = matmul(square, mh(square));
  const right = random([2, 3, 2]);
  const CASES: Readonly<Record<string, readonly [Tensor | readonly Tensor[], ...(readonly number[])[]]>> = {
    inv: [inv(square), [9, 1, 3]],
    solve: [solve(square, right), [6, 1, 3]],
    "solve from the right": [solve(square, random([2, 2, 3]), false), [6, 3, 1]],
    "solve for vectors": [solve(square, random([2, 3])), [1, 2]],
    cholesky: [choleskyOf(definite), [9, 1, 3]],
    solve_triangular: [solveTriangular(square, right, true), [6, 1, 3]],
    "solve_triangular from the right": [solveTriangular(square, random([2, 2, 3]), true, false), [6, 1, 2]],
    triangular_solve: [triangularSolve(right, square), [6, 1, 3], [9, 1, 3]],
    "qr, tall": [qr(random([2, 4, 2])), [8, 1, 4], [4, 1, 2]],
    "svd, wide": [svd(random([2, 2, 4]), false), [4, 1, 2], [2, 1], [8, 1, 2]],
    eigh: [eigh(definite), [3, 1], [9, 1, 3]],
    eig: [eig(square), [3, 1], [9, 1, 3]],
    lu: [lu(random([2, 4, 2])), [16, 4, 1], [8, 2, 1], [4, 2, 1]],
    lu_factor: [luFactorOf(random([2, 4, 2])), [8, 1, 4], [2, 1]],
    lu_solve: [luSolveFrom(...(luFactorOf(square) as [Tensor, Tensor]), right), [6, 1, 3]],
    pinv: [pinverse(random([2, 4, 2])), [8, 4, 1]],
    lstsq: [lstsq(random([2, 4, 2]), random([2, 4, 3]))[0], [12, 1, 4]],
  };
  for (const [name, [result, ...strides]] of Object.entries(CASES))
    it(name, () => {
      const list = Array.isArray(result) ? result : [result];
      expect(list.map((t: Tensor) => t.strides)).toEqual(strides);
    });
});
