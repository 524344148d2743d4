import { int64 } from "../dtype.ts";
import { check } from "../errors.ts";
import { lanesOf } from "../kernels/blocks.ts";
import { dense } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { rowMajor } from "../kernels/layout.ts";
import { inplace, op } from "../op.ts";
import { resultType } from "../promotion.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import { broadcastShapes, type Shape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul, sub } from "./arithmetic.ts";
import { clamp, eq, gt, where } from "./compare.ts";
import { conj, real } from "./complex-parts.ts";
import { cast } from "./copies.ts";
import { maxDim } from "./extremes.ts";
import { dot, mm, outer } from "./matmul.ts";
import { pow } from "./pow.ts";
import { diagonal } from "./slicing.ts";
import { sum } from "./sum.ts";
import { sqrt } from "./unary.ts";
import { abs } from "./unary-complex.ts";
import { sign } from "./unary-rounding.ts";
import { expand, squeeze, t, unsafeView, unsqueeze, view } from "./views.ts";

/** Conjugated dot product of two vectors. */
export const vdot = op({
  name: "vdot",
  args: ["self", "other"],
  node: "VdotBackward0",
  forward: (self: Tensor, other: Tensor): Tensor => {
    if (self.dtype.kind !== "complex") return dot(self, other);
    check(
      self.ndim === 1 && other.ndim === 1 && self.numel === other.numel,
      () => `1D tensors expected, but got ${self.ndim}D and ${other.ndim}D tensors`,
    );
    return sum(mul(conj(self), other));
  },
  keep: ([self, other], _out, need) => ({
    self: need("other") ? self : undefined,
    other: need("self") ? other : undefined,
  }),
  vjp: {
    self: (g, { other }): Tensor => mul(conj(g), other),
    other: (g, { self }): Tensor => mul(g, self),
  },
  formula: {
    out: "{self}^{\\mathsf{H}}{other}",
    vjp: { self: "\\overline{{g}}\\,{other}", other: "{g}\\,{self}" },
  },
  places: ["torch", "Tensor"],
  signatures: ["vdot(Tensor input, Tensor other, *, Tensor out=None)"],
});

/** Old name of outer. */
export const ger = op({
  name: "ger",
  args: ["self", "vec2"],
  forward: (self: Tensor, vec2: Tensor): Tensor => outer(self, vec2),
  places: ["torch", "Tensor"],
  signatures: ["ger(Tensor input, Tensor vec2, *, Tensor out=None)"],
});

/** Kronecker product. */
export const kron = op({
  name: "kron",
  args: ["self", "other"],
  forward: (self: Tensor, other: Tensor): Tensor => {
    const n = Math.max(self.ndim, other.ndim);
    const padded = (x: Tensor): Shape => [...new Array<number>(n - x.ndim).fill(1), ...x.shape];
    const [a, b] = [padded(self), padded(other)];
    const left = unsafeView(
      self,
      a.flatMap((s) => [s, 1]),
    );
    const right = unsafeView(
      other,
      b.flatMap((s) => [1, s]),
    );
    return unsafeView(
      mul(left, right),
      a.map((s, i) => s * b[i]),
    );
  },
  places: ["torch", "Tensor"],
  signatures: ["kron(Tensor input, Tensor other, *, Tensor out=None)"],
});

/** Cross products of the vectors of three along `dim`. */
export const linalgCross = op({
  name: "linalg_cross",
  args: ["self", "other", "dim"],
  refuses: { bool: "cross" },
  node: "LinalgCrossBackward0",
  forward: (self: Tensor, other: Tensor, dim: number = -1): Tensor => {
    check(self.ndim === other.ndim, () => "linalg.cross: inputs must have the same number of dimensions.");
    const d = wrapDim(dim, self.ndim);
    check(
      self.shape[d] === 3 && other.shape[d] === 3,
      () => `linalg.cross: inputs dimension ${dim} must have length 3. Got ${self.shape[d]} and ${other.shape[d]}`,
    );
    const type = resultType(self.rt, [self, other]);
    const shape = broadcastShapes(self.shape, other.shape);
    if (type.kind === "complex") return crossOfParts(self, other, d);
    const out = self.rt.empty(shape, type);
    const a = lanesOf(expand(cast(self, type), shape), d);
    const b = dense(expand(cast(other, type), shape));
    const { inner } = a;
    for (let o = 0; o < a.outer; o++)
      for (let i = 0; i < inner; i++) {
        const at = o * 3 * inner + i;
        const [x, y] = [a.start + at, b.start + at];
        const [x0, x1, x2] = [a.data[x], a.data[x + inner], a.data[x + 2 * inner]];
        const [y0, y1, y2] = [b.data[y], b.data[y + inner], b.data[y + 2 * inner]];
        out.data[at] = type.round(x1 * y2 - x2 * y1);
        out.data[at + inner] = type.round(x2 * y0 - x0 * y2);
        out.data[at + 2 * inner] = type.round(x0 * y1 - x1 * y0);
      }
    return settle(out);
  },
  keep: ([self, other, dim]) => ({ other, self, dim: wrapDim(dim ?? -1, self.ndim) }),
  vjp: {
    self: (g, { other, dim }): Tensor => linalgCross(conj(other), g, dim),
    other: (g, { self, dim }): Tensor => linalgCross(g, conj(self), dim),
  },
  formula: {
    out: "{self} \\times {other}",
    vjp: { self: "{other} \\times {g}", other: "{g} \\times {self}" },
  },
  places: ["_C"],
  signatures: ["linalg_cross(Tensor input, Tensor other, *, int64_t dim=-1, Tensor out=None)"],
});

/** Cross product of complex vectors from element-wise products. */
function crossOfParts(self: Tensor, other: Tensor, dim: number): Tensor {
  const shape = broadcastShapes(self.shape, other.shape);
  const [a, b] = [expand(self, shape), expand(other, shape)];
  const part = (x: Tensor, i: number): Tensor =>
    x.alias(
      x.shape.map((s, k) => (k === dim ? 1 : s)),
      x.strides,
      x.offset + i * x.strides[dim],
    );
  const rows = [0, 1, 2].map((i) => {
    const [j, k] = [(i + 1) % 3, (i + 2) % 3];
    return sub(mul(part(a, j), part(b, k)), mul(part(a, k), part(b, j)));
  });
  const out = self.rt.empty(shape, rows[0].dtype);
  const outer = shape.slice(0, dim).reduce((x, y) => x * y, 1);
  const block = 2 * shape.slice(dim + 1).reduce((x, y) => x * y, 1);
  for (const [i, row] of rows.entries())
    for (let o = 0; o < outer; o++)
      for (let k = 0; k < block; k++) out.data[(o * 3 + i) * block + k] = row.data[o * block + k];
  return out;
}

/** torch.linalg.cross */
export const crossOfLinalg = op({
  name: "cross",
  args: ["self", "other", "dim"],
  refuses: { bool: "cross" },
  forward: (self: Tensor, other: Tensor, dim: number = -1): Tensor => linalgCross(self, other, dim),
  places: ["linalg"],
  signatures: ["cross(Tensor input, Tensor other, *, int64_t dim=-1, Tensor out=None)"],
});

const CROSS_DEPRECATED =
  "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim explicitly or simply use torch.linalg.cross.\nThe default value of dim will change to agree with that of linalg.cross in a future release. (Triggered internally at ../aten/src/ATen/native/Cross.cpp:62.)";

/** torch.cross: without `dim` along the first dimension of size 3. */
export const cross = op({
  name: "cross",
  args: ["self", "other", "dim"],
  forward: (self: Tensor, other: Tensor, dim: number | null = null): Tensor => {
    if (dim !== null) return linalgCross(self, other, dim);
    self.rt.warnOnce("cross", CROSS_DEPRECATED);
    const d = self.shape.indexOf(3);
    check(d >= 0, () => "no dimension of size 3 in input");
    return linalgCross(self, other, d);
  },
  places: ["torch", "Tensor"],
  signatures: ["cross(Tensor input, Tensor other, int64_t? dim=None, *, Tensor out=None)"],
});

function checkWeights(name: string, w: Tensor, observations: number, integral: boolean): void {
  check(
    w.ndim <= 1,
    () => `cov(): expected ${name} to have one or fewer dimensions but got ${name} with ${w.ndim} dimensions`,
  );
  const right = integral ? w.dtype.kind === "int" : w.dtype.kind === "float";
  check(
    right,
    () =>
      `cov(): expected ${name} to have ${integral ? "integral" : "floating point"} dtype but got ${name} with ${w.dtype.scalarName} dtype`,
  );
  check(
    w.numel === observations,
    () =>
      `cov(): expected ${name} to have the same numel as there are observations in the input but got ${w.numel} != ${observations}`,
  );
  check(!w.toArray().some((v) => v < 0), () => `cov(): ${name} cannot be negative`);
}

/** Covariance matrix of variables (rows) over observations (columns). */
export const cov = op({
  name: "cov",
  args: ["self", "correction", "fweights", "aweights"],
  forward: (
    self: Tensor,
    correction: number = 1,
    fweights: Tensor | null = null,
    aweights: Tensor | null = null,
  ): Tensor => {
    check(
      self.ndim <= 2,
      () => `cov(): expected input to have two or fewer dimensions but got an input with ${self.ndim} dimensions`,
    );
    check(self.dtype.kind !== "bool", () => "cov(): bool dtype is not supported for input");
    const x = self.ndim < 2 ? view(self, [1, -1]) : self;
    const observations = x.shape[1];
    let w: Tensor | null = null;
    if (fweights !== null) {
      checkWeights("fweights", fweights, observations, true);
      w = fweights;
    }
    if (aweights !== null) {
      checkWeights("aweights", aweights, observations, false);
      w = w === null ? aweights : mul(w, aweights);
    }
    const weighted = (y: Tensor): Tensor => (w === null ? y : mul(y, w));
    const total = w === null ? self.rt.scalar(observations, int64) : sum(w);
    check(w === null || total.item() !== 0, () => "cov(): weights sum to zero, can't be normalized");
    const average = div(sum(weighted(x), [1]), total);
    let norm =
      w !== null && aweights !== null && correction !== 0
        ? sub(total, div(mul(sum(mul(w, aweights)), correction), total))
        : sub(total, correction);
    if (norm.item() <= 0) {
      self.rt.warn(
        "UserWarning",
        "cov(): degrees of freedom is <= 0. Correction should be strictly less than the number of observations.",
      );
      norm = self.rt.scalar(0, norm.dtype);
    }
    const centred = sub(x, unsqueeze(average, 1));
    return squeeze(div(mm(centred, conj(t(weighted(centred)))), norm));
  },
  places: ["torch", "Tensor"],
  signatures: ["cov(Tensor input, *, int64_t correction=1, Tensor? fweights=None, Tensor? aweights=None)"],
});

/** Correlation coefficients of variables (rows). */
export const corrcoef = op({
  name: "corrcoef",
  args: ["self"],
  forward: (self: Tensor): Tensor => {
    check(
      self.ndim <= 2,
      () => `corrcoef(): expected input to have two or fewer dimensions but got an input with ${self.ndim} dimensions`,
    );
    const c = cov(self);
    if (c.ndim === 0) return div(c, c);
    const d = diagonal(c);
    const deviation = sqrt(d.dtype.kind === "complex" ? real(d) : d);
    const scaled = div(div(c, view(deviation, [-1, 1])), view(deviation, [1, -1]));
    return scaled.dtype.kind === "complex" ? scaled : clamp(scaled, -1, 1);
  },
  places: ["torch", "Tensor"],
  signatures: ["corrcoef(Tensor input)"],
});

/** p-norm of every sub-tensor of a dimension, with the others kept as 1. */
function subNorms(x: Tensor, p: number, dims: readonly number[]): Tensor {
  const size = abs(x);
  if (p === Number.POSITIVE_INFINITY) {
    let m = size;
    for (const d of dims) m = maxDim(m, d, true)[0];
    return m;
  }
  if (p === 1) return sum(size, dims, true);
  if (p === 2) return sqrt(sum(mul(size, size), dims, true));
  return pow(sum(pow(size, p), dims, true), 1 / p);
}

/** Derivative of the p-norm: x·|x|^(p-2) / norm^(p-1). */
function normDerivative(x: Tensor, p: number, norm: Tensor): Tensor {
  if (p === 1) return sign(x);
  if (p === 2) return div(x, norm);
  if (p === Number.POSITIVE_INFINITY) {
    const hit = x.rt.quietly(() => cast(eq(abs(x), norm), x.dtype));
    return mul(sign(x), hit);
  }
  return div(mul(sign(x), pow(abs(x), p - 1)), pow(norm, p - 1));
}

/** Sub-tensors along `dim` scaled down so that their p-norm does not exceed `maxnorm`. */
export const renorm = op({
  name: "renorm",
  args: ["self", "p", "dim", "maxnorm"],
  node: "RenormBackward0",
  forward: (self: Tensor, p: Scalar, dim: number, maxnorm: Scalar): Tensor => {
    const [power, most] = [scalarValue(p), scalarValue(maxnorm)];
    check(power > 0, () => "renorm: non-positive-norm not supported");
    check(most >= 0, () => `renorm: expected maxnorm to be >= 0 but got ${most}`);
    check(self.ndim > 1, () => `renorm: input needs at least 2 dimensions, got ${self.ndim} dimensions`);
    const norm = subNorms(self, power, othersThan(self, dim));
    const factor = where(gt(norm, most), div(most, addTiny(norm)), 1);
    return rowMajor(mul(self, factor));
  },
  keep: ([self, p, dim, maxnorm]) => ({
    self,
    p: scalarValue(p),
    dim: wrapDim(dim, self.ndim),
    maxnorm: scalarValue(maxnorm),
  }),
  vjp: {
    self: (g, { self, p, dim, maxnorm }): Tensor => {
      const dims = othersThan(self, dim);
      const norm = subNorms(self, p, dims);
      const scale = addTiny(norm);
      const along = mul(div(sum(mul(g, self), dims, true), scale), normDerivative(self, p, norm));
      const scaled = mul(div(sub(g, along), scale), maxnorm);
      const over = g.rt.quietly(() => gt(norm, maxnorm));
      return where(over, scaled, g);
    },
  },
  formula: {
    out: "{self}_i \\cdot \\min(1, {maxnorm} / \\lVert {self}_i \\rVert_{{p}})",
    vjp: {
      self: "\\tfrac{{maxnorm}}{\\lVert {self} \\rVert} ({g} - \\tfrac{\\langle {g}, {self} \\rangle}{\\lVert {self} \\rVert} \\nabla \\lVert {self} \\rVert)",
    },
    note: "the gradient passes unchanged where nothing was scaled",
  },
  places: ["torch", "Tensor"],
  signatures: ["renorm(Tensor input, Scalar p, int64_t dim, Scalar maxnorm, *, Tensor out=None)"],
});

export const renorm_ = inplace(renorm);

const othersThan = (x: Tensor, dim: number): number[] => {
  const d = wrapDim(dim, x.ndim);
  return x.shape.map((_, i) => i).filter((i) => i !== d);
};
/** PyTorch adds 1e-7 to norms before it divides by them. */
const addTiny = (norm: Tensor): Tensor => sub(norm, -1e-7);
