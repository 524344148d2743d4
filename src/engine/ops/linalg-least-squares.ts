import { float16, float32, int64, isDifferentiable, realType } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { hermitianOf } from "../kernels/linalg-eigh.ts";
import { columnsOf, matrixOf, product, readBatch, tensorOf } from "../kernels/linalg-matrix.ts";
import { pseudoInverse } from "../kernels/linalg-pinv.ts";
import { svd as svdKernel } from "../kernels/linalg-svd.ts";
import { op } from "../op.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { physicalOf } from "../transforms/batched-tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { eighPrimitive } from "./linalg-eigen.ts";
import { checkFloat, checkMatrix, checkSquare, mh } from "./linalg-shared.ts";
import { invEx, isVectorSide } from "./linalg-solve.ts";
import { svdvals } from "./linalg-svd.ts";
import { matmul } from "./matmul.ts";
import { matrixNorm } from "./norms-matrix.ts";
import { narrow } from "./slicing.ts";
import { sum } from "./sum.ts";
import { abs } from "./unary-complex.ts";
import { squeeze, unsqueeze } from "./views.ts";

type Tolerance = Tensor | number | null;

const epsilonOf = ({ dtype }: Tensor): number =>
  realType(dtype) === float32 ? 2 ** -23 : dtype === float16 ? 2 ** -10 : 2 ** -52;

/** max(atol, rtol · largest) for every matrix; without either, rtol is ε · max(rows, columns). */
function cutoffs(x: Tensor, largest: readonly number[], atol: Tolerance, rtol: Tolerance): number[] {
  const size = Math.max(...x.shape.slice(-2));
  const list = (t: Tolerance, i: number): number => {
    if (t === null) return 0;
    if (typeof t === "number") return t;
    const values = t.toArray();
    return values[i % values.length];
  };
  const absolute = (i: number): number => list(atol, i);
  const relative = (i: number): number => (rtol === null ? (absolute(i) > 0 ? 0 : epsilonOf(x) * size) : list(rtol, i));
  return largest.map((s, i) => Math.max(absolute(i), relative(i) * s));
}

/** Singular values (or magnitudes of eigenvalues) of every matrix, row after row. */
function magnitudes(x: Tensor, hermitian: boolean): { values: number[]; k: number } {
  const t = hermitian ? abs(eighPrimitive(x)[0]) : svdvals(x);
  return { values: t.toArray(), k: t.shape[t.ndim - 1] };
}

function rankOf(x: Tensor, atol: Tolerance, rtol: Tolerance, hermitian: boolean): Tensor {
  return x.rt.quietly(() => {
    checkMatrix(x, "torch.linalg.matrix_rank", "input");
    if (hermitian) checkSquare(x, "torch.linalg.matrix_rank", "input");
    const lead = x.shape.slice(0, -2);
    const out = x.rt.empty(lead, int64);
    if (x.numel === 0) return out;
    const { values, k } = magnitudes(x, hermitian);
    const rows = Array.from({ length: values.length / k }, (_, i) => values.slice(i * k, (i + 1) * k));
    const limits = cutoffs(
      x,
      rows.map((r) => Math.max(...r)),
      atol,
      rtol,
    );
    for (const [i, row] of rows.entries()) out.data[i] = row.filter((s) => s > limits[i]).length;
    return out;
  });
}

/** Number of singular values above a tolerance. */
export const matrixRank = op({
  name: "linalg_matrix_rank",
  args: ["A"],
  forward: (a: Tensor): Tensor => rankOf(a, null, null, false),
  places: ["linalg"],
  signatures: [
    {
      text: "linalg_matrix_rank(Tensor input, *, double? atol=None, double? rtol=None, bool hermitian=False, Tensor out=None)",
      call: (x: Tensor, atol: number | null, rtol: number | null, hermitian: boolean) =>
        rankOf(x, atol, rtol, hermitian),
    },
    {
      text: "linalg_matrix_rank(Tensor input, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False, Tensor out=None)",
      call: (x: Tensor, atol: Tensor | null, rtol: Tensor | null, hermitian: boolean) =>
        rankOf(x, atol, rtol, hermitian),
    },
    {
      text: "linalg_matrix_rank(Tensor input, double tol, bool hermitian=False, *, Tensor out=None)",
      call: (x: Tensor, tol: number, hermitian: boolean) => rankOf(x, tol, 0, hermitian),
    },
    {
      text: "linalg_matrix_rank(Tensor input, Tensor tol, bool hermitian=False, *, Tensor out=None)",
      call: (x: Tensor, tol: Tensor, hermitian: boolean) => rankOf(x, tol, 0, hermitian),
    },
  ],
});

const pinvPrimitive = op({
  name: "linalg_pinv",
  args: ["self", "atol", "rtol", "hermitian"],
  node: "LinalgPinvBackward0",
  forward: (self: Tensor, atol: Tolerance = null, rtol: Tolerance = null, hermitian: boolean = false): Tensor => {
    check(
      isDifferentiable(self.dtype) && self.ndim >= 2,
      () =>
        `linalg.pinv(${self.dtype.scalarName}{${sizes(self.shape)}}): expected a tensor with 2 or more dimensions of float, double, cfloat or cdouble types`,
    );
    if (hermitian) checkSquare(self, "linalg.pinv");
    const [m, n] = self.shape.slice(-2);
    const shape = [...self.shape.slice(0, -2), n, m];
    if (self.numel === 0) return self.rt.empty(shape, self.dtype);
    const batch = readBatch(self);
    const out = new Float64Array(batch.data.length);
    for (let b = 0; b < batch.count; b++) {
      const a = matrixOf(batch, b);
      const { slots } = self.dtype;
      const parts = svdKernel(hermitian ? hermitianOf(a, n, slots) : a, m, n, false, slots);
      const limit = cutoffs(self, [parts.s[0]], pickOne(atol, b), pickOne(rtol, b))[0];
      out.set(pseudoInverse(parts, m, n, limit, slots).inverse, b * batch.size);
    }
    return tensorOf(self, out, shape);
  },
  keep: ([self], result) => ({ self, result }),
  vjp: { self: (g, { self, result }): Tensor => pinvBackward(g, result, self) },
  formula: {
    out: "{self}^{+}",
    vjp: {
      self: "-{out}^{\\top}{g}\\,{out}^{\\top} + (I - {self}{out})\\,{g}^{\\top}{out}\\,{out}^{\\top} + {out}^{\\top}{out}\\,{g}^{\\top}(I - {out}{self})",
    },
  },
});
const pickOne = (t: Tolerance, i: number): Tolerance =>
  t === null || typeof t === "number" ? t : t.toArray()[i % Math.max(t.numel, 1)];

function pinvBackward(g: Tensor, p: Tensor, a: Tensor): Tensor {
  const [m, n] = a.shape.slice(-2);
  const ph = mh(p);
  const gh = mh(g);
  if (m <= n) {
    const k = matmul(gh, p);
    const kp = matmul(k, ph);
    const first = sub(kp, mh(matmul(p, k)));
    const second = sub(matmul(matmul(ph, p), sub(gh, matmul(k, a))), matmul(matmul(a, p), kp));
    return add(first, second);
  }
  const k = matmul(p, gh);
  const pk = matmul(ph, k);
  const first = sub(pk, mh(matmul(k, p)));
  const second = sub(matmul(matmul(sub(gh, matmul(a, k)), p), ph), matmul(matmul(pk, p), a));
  return add(first, second);
}

/** Moore-Penrose inverse. */
export const pinv = op({
  name: "linalg_pinv",
  args: ["self"],
  forward: (self: Tensor): Tensor => pinvPrimitive(self),
  places: ["linalg"],
  signatures: [
    {
      text: "linalg_pinv(Tensor input, *, double? atol=None, double? rtol=None, bool hermitian=False, Tensor out=None)",
      call: pinvPrimitive,
    },
    {
      text: "linalg_pinv(Tensor input, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False, Tensor out=None)",
      call: pinvPrimitive,
    },
    {
      text: "linalg_pinv(Tensor input, double rcond, bool hermitian=False, *, Tensor out=None)",
      call: (x: Tensor, rcond: number, hermitian: boolean) => pinvPrimitive(x, 0, rcond, hermitian),
    },
    {
      text: "linalg_pinv(Tensor input, Tensor rcond, bool hermitian=False, *, Tensor out=None)",
      call: (x: Tensor, rcond: Tensor, hermitian: boolean) => pinvPrimitive(x, 0, rcond, hermitian),
    },
  ],
});
export const pinverse = op({
  name: "pinverse",
  args: ["self", "rcond"],
  forward: (self: Tensor, rcond: number = 1e-15): Tensor => pinvPrimitive(self, 0, rcond),
  places: ["torch", "Tensor"],
  signatures: ["pinverse(Tensor input, double rcond=1e-15)"],
});

const DRIVERS = ["gels", "gelsy", "gelsd", "gelss"];

/** Least squares solution of minimal norm, the only differentiable one of the outputs. */
const lstsqPrimitive = op({
  name: "linalg_lstsq",
  args: ["self", "b", "rcond", "driver"],
  node: "LinalgLstsqBackward0",
  nondifferentiable: [1, 2, 3],
  forward: (self: Tensor, b: Tensor, rcond: number | null = null, driver: string | null = null): Tensor[] => {
    const f = "torch.linalg.lstsq";
    check(self.ndim >= 2, () => `${f}: input must have at least 2 dimensions.`);
    check(b.ndim >= 1, () => `${f}: other must have at least 1 dimension.`);
    check(
      self.dtype === b.dtype,
      () =>
        `${f}: Expected input and other to have the same dtype, but got input's dtype ${self.dtype.scalarName} and other's dtype ${b.dtype.scalarName}`,
    );
    checkFloat(self, f);
    const chosen = driver ?? "gelsy";
    check(DRIVERS.includes(chosen), () => `${f}: parameter \`driver\` should be one of (gels, gelsy, gelsd, gelss)`);
    const vector = isVectorSide(self, b);
    const rhs = vector ? unsqueeze(b, -1) : b;
    const [m, n] = self.shape.slice(-2);
    check(rhs.shape[rhs.ndim - 2] === m, () =>
      vector ? `${f}: input.size(-2) should match other.size(-1)` : `${f}: input.size(-2) should match other.size(-2)`,
    );
    const a = readBatch(self);
    const y = readBatch(rhs);
    const wide = y.cols;
    const k = Math.min(m, n);
    const lead = self.shape.slice(0, -2);
    const { slots } = self.dtype;
    const long = Math.max(m, n);
    // LAPACK overwrites the right side, in which the solution then takes the first n rows.
    const x = new Float64Array(a.count * long * wide * slots);
    const ranks = self.rt.empty(chosen === "gels" ? [0] : lead, int64);
    const sigma = new Float64Array(a.count * k);
    const residual = new Float64Array(a.count * wide);
    let full = true;
    for (let i = 0; i < a.count; i++) {
      const matrix = matrixOf(a, i);
      const right = matrixOf(y, i % Math.max(y.count, 1));
      const parts = svdKernel(matrix, m, n, false, slots);
      const limit = (rcond ?? epsilonOf(self) * Math.max(m, n)) * (parts.s[0] ?? 0);
      const { inverse, rank } = pseudoInverse(parts, m, n, limit, slots);
      const own = product(inverse, right, n, m, wide, slots);
      x.set(own, i * long * wide * slots);
      sigma.set(parts.s, i * k);
      if (chosen !== "gels") ranks.data[i] = rank;
      if (rank < n) full = false;
      for (const [p, v] of product(matrix, own, m, n, wide, slots).entries())
        residual[i * wide + (Math.floor(p / slots) % wide)] += (v - right[p]) ** 2;
    }
    const solution = narrow(columnsOf(self, x, [...lead, long, wide]), -2, 0, n);
    const hasResidual = chosen !== "gelsy" && m > n && full;
    const real = realType(self.dtype);
    return [
      vector ? squeeze(solution, -1) : solution,
      hasResidual ? tensorOf(self, residual, [...lead, wide], real) : self.rt.empty([0], real),
      ranks,
      chosen === "gelsd" || chosen === "gelss" ? tensorOf(self, sigma, [...lead, k], real) : self.rt.empty([0], real),
    ];
  },
  keep: ([self, b]) => ({ self, b, vector: isVectorSide(self, b) }),
  vjp: {
    self: (g, { self, b, vector }): Tensor => {
      const upstream = vector ? unsqueeze(g, -1) : g;
      return pinvBackward(matmul(upstream, mh(vector ? unsqueeze(b, -1) : b)), pinvPrimitive(self), self);
    },
    b: (g, { self, vector }): Tensor => {
      const gb = matmul(mh(pinvPrimitive(self)), vector ? unsqueeze(g, -1) : g);
      return vector ? squeeze(gb, -1) : gb;
    },
  },
  formula: {
    out: "{self}^{+}{b}",
    vjp: { self: "\\text{through } {self}^{+}", b: "({self}^{+})^{\\top}{g}" },
  },
  places: ["linalg"],
  resultNames: ["solution", "residuals", "rank", "singular_values"],
  signatures: ["linalg_lstsq(Tensor input, Tensor b, *, double? rcond=None, str? driver=None, TensorList out=None)"],
});

export { lstsqPrimitive as lstsq };

/** Condition number in the norm `p` (null and ±2: ratio of singular values). */
function condition(self: Tensor, p: Scalar | string | null): Tensor {
  check(self.ndim >= 2, () => "linalg.cond: The input tensor must have at least 2 dimensions.");
  checkFloat(self, "linalg.cond");
  const order = p === null || typeof p === "string" ? p : scalarValue(p);
  if (order === null || order === 2 || order === -2) {
    const s = svdvals(self);
    const first = narrow(s, -1, 0, 1);
    const last = narrow(s, -1, s.shape[s.ndim - 1] - 1, 1);
    return squeeze(order === -2 ? div(last, first) : div(first, last), -1);
  }
  checkSquare(self, `linalg.cond(p=${order})`);
  if (self.numel === 0) return sum(self, [-2, -1]);
  const [inverse, info] = invEx(self, false);
  const singular = physicalOf(info)
    .toArray()
    .some((i) => i !== 0);
  const ratio = mul(matrixNorm(self, p as Scalar | string), matrixNorm(inverse, p as Scalar | string));
  if (!singular) return ratio;
  const out = self.rt.full(ratio.shape, Number.POSITIVE_INFINITY, ratio.dtype);
  for (const [i, v] of info.toArray().entries()) if (v === 0) out.data[i] = ratio.toArray()[i];
  return out;
}
export const cond = op({
  name: "linalg_cond",
  args: ["self", "p"],
  forward: (self: Tensor, p: Scalar | string | null = null): Tensor => condition(self, p),
  places: ["linalg"],
  signatures: [
    "linalg_cond(Tensor input, Scalar? p=None, *, Tensor out=None)",
    "linalg_cond(Tensor input, str p, *, Tensor out=None)",
  ],
});
