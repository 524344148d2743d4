import type { DType } from "../dtype.ts";
import { check, runtimeError, sizes } from "../errors.ts";
import { inplaceView } from "../inplace-view.ts";
import { reinterpret } from "../kernels/bytes.ts";
import { op } from "../op.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { inferShape, type Shape, viewStrides, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { clone } from "./copies.ts";

const keepShape = ([self]: [Tensor, ...unknown[]]) => ({ self_sizes: self.shape });

/** The same memory in another shape. Error: the strides do not allow it. */
function viewOf(self: Tensor, shape: Shape): Tensor {
  const strides = viewStrides(self.shape, self.strides, shape);
  if (strides === null)
    throw runtimeError(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
    );
  return self.alias(shape, strides);
}

/** Same elements, another shape, no copy. Error when the strides do not allow it. */
export const view = op({
  name: "view",
  args: ["self", "size"],
  node: "ViewBackward0",
  view: "single",
  forward: (self: Tensor, size: Shape): Tensor => {
    const shape = inferShape(size, self.numel);
    return viewOf(self, shape);
  },
  keep: keepShape,
  vjp: { self: (g, { self_sizes }): Tensor => reshape(g, self_sizes) },
  formula: { out: "\\mathrm{view}({self})", vjp: { self: "\\mathrm{view}({g})" } },
  places: ["Tensor"],
  signatures: [
    {
      text: "view(Tensor input, ScalarType dtype)",
      call: (self: Tensor, dtype: DType) => viewDtype(self, dtype),
    },
    "view(Tensor input, IntArrayRef size)",
  ],
});

/** The same bytes read as another dtype. */
const viewDtype = op({
  name: "view",
  args: ["self", "dtype"],
  detached: true,
  forward: (self: Tensor, dtype: DType): Tensor => (self.dtype === dtype ? self.alias() : reinterpret(self, dtype)),
});

/** A view when the strides allow it, else a copy. */
export const reshape = op({
  name: "reshape",
  args: ["self", "shape"],
  forward: (self: Tensor, size: Shape): Tensor => {
    const shape = inferShape(size, self.numel);
    if (viewStrides(self.shape, self.strides, shape) === null)
      return unsafeView(clone(self, "contiguous_format"), shape);
    return self.contiguous ? view(self, shape) : reshapeAlias(self, shape);
  },
  places: ["torch", "Tensor"],
  signatures: ["reshape(Tensor input, IntArrayRef shape)"],
});

/** The view that `reshape` finds where memory is not in order. */
const reshapeAlias = op({
  name: "_reshape_alias",
  args: ["self", "size"],
  node: "ReshapeAliasBackward0",
  view: "single",
  forward: (self: Tensor, size: Shape): Tensor =>
    self.alias(size, viewStrides(self.shape, self.strides, size) ?? undefined),
  keep: keepShape,
  vjp: { self: (g, { self_sizes }): Tensor => reshape(g, self_sizes) },
  formula: { out: "\\mathrm{view}({self})", vjp: { self: "\\mathrm{view}({g})" } },
});

/** A view of a fresh copy: differentiable as a view, but not a view for in-place purposes. */
export const unsafeView = op({
  name: "_unsafe_view",
  args: ["self", "size"],
  node: "UnsafeViewBackward0",
  forward: (self: Tensor, size: Shape): Tensor => viewOf(self, size),
  keep: keepShape,
  vjp: { self: (g, { self_sizes }): Tensor => reshape(g, self_sizes) },
  formula: { out: "\\mathrm{view}({self})", vjp: { self: "\\mathrm{view}({g})" } },
});

export const transpose = op({
  name: "transpose",
  args: ["self", "dim0", "dim1"],
  node: "TransposeBackward0",
  view: "single",
  forward: (self: Tensor, dim0: number, dim1: number): Tensor => {
    const a = wrapDim(dim0, self.ndim);
    const b = wrapDim(dim1, self.ndim);
    if (self.ndim === 0) return self.alias();
    const shape = [...self.shape];
    const strides = [...self.strides];
    [shape[a], shape[b]] = [shape[b], shape[a]];
    [strides[a], strides[b]] = [strides[b], strides[a]];
    return self.alias(shape, strides);
  },
  keep: ([, dim0, dim1]) => ({ dim0, dim1 }),
  vjp: { self: (g, { dim0, dim1 }): Tensor => transpose(g, dim0, dim1) },
  formula: { out: "{self}^{\\top}", vjp: { self: "{g}^{\\top}" } },
  places: ["torch", "Tensor"],
  signatures: [
    "transpose(Tensor input, int64_t dim0, int64_t dim1)",
    namedOverload("transpose(Tensor input, DimName dim0, DimName dim1)"),
  ],
});

/** Matrix transpose of a tensor with at most two dimensions. */
export const t = op({
  name: "t",
  args: ["self"],
  node: "TBackward0",
  view: "single",
  forward: (self: Tensor): Tensor => {
    check(self.ndim <= 2, () => `t() expects a tensor with <= 2 dimensions, but self is ${self.ndim}D`);
    return self.ndim < 2 ? self.alias() : self.alias([...self.shape].reverse(), [...self.strides].reverse());
  },
  vjp: { self: (g): Tensor => t(g) },
  formula: { out: "{self}^{\\top}", vjp: { self: "{g}^{\\top}" } },
  places: ["torch", "Tensor"],
  signatures: ["t(Tensor input)"],
});

/** All dimensions in reverse order: what `x.T` is. */
export const numpyT = op({
  name: "numpy_T",
  args: ["self"],
  forward: (self: Tensor): Tensor =>
    permute(
      self,
      self.shape.map((_, i) => self.ndim - 1 - i),
    ),
  places: ["_C"],
  signatures: ["numpy_T(Tensor input)"],
});

export const permute = op({
  name: "permute",
  args: ["self", "dims"],
  node: "PermuteBackward0",
  view: "single",
  forward: (self: Tensor, dims: Shape): Tensor => {
    check(
      dims.length === self.ndim,
      () =>
        `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${self.ndim} is not equal to len(dims) = ${dims.length}`,
    );
    const order = dims.map((d) => wrapDim(d, self.ndim));
    check(new Set(order).size === order.length, () => "permute(): duplicate dims are not allowed.");
    return self.alias(
      order.map((d) => self.shape[d]),
      order.map((d) => self.strides[d]),
    );
  },
  keep: ([self, dims]) => ({ dims: dims.map((d) => wrapDim(d, self.ndim)) }),
  vjp: {
    self: (g, { dims }): Tensor => {
      const inverse = new Array<number>(dims.length);
      dims.forEach((d, i) => {
        inverse[d] = i;
      });
      return permute(g, inverse);
    },
  },
  formula: { out: "\\mathrm{permute}({self})", vjp: { self: "\\mathrm{permute}^{-1}({g})" } },
  places: ["torch", "Tensor"],
  signatures: ["permute(Tensor input, IntArrayRef dims)"],
});

export const expand = op({
  name: "expand",
  args: ["self", "size"],
  node: "ExpandBackward0",
  view: "single",
  forward: (self: Tensor, size: Shape): Tensor => {
    check(
      size.length >= self.ndim,
      () =>
        `expand(${self.dtype.tensorType}{${sizes(self.shape)}}, size=${sizes(size)}): the number of sizes provided (${size.length}) must be greater or equal to the number of dimensions in the tensor (${self.ndim})`,
    );
    const lead = size.length - self.ndim;
    const shape = [...size];
    const strides = new Array<number>(size.length).fill(0);
    for (let i = size.length - 1; i >= 0; i--) {
      const own = i - lead;
      if (own < 0) {
        check(
          size[i] >= 0,
          () => `The expanded size of the tensor (${size[i]}) isn't allowed in a leading, non-existing dimension ${i}`,
        );
        continue;
      }
      check(size[i] >= -1, () => "numel: integer multiplication overflow"); // PyTorch's product of the sizes, as unsigned numbers
      if (size[i] === -1) shape[i] = self.shape[own];
      else if (self.shape[own] !== size[i])
        check(
          self.shape[own] === 1,
          () =>
            `The expanded size of the tensor (${size[i]}) must match the existing size (${self.shape[own]}) at non-singleton dimension ${i}.  Target sizes: ${sizes(size)}.  Tensor sizes: ${sizes(self.shape)}`,
        );
      strides[i] = self.shape[own] === 1 && shape[i] !== 1 ? 0 : self.strides[own];
    }
    return self.alias(shape, strides);
  },
  keep: keepShape,
  vjp: { self: (g, { self_sizes }): Tensor => g.rt.math.sumTo(g, self_sizes) },
  formula: {
    out: "\\mathrm{expand}({self})",
    vjp: { self: "\\textstyle\\sum {g}" },
    note: "summed over the expanded dimensions",
  },
  places: ["Tensor"],
  signatures: ["expand(Tensor input, IntArrayRef size, *, bool implicit=False)"],
});

export const squeeze = op({
  name: "squeeze",
  args: ["self", "dim"],
  node: ([, dim]) =>
    dim === undefined || dim === null
      ? "SqueezeBackward0"
      : typeof dim === "number"
        ? "SqueezeBackward1"
        : "SqueezeBackward2",
  view: "single",
  forward: (self: Tensor, dim: number | readonly number[] | null = null): Tensor => {
    const list = dim === null ? null : (typeof dim === "number" ? [dim] : dim).map((d) => wrapDim(d, self.ndim));
    const keep = self.shape.map((s, i) => s !== 1 || (list !== null && !list.includes(i)));
    return self.alias(
      self.shape.filter((_, i) => keep[i]),
      self.strides.filter((_, i) => keep[i]),
    );
  },
  keep: keepShape,
  vjp: { self: (g, { self_sizes }): Tensor => reshape(g, self_sizes) },
  formula: { out: "\\mathrm{squeeze}({self})", vjp: { self: "\\mathrm{unsqueeze}({g})" } },
  places: ["torch", "Tensor"],
  signatures: [
    "squeeze(Tensor input)",
    "squeeze(Tensor input, int64_t dim)",
    "squeeze(Tensor input, IntArrayRef dim)",
    namedOverload("squeeze(Tensor input, DimName dim)"),
  ],
});

export const unsqueeze = op({
  name: "unsqueeze",
  args: ["self", "dim"],
  node: "UnsqueezeBackward0",
  view: "single",
  forward: (self: Tensor, dim: number): Tensor => {
    const d = wrapDim(dim, self.ndim + 1);
    const shape = [...self.shape];
    const strides = [...self.strides];
    shape.splice(d, 0, 1);
    strides.splice(d, 0, d < self.ndim ? self.shape[d] * self.strides[d] : 1);
    return self.alias(shape, strides);
  },
  keep: ([self, dim]) => ({ dim: wrapDim(dim, self.ndim + 1) }),
  vjp: { self: (g, { dim }): Tensor => squeeze(g, dim) },
  formula: { out: "\\mathrm{unsqueeze}({self})", vjp: { self: "\\mathrm{squeeze}({g})" } },
  places: ["torch", "Tensor"],
  signatures: ["unsqueeze(Tensor input, int64_t dim)"],
});

const squeezeNode = (args: readonly unknown[]): string =>
  `SqueezeBackward${args[1] === undefined || args[1] === null ? 3 : typeof args[1] === "number" ? 4 : 5}`;
export const squeeze_ = inplaceView(squeeze, squeezeNode, [
  "squeeze_(Tensor input)",
  "squeeze_(Tensor input, int64_t dim)",
  "squeeze_(Tensor input, IntArrayRef dim)",
  namedOverload("squeeze_(Tensor input, DimName dim)"),
]);
export const unsqueeze_ = inplaceView(unsqueeze, "UnsqueezeBackward1", ["unsqueeze_(Tensor input, int64_t dim)"]);
export const transpose_ = inplaceView(transpose, "TransposeBackward1", [
  "transpose_(Tensor input, int64_t dim0, int64_t dim1)",
]);
export const t_ = inplaceView(t, "TBackward1", ["t_(Tensor input)"]);
