import { check } from "../errors.ts";
import { copyBlocks, laneSizes } from "../kernels/blocks.ts";
import { copyTensor } from "../kernels/copy.ts";
import { dense, gather } from "../kernels/dense.ts";
import { emptyLike, inMemoryOrder, orderOf, permuted } from "../kernels/layout.ts";
import { op } from "../op.ts";
import { type Shape, wrapDim, wrapDims, wrapOwnDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Reverses the order along the given dimensions; the order of dimensions in memory stays. */
export const flip = op({
  name: "flip",
  args: ["self", "dims"],
  node: "FlipBackward0",
  forward: (self: Tensor, dims: Shape): Tensor => {
    if (dims.length === 0 || self.numel === 0) return inMemoryOrder(self, copyTensor);
    const strides = [...self.strides];
    let start = self.offset;
    for (const d of self.ndim === 0 ? [] : wrapDims(dims, self.ndim)) {
      start += (self.shape[d] - 1) * self.strides[d];
      strides[d] = -self.strides[d];
    }
    const order = orderOf(self);
    const turned = (values: Shape): Shape => (order === null ? values : permuted(values, order));
    const out = emptyLike(self);
    gather(self.data, start, turned(self.shape), turned(strides), out.data, self.dtype.slots);
    return out;
  },
  keep: ([, dims]) => ({ dims }),
  vjp: { self: (g, { dims }): Tensor => flip(g, dims) },
  formula: { out: "\\mathrm{flip}({self})", vjp: { self: "\\mathrm{flip}({g})" } },
  places: ["torch", "Tensor"],
  signatures: ["flip(Tensor input, IntArrayRef dims)"],
});

function flipping(name: string, least: number, dim: number) {
  return op({
    name,
    args: ["self"],
    forward: (self: Tensor): Tensor => {
      check(self.ndim >= least, () => `Input must be >= ${least}-d.`);
      return flip(self, [dim]);
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input)`],
  });
}
export const fliplr = flipping("fliplr", 2, 1);
export const flipud = flipping("flipud", 1, 0);

/** Row-major values moved by `shift` places along `dim`, those that fall off the end come in at the beginning. */
function rolled(self: Tensor, shift: number, dim: number): Tensor {
  const out = self.rt.empty(self.shape, self.dtype);
  const { outer, length, inner } = laneSizes(self.shape, dim);
  if (self.numel === 0) return out;
  const { data, start } = dense(self);
  const block = inner * self.dtype.slots;
  const lane = length * block;
  const k = ((shift % length) + length) % length;
  copyBlocks(data, start, lane, out.data, k * block, lane, outer, (length - k) * block);
  copyBlocks(data, start + (length - k) * block, lane, out.data, 0, lane, outer, k * block);
  return out;
}

/** Moves elements along dimensions (or through the whole tensor read row-major), around the end. */
export const roll = op({
  name: "roll",
  args: ["self", "shifts", "dims"],
  node: "RollBackward0",
  forward: (self: Tensor, shifts: Shape, dims: Shape = []): Tensor => {
    check(shifts.length > 0, () => "`shifts` required");
    if (dims.length === 0 && shifts.length === 1) {
      const flat = rolled(copyTensor(self).alias([self.numel], [1]), shifts[0], 0);
      return self.rt.wrap(flat.data, self.shape, self.dtype);
    }
    check(
      shifts.length === dims.length,
      () => `shifts and dimensions must align. shifts: ${shifts.length}, dims:${dims.length}`,
    );
    let out = self;
    for (const [i, d] of dims.entries()) out = rolled(out, shifts[i], wrapOwnDim(d, self.ndim));
    return out;
  },
  keep: ([, shifts, dims]) => ({ shifts, dims: dims ?? [] }),
  vjp: {
    self: (g, { shifts, dims }): Tensor =>
      roll(
        g,
        shifts.map((s) => -s),
        dims,
      ),
  },
  formula: { out: "\\mathrm{roll}({self})", vjp: { self: "\\mathrm{roll}^{-1}({g})" } },
  places: ["torch", "Tensor"],
  signatures: ["roll(Tensor input, IntArrayRef[1] shifts, IntArrayRef[1] dims=[])"],
});

/** Turns by k right angles in the plane of two dimensions. */
export const rot90 = op({
  name: "rot90",
  args: ["self", "k", "dims"],
  node: "Rot90Backward0",
  forward: (self: Tensor, k: number = 1, dims: Shape = [0, 1]): Tensor => {
    check(dims.length === 2, () => `expected total rotation dims == 2, but got dims = ${dims.length}`);
    check(self.ndim >= 2, () => `expected total dims >= 2, but got total dims = ${self.ndim}`);
    const [d0, d1] = dims;
    check(
      d0 !== d1 && Math.abs(d0 - d1) !== self.ndim,
      () => `expected rotation dims to be different, but got dim0 = ${d0} and dim1 = ${d1}`,
    );
    check(d0 < self.ndim && d0 >= -self.ndim, () => `Rotation dim0 out of range, dim0 = ${d0}`);
    check(d1 < self.ndim && d1 >= -self.ndim, () => `Rotation dim1 out of range, dim1 = ${d1}`);
    const turns = ((k % 4) + 4) % 4;
    if (turns === 0) return inMemoryOrder(self, copyTensor);
    if (turns === 2) return flip(self, dims);
    const turned = flip(self, [turns === 1 ? d1 : d0]);
    const [a, b] = [wrapDim(d0, self.ndim), wrapDim(d1, self.ndim)];
    const shape = [...turned.shape];
    const strides = [...turned.strides];
    [shape[a], shape[b]] = [shape[b], shape[a]];
    [strides[a], strides[b]] = [strides[b], strides[a]];
    return turned.alias(shape, strides);
  },
  keep: ([, k, dims]) => ({ k: k ?? 1, dims: dims ?? [0, 1] }),
  vjp: { self: (g, { k, dims }): Tensor => rot90(g, -k, dims) },
  formula: { out: "\\mathrm{rot90}({self})", vjp: { self: "\\mathrm{rot90}^{-1}({g})" } },
  places: ["torch", "Tensor"],
  signatures: ["rot90(Tensor input, int64_t k=1, IntArrayRef dims=[0,1])"],
});
