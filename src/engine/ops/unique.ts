import { type Data, int64 } from "../dtype.ts";
import { check, notImplemented } from "../errors.ts";
import { copyTensor } from "../kernels/copy.ts";
import { denseArray } from "../kernels/dense.ts";
import { stableOrder } from "../kernels/stable-order.ts";
import { op } from "../op.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

interface Groups {
  /** Row of each group's first member, in the groups' order. */
  readonly first: number[];
  /** Group of each row. */
  readonly inverse: Float64Array;
  readonly counts: number[];
}

/** Joins neighbours of an order that are the same. */
function groups(order: ArrayLike<number>, n: number, same: (a: number, b: number) => boolean): Groups {
  const first: number[] = [];
  const counts: number[] = [];
  const inverse = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const row = order[k];
    if (k > 0 && same(order[k - 1], row)) counts[counts.length - 1]++;
    else {
      first.push(row);
      counts.push(1);
    }
    inverse[row] = first.length - 1;
  }
  return { first, inverse, counts };
}

function results(self: Tensor, g: Groups, values: Tensor, inverseShape: readonly number[]): Tensor[] {
  const { rt } = self;
  return [values, rt.wrap(g.inverse, inverseShape, int64), rt.from(g.counts, [g.counts.length], int64)];
}

/** The different elements; NaN differs from itself. */
function ofElements(self: Tensor, sorting: boolean): Tensor[] {
  const data = denseArray(self);
  const n = self.numel;
  const order = sorting ? stableOrder(data, n, false) : Int32Array.from({ length: n }, (_, i) => i);
  const g = groups(order, n, (a, b) => data[a] === data[b]);
  const values = self.rt.empty([g.first.length], self.dtype);
  for (const [k, row] of g.first.entries()) values.data[k] = data[row];
  return results(self, g, values, self.shape);
}

/** The different slices along a dimension, in lexicographic order when `sorting`. */
function ofSlices(self: Tensor, dim: number, sorting: boolean): Tensor[] {
  const d = wrapDim(dim, self.ndim);
  const order = self.shape.map((_, i) => i).filter((i) => i !== d);
  const front = [d, ...order];
  const rows = copyTensor(
    self.alias(
      front.map((i) => self.shape[i]),
      front.map((i) => self.strides[i]),
    ),
  );
  const n = self.shape[d] ?? 1;
  const width = n === 0 ? 0 : rows.numel / n;
  const { data } = rows;
  const numbers = Array.from({ length: n }, (_, i) => i);
  if (sorting) numbers.sort((a, b) => compareRows(data, a, b, width) || a - b);
  const g = groups(numbers, n, (a, b) => sameRows(data, a, b, width));
  const shape = [g.first.length, ...order.map((i) => self.shape[i])];
  const picked = self.rt.empty(shape, self.dtype);
  for (const [k, row] of g.first.entries())
    picked.data.set(data.subarray(row * width, (row + 1) * width) as Data, k * width);
  const back = self.shape.map((_, i) => (i === d ? 0 : 1 + order.indexOf(i)));
  const values = picked.alias(
    back.map((i) => shape[i]),
    back.map((i) => picked.strides[i]),
  );
  return results(self, g, copyTensor(values), [n]);
}

function compareRows(data: Data, a: number, b: number, width: number): number {
  for (let i = 0; i < width; i++) {
    const [x, y] = [data[a * width + i], data[b * width + i]];
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}
function sameRows(data: Data, a: number, b: number, width: number): boolean {
  for (let i = 0; i < width; i++) if (data[a * width + i] !== data[b * width + i]) return false;
  return true;
}

/** PyTorch has no derivative for these: the node exists, running it is an error. */
function finder(name: string, sorting: boolean, names: { flat: string; dim: string; nodes: [string, string] }) {
  return op({
    name,
    args: ["self", "dim"],
    node: ([, dim]) => (dim === null || dim === undefined ? names.nodes[0] : names.nodes[1]),
    nondifferentiable: [1, 2],
    forward: (self: Tensor, dim: number | null = null): Tensor[] => {
      if (dim === null) return ofElements(self, sorting);
      check(
        self.numel > 0 || self.shape[wrapDim(dim, self.ndim)] === 0,
        () => "There are 0 sized dimensions, and they aren't selected, so unique cannot be applied",
      );
      return ofSlices(self, dim, sorting);
    },
    keep: ([, dim]) => ({ name: dim === null || dim === undefined ? names.flat : names.dim }),
    vjp: {
      self: (_g, kept): Tensor => {
        throw notImplemented(`the derivative for '${kept.name}' is not implemented.`);
      },
    },
    formula: { out: "\\mathrm{unique}({self})", vjp: { self: "\\text{not implemented}" } },
    places: ["_C"],
    signatures: [`${name}(Tensor input, int64_t? dim=None)`],
  });
}
export const unique = finder("unique", true, {
  flat: "_unique2",
  dim: "unique_dim",
  nodes: ["Unique2Backward0", "UniqueDimBackward0"],
});
export const uniqueConsecutive = finder("unique_consecutive", false, {
  flat: "unique_consecutive",
  dim: "unique_consecutive",
  nodes: ["UniqueConsecutiveBackward0", "UniqueConsecutiveBackward0"],
});
