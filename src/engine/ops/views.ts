import { check, indexError, runtimeError, sizes } from "../errors.ts";
import { dense, scatter } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { contiguousStrides, inferShape, numelOf, type Shape, viewStrides, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { clone } from "./copies.ts";

const keepShape = ([self]: [Tensor, ...unknown[]]) => ({ self_sizes: self.shape });

/** Same elements, another shape, no copy. Error when the strides do not allow it. */
export const view = op({
  name: "view",
  args: ["self", "size"],
  node: "ViewBackward0",
  view: "single",
  forward: (self: Tensor, size: Shape): Tensor => {
    const shape = inferShape(size, self.numel);
    const strides = viewStrides(self.shape, self.strides, shape);
    if (strides === null)
      throw runtimeError(
        "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
      );
    return self.alias(shape, strides);
  },
  keep: keepShape,
  vjp: { self: (g, { self_sizes }): Tensor => reshape(g, self_sizes) },
  formula: { out: "\\mathrm{view}({self})", vjp: { self: "\\mathrm{view}({g})" } },
  places: ["Tensor"],
  signatures: ["view(Tensor input, IntArrayRef size)"],
});

/** A view when the strides allow it, else a copy. */
export const reshape = op({
  name: "reshape",
  args: ["self", "shape"],
  forward: (self: Tensor, size: Shape): Tensor => {
    const shape = inferShape(size, self.numel);
    if (viewStrides(self.shape, self.strides, shape) !== null) return viewLike(self, shape);
    return unsafeView(clone(self), shape);
  },
  places: ["torch", "Tensor"],
  signatures: ["reshape(Tensor input, IntArrayRef shape)"],
});

function viewLike(self: Tensor, shape: Shape): Tensor {
  return view(self, shape);
}

/** A view of a fresh copy: differentiable as a view, but not a view for in-place purposes. */
export const unsafeView = op({
  name: "_unsafe_view",
  args: ["self", "size"],
  node: "UnsafeViewBackward0",
  forward: (self: Tensor, size: Shape): Tensor => self.alias(size, contiguousStrides(size)),
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
  signatures: ["transpose(Tensor input, int64_t dim0, int64_t dim1)"],
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
        `expand(${self.dtype.tensorType.replace("torch.", "torch.")}{${sizes(self.shape)}}, size=${sizes(size)}): the number of sizes provided (${size.length}) must be greater or equal to the number of dimensions in the tensor (${self.ndim})`,
    );
    const lead = size.length - self.ndim;
    const shape = [...size];
    const strides = new Array<number>(size.length).fill(0);
    for (let i = size.length - 1; i >= 0; i--) {
      const own = i - lead;
      if (own < 0) {
        check(
          size[i] !== -1,
          () =>
            `expand(${self.dtype.tensorType}{${sizes(self.shape)}}, size=${sizes(size)}): the expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${i}`,
        );
        continue;
      }
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
  signatures: ["squeeze(Tensor input)", "squeeze(Tensor input, int64_t dim)", "squeeze(Tensor input, IntArrayRef dim)"],
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

/** `self` at position `index` of dimension `dim` (the dimension disappears). */
export const select = op({
  name: "select",
  args: ["self", "dim", "index"],
  node: "SelectBackward0",
  view: "single",
  forward: (self: Tensor, dim: number, index: number): Tensor => {
    if (self.ndim === 0) throw indexError("select() cannot be applied to a 0-dim tensor.");
    const d = wrapDim(dim, self.ndim);
    const size = self.shape[d];
    if (index < -size || index >= size)
      throw indexError(
        `select(): index ${index} out of range for tensor of size ${sizes(self.shape)} at dimension ${d}`,
      );
    const i = index < 0 ? index + size : index;
    return self.alias(
      self.shape.filter((_, k) => k !== d),
      self.strides.filter((_, k) => k !== d),
      self.offset + i * self.strides[d],
    );
  },
  keep: ([self, dim, index]) => ({ self_sizes: self.shape, dim: wrapDim(dim, self.ndim), index }),
  vjp: {
    self: (g, { self_sizes, dim, index }): Tensor => {
      const at = index < 0 ? index + self_sizes[dim] : index;
      return sliceBackward(unsqueeze(g, dim), self_sizes, dim, at, 1);
    },
  },
  formula: { out: "{self}_{i}", vjp: { self: "\\mathrm{scatter}_{i}({g})" }, note: "zero outside the selected part" },
  places: ["torch", "Tensor"],
  signatures: ["select(Tensor input, int64_t dim, int64_t index)"],
});

/** Positions start, start+step, … < end of dimension `dim`. Negative bounds count from the end; bounds are clamped. */
export const slice = op({
  name: "slice",
  args: ["self", "dim", "start", "end", "step"],
  node: "SliceBackward0",
  view: "single",
  forward: (self: Tensor, dim: number, start: number | null, end: number | null, step: number = 1): Tensor => {
    if (self.ndim === 0) throw runtimeError("slice() cannot be applied to a 0-dim tensor.");
    check(step > 0, () => "slice step must be positive");
    const d = wrapDim(dim, self.ndim);
    const { from, count } = sliceRange(self.shape[d], start, end, step);
    const shape = [...self.shape];
    const strides = [...self.strides];
    shape[d] = count;
    strides[d] *= step;
    return self.alias(shape, strides, self.offset + from * self.strides[d]);
  },
  keep: ([self, dim, start, end, step]) => {
    const d = wrapDim(dim, self.ndim);
    return {
      self_sizes: self.shape,
      dim: d,
      start: sliceRange(self.shape[d], start, end, step ?? 1).from,
      step: step ?? 1,
    };
  },
  vjp: { self: (g, { self_sizes, dim, start, step }): Tensor => sliceBackward(g, self_sizes, dim, start, step) },
  formula: { out: "{self}_{a:b}", vjp: { self: "\\mathrm{scatter}_{a:b}({g})" }, note: "zero outside the slice" },
});

/** First position and number of positions of a Python slice over `size` elements. */
export function sliceRange(
  size: number,
  start: number | null,
  end: number | null,
  step: number,
): { from: number; count: number } {
  const clamp = (x: number): number => Math.min(Math.max(x < 0 ? x + size : x, 0), size);
  const from = clamp(start ?? 0);
  const to = Math.max(clamp(end ?? size), from);
  return { from, count: Math.ceil((to - from) / step) };
}

/** Zeros of shape `size` with `grad` written at the slice: the derivative of slice and select. */
export const sliceBackward = op({
  name: "slice_backward",
  args: ["grad", "size", "dim", "start", "step"],
  node: "SliceBackwardBackward0",
  forward: (grad: Tensor, size: Shape, dim: number, start: number, step: number): Tensor => {
    const out = grad.rt.empty(size, grad.dtype);
    const strides = [...out.strides];
    const offset = start * strides[dim];
    strides[dim] *= step;
    const { data } = out;
    copyInto(grad, data, offset, strides);
    return out;
  },
  keep: ([grad, , dim, start, step]) => ({ dim, start, step, count: grad.shape[dim] }),
  vjp: { grad: (g, { dim, start, step, count }): Tensor => slice(g, dim, start, start + count * step, step) },
  formula: { out: "\\mathrm{scatter}({grad})", vjp: { grad: "{g}_{a:b}" } },
});

function copyInto(source: Tensor, target: Tensor["data"], offset: number, strides: readonly number[]): void {
  const { data, start } = dense(source);
  scatter(data, start, target, offset, source.shape, strides, source.dtype.slots);
}

export const diagonal = op({
  name: "diagonal",
  args: ["self", "offset", "dim1", "dim2"],
  node: "DiagonalBackward0",
  view: "single",
  forward: (self: Tensor, offset: number = 0, dim1: number = 0, dim2: number = 1): Tensor => {
    const a = wrapDim(dim1, self.ndim);
    const b = wrapDim(dim2, self.ndim);
    check(a !== b, () => `diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
    const size = Math.max(
      0,
      offset >= 0 ? Math.min(self.shape[a], self.shape[b] - offset) : Math.min(self.shape[a] + offset, self.shape[b]),
    );
    const start = size === 0 ? 0 : offset >= 0 ? offset * self.strides[b] : -offset * self.strides[a];
    const rest = self.shape.map((_, i) => i).filter((i) => i !== a && i !== b);
    return self.alias(
      [...rest.map((i) => self.shape[i]), size],
      [...rest.map((i) => self.strides[i]), self.strides[a] + self.strides[b]],
      self.offset + start,
    );
  },
  keep: ([self, offset, dim1, dim2]) => ({
    self_sizes: self.shape,
    offset: offset ?? 0,
    dim1: dim1 ?? 0,
    dim2: dim2 ?? 1,
  }),
  vjp: { self: (g, { self_sizes, offset, dim1, dim2 }): Tensor => diagonalBackward(g, self_sizes, offset, dim1, dim2) },
  formula: { out: "\\mathrm{diag}({self})", vjp: { self: "\\mathrm{diag}^{-1}({g})" } },
  places: ["torch", "Tensor"],
  signatures: ["diagonal(Tensor input, int64_t offset=0, int64_t dim1=0, int64_t dim2=1)"],
});

export const diagonalBackward = op({
  name: "diagonal_backward",
  args: ["grad", "size", "offset", "dim1", "dim2"],
  node: "DiagonalBackwardBackward0",
  forward: (grad: Tensor, size: Shape, offset: number, dim1: number, dim2: number): Tensor => {
    const out = grad.rt.empty(size, grad.dtype);
    const target = diagonal(out, offset, dim1, dim2);
    copyInto(grad, out.data, target.offset, target.strides);
    return out;
  },
  keep: ([, , offset, dim1, dim2]) => ({ offset, dim1, dim2 }),
  vjp: { grad: (g, { offset, dim1, dim2 }): Tensor => diagonal(g, offset, dim1, dim2) },
  formula: { out: "\\mathrm{diag}^{-1}({grad})", vjp: { grad: "\\mathrm{diag}({g})" } },
});

/** One view per position of `dim`. */
export const unbind = op({
  name: "unbind",
  args: ["self", "dim"],
  node: "UnbindBackward0",
  view: "multi_output",
  forward: (self: Tensor, dim: number = 0): Tensor[] => {
    const d = wrapDim(dim, self.ndim);
    if (self.ndim === 0) throw runtimeError("Dimension specified as 0 but tensor has no dimensions");
    return Array.from({ length: self.shape[d] }, (_, i) =>
      self.alias(
        self.shape.filter((_s, k) => k !== d),
        self.strides.filter((_s, k) => k !== d),
        self.offset + i * self.strides[d],
      ),
    );
  },
  keep: ([self, dim]) => ({ self_sizes: self.shape, dim: wrapDim(dim ?? 0, self.ndim) }),
  vjp: {
    self: (_g, { self_sizes, dim }, { grads }): Tensor | null =>
      assemble(
        grads.map((g) => g && unsqueeze(g, dim)),
        self_sizes,
        dim,
        grads.map(() => 1),
      ),
  },
  formula: { out: "{self}_1, …, {self}_n", vjp: { self: "\\mathrm{stack}({g}_1, …, {g}_n)" } },
  places: ["torch", "Tensor"],
  signatures: ["unbind(Tensor input, int64_t dim=0)"],
});

/** Consecutive pieces of the given lengths along `dim`. */
export const splitWithSizes = op({
  name: "split_with_sizes",
  args: ["self", "split_sizes", "dim"],
  node: "SplitWithSizesBackward0",
  view: "multi_output",
  forward: (self: Tensor, lengths: Shape, dim: number = 0): Tensor[] => {
    check(self.ndim !== 0, () => "split expects at least a 1-dimensional tensor");
    const d = wrapDim(dim, self.ndim);
    const total = lengths.reduce((a, b) => a + b, 0);
    check(
      total === self.shape[d] && lengths.every((l) => l >= 0),
      () =>
        `split_with_sizes expects split_sizes to sum exactly to ${self.shape[d]} (input tensor's size at dimension ${d}), but got split_sizes=${sizes(lengths)}`,
    );
    return pieces(self, lengths, d);
  },
  keep: ([self, lengths, dim]) => ({ self_sizes: self.shape, lengths, dim: wrapDim(dim ?? 0, self.ndim) }),
  vjp: {
    self: (_g, { self_sizes, lengths, dim }, { grads }): Tensor | null => assemble(grads, self_sizes, dim, lengths),
  },
  formula: { out: "\\mathrm{split}({self})", vjp: { self: "\\mathrm{cat}({g}_1, …, {g}_n)" } },
  places: ["torch", "Tensor"],
  signatures: ["split_with_sizes(Tensor input, IntArrayRef split_sizes, int64_t dim=0)"],
});

/** Pieces of equal length (the last may be shorter). */
export const splitEqual = op({
  name: "split",
  args: ["self", "split_size", "dim"],
  node: "SplitBackward0",
  view: "multi_output",
  forward: (self: Tensor, size: number, dim: number = 0): Tensor[] => {
    check(self.ndim !== 0, () => "split expects at least a 1-dimensional tensor");
    check(size >= 0, () => `split expects split_size be non-negative, but got split_size=${size}`);
    const d = wrapDim(dim, self.ndim);
    check(
      size > 0 || self.shape[d] === 0,
      () => `split_size can only be 0 if dimension size is 0, but got dimension size of ${self.shape[d]}`,
    );
    return pieces(self, equalLengths(self.shape[d], size), d);
  },
  keep: ([self, size, dim]) => {
    const d = wrapDim(dim ?? 0, self.ndim);
    return { self_sizes: self.shape, lengths: equalLengths(self.shape[d], size), dim: d };
  },
  vjp: {
    self: (_g, { self_sizes, lengths, dim }, { grads }): Tensor | null => assemble(grads, self_sizes, dim, lengths),
  },
  formula: { out: "\\mathrm{split}({self})", vjp: { self: "\\mathrm{cat}({g}_1, …, {g}_n)" } },
});

export function equalLengths(total: number, size: number): number[] {
  if (total === 0) return [0];
  const out: number[] = [];
  for (let at = 0; at < total; at += size) out.push(Math.min(size, total - at));
  return out;
}

function pieces(self: Tensor, lengths: Shape, d: number): Tensor[] {
  let at = 0;
  return lengths.map((length) => {
    const shape = [...self.shape];
    shape[d] = length;
    const piece = self.alias(shape, self.strides, self.offset + at * self.strides[d]);
    at += length;
    return piece;
  });
}

/** Sum of the pieces' gradients, each in its place: the derivative of splits. Missing ones are zeros. */
function assemble(grads: readonly (Tensor | null)[], shape: Shape, dim: number, lengths: Shape): Tensor | null {
  let at = 0;
  let total: Tensor | null = null;
  for (let i = 0; i < grads.length; i++) {
    const g = grads[i];
    if (g !== null) {
      const part = sliceBackward(g, shape, dim, at, 1);
      total = total === null ? part : add(total, part);
    }
    at += lengths[i];
  }
  return total;
}

/** Arbitrary strided view (offset absolute in the storage, default the tensor's own). */
export const asStrided = op({
  name: "as_strided",
  args: ["self", "size", "stride", "storage_offset"],
  node: "AsStridedBackward0",
  view: "single",
  forward: (self: Tensor, size: Shape, stride: Shape, offset: number | null = null): Tensor => {
    check(size.length === stride.length, () => "mismatch in length of strides and shape");
    const start = offset ?? self.offset;
    const last = size.reduce((m, s, i) => m + (s - 1) * stride[i], start);
    const have = self.data.length / self.dtype.slots;
    check(
      numelOf(size) === 0 || last < have,
      () =>
        `setStorage: sizes ${sizes(size)}, strides ${sizes(stride)}, storage offset ${start}, and itemsize ${self.dtype.itemsize} requiring a storage size of ${(last + 1) * self.dtype.itemsize} are out of bounds for storage of size ${have * self.dtype.itemsize}`,
    );
    return self.alias(size, stride, start);
  },
  keep: ([self, size, stride, offset]) => ({
    self_sizes: self.shape,
    self_strides: self.strides,
    size,
    stride,
    offset: (offset ?? self.offset) - self.offset,
  }),
  vjp: {
    self: (g, { self_sizes, size, stride, offset }): Tensor => asStridedBackward(g, self_sizes, size, stride, offset),
  },
  formula: { out: "\\mathrm{as\\_strided}({self})", vjp: { self: "\\mathrm{scatter}({g})" } },
  places: ["torch", "Tensor"],
  signatures: ["as_strided(Tensor input, IntArrayRef size, IntArrayRef stride, int64_t? storage_offset=None)"],
});

/** Adds `grad` into zeros of the base's shape (contiguous) at the strided positions; repeated positions add up. */
export const asStridedBackward = op({
  name: "as_strided_backward",
  args: ["grad", "base_shape", "size", "stride", "offset"],
  node: "AsStridedBackwardBackward0",
  forward: (grad: Tensor, baseShape: Shape, size: Shape, stride: Shape, offset: number): Tensor => {
    const out = grad.rt.empty(baseShape, grad.dtype);
    const { data, start } = dense(grad);
    const n = numelOf(size);
    const index = new Array<number>(size.length).fill(0);
    let at = offset;
    for (let k = 0; k < n; k++) {
      out.data[at] += data[start + k];
      for (let d = size.length - 1; d >= 0; d--) {
        at += stride[d];
        if (++index[d] < size[d]) break;
        at -= stride[d] * size[d];
        index[d] = 0;
      }
    }
    return out;
  },
  keep: ([, , size, stride, offset]) => ({ size, stride, offset }),
  vjp: { grad: (g, { size, stride, offset }): Tensor => asStrided(clone(g), size, stride, offset) },
  formula: { out: "\\mathrm{scatter}({grad})", vjp: { grad: "\\mathrm{as\\_strided}({g})" } },
});

/** Sliding windows: dimension `dim` becomes the windows' positions, a last dimension of `size` is added. */
export const unfold = op({
  name: "unfold",
  args: ["self", "dimension", "size", "step"],
  node: "UnfoldBackward0",
  view: "single",
  forward: (self: Tensor, dimension: number, size: number, step: number): Tensor => {
    const d = wrapDim(dimension, self.ndim);
    const length = self.ndim === 0 ? 1 : self.shape[d];
    check(size <= length, () => `maximum size for tensor at dimension ${d} is ${length} but size is ${size}`);
    check(step > 0, () => `step is ${step} but must be > 0`);
    const shape = [...self.shape, size];
    const stride = self.ndim === 0 ? 1 : self.strides[d];
    const strides = [...self.strides, stride];
    if (self.ndim > 0) {
      shape[d] = Math.floor((length - size) / step) + 1;
      strides[d] = stride * step;
    }
    return self.alias(shape, strides);
  },
  keep: ([self, dimension, size, step]) => ({ self_sizes: self.shape, dim: wrapDim(dimension, self.ndim), size, step }),
  vjp: {
    self: (g, { self_sizes, dim, size, step }): Tensor => {
      const base = contiguousStrides(self_sizes);
      const shape = [...self_sizes, size];
      const strides = [...base, base[dim] ?? 1];
      if (self_sizes.length > 0) {
        shape[dim] = g.shape[dim];
        strides[dim] = base[dim] * step;
      }
      return asStridedBackward(g, self_sizes, shape, strides, 0);
    },
  },
  formula: {
    out: "\\mathrm{unfold}({self})",
    vjp: { self: "\\mathrm{fold}({g})" },
    note: "overlapping windows add up",
  },
  places: ["Tensor"],
  signatures: ["unfold(Tensor input, int64_t dimension, int64_t size, int64_t step)"],
});
