import { check, sizes } from "../errors.ts";
import { inplaceView } from "../inplace-view.ts";
import { dense } from "../kernels/dense.ts";
import { op, overwrite } from "../op.ts";
import { contiguousStrides, numelOf, type Shape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { clone } from "./copies.ts";

/** Arbitrary strided view (offset absolute in the storage, default the tensor's own). */
export const asStrided = op({
  name: "as_strided",
  args: ["self", "size", "stride", "storage_offset"],
  node: "AsStridedBackward0",
  view: "single",
  forward: (self: Tensor, size: Shape, stride: Shape, offset: number | null = null): Tensor => {
    check(size.length === stride.length, () => "mismatch in length of strides and shape");
    check(
      stride.every((s) => s >= 0),
      () => `as_strided: Negative strides are not supported at the moment, got strides: ${sizes(stride)}`,
    );
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

/** A copy of the tensor whose memory at the strided positions holds `src`. */
export const asStridedScatter = op({
  name: "as_strided_scatter",
  args: ["self", "src", "size", "stride", "storage_offset"],
  node: "AsStridedScatterBackward0",
  forward: (self: Tensor, src: Tensor, size: Shape, stride: Shape, offset: number | null = null): Tensor => {
    const out = clone(self);
    overwrite(asStrided(out, size, stride, offset), src, "copy_");
    return out;
  },
  keep: ([, , size, stride, offset]) => ({ size, stride, offset: offset ?? null }),
  vjp: {
    self: (g, { size, stride, offset }): Tensor =>
      asStridedScatter(
        g,
        g.rt.quietly(() => g.rt.full(size, 0, g.dtype)),
        size,
        stride,
        offset,
      ),
    src: (g, { size, stride, offset }): Tensor => asStrided(clone(g, "contiguous_format"), size, stride, offset),
  },
  formula: {
    out: "\\mathrm{as\\_strided}({self}) \\leftarrow {src}",
    vjp: { self: "\\mathrm{as\\_strided}({g}) \\leftarrow 0", src: "\\mathrm{as\\_strided}({g})" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "as_strided_scatter(Tensor input, Tensor src, IntArrayRef size, IntArrayRef stride, int64_t? storage_offset=None, *, Tensor out=None)",
  ],
});

/** Adds `grad` into zeros of the base's shape (contiguous) at the strided positions; repeated positions add up. */
const strideBackward = (name: string, node: string) =>
  op({
    name,
    args: ["grad", "base_shape", "size", "stride", "offset"],
    node,
    forward: (grad: Tensor, baseShape: Shape, size: Shape, stride: Shape, offset: number): Tensor => {
      const out = grad.rt.empty(baseShape, grad.dtype);
      const { data, start } = dense(grad);
      const n = numelOf(size);
      const { slots } = grad.dtype;
      const index = new Array<number>(size.length).fill(0);
      let at = offset;
      for (let k = 0; k < n; k++) {
        for (let s = 0; s < slots; s++) out.data[at * slots + s] += data[start + k * slots + s];
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
    vjp: {
      grad: (g, { size, stride, offset }): Tensor => asStrided(clone(g, "contiguous_format"), size, stride, offset),
    },
    formula: { out: "\\mathrm{scatter}({grad})", vjp: { grad: "\\mathrm{as\\_strided}({g})" } },
  });
export const asStridedBackward = strideBackward("as_strided_backward", "AsStridedBackwardBackward0");
const unfoldBackward = strideBackward("unfold_backward", "UnfoldBackwardBackward0");

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
      return unfoldBackward(g, self_sizes, shape, strides, 0);
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

export const asStrided_ = inplaceView(asStrided, "AsStridedBackward1", [
  "as_strided_(Tensor input, IntArrayRef size, IntArrayRef stride, int64_t? storage_offset=None)",
]);
