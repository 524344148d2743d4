import { check, indexError, runtimeError, sizes } from "../errors.ts";
import { dense, scatter } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { type Shape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { clone } from "./copies.ts";

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
    self: (g, { self_sizes, dim, index }): Tensor => selectBackward(g, self_sizes, dim, index),
  },
  formula: { out: "{self}_{i}", vjp: { self: "\\mathrm{scatter}_{i}({g})" }, note: "zero outside the selected part" },
  places: ["torch", "Tensor"],
  signatures: [
    namedOverload("select(Tensor input, DimName dim, int64_t index)"),
    "select(Tensor input, int64_t dim, int64_t index)",
  ],
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

/** Zeros of shape `size` with `grad` written at a position of `dim`: the derivative of select. */
const selectBackward = op({
  name: "select_backward",
  args: ["grad", "size", "dim", "index"],
  node: "SelectBackwardBackward0",
  forward: (grad: Tensor, size: Shape, dim: number, index: number): Tensor => {
    const out = grad.rt.empty(size, grad.dtype);
    const at = index < 0 ? index + size[dim] : index;
    copyInto(
      grad,
      out.data,
      at * out.strides[dim],
      out.strides.filter((_, d) => d !== dim),
    );
    return out;
  },
  keep: ([, , dim, index]) => ({ dim, index }),
  vjp: { grad: (g, { dim, index }): Tensor => select(g, dim, index) },
  formula: { out: "\\mathrm{scatter}({grad})", vjp: { grad: "{g}_{i}" } },
});

/** Zeros of shape `size` with `grad` written at the slice: the derivative of slice. */
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
  signatures: [
    namedOverload("diagonal(Tensor input, *, DimName outdim, DimName dim1, DimName dim2, int64_t offset=0)"),
    "diagonal(Tensor input, int64_t offset=0, int64_t dim1=0, int64_t dim2=1)",
  ],
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

/** `length` positions of dimension `dim` from `start` on. */
export const narrow = op({
  name: "narrow",
  args: ["self", "dim", "start", "length"],
  forward: (self: Tensor, dim: number, start: number, length: number): Tensor => {
    check(self.ndim > 0, () => "narrow() cannot be applied to a 0-dim tensor.");
    check(length >= 0, () => "narrow(): length must be non-negative.");
    const d = wrapDim(dim, self.ndim);
    const size = self.shape[d];
    if (start < -size || start > size)
      throw indexError(`start out of range (expected to be in range of [${-size}, ${size}], but got ${start})`);
    const from = start < 0 ? start + size : start;
    check(from <= size - length, () => `start (${from}) + length (${length}) exceeds dimension size (${size}).`);
    return slice(self, d, from, from + length);
  },
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: "narrow(Tensor input, int64_t dim, Tensor start, int64_t length)",
      call: (self: Tensor, dim: number, start: Tensor, length: number) => {
        check(start.ndim === 0 && start.dtype.kind === "int", () => "start must be an 0-dim integral Tensor.");
        return narrow(self, dim, start.item(), length);
      },
    },
    "narrow(Tensor input, int64_t dim, int64_t start, int64_t length)",
  ],
});

export const narrowCopy = op({
  name: "narrow_copy",
  args: ["self", "dim", "start", "length"],
  forward: (self: Tensor, dim: number, start: number, length: number): Tensor =>
    clone(narrow(self, dim, start, length), "contiguous_format"),
  places: ["torch", "Tensor"],
  signatures: ["narrow_copy(Tensor input, int64_t dim, int64_t start, int64_t length, *, Tensor out=None)"],
});
