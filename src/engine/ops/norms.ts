import { bool, type DType, isDifferentiable, realType } from "../dtype.ts";
import { check } from "../errors.ts";
import { cabs } from "../kernels/complex.ts";
import { binary, binaryLoop, settle, unaryComplex } from "../kernels/elementwise.ts";
import { reduce } from "../kernels/reduce.ts";
import { op } from "../op.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import { wrapDims } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul, sub } from "./arithmetic.ts";
import { eq } from "./compare.ts";
import { cast } from "./copies.ts";
import { maskedFill_ } from "./masking.ts";
import { pow } from "./pow.ts";
import { sum, unreduce } from "./sum.ts";
import { abs, sgn } from "./unary-complex.ts";

type Dims = readonly number[] | null;

/** The p-norm of a run of numbers, in double precision and without overflow for p = 2. */
function normOf(p: number): (d: ArrayLike<number>, start: number, n: number) => number {
  if (p === 0)
    return (d, s, n) => {
      let count = 0;
      for (let i = 0; i < n; i++) if (d[s + i] !== 0) count++;
      return count;
    };
  if (p === 1)
    return (d, s, n) => {
      let t = 0;
      for (let i = 0; i < n; i++) t += Math.abs(d[s + i]);
      return t;
    };
  if (p === 2)
    return (d, s, n) => {
      let t = 0;
      for (let i = 0; i < n; i++) t += d[s + i] * d[s + i];
      return Math.sqrt(t);
    };
  if (p === Number.POSITIVE_INFINITY || p === Number.NEGATIVE_INFINITY)
    return (d, s, n) => {
      let best = p > 0 ? 0 : Number.POSITIVE_INFINITY;
      for (let i = 0; i < n; i++) {
        const a = Math.abs(d[s + i]);
        if (a !== a) return a;
        if (p > 0 ? a > best : a < best) best = a;
      }
      return best;
    };
  return (d, s, n) => {
    let t = 0;
    for (let i = 0; i < n; i++) t += Math.abs(d[s + i]) ** p;
    return t ** (1 / p);
  };
}

/** The p-norm over `dims` (wrapped), without history. */
export function normKernel(self: Tensor, p: number, dims: readonly number[], keepdim: boolean): Tensor {
  const x = self.dtype.kind === "complex" ? unaryComplex(self, (a) => [cabs(a), 0], realType(self.dtype)) : self;
  return settle(reduce(x, dims, keepdim, x.dtype, normOf(p)));
}

/** Where `x` is 0. */
const isZero = (x: Tensor): Tensor => x.rt.quietly(() => eq(x, 0));
const zeroWhere = (mask: Tensor, x: Tensor): Tensor => maskedFill_(x, mask, 0);
const maskLoop = binaryLoop((a, m) => (a === m || a !== a ? 1 : 0));

/**
 * Gradient of a p-norm: g·sign(x)·(|x|/norm)^(p-1), with 0 chosen where the norm is 0; for p = ±∞ the extreme elements share it.
 * `g` and `norm` have the reduced dimensions as 1.
 */
export function normGradient(g: Tensor, self: Tensor, p: number, norm: Tensor, dims: readonly number[]): Tensor {
  if (p === 0) return self.rt.full(self.shape, 0, self.dtype);
  if (p === 1) return mul(sgn(self), g);
  if (p === 2) return mul(g, zeroWhere(isZero(norm), div(self, norm)));
  if (!Number.isFinite(p)) {
    const mask = self.rt.quietly(() => binary(abs(self), norm, maskLoop, { result: bool }));
    const count = self.rt.quietly(() => sum(mask, dims, true));
    return mul(sgn(self), mul(div(g, count), mask));
  }
  if (p < 1) {
    const scaled = zeroWhere(isZero(self), mul(sgn(self), pow(abs(self), p - 1)));
    return mul(mul(scaled, g), pow(norm, 1 - p));
  }
  const scale = zeroWhere(isZero(norm), div(g, pow(norm, p - 1)));
  if (p < 2) return mul(mul(sgn(self), pow(abs(self), p - 1)), scale);
  return mul(mul(self, pow(abs(self), p - 2)), scale);
}

function checkVectorNorm(self: Tensor, ord: number, dims: readonly number[], dtype: DType | null): void {
  check(
    isDifferentiable(self.dtype),
    () => `linalg.vector_norm: Expected a floating point or complex tensor as input. Got ${self.dtype.scalarName}`,
  );
  if (dtype !== null)
    check(
      isDifferentiable(dtype),
      () => `linalg.vector_norm: dtype should be floating point or complex, but got ${dtype.scalarName}`,
    );
  if ((ord < 0 || ord === Number.POSITIVE_INFINITY) && self.numel === 0)
    check(dims.length !== self.ndim && dims.every((d) => self.shape[d] !== 0), () =>
      dims.length === self.ndim
        ? `linalg.vector_norm cannot compute the ${shown(ord)} norm on an empty tensor because the operation does not have an identity`
        : `linalg.vector_norm cannot compute the ${shown(ord)} norm on the dimension ${dims.find((d) => self.shape[d] === 0)} because this dimension is empty and the operation does not have an identity`,
    );
}

/** A number as C++ prints it. */
const shown = (x: number): string => String(x).replace("Infinity", "inf");

/** A norm operator; only its node's name differs between PyTorch's two families. */
function normOperator(name: string, node: string, places: readonly ("linalg" | "_C")[]) {
  return op({
    name,
    args: ["self", "ord", "dim", "keepdim", "dtype"],
    node,
    forward: (
      self: Tensor,
      ord: Scalar = 2,
      dim: Dims = null,
      keepdim: boolean = false,
      dtype: DType | null = null,
    ): Tensor => {
      const p = scalarValue(ord);
      const dims = wrapDims(dim, self.ndim);
      checkVectorNorm(self, p, dims, dtype);
      const x = dtype === null ? self : cast(self, dtype);
      return normKernel(x, p, dims, keepdim);
    },
    keep: ([self, ord, dim, keepdim], result) => ({
      self,
      ord: ord ?? 2,
      dim: wrapDims(dim ?? null, self.ndim),
      keepdim: keepdim ?? false,
      result,
    }),
    vjp: {
      self: (g, { self, ord, dim, keepdim, result }): Tensor => {
        const lift = (x: Tensor): Tensor =>
          keepdim || dim.length === self.ndim ? x : unreduce(x, ones(self.shape, dim), dim, false);
        return normGradient(lift(g), self, scalarValue(ord), lift(result), dim);
      },
    },
    formula: {
      out: "\\|{self}\\|_{{ord}}",
      vjp: { self: "{g}\\,\\operatorname{sign}({self}) \\odot (|{self}| / {out})^{{ord}-1}" },
      note: "0 where the norm is 0; for p = ∞ the largest elements share the gradient",
    },
    places,
    signatures: [
      `${name}(Tensor x, Scalar ord=2, IntArrayRef[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)`,
    ],
  });
}
/** The shape with the reduced dimensions as 1. */
const ones = (shape: readonly number[], dims: readonly number[]): number[] =>
  shape.map((s, i) => (dims.includes(i) ? 1 : s));

export const vectorNorm = normOperator("linalg_vector_norm", "LinalgVectorNormBackward0", ["linalg"]);
/** at::norm with dimensions, which PyTorch's C++ composites use. */
export const normAlong = normOperator("_norm_dim", "NormBackward1", ["_C"]);

/** p-norm of the difference of two tensors. */
export const dist = op({
  name: "dist",
  args: ["self", "other", "p"],
  node: "DistBackward0",
  forward: (self: Tensor, other: Tensor, p: Scalar = 2): Tensor => {
    const d = difference(self, other);
    return normKernel(d, scalarValue(p), wrapDims(null, d.ndim), false);
  },
  keep: ([self, other, p], result) => ({ self, other, p: p ?? 2, result }),
  vjp: {
    self: (g, { self, other, p, result }): Tensor => distGradient(g, self, other, p, result),
    other: (g, { self, other, p, result }): Tensor => distGradient(g, other, self, p, result),
  },
  formula: {
    out: "\\|{self} - {other}\\|_{{p}}",
    vjp: {
      self: "{g}\\,\\operatorname{sign}(d) \\odot (|d|/{out})^{{p}-1},\\ d = {self} - {other}",
      other: "-{g}\\,\\operatorname{sign}(d) \\odot (|d|/{out})^{{p}-1}",
    },
  },
  places: ["torch", "Tensor"],
  signatures: ["dist(Tensor input, Tensor other, Scalar p=2)"],
});
const difference = (a: Tensor, b: Tensor): Tensor => {
  check(
    isDifferentiable(a.dtype) || isDifferentiable(b.dtype),
    () => `linalg.vector_norm: Expected a floating point or complex tensor as input. Got ${a.dtype.scalarName}`,
  );
  return sub(a, b);
};
function distGradient(g: Tensor, a: Tensor, b: Tensor, p: Scalar, norm: Tensor): Tensor {
  const d = sub(a, b);
  return normGradient(g, d, scalarValue(p), norm, wrapDims(null, d.ndim));
}
