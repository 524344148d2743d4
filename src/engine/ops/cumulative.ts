import { type DType, int64, isIntegral } from "../dtype.ts";
import { check } from "../errors.ts";
import { copyTensor } from "../kernels/copy.ts";
import { scan } from "../kernels/scan.ts";
import { inplace, op } from "../op.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, neg, sub } from "./arithmetic.ts";
import { gt, lt, where } from "./compare.ts";
import { flip } from "./flips.ts";
import { scatterAdd } from "./gather-scatter.ts";
import { exp, log } from "./unary-core.ts";

export const accumulated = (self: Tensor, dtype: DType | null): DType =>
  dtype ?? (isIntegral(self.dtype) ? int64 : self.dtype);

/** Prefix sums. float32 is summed in double precision, as PyTorch does on the CPU. */
export const cumsum = op({
  name: "cumsum",
  args: ["self", "dim", "dtype"],
  node: "CumsumBackward0",
  forward: (self: Tensor, dim: number, dtype: DType | null = null): Tensor =>
    scan(self, wrapDim(dim, self.ndim), accumulated(self, dtype), (x, at, y, to, n, step) => {
      let total = 0;
      for (let k = 0; k < n; k++) {
        total += x[at + k * step];
        y[to + k * step] = total;
      }
    }),
  keep: ([self, dim]) => ({ dim: wrapDim(dim, self.ndim) }),
  vjp: { self: (g, { dim }): Tensor => reversed(g, dim, (t) => cumsum(t, dim)) },
  formula: {
    out: "\\textstyle\\sum_{k \\le i} {self}_k",
    vjp: { self: "\\textstyle\\sum_{k \\ge i} {g}_k" },
    note: "the gradient is summed from the end",
  },
  places: ["torch", "Tensor"],
  signatures: [
    "cumsum(Tensor input, int64_t dim, *, ScalarType? dtype=None, Tensor out=None)",
    namedOverload("cumsum(Tensor input, DimName dim, *, ScalarType? dtype=None, Tensor out=None)"),
  ],
});
export const cumsum_ = inplace(cumsum);

/** Applies `f` from the end towards the beginning of `dim`. */
export function reversed(x: Tensor, dim: number, f: (t: Tensor) => Tensor): Tensor {
  if (x.numel <= 1 || x.shape[dim] === 1) return f(x);
  return flip(f(flip(x, [dim])), [dim]);
}

function extreme(name: "cummax" | "cummin", node: string, beats: (a: number, b: number) => boolean) {
  return op({
    name,
    args: ["self", "dim"],
    node,
    nondifferentiable: [1],
    forward: (self: Tensor, dim: number): Tensor[] => {
      const d = wrapDim(dim, self.ndim);
      const indices = self.rt.empty(self.shape, int64);
      const values = scan(self, d, self.dtype, (x, at, y, to, n, step) => {
        let best = x[at];
        let place = 0;
        for (let k = 0; k < n; k++) {
          const v = x[at + k * step];
          if (v !== v || (best === best && beats(v, best))) {
            best = v;
            place = k;
          }
          y[to + k * step] = best;
          indices.data[to + k * step] = place;
        }
      });
      return [values, indices];
    },
    keep: ([self, dim], [, indices]) => ({ self_sizes: self.shape, dim: wrapDim(dim, self.ndim), indices }),
    vjp: {
      self: (g, { self_sizes, dim, indices }): Tensor => scatterAdd(g.rt.full(self_sizes, 0, g.dtype), dim, indices, g),
    },
    formula: {
      out: `\\${name.slice(3)}_{k \\le i} {self}_k`,
      vjp: { self: "\\mathrm{scatter\\text{-}add}({g})" },
      note: "each gradient goes to the element that was the extreme",
    },
    places: ["torch", "Tensor"],
    resultNames: ["values", "indices"],
    signatures: [
      `${name}(Tensor input, int64_t dim, *, TensorList out=None)`,
      namedOverload(`${name}(Tensor input, DimName dim, *, TensorList out=None)`),
    ],
  });
}
export const cummax = extreme("cummax", "CummaxBackward0", (a, b) => a >= b);
export const cummin = extreme("cummin", "CumminBackward0", (a, b) => a <= b);

function logAddExp(x: number, y: number): number {
  const low = x !== x ? x : Math.min(x, y);
  const high = y !== y ? y : Math.max(x, y);
  if (low !== high || Number.isFinite(low)) return Math.log1p(Math.exp(low - high)) + high;
  return x;
}

export const logcumsumexp = op({
  name: "logcumsumexp",
  args: ["self", "dim"],
  node: "LogcumsumexpBackward0",
  forward: (self: Tensor, dim: number): Tensor => {
    const d = wrapDim(dim, self.ndim);
    check(!isIntegral(self.dtype), () => `"logcumsumexp_out_cpu" not implemented for '${self.dtype.scalarName}'`);
    if (self.ndim === 0) return copyTensor(self);
    return scan(self, d, self.dtype, (x, at, y, to, n, step) => {
      let total = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < n; k++) {
        total = logAddExp(x[at + k * step], total);
        y[to + k * step] = total;
      }
    });
  },
  keep: ([self, dim], result) => ({ self, dim: wrapDim(dim, self.ndim), result }),
  vjp: {
    self: (g, { self, dim, result }): Tensor => {
      if (self.ndim === 0) return g;
      // In logarithms, for the positive and the negative part: no exponential can overflow.
      const part = (chosen: Tensor, size: Tensor): Tensor => {
        const logs = where(chosen, log(where(chosen, size, 1)), LOWEST[g.dtype.name] ?? -1.7e308);
        return exp(
          add(
            reversed(sub(logs, result), dim, (t) => logcumsumexp(t, dim)),
            self,
          ),
        );
      };
      const positive = g.rt.quietly(() => gt(g, 0));
      const negative = g.rt.quietly(() => lt(g, 0));
      return sub(part(positive, g), part(negative, neg(g)));
    },
  },
  formula: {
    out: "\\log\\textstyle\\sum_{k \\le i} e^{{self}_k}",
    vjp: { self: "\\textstyle\\sum_{k \\ge i} {g}_k\\,e^{{self}_i - {out}_k}" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "logcumsumexp(Tensor input, int64_t dim, *, Tensor out=None)",
    namedOverload("logcumsumexp(Tensor input, DimName dim, *, Tensor out=None)"),
  ],
});

/** Stands for log 0. */
const LOWEST: Readonly<Record<string, number>> = { float32: -3.4e38, float16: -65504, bfloat16: -3.3e38 };
