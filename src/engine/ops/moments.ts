import { isIntegral, realType } from "../dtype.ts";
import { check } from "../errors.ts";
import { settle } from "../kernels/elementwise.ts";
import { reduce } from "../kernels/reduce.ts";
import { op } from "../op.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { numelOf, reducedShape, wrapDims } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, div, mul, mulScalar, sub } from "./arithmetic.ts";
import { eq } from "./compare.ts";
import { maskedFill } from "./masking.ts";
import { mean, unreduce, withDims } from "./sum.ts";

type Dims = readonly number[] | null;

/** Variance of a run around its mean (or a given centre) in double precision. `correction` is subtracted from the count. */
const variance =
  (correction: number) =>
  (d: Tensor["data"], s: number, n: number, center?: number): number => {
    let m = 0;
    if (center !== undefined) m = center;
    else {
      for (let i = 0; i < n; i++) m += d[s + i];
      m /= n;
    }
    let v = 0;
    for (let i = 0; i < n; i++) v += (d[s + i] - m) * (d[s + i] - m);
    return v / Math.max(0, n - correction);
  };

function checkVariance(name: string, self: Tensor, dims: readonly number[], correction: number): void {
  const what = name.endsWith("_mean") ? name : "std and var";
  check(!isIntegral(self.dtype), () => `${what} only support floating point and complex dtypes`);
  const n = numelOf(dims.map((d) => self.shape[d]));
  if (n - correction <= 0)
    self.rt.warn(
      "UserWarning",
      `${name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor (input numel divided by output numel).`,
    );
}

const VAR_SIGNATURES = (
  name: string,
  f: (self: Tensor, dim: Dims, correction: number, keepdim: boolean) => unknown,
  out = ", *, Tensor out=None",
  more = ", Tensor out=None",
) => [
  {
    text: `${name}(Tensor input, IntArrayRef[1]? dim, bool unbiased=True, bool keepdim=False${out})`,
    call: (self: Tensor, dim: Dims, unbiased: boolean, keepdim: boolean) => f(self, dim, unbiased ? 1 : 0, keepdim),
  },
  {
    text: `${name}(Tensor input, IntArrayRef[1]? dim=None, *, Scalar? correction=None, bool keepdim=False${more})`,
    call: (self: Tensor, dim: Dims, correction: Scalar | null, keepdim: boolean) =>
      f(self, dim, correction === null ? 1 : scalarValue(correction), keepdim),
  },
  {
    text: `${name}(Tensor input, bool unbiased=True)`,
    call: (self: Tensor, unbiased: boolean) => f(self, null, unbiased ? 1 : 0, false),
  },
  namedOverload(`${name}(Tensor input, DimnameList[1] dim, bool unbiased=True, bool keepdim=False${out})`),
  namedOverload(`${name}(Tensor input, DimnameList[1] dim, *, Scalar? correction=None, bool keepdim=False${more})`),
];

/** A function of the variances; a complex tensor's is the sum of its parts' variances, a real number. */
function spread(
  self: Tensor,
  dims: readonly number[],
  keepdim: boolean,
  f: (data: Tensor["data"], start: number, n: number, center?: number) => number,
  map: (v: number) => number,
): Tensor {
  if (self.dtype.kind === "float" && numelOf(reducedShape(self.shape, dims, false)) === 1 && self.numel > 0) {
    // One result: PyTorch takes deviations from the mean rounded to the dtype.
    const center = mean(self).item();
    return reduce(self, dims, keepdim, self.dtype, (d, s, n) => map(f(d, s, n, center)));
  }
  if (self.dtype.kind !== "complex") return reduce(self, dims, keepdim, self.dtype, (d, s, n) => map(f(d, s, n)));
  const parts = reduce(self, dims, keepdim, self.dtype, (d, s, n) => f(d, s, n));
  const out = self.rt.empty(parts.shape, realType(self.dtype));
  for (let i = 0; i < out.data.length; i++) out.data[i] = map(parts.data[2 * i] + parts.data[2 * i + 1]);
  return out;
}

/** 2/(n - correction) · g · (x - mean), for the variance's gradient. */
function varianceGrad(g: Tensor, self: Tensor, dim: Dims, correction: number, keepdim: boolean): Tensor {
  const dims = wrapDims(dim, self.ndim);
  const factor = 2 / (numelOf(dims.map((d) => self.shape[d])) - correction);
  if (dim === null || dims.length === 0) {
    const centred = sub(self, mean(self));
    return mul(mulScalar(g, factor), centred);
  }
  const centred = sub(self, mean(self, dims, true));
  return mul(mulScalar(withDims(g, self.ndim, dims, keepdim), factor), centred);
}

/** Gradient of the variance from that of its root; 0 where the root is 0. */
function stdToVariance(g: Tensor, result: Tensor): Tensor {
  const zero = g.rt.quietly(() => eq(result, 0));
  return maskedFill(div(g, mulScalar(result, 2)), zero, 0);
}

export const variancePrimitive = op({
  name: "var",
  args: ["self", "dim", "correction", "keepdim"],
  node: "VarBackward0",
  forward: (self: Tensor, dim: Dims = null, correction: number = 1, keepdim: boolean = false): Tensor => {
    const dims = wrapDims(dim, self.ndim);
    checkVariance("var", self, dims, correction);
    return settle(spread(self, dims, keepdim, variance(correction), (v) => v));
  },
  keep: ([self, dim, correction, keepdim]) => ({
    self,
    dim: dim == null ? null : wrapDims(dim, self.ndim),
    correction: correction ?? 1,
    keepdim: keepdim ?? false,
  }),
  vjp: { self: (g, { self, dim, correction, keepdim }): Tensor => varianceGrad(g, self, dim, correction, keepdim) },
  formula: { out: "\\mathrm{Var}({self})", vjp: { self: "\\tfrac{2}{n-1}\\,{g} \\odot ({self} - \\bar{{self}})" } },
});
export const varOf = op({
  name: "var",
  args: ["self"],
  forward: (self: Tensor): Tensor => variancePrimitive(self),
  places: ["torch", "Tensor"],
  signatures: VAR_SIGNATURES("var", (self, dim, correction, keepdim) =>
    variancePrimitive(self, dim, correction, keepdim),
  ),
});
export const stdPrimitive = op({
  name: "std",
  args: ["self", "dim", "correction", "keepdim"],
  node: "StdBackward0",
  forward: (self: Tensor, dim: Dims = null, correction: number = 1, keepdim: boolean = false): Tensor => {
    const dims = wrapDims(dim, self.ndim);
    checkVariance("std", self, dims, correction);
    return settle(spread(self, dims, keepdim, variance(correction), Math.sqrt));
  },
  keep: ([self, dim, correction, keepdim], result) => ({
    self,
    result,
    dim: dim == null ? null : wrapDims(dim, self.ndim),
    correction: correction ?? 1,
    keepdim: keepdim ?? false,
  }),
  vjp: {
    self: (g, { self, result, dim, correction, keepdim }): Tensor => {
      return varianceGrad(stdToVariance(g, result), self, dim, correction, keepdim);
    },
  },
  formula: {
    out: "\\mathrm{std}({self})",
    vjp: { self: "\\tfrac{1}{(n-1)\\,{out}}\\,{g} \\odot ({self} - \\bar{{self}})" },
  },
});
export const std = op({
  name: "std",
  args: ["self"],
  forward: (self: Tensor): Tensor => stdPrimitive(self),
  places: ["torch", "Tensor"],
  signatures: VAR_SIGNATURES("std", (self, dim, correction, keepdim) => stdPrimitive(self, dim, correction, keepdim)),
});

/** Variance (or its root) and mean in one call. */
function withMean(name: "var_mean" | "std_mean", first: "var" | "std", node: string) {
  const primitive = op({
    name,
    args: ["self", "dim", "correction", "keepdim"],
    node,
    forward: (self: Tensor, dim: Dims = null, correction: number = 1, keepdim: boolean = false): Tensor[] => {
      const dims = wrapDims(dim, self.ndim);
      checkVariance(name, self, dims, correction);
      const map = first === "var" ? (v: number): number => v : Math.sqrt;
      return [settle(spread(self, dims, keepdim, variance(correction), map)), mean(self, dim, keepdim)];
    },
    keep: ([self, dim, correction, keepdim], [deviation]) => ({
      self,
      deviation,
      dim: wrapDims(dim ?? null, self.ndim),
      correction: correction ?? 1,
      keepdim: keepdim ?? false,
    }),
    vjp: {
      self: (_g, { self, deviation, dim, correction, keepdim }, { grads }): Tensor | null => {
        const [gs, gm] = grads;
        const a =
          gs === null
            ? null
            : varianceGrad(first === "var" ? gs : stdToVariance(gs, deviation), self, dim, correction, keepdim);
        const n = numelOf(dim.map((d) => self.shape[d]));
        const b = gm === null ? null : div(unreduce(gm, self.shape, dim, keepdim), n);
        return a === null ? b : b === null ? a : add(a, b);
      },
    },
    formula: {
      out: `\\mathrm{${first === "var" ? "Var" : "std"}}({self}),\\ \\bar{{self}}`,
      vjp: { self: "{g}_1 \\odot \\tfrac{\\partial {out}_1}{\\partial {self}} + \\tfrac{1}{n}\\,{g}_2" },
    },
  });
  return op({
    name,
    args: ["self"],
    forward: (self: Tensor): Tensor[] => primitive(self),
    places: ["torch"],
    signatures: VAR_SIGNATURES(
      name,
      (self, dim, correction, keepdim) => primitive(self, dim, correction, keepdim),
      "",
      "",
    ),
  });
}
export const varMean = withMean("var_mean", "var", "VarMeanBackward0");
export const stdMean = withMean("std_mean", "std", "StdMeanBackward0");
