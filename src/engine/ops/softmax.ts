import { type DType, isIntegral } from "../dtype.ts";
import { notImplementedFor, settle } from "../kernels/elementwise.ts";
import { toRows } from "../kernels/reduce.ts";
import { op } from "../op.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul, neg, sub } from "./arithmetic.ts";
import { cast } from "./copies.ts";
import { sum } from "./sum.ts";
import { exp } from "./unary-core.ts";

/** Applies a function to every run along `dim` and puts the results back in place. */
function alongDim(
  self: Tensor,
  dim: number,
  f: (data: Tensor["data"], start: number, n: number, out: Float64Array) => void,
): Tensor {
  const dims = self.ndim === 0 ? [] : [wrapDim(dim, self.ndim)];
  const { data, rows, length } = toRows(self, dims);
  const out = self.rt.empty(self.shape, self.dtype);
  const d = dims[0] ?? 0;
  const inner = self.shape.slice(d + 1).reduce((a, b) => a * b, 1);
  const run = new Float64Array(length);
  for (let r = 0; r < rows; r++) {
    f(data, r * length, length, run);
    const base = Math.floor(r / inner) * length * inner + (r % inner);
    for (let i = 0; i < length; i++) out.data[base + i * inner] = run[i];
  }
  return settle(out);
}

function largest(data: Tensor["data"], start: number, n: number): number {
  let m = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const x = data[start + i];
    if (x > m || Number.isNaN(x)) m = x;
  }
  return m;
}

export const softmaxPrimitive = op({
  name: "_softmax",
  args: ["self", "dim"],
  node: "SoftmaxBackward0",
  forward: (self: Tensor, dim: number): Tensor => {
    if (isIntegral(self.dtype)) throw notImplementedFor("softmax_lastdim_kernel_impl", self.dtype);
    return alongDim(self, dim, (data, start, n, out) => {
      const m = largest(data, start, n);
      let total = 0;
      for (let i = 0; i < n; i++) {
        out[i] = Math.exp(data[start + i] - m);
        total += out[i];
      }
      for (let i = 0; i < n; i++) out[i] /= total;
    });
  },
  keep: ([self, dim], result) => ({ result, dim: wrapDim(dim, self.ndim) }),
  vjp: {
    self: (g, { result, dim }): Tensor => {
      const scaled = mul(g, result);
      return sub(scaled, mul(result, sum(scaled, [dim], true)));
    },
  },
  formula: {
    out: "\\frac{e^{{self}_i}}{\\sum_j e^{{self}_j}}",
    vjp: { self: "{out} \\odot ({g} - \\textstyle\\sum {g} \\odot {out})" },
  },
});

export const logSoftmaxPrimitive = op({
  name: "_log_softmax",
  args: ["self", "dim"],
  node: "LogSoftmaxBackward0",
  forward: (self: Tensor, dim: number): Tensor => {
    if (isIntegral(self.dtype)) throw notImplementedFor("log_softmax_lastdim_kernel_impl", self.dtype);
    return alongDim(self, dim, (data, start, n, out) => {
      const m = largest(data, start, n);
      let total = 0;
      for (let i = 0; i < n; i++) total += Math.exp(data[start + i] - m);
      const shift = m + Math.log(total);
      for (let i = 0; i < n; i++) out[i] = data[start + i] - shift;
    });
  },
  keep: ([self, dim], result) => ({ result, dim: wrapDim(dim, self.ndim) }),
  vjp: { self: (g, { result, dim }): Tensor => sub(g, mul(exp(result), sum(g, [dim], true))) },
  formula: {
    out: "{self}_i - \\log\\textstyle\\sum_j e^{{self}_j}",
    vjp: { self: "{g} - \\mathrm{softmax}({self}) \\textstyle\\sum {g}" },
  },
});

const surface = (name: string, run: (self: Tensor, dim: number) => Tensor) =>
  op({
    name,
    args: ["self", "dim", "dtype"],
    forward: (self: Tensor, dim: number, dtype: DType | null = null): Tensor =>
      run(dtype === null ? self : cast(self, dtype), dim),
    places: ["torch", "Tensor", "special"],
    signatures: [`${name}(Tensor input, int64_t dim, ScalarType? dtype=None, *, Tensor out=None)`],
  });
/** exp(x) normalised to sum 1 along `dim`. */
export const softmax = surface("softmax", softmaxPrimitive);
export const logSoftmax = surface("log_softmax", logSoftmaxPrimitive);

/** torch.nn.functional's versions choose a dimension when none is given, with a warning. */
function functional(name: string, run: (self: Tensor, dim: number) => Tensor) {
  return op({
    name,
    args: ["self", "dim", "dtype"],
    forward: (self: Tensor, dim: number | null = null, dtype: DType | null = null): Tensor => {
      let d = dim;
      if (d === null) {
        self.rt.warn(
          "UserWarning",
          `Implicit dimension choice for ${name} has been deprecated. Change the call to include dim=X as an argument.`,
        );
        d = self.ndim === 0 || self.ndim === 1 || self.ndim === 3 ? 0 : 1;
      }
      return run(dtype === null ? self : cast(self, dtype), d);
    },
    places: ["F"],
    signatures: [
      {
        text: `${name}(Tensor input, int64_t? dim=None, int64_t _stacklevel=3, ScalarType? dtype=None)`,
        call: (self: Tensor, dim: number | null, _level: number, dtype: DType | null): Tensor =>
          functionals[name](self, dim, dtype),
      },
    ],
  });
}
export const softmaxF = functional("softmax", softmaxPrimitive);
export const logSoftmaxF = functional("log_softmax", logSoftmaxPrimitive);
export const softminF = functional("softmin", (self, dim) => softmaxPrimitive(neg(self), dim));
const functionals: Readonly<Record<string, (self: Tensor, dim: number | null, dtype: DType | null) => Tensor>> = {
  softmax: softmaxF,
  log_softmax: logSoftmaxF,
  softmin: softminF,
};
