import { describe, expect, it } from "vitest";
import { erf, erfc } from "./erf.ts";
import { i0, i0e, i1, i1e, j0, j1 } from "./special-bessel.ts";
import { erfcx, erfinv, logNdtr, ndtri } from "./special-erf.ts";
import { digamma, gammainc, gammaincc, lgamma, polygamma, zeta } from "./special-gamma.ts";

/** Function, arguments and value; values from mpmath. */
const VALUES: readonly (readonly [(...x: number[]) => number, readonly number[], number])[] = [
  [erf, [0.5], 0.5204998778130465],
  [erfc, [3], 2.209049699858544e-5],
  [erfcx, [10], 0.05614099274382259],
  [erfcx, [-2], 108.94090438997797],
  [erfinv, [0.9], 1.1630871536766743],
  [ndtri, [1e-10], -6.361340902404057],
  [ndtri, [0.975], 1.9599639845400538],
  [logNdtr, [-20], -203.91715537109727],
  [logNdtr, [2], -0.02301290932896349],
  [lgamma, [0.5], 0.5723649429247001],
  [lgamma, [-1.5], 0.860047015376481],
  [lgamma, [100], 359.1342053695754],
  [digamma, [1], -0.5772156649015329],
  [digamma, [-0.5], 0.03648997397857652],
  [polygamma, [2, 1], -2.4041138063191885],
  [polygamma, [3, 0.5], 97.40909103400244],
  [zeta, [3, 2], 0.2020569031595943],
  [gammainc, [2.5, 3], 0.6937810815867216],
  [gammaincc, [2.5, 3], 0.3062189184132784],
  [i0, [1], 1.2660658777520084],
  [i0e, [30], 0.0731459464822373],
  [i1, [2], 1.590636854637329],
  [i1e, [-30], -0.07191633059864755],
  [j0, [2.5], -0.048383776468198],
  [j1, [40], 0.126038318037585],
];

describe("special functions", () => {
  it("have the values of the tables", () => {
    for (const [f, x, want] of VALUES) {
      const got = f(...x);
      if (!(Math.abs(got - want) <= 2e-12 * Math.abs(want))) expect([f.name, x, got]).toEqual([f.name, x, want]);
    }
  });
  it("say infinity and NaN where PyTorch does", () => {
    expect(lgamma(-3)).toBe(Number.POSITIVE_INFINITY);
    expect(digamma(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(digamma(-2)).toBe(Number.NaN);
    expect(erfinv(1)).toBe(Number.POSITIVE_INFINITY);
    expect(erfinv(1.5)).toBe(Number.NaN);
    expect(ndtri(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(ndtri(0.5)).toBe(0);
    expect(zeta(1, 2)).toBe(Number.POSITIVE_INFINITY);
  });
});
