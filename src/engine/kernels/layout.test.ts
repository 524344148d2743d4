import { describe, expect, it } from "vitest";
import { float32, int64 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { logSigmoid } from "../ops/activations.ts";
import { complex } from "../ops/complex-parts.ts";
import { selectScatter } from "../ops/diagonals.ts";
import { indexFill, put } from "../ops/index-along.ts";
import { index, indexPut } from "../ops/indexing.ts";
import { nonzero } from "../ops/nonzero.ts";
import { pow } from "../ops/pow.ts";
import { polar } from "../ops/unary-complex.ts";
import { renorm } from "../ops/vectors.ts";
import { permute } from "../ops/views.ts";
import type { Tensor } from "../tensor.ts";

const rt = createRuntime();
const values = Array.from({ length: 24 }, (_, i) => 1 + (i % 7));
const x = permute(rt.from(values, [2, 3, 4], float32), [2, 0, 1]);
const rows = rt.from([1, 0], [2], int64);

/** Strides that PyTorch 2.6.0 gives for `torch.rand(2, 3, 4).permute(2, 0, 1)`. */
const CASES: Readonly<Record<string, readonly [() => Tensor, readonly number[]]>> = {
  index_fill: [() => indexFill(x, 0, rows, 0), [1, 12, 4]],
  index_put: [() => indexPut(x, [rows], rt.scalar(0, float32)), [1, 12, 4]],
  put: [() => put(x, rows, rt.from([0, 0], [2], float32)), [1, 12, 4]],
  index: [() => index(x, [null, rows]), [1, 4, 8]],
  select_scatter: [() => selectScatter(x, rt.empty([2, 3], float32), 0, 1), [1, 12, 4]],
  complex: [() => complex(x, x), [1, 12, 4]],
  polar: [() => polar(x, x), [1, 12, 4]],
  logsigmoid: [() => logSigmoid(x), [6, 3, 1]],
  renorm: [() => renorm(x, 2, 0, 1), [6, 3, 1]],
  "a power of a number": [() => pow(2, x), [6, 3, 1]],
  nonzero: [() => nonzero(x), [1, 24]],
};

describe("results of permuted operands lie in memory as PyTorch's", () => {
  for (const [name, [run, strides]] of Object.entries(CASES))
    it(name, () => {
      expect(run().strides).toEqual(strides);
    });

  it("values stay where they belong", () => {
    const zeroed = x.toArray().map((v, i) => (i < 12 ? 0 : v));
    expect(indexFill(x, 0, rows, 0).toArray()).toEqual(zeroed);
    expect(indexPut(x, [rows], rt.scalar(0, float32)).toArray()).toEqual(zeroed);
    expect(index(x, [rows]).toArray()).toEqual([...x.toArray().slice(6, 12), ...x.toArray().slice(0, 6)]);
  });
});
