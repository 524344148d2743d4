import { complexType, type DType, realType } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { dense } from "../kernels/dense.ts";
import { binary, unaryComplex } from "../kernels/elementwise.ts";
import { inOrder, orderOf, outOfOrder } from "../kernels/layout.ts";
import { op } from "../op.ts";
import { Tensor } from "../tensor.ts";
import { contiguous } from "./copies.ts";
import { select } from "./slicing.ts";

const isComplex = (x: Tensor): boolean => x.dtype.kind === "complex";

const conjugate = op({
  name: "_conj",
  args: ["self"],
  node: "ConjBackward0",
  forward: (self: Tensor): Tensor => unaryComplex(self, ([re, im]) => [re, -im]),
  vjp: { self: (g): Tensor => conj(g) },
  formula: { out: "\\overline{{self}}", vjp: { self: "\\overline{{g}}" } },
});

/** Complex conjugate; real tensors are returned as they are. */
export const conj = op({
  name: "conj",
  args: ["self"],
  forward: (self: Tensor): Tensor => (isComplex(self) ? conjugate(self) : self),
  places: ["torch", "Tensor"],
  aliases: ["conj_physical"],
  signatures: ["conj(Tensor input)"],
});

/** The tensor itself: conjugates and negatives are computed at once here, never put off. */
export const resolveConj = op({
  name: "resolve_conj",
  args: ["self"],
  forward: (self: Tensor): Tensor => self,
  places: ["torch"],
  aliases: ["resolve_neg"],
  signatures: ["resolve_conj(Tensor input)"],
});

/** The real numbers at every second place of a complex tensor's memory. */
function part(self: Tensor, which: 0 | 1): Tensor {
  const strides = self.strides.map((s) => 2 * s);
  const t = new Tensor(self.rt, self.storage, 2 * self.offset + which, self.shape, strides, realType(self.dtype));
  t.versions = self.versions;
  return t;
}

/** A complex tensor from real and imaginary parts (null = zeros). */
function combine(re: Tensor | null, im: Tensor | null): Tensor {
  const like = (re ?? im) as Tensor;
  const order = orderOf(like);
  if (order !== null) {
    const turned = (x: Tensor | null): Tensor | null => (x === null ? null : inOrder(x, order));
    return outOfOrder(combine(turned(re), turned(im)), order);
  }
  const out = like.rt.empty(like.shape, complexType(like.dtype));
  const n = like.numel;
  for (const [which, x] of [re, im].entries()) {
    if (x === null) continue;
    const { data, start } = dense(x);
    for (let i = 0; i < n; i++) out.data[2 * i + which] = data[start + i];
  }
  return out;
}

const complexFromParts = op({
  name: "complex",
  args: ["real", "imag"],
  node: "ComplexBackward0",
  forward: (real: Tensor, imag: Tensor): Tensor => {
    check(
      real.dtype.kind === "float" && imag.dtype.kind === "float",
      () =>
        `Expected both inputs to be Half, Float or Double tensors but got ${real.dtype.scalarName} and ${imag.dtype.scalarName}`,
    );
    check(
      real.dtype === imag.dtype,
      () =>
        `Expected object of scalar type ${real.dtype.scalarName} but got scalar type ${imag.dtype.scalarName} for second argument`,
    );
    // Adding zeros of the other operand broadcasts and copies in one go.
    const wide = (a: Tensor, b: Tensor): Tensor =>
      binary(a, b, (x, xi, dx, _y, _yi, _dy, out, n) => {
        for (let i = 0; i < n; i++) out[i] = x[xi + i * dx];
      });
    return combine(wide(real, imag), wide(imag, real));
  },
  vjp: { real: (g): Tensor => real(g), imag: (g): Tensor => imag(g) },
  formula: { out: "{real} + i\\,{imag}", vjp: { real: "\\Re {g}", imag: "\\Im {g}" } },
  places: ["torch"],
  signatures: ["complex(Tensor real, Tensor imag, *, Tensor out=None)"],
});

export { complexFromParts as complex };

/** Real part: a view of a complex tensor, a real tensor itself. */
export const real = op({
  name: "real",
  args: ["self"],
  forward: (self: Tensor): Tensor => (isComplex(self) ? select(viewAsReal(self), -1, 0) : self),
  places: ["torch"],
  signatures: ["real(Tensor input)"],
});

/** Imaginary part: a view. Error: the tensor is real. */
export const imag = op({
  name: "imag",
  args: ["self"],
  forward: (self: Tensor): Tensor => {
    if (!isComplex(self)) throw runtimeError("imag is not implemented for tensors with non-complex dtypes.");
    return select(viewAsReal(self), -1, 1);
  },
  places: ["torch"],
  signatures: ["imag(Tensor input)"],
});

/** A complex tensor seen as real, with a last dimension of 2: a view. */
export const viewAsReal = op({
  name: "view_as_real",
  args: ["self"],
  node: "ViewAsRealBackward0",
  view: "single",
  forward: (self: Tensor): Tensor => {
    if (!isComplex(self)) throw runtimeError("view_as_real is only supported for complex tensors");
    const t = part(self, 0);
    t.shape = [...self.shape, 2];
    t.strides = [...t.strides, 1];
    return t;
  },
  vjp: { self: (g): Tensor => viewAsComplex(contiguous(g)) },
  formula: { out: "(\\Re {self}, \\Im {self})", vjp: { self: "{g}_0 + i\\,{g}_1" } },
  places: ["torch"],
  signatures: ["view_as_real(Tensor input)"],
});

/** A real tensor with a last dimension of 2 seen as complex. */
export const viewAsComplex = op({
  name: "view_as_complex",
  args: ["self"],
  node: "ViewAsComplexBackward0",
  view: "single",
  forward: (self: Tensor): Tensor => {
    check(
      self.dtype.kind === "float",
      () =>
        `view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: ${self.dtype.scalarName}`,
    );
    check(self.ndim > 0, () => "Input tensor must have one or more dimensions");
    check(self.shape[self.ndim - 1] === 2, () => "Tensor must have a last dimension of size 2");
    const dtype: DType = complexType(self.dtype);
    const shape = self.shape.slice(0, -1);
    const strides = self.strides.slice(0, -1);
    if (self.strides[self.ndim - 1] !== 1 || self.offset % 2 !== 0 || strides.some((s) => s % 2 !== 0)) {
      check(self.strides[self.ndim - 1] === 1, () => "Tensor must have a last dimension with stride 1");
      check(self.offset % 2 === 0, () => "Tensor must have a storage_offset divisible by 2");
      throw runtimeError("Tensor must have a stride divisible by 2 for all but last dimension");
    }
    const t = new Tensor(
      self.rt,
      self.storage,
      self.offset / 2,
      shape,
      strides.map((s) => s / 2),
      dtype,
    );
    t.versions = self.versions;
    return t;
  },
  vjp: { self: (g): Tensor => viewAsReal(g) },
  formula: { out: "{self}_0 + i\\,{self}_1", vjp: { self: "(\\Re {g}, \\Im {g})" } },
  places: ["torch"],
  signatures: ["view_as_complex(Tensor input)"],
});
