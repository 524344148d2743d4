import { bool } from "../dtype.ts";
import { check, runtimeError, sizes } from "../errors.ts";
import { multiply } from "../kernels/matrix.ts";
import { op } from "../op.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import { broadcastShapes, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { expand, reshape, squeeze, squeeze_, t, transpose, unsafeView, unsqueeze } from "./views.ts";

function sameDtype(a: Tensor, b: Tensor, names = ["mat1", "mat2"]): void {
  check(
    a.dtype === b.dtype,
    () =>
      `${names[0] === "self" ? "expected" : "expected"} m1 and m2 to have the same dtype, but got: ${a.dtype.cppName} != ${b.dtype.cppName}`,
  );
}

export const mm = op({
  name: "mm",
  args: ["self", "mat2"],
  node: "MmBackward0",
  forward: (self: Tensor, mat2: Tensor): Tensor => {
    check(self.ndim === 2, () => "self must be a matrix");
    check(mat2.ndim === 2, () => "mat2 must be a matrix");
    check(
      self.shape[1] === mat2.shape[0],
      () => `mat1 and mat2 shapes cannot be multiplied (${self.shape.join("x")} and ${mat2.shape.join("x")})`,
    );
    sameDtype(self, mat2);
    checkKind(self, "addmm_impl_cpu_");
    return multiply(self, mat2);
  },
  keep: ([self, mat2], _out, need) => ({
    self: need("mat2") ? self : undefined,
    mat2: need("self") ? mat2 : undefined,
  }),
  vjp: {
    self: (g, { mat2 }): Tensor => mm(g, t(mat2)),
    mat2: (g, { self }): Tensor => mm(t(self), g),
  },
  formula: { out: "{self}\\,{mat2}", vjp: { self: "{g}\\,{mat2}^{\\top}", mat2: "{self}^{\\top}\\,{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["mm(Tensor input, Tensor mat2, *, Tensor out=None)"],
});

function checkKind(x: Tensor, kernel: string): void {
  if (x.dtype === bool) throw runtimeError(`"${kernel}" not implemented for 'Bool'`);
}

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
    return multiply(self, mat2);
  },
  keep: ([self, mat2], _out, need) => ({
    self: need("mat2") ? self : undefined,
    mat2: need("self") ? mat2 : undefined,
  }),
  vjp: {
    self: (g, { mat2 }): Tensor => bmm(g, transpose(mat2, 1, 2)),
    mat2: (g, { self }): Tensor => bmm(transpose(self, 1, 2), g),
  },
  formula: { out: "{self}\\,{mat2}", vjp: { self: "{g}\\,{mat2}^{\\top}", mat2: "{self}^{\\top}\\,{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["bmm(Tensor input, Tensor mat2, *, Tensor out=None)"],
});

export const mv = op({
  name: "mv",
  args: ["self", "vec"],
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
  keep: ([self, vec], _out, need) => ({ self: need("vec") ? self : undefined, vec: need("self") ? vec : undefined }),
  vjp: {
    self: (g, { vec }): Tensor => outer(g, vec),
    vec: (g, { self }): Tensor => mv(t(self), g),
  },
  formula: { out: "{self}\\,{vec}", vjp: { self: "{g}\\,{vec}^{\\top}", vec: "{self}^{\\top}\\,{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["mv(Tensor input, Tensor vec, *, Tensor out=None)"],
});

export const dot = op({
  name: "dot",
  args: ["self", "tensor"],
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
    self: need("tensor") ? self : undefined,
    tensor: need("self") ? tensor : undefined,
  }),
  vjp: {
    self: (g, { tensor }): Tensor => mul(g, tensor),
    tensor: (g, { self }): Tensor => mul(g, self),
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

export const addmm = op({
  name: "addmm",
  args: ["self", "mat1", "mat2", "beta", "alpha"],
  node: "AddmmBackward0",
  forward: (self: Tensor, mat1: Tensor, mat2: Tensor, beta: Scalar = 1, alpha: Scalar = 1): Tensor => {
    check(mat1.ndim === 2 && mat2.ndim === 2, () =>
      mat1.ndim !== 2
        ? `mat1 must be a matrix, got ${mat1.ndim}-D tensor`
        : `mat2 must be a matrix, got ${mat2.ndim}-D tensor`,
    );
    check(
      mat1.shape[1] === mat2.shape[0],
      () => `mat1 and mat2 shapes cannot be multiplied (${mat1.shape.join("x")} and ${mat2.shape.join("x")})`,
    );
    check(
      mat1.dtype === mat2.dtype,
      () => `mat1 and mat2 must have the same dtype, but got ${mat1.dtype.scalarName} and ${mat2.dtype.scalarName}`,
    );
    check(
      self.dtype === mat1.dtype,
      () => `self and mat2 must have the same dtype, but got ${self.dtype.scalarName} and ${mat1.dtype.scalarName}`,
    );
    const product = multiply(mat1, mat2);
    const shape = product.shape;
    const bias = expand(self, shape);
    return add(scalarValue(beta) === 1 ? bias : mul(bias, beta), product, alpha);
  },
  keep: ([, mat1, mat2, beta, alpha], _out, need) => ({
    mat1: need("mat2") ? mat1 : undefined,
    mat2: need("mat1") ? mat2 : undefined,
    beta: beta ?? 1,
    alpha: alpha ?? 1,
  }),
  vjp: {
    self: (g, { beta }): Tensor => (scalarValue(beta) === 1 ? g : mul(g, beta)),
    mat1: (g, { mat2, alpha }): Tensor => times(mm(g, t(mat2)), alpha),
    mat2: (g, { mat1, alpha }): Tensor => times(mm(t(mat1), g), alpha),
  },
  formula: {
    out: "{self} + {mat1}\\,{mat2}",
    vjp: { self: "{g}", mat1: "{g}\\,{mat2}^{\\top}", mat2: "{mat1}^{\\top}\\,{g}" },
  },
  places: ["torch", "Tensor"],
  signatures: ["addmm(Tensor input, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1, Tensor out=None)"],
});

const times = (x: Tensor, s: Scalar): Tensor => (scalarValue(s) === 1 ? x : mul(x, s));

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
    if (a >= 3 && b <= 2 && b >= 1) {
      // Leading dimensions fold into the rows of one product.
      const lead = self.shape.slice(0, -1);
      const folded = reshape(self, [-1, self.shape[a - 1]]);
      if (b === 1) return unsafeView(mv(folded, other), lead);
      return unsafeView(mm(folded, other), [...lead, other.shape[1]]);
    }
    if (b >= 3 && a <= 2) {
      const x = a === 1 ? unsqueeze(self, 0) : self;
      const out = batched(x, other);
      return a === 1 ? squeeze(out, out.ndim - 2) : out;
    }
    return batched(self, other);
  },
  places: ["torch", "Tensor"],
  signatures: ["matmul(Tensor input, Tensor other, *, Tensor out=None)"],
});

function batched(a: Tensor, b: Tensor): Tensor {
  const batch: Shape = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [n, k] = a.shape.slice(-2);
  const [k2, m] = b.shape.slice(-2);
  const x = reshape(expand(a, [...batch, n, k]), [-1, n, k]);
  const y = reshape(expand(b, [...batch, k2, m]), [-1, k2, m]);
  return unsafeView(bmm(x, y), [...batch, n, m]);
}

/** `input @ weight.T + bias` over the last dimension. */
export const linear = op({
  name: "linear",
  args: ["input", "weight", "bias"],
  forward: (input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor => {
    if (input.ndim === 2 && bias !== null) return addmm(bias, input, t(weight));
    if (input.ndim >= 3 && bias !== null && input.contiguous) {
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
