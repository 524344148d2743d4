import { int64 } from "../dtype.ts";
import { check } from "../errors.ts";
import { dense } from "../kernels/dense.ts";
import { nonzeroColumns } from "../kernels/index.ts";
import { op } from "../op.ts";
import { reducedShape, wrapDims } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Row-major positions of the elements that are not zero. */
function hits(self: Tensor): number[] {
  const { data, start } = dense(self);
  const { slots } = self.dtype;
  const n = self.numel;
  const out: number[] = [];
  for (let i = 0; i < n; i++)
    if (data[start + i * slots] !== 0 || (slots === 2 && data[start + 2 * i + 1] !== 0)) out.push(i);
  return out;
}

/** Coordinates of the non-zero elements, one row each. */
function coordinates(self: Tensor): Tensor {
  const found = hits(self);
  const { shape } = self;
  const nd = shape.length;
  const n = found.length;
  // Kept dimension by dimension, as in PyTorch.
  const out = self.rt.empty([nd, n], int64);
  for (const [row, at] of found.entries()) {
    let rest = at;
    for (let d = nd - 1; d >= 0; d--) {
      out.data[d * n + row] = rest % shape[d];
      rest = Math.floor(rest / shape[d]);
    }
  }
  return out.alias([n, nd], [1, n]);
}

/** One tensor of coordinates per dimension; a 0-d tensor counts as one of one element. */
export const nonzeroTuple = (self: Tensor): Tensor[] => nonzeroColumns(self);

export const nonzero = op({
  name: "nonzero",
  args: ["self"],
  detached: true,
  forward: (self: Tensor): Tensor => coordinates(self),
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: "nonzero(Tensor input, *, bool as_tuple=False, Tensor out=None)",
      call: (self: Tensor, asTuple: boolean) => (asTuple ? nonzeroTuple(self) : nonzero(self)),
    },
  ],
});

/** The first `size` rows of nonzero, filled up with `fill_value`. */
export const nonzeroStatic = op({
  name: "nonzero_static",
  args: ["self", "size", "fill_value"],
  detached: true,
  forward: (self: Tensor, size: number, fill: number = -1): Tensor => {
    check(size >= 0, () => `nonzero_static: 'size' must be an non-negative integer`);
    const out = self.rt.full([size, self.ndim], fill, int64);
    for (const [i, x] of coordinates(self)
      .toArray()
      .slice(0, size * self.ndim)
      .entries())
      out.data[i] = x;
    return out;
  },
  places: ["torch", "Tensor"],
  signatures: ["nonzero_static(Tensor input, *, int64_t size, int64_t fill_value=-1, Tensor out=None)"],
});

export const argwhere = op({
  name: "argwhere",
  args: ["self"],
  detached: true,
  forward: (self: Tensor): Tensor => coordinates(self),
  places: ["torch", "Tensor"],
  signatures: ["argwhere(Tensor input)"],
});

export const countNonzero = op({
  name: "count_nonzero",
  args: ["self", "dim"],
  detached: true,
  forward: (self: Tensor, dim: readonly number[] | null = null): Tensor => {
    const dims = wrapDims(dim, self.ndim);
    const out = self.rt.empty(reducedShape(self.shape, dims, false), int64);
    if (out.numel === 1) {
      out.data[0] = hits(self).length;
      return out;
    }
    // Strides of the result seen from every dimension of the input; 0 for counted ones.
    const strides = new Array<number>(self.ndim).fill(0);
    let step = 1;
    for (let d = self.ndim - 1; d >= 0; d--)
      if (!dims.includes(d)) {
        strides[d] = step;
        step *= self.shape[d];
      }
    for (const at of hits(self)) {
      let rest = at;
      let target = 0;
      for (let d = self.ndim - 1; d >= 0; d--) {
        target += (rest % self.shape[d]) * strides[d];
        rest = Math.floor(rest / self.shape[d]);
      }
      out.data[target]++;
    }
    return out;
  },
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: "count_nonzero(Tensor input, int64_t? dim=None)",
      call: (self: Tensor, dim: number | null) => countNonzero(self, dim === null ? null : [dim]),
    },
    "count_nonzero(Tensor input, IntArrayRef dim)",
  ],
});
