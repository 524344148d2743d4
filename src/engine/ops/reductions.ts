import { bool, type DType, int64, isIntegral } from "../dtype.ts";
import { check } from "../errors.ts";
import { castTensor } from "../kernels/copy.ts";
import { settle } from "../kernels/elementwise.ts";
import { innerSum } from "../kernels/float-sum.ts";
import { reduce, sumOver } from "../kernels/reduce.ts";
import { op } from "../op.ts";
import { namedOverload, unnamedOverload } from "../schema/dimnames.ts";
import { wrapDims } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { conj, real } from "./complex-parts.ts";
import { cast } from "./copies.ts";
import { amax } from "./extremes.ts";
import { maskedFill } from "./masking.ts";
import { sum, unreduce, withDims } from "./sum.ts";
import { isnan, logicalNot } from "./unary.ts";
import { exp, log } from "./unary-core.ts";

type Dims = readonly number[] | null;

function quantifier(name: "any" | "all", start: number) {
  return op({
    name,
    args: ["self", "dim", "keepdim"],
    detached: true,
    forward: (self: Tensor, dim: Dims = null, keepdim: boolean = false): Tensor => {
      const dtype: DType = self.dtype.name === "uint8" ? self.dtype : bool;
      return reduce(
        self,
        dim !== null && dim.length === 0 ? [] : wrapDims(dim, self.ndim),
        keepdim,
        dtype,
        (d, s, n) => {
          for (let i = 0; i < n; i++) if ((d[s + i] !== 0) === (start === 0)) return 1 - start;
          return start;
        },
      );
    },
    places: ["torch", "Tensor"],
    signatures: [
      `${name}(Tensor input, *, Tensor out=None)`,
      `${name}(Tensor input, IntArrayRef[1]? dim=None, bool keepdim=False, *, Tensor out=None)`,
      `${name}(Tensor input, int64_t dim, bool keepdim=False, *, Tensor out=None)`,
      unnamedOverload(`${name}(Tensor input, DimName dim, bool keepdim=False, *, Tensor out=None)`),
    ],
  });
}
export const any = quantifier("any", 0);
export const all = quantifier("all", 1);
export const logsumexp = op({
  name: "logsumexp",
  args: ["self", "dim", "keepdim"],
  node: "LogsumexpBackward0",
  forward: (self: Tensor, dim: readonly number[], keepdim: boolean = false): Tensor => {
    if (self.dtype.kind === "complex") {
      // Shifted by the largest real part, as PyTorch does.
      const top = amax(real(self), dim, true);
      const logs = log(sum(exp(sub(self, top)), dim, keepdim));
      return add(logs, keepdim ? top : amax(top, dim, false));
    }
    const x = isIntegral(self.dtype) ? cast(self, self.rt.defaultDtype) : self;
    const { round } = x.dtype;
    return settle(
      reduce(x, wrapDims(dim, x.ndim), keepdim, x.dtype, (d, s, n) => {
        let m = Number.NEGATIVE_INFINITY;
        for (let i = 0; i < n; i++) if (d[s + i] > m || Number.isNaN(d[s + i])) m = d[s + i];
        if (!Number.isFinite(m)) return m;
        const terms = x.dtype.alloc(n);
        for (let i = 0; i < n; i++) terms[i] = Math.exp(round(d[s + i] - m));
        return round(Math.log(innerSum(terms, 0, n, x.dtype))) + m;
      }),
    );
  },
  keep: ([self, dim, keepdim], result) => ({ self, result, dim: wrapDims(dim, self.ndim), keepdim: keepdim ?? false }),
  vjp: {
    self: (g, { self, result, dim, keepdim }): Tensor =>
      mul(withDims(g, self.ndim, dim, keepdim), conj(exp(sub(self, withDims(result, self.ndim, dim, keepdim))))),
  },
  formula: { out: "\\log\\textstyle\\sum_i e^{{self}_i}", vjp: { self: "{g} \\odot \\mathrm{softmax}({self})" } },
  places: ["torch", "Tensor"],
  signatures: [
    "logsumexp(Tensor input, IntArrayRef[1] dim, bool keepdim=False, *, Tensor out=None)",
    namedOverload("logsumexp(Tensor input, DimnameList[1] dim, bool keepdim=False, *, Tensor out=None)"),
  ],
});

/** Sum of the elements that are not NaN. */
export const nansum = op({
  name: "nansum",
  args: ["self", "dim", "keepdim", "dtype"],
  node: "NansumBackward0",
  forward: (self: Tensor, dim: Dims = null, keepdim: boolean = false, dtype: DType | null = null): Tensor => {
    check(self.dtype.kind !== "complex", () => "nansum does not support complex inputs");
    const type = dtype ?? (isIntegral(self.dtype) ? int64 : self.dtype);
    const numbers = castTensor(self, type);
    const { data } = numbers;
    for (let i = 0; i < data.length; i++) if (data[i] !== data[i]) data[i] = 0;
    return settle(sumOver(numbers, wrapDims(dim, self.ndim), keepdim));
  },
  keep: ([self, dim, keepdim]) => ({ self, dim: wrapDims(dim ?? null, self.ndim), keepdim: keepdim ?? false }),
  vjp: {
    self: (g, { self, dim, keepdim }): Tensor =>
      maskedFill(
        unreduce(g, self.shape, dim, keepdim),
        g.rt.quietly(() => isnan(self)),
        0,
      ),
  },
  formula: {
    out: "\\textstyle\\sum_{i: {self}_i \\ne \\mathrm{NaN}} {self}_i",
    vjp: { self: "{g} \\odot [{self} \\ne \\mathrm{NaN}]" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "nansum(Tensor input, IntArrayRef[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
  ],
});

/** Mean of the elements that are not NaN. */
export const nanmean = op({
  name: "nanmean",
  args: ["self", "dim", "keepdim", "dtype"],
  forward: (self: Tensor, dim: Dims = null, keepdim: boolean = false, dtype: DType | null = null): Tensor => {
    check(
      !isIntegral(self.dtype),
      () => `nanmean(): expected input to have floating point or complex dtype but got ${self.dtype.scalarName}`,
    );
    const count = self.rt.quietly(() => sum(logicalNot(isnan(self)), dim, keepdim));
    return div(nansum(self, dim, keepdim, dtype), count);
  },
  places: ["torch", "Tensor"],
  signatures: [
    "nanmean(Tensor input, IntArrayRef[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
  ],
});
