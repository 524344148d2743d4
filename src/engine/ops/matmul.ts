import { bool, float32 } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { addF32 } from "../kernels/elementwise-f32.ts";
import { roundedOnce } from "../kernels/half.ts";
import { permuted } from "../kernels/layout.ts";
import { multiply } from "../kernels/matrix.ts";
import { inplace, op } from "../op.ts";
import { notImplementedFor } from "../refusals.ts";
import { broadcastShapes, numelOf, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { conj } from "./complex-parts.ts";
import { areOne, blend, conjugate, type Factor, times } from "./factors.ts";
import { factorsBefore } from "./overloads.ts";
import { expand, reshape, squeeze, squeeze_, t, transpose, unsafeView, unsqueeze } from "./views.ts";

/** Do a matrix's columns lie one after the other in memory? Strides that nobody needs are not kept. */
const isColumnMajor = (shape: Shape, strides: Shape): boolean => strides[0] === 1 && strides[1] === shape[0];
const NOT_KEPT: Shape = [];

/** Gradient of the left factor of a product, laid out in memory as the factor itself. */
const leftGradient = (g: Tensor, right: Tensor, columnMajor: boolean, alpha: Factor = 1): Tensor =>
  times(columnMajor ? t(mm(conj(right), t(g))) : mm(g, conj(t(right))), conjugate(alpha));
const rightGradient = (g: Tensor, left: Tensor, columnMajor: boolean, alpha: Factor = 1): Tensor =>
  times(columnMajor ? t(mm(t(g), conj(left))) : mm(conj(t(left)), g), conjugate(alpha));

function checkShapes(a: Tensor, b: Tensor): void {
  check(
    a.shape[1] === b.shape[0],
    () => `mat1 and mat2 shapes cannot be multiplied (${a.shape.join("x")} and ${b.shape.join("x")})`,
  );
}

export const mm = op({
  name: "mm",
  args: ["self", "mat2"],
  node: "MmBackward0",
  forward: (self: Tensor, mat2: Tensor): Tensor => {
    check(self.ndim === 2, () => "self must be a matrix");
    check(mat2.ndim === 2, () => "mat2 must be a matrix");
    checkShapes(self, mat2);
    check(
      self.dtype === mat2.dtype,
      () => `expected m1 and m2 to have the same dtype, but got: ${self.dtype.cppName} != ${mat2.dtype.cppName}`,
    );
    if (self.dtype === bool) throw notImplementedFor("addmm_impl_cpu_", self.dtype);
    return multiply(self, mat2);
  },
  keep: ([self, mat2], _out, need) => ({
    mat2: need("self") ? mat2 : undefined,
    self: need("mat2") ? self : undefined,
    self_sym_sizes: self.shape,
    self_sym_strides: need("self") ? self.strides : NOT_KEPT,
    mat2_sym_sizes: mat2.shape,
    mat2_sym_strides: need("mat2") ? mat2.strides : NOT_KEPT,
  }),
  vjp: {
    self: (g, { mat2, self_sym_sizes, self_sym_strides }): Tensor =>
      leftGradient(g, mat2, isColumnMajor(self_sym_sizes, self_sym_strides)),
    mat2: (g, { self, mat2_sym_sizes, mat2_sym_strides }): Tensor =>
      rightGradient(g, self, isColumnMajor(mat2_sym_sizes, mat2_sym_strides)),
  },
  formula: { out: "{self}\\,{mat2}", vjp: { self: "{g}\\,{mat2}^{\\top}", mat2: "{self}^{\\top}\\,{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["mm(Tensor input, Tensor mat2, *, Tensor out=None)"],
});

export const bmm = op({
  name: "bmm",
  args: ["self", "mat2"],
  node: "BmmBackward0",
  forward: (self: Tensor, mat2: Tensor): Tensor => {
    check(self.ndim === 3, () => "batch1 must be a 3D tensor");
    check(mat2.ndim === 3, () => "batch2 must be a 3D tensor");
    check(
      self.shape[0] === mat2.shape[0] && self.shape[2] === mat2.shape[1],
      () =>
        `Expected size for first two dimensions of batch2 tensor to be: ${sizes([self.shape[0], self.shape[2]])} but got: ${sizes([mat2.shape[0], mat2.shape[1]])}.`,
    );
    check(
      self.dtype === mat2.dtype,
      () => `expected scalar type ${self.dtype.scalarName} but found ${mat2.dtype.scalarName}`,
    );
    if (self.dtype === bool) throw notImplementedFor("bmm", self.dtype);
    return multiply(self, mat2);
  },
  keep: ([self, mat2], _out, need) => ({
    mat2: need("self") ? mat2 : undefined,
    self: need("mat2") ? self : undefined,
  }),
  vjp: {
    self: (g, { mat2 }): Tensor => bmm(g, conj(transpose(mat2, 1, 2))),
    mat2: (g, { self }): Tensor => bmm(conj(transpose(self, 1, 2)), g),
  },
  formula: { out: "{self}\\,{mat2}", vjp: { self: "{g}\\,{mat2}^{\\top}", mat2: "{self}^{\\top}\\,{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["bmm(Tensor input, Tensor mat2, *, Tensor out=None)"],
});

export const mv = op({
  name: "mv",
  args: ["self", "vec"],
  refuses: { bool: "addmv_impl_cpu" },
  node: "MvBackward0",
  forward: (self: Tensor, vec: Tensor): Tensor => {
    check(
      self.ndim === 2 && vec.ndim === 1,
      () => `vector + matrix @ vector expected, got ${1}, ${self.ndim}, ${vec.ndim}`,
    );
    check(
      self.shape[1] === vec.shape[0],
      () => `size mismatch, got input (${self.shape[0]}), mat (${self.shape.join("x")}), vec (${vec.shape[0]})`,
    );
    check(
      self.dtype === vec.dtype,
      () => `expected scalar type ${self.dtype.scalarName} but found ${vec.dtype.scalarName}`,
    );
    const out = multiply(self, vec.alias([vec.shape[0], 1], [vec.strides[0], 1]));
    return out.alias([self.shape[0]], [1]);
  },
  keep: ([self, vec], _out, need) => ({ vec: need("self") ? vec : undefined, self: need("vec") ? self : undefined }),
  vjp: {
    self: (g, { vec }): Tensor => outer(g, conj(vec)),
    vec: (g, { self }): Tensor => mv(conj(t(self)), g),
  },
  formula: { out: "{self}\\,{vec}", vjp: { self: "{g}\\,{vec}^{\\top}", vec: "{self}^{\\top}\\,{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["mv(Tensor input, Tensor vec, *, Tensor out=None)"],
});

export const dot = op({
  name: "dot",
  args: ["self", "tensor"],
  refuses: { bool: "dot" },
  node: "DotBackward0",
  forward: (self: Tensor, other: Tensor): Tensor => {
    check(
      self.ndim === 1 && other.ndim === 1,
      () => `1D tensors expected, but got ${self.ndim}D and ${other.ndim}D tensors`,
    );
    check(
      self.dtype === other.dtype,
      () =>
        `dot : expected both vectors to have same dtype, but found ${self.dtype.scalarName} and ${other.dtype.scalarName}`,
    );
    check(
      self.shape[0] === other.shape[0],
      () =>
        `inconsistent tensor size, expected tensor ${sizes(self.shape)} and src ${sizes(other.shape)} to have the same number of elements, but got ${self.shape[0]} and ${other.shape[0]} elements respectively`,
    );
    const n = self.shape[0];
    return multiply(self.alias([1, n], [0, self.strides[0]]), other.alias([n, 1], [other.strides[0], 0])).alias([], []);
  },
  keep: ([self, tensor], _out, need) => ({
    tensor: need("self") ? tensor : undefined,
    self: need("tensor") ? self : undefined,
  }),
  vjp: {
    self: (g, { tensor }): Tensor => mul(g, conj(tensor)),
    tensor: (g, { self }): Tensor => mul(g, conj(self)),
  },
  formula: { out: "{self}^{\\top}{tensor}", vjp: { self: "{g}\\,{tensor}", tensor: "{g}\\,{self}" } },
  places: ["torch", "Tensor"],
  signatures: ["dot(Tensor input, Tensor tensor, *, Tensor out=None)"],
});

/** Outer product of two vectors (recorded as a product of a column and a row, as PyTorch does). */
export const outer = op({
  name: "outer",
  args: ["self", "vec2"],
  forward: (self: Tensor, vec2: Tensor): Tensor => {
    check(self.ndim === 1, () => `outer: Expected 1-D argument self, but got ${self.ndim}-D`);
    check(vec2.ndim === 1, () => `outer: Expected 1-D argument vec2, but got ${vec2.ndim}-D`);
    return mul(reshape(self, [self.shape[0], 1]), vec2);
  },
  places: ["torch", "Tensor"],
  signatures: ["outer(Tensor input, Tensor vec2, *, Tensor out=None)"],
});

/** Adds a bias row to every row of a fresh product, in place. False when the bias is not so simple. */
function addRows(product: Tensor, bias: Tensor): boolean {
  const m = product.shape[1];
  if (product.dtype !== float32 || bias.ndim !== 1 || bias.shape[0] !== m || !bias.contiguous || m === 0) return false;
  const c = product.data as Float32Array;
  const b = bias.data as Float32Array;
  for (let at = 0; at < c.length; at += m) addF32.both(c, at, b, bias.offset, c, at, m);
  return true;
}

export const addmm = op({
  name: "addmm",
  args: ["self", "mat1", "mat2", "beta", "alpha"],
  node: "AddmmBackward0",
  forward: (self: Tensor, mat1: Tensor, mat2: Tensor, beta: Factor = 1, alpha: Factor = 1): Tensor => {
    check(mat1.ndim === 2 && mat2.ndim === 2, () =>
      mat1.ndim !== 2
        ? `mat1 must be a matrix, got ${mat1.ndim}-D tensor`
        : `mat2 must be a matrix, got ${mat2.ndim}-D tensor`,
    );
    checkShapes(mat1, mat2);
    const same = (name: string, t: Tensor): void =>
      check(
        t.dtype === mat2.dtype,
        () => `${name} and mat2 must have the same dtype, but got ${t.dtype.scalarName} and ${mat2.dtype.scalarName}`,
      );
    same("self", self);
    same("mat1", mat1);
    if (self.dtype === bool) throw notImplementedFor("addmm_impl_cpu_", self.dtype);
    return roundedOnce([self, mat1, mat2], (c, a, b) => {
      const product = multiply(a, b);
      return areOne(beta, alpha) && addRows(product, c) ? product : blend(c, product, beta, alpha);
    });
  },
  keep: ([, mat1, mat2, beta, alpha], _out, need) => ({
    mat2: need("mat1") ? mat2 : undefined,
    mat1: need("mat2") ? mat1 : undefined,
    mat1_sym_sizes: mat1.shape,
    mat1_sym_strides: need("mat1") ? mat1.strides : NOT_KEPT,
    mat2_sym_sizes: mat2.shape,
    mat2_sym_strides: need("mat2") ? mat2.strides : NOT_KEPT,
    beta: beta ?? 1,
    alpha: alpha ?? 1,
  }),
  vjp: {
    self: (g, { beta }): Tensor => times(g, conjugate(beta)),
    mat1: (g, { mat2, mat1_sym_sizes, mat1_sym_strides, alpha }): Tensor =>
      leftGradient(g, mat2, isColumnMajor(mat1_sym_sizes, mat1_sym_strides), alpha),
    mat2: (g, { mat1, mat2_sym_sizes, mat2_sym_strides, alpha }): Tensor =>
      rightGradient(g, mat1, isColumnMajor(mat2_sym_sizes, mat2_sym_strides), alpha),
  },
  formula: {
    out: "{self} + {mat1}\\,{mat2}",
    vjp: { self: "{g}", mat1: "{g}\\,{mat2}^{\\top}", mat2: "{mat1}^{\\top}\\,{g}" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "addmm(Tensor input, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1, Tensor out=None)",
    ...factorsBefore("addmm", "mat1", "mat2"),
  ],
});
export const addmm_ = inplace(addmm);

/**
 * May the larger operand's leading dimensions fold into the rows of one matrix product? (PyTorch's should_fold: always when the
 * smaller one needs a gradient, which would otherwise be summed over the batch.)
 */
function folds(self: Tensor, other: Tensor): boolean {
  const turned = other.ndim > self.ndim;
  const [large, small] = turned ? [other, self] : [self, other];
  if (large.ndim < 3 || small.ndim > 2) return false;
  if (small.requiresGrad) return true;
  if (self.ndim === 2) return false;
  if (large.numel === 0) return true;
  // The right operand folds transposed: its rows are what the sum runs over.
  const order = large.shape.map((_n, d) => d);
  if (turned) order.push(...order.splice(-2).reverse());
  const [shape, strides] = [permuted(large.shape, order), permuted(large.strides, order)];
  for (let d = 0; d < large.ndim - 2; d++) if (strides[d] !== strides[d + 1] * shape[d + 1]) return false;
  return true;
}

function folded(self: Tensor, other: Tensor): Tensor {
  const turned = other.ndim > self.ndim;
  const large = turned ? transpose(other, -2, -1) : self;
  const small = turned ? (self.ndim === 2 ? t(self) : self) : other;
  const lead = large.shape.slice(0, -1);
  const rows = reshape(large, [numelOf(lead), large.shape[large.ndim - 1]]);
  if (small.ndim === 1) return unsafeView(mv(rows, small), lead);
  const out = unsafeView(mm(rows, small), [...lead, small.shape[1]]);
  return turned ? contiguousCopy(transpose(out, -2, -1)) : out;
}
const contiguousCopy = (x: Tensor): Tensor => (x.contiguous ? x : x.rt.math.clone(x));

/** Batches of matrices with broadcast leading dimensions. */
function batched(self: Tensor, other: Tensor): Tensor {
  const n = self.ndim > 1 ? self.shape[self.ndim - 2] : 1;
  const k = self.shape[self.ndim - 1];
  const vector = other.ndim === 1;
  const k2 = vector ? other.shape[0] : other.shape[other.ndim - 2];
  const m = vector ? 1 : other.shape[other.ndim - 1];
  const left = self.shape.slice(0, Math.max(self.ndim - 2, 0));
  const right = other.shape.slice(0, Math.max(other.ndim - 2, 0));
  if (self.ndim === 3 && other.ndim === 3 && left[0] !== right[0]) {
    if (left[0] === 1 && self.requiresGrad) return matmul(squeeze(self, 0), other);
    if (right[0] === 1 && other.requiresGrad) return matmul(self, squeeze(other, 0));
  }
  const batch: Shape = broadcastShapes(left, right);
  const count = numelOf(batch);
  const x = reshape(expand(self, [...batch, n, k]), [count, n, k]);
  const shape = [...batch];
  if (self.ndim > 1) shape.push(n);
  if (vector) {
    const y = unsqueeze(reshape(expand(other, [...batch, k2]), [count, k2]), 2);
    return unsafeView(squeeze(bmm(x, y), -1), shape);
  }
  const y = reshape(expand(other, [...batch, k2, m]), [count, k2, m]);
  return unsafeView(bmm(x, y), [...shape, m]);
}

/** torch.matmul: dot, mv, mm or batched product, by the operands' dimensions. */
export const matmul = op({
  name: "matmul",
  args: ["self", "other"],
  forward: (self: Tensor, other: Tensor): Tensor => {
    const a = self.ndim;
    const b = other.ndim;
    check(a > 0 && b > 0, () => `both arguments to matmul need to be at least 1D, but they are ${a}D and ${b}D`);
    if (a === 1 && b === 1) return dot(self, other);
    if (a === 2 && b === 1) return mv(self, other);
    if (a === 1 && b === 2) return squeeze_(mm(unsqueeze(self, 0), other), 0);
    if (a === 2 && b === 2) return mm(self, other);
    return folds(self, other) ? folded(self, other) : batched(self, other);
  },
  places: ["torch", "Tensor"],
  signatures: ["matmul(Tensor input, Tensor other, *, Tensor out=None)"],
});

/** `input @ weight.T + bias` over the last dimension. */
export const linear = op({
  name: "linear",
  args: ["input", "weight", "bias"],
  forward: (input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor => {
    if (input.ndim === 2 && bias !== null) return addmm(bias, input, t(weight));
    check(
      input.ndim > 0 && weight.ndim > 0,
      () => `both arguments to linear need to be at least 1D, but they are ${input.ndim}D and ${weight.ndim}D`,
    );
    if (bias !== null && input.contiguous && (input.ndim === 3 || bias.ndim === 1)) {
      const lead = input.shape.slice(0, -1);
      const out = addmm(bias, reshape(input, [-1, input.shape[input.ndim - 1]]), t(weight));
      return reshape(out, [...lead, weight.shape[0]]);
    }
    const product = matmul(input, t(weight));
    return bias === null ? product : add(product, bias);
  },
  places: ["F", "_C"],
  signatures: ["linear(Tensor input, Tensor weight, Tensor bias=None)"],
});
