import { type Data, int64 } from "../dtype.ts";
import { check } from "../errors.ts";
import { laneSizes } from "../kernels/blocks.ts";
import { dense } from "../kernels/dense.ts";
import { inOrder, orderOf, outOfOrder } from "../kernels/layout.ts";
import { stableOrder } from "../kernels/stable-order.ts";
import { identity, type Less, nthElement, partialSort, stdSort } from "../kernels/std-order.ts";
import { op } from "../op.ts";
import { checkKind, onlyReals } from "../refusals.ts";
import { unnamedOverload } from "../schema/dimnames.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { valueBackward } from "./gather-scatter.ts";

/**
 * Values and positions chosen from every lane of `dim`: `choose` gets the lane's values and returns the numbers of the elements
 * to keep, in order.
 */
export function chosenAlong(
  self: Tensor,
  dim: number,
  keep: number,
  choose: (lane: Data, n: number) => Int32Array,
): Tensor[] {
  const shape = [...self.shape];
  if (self.ndim > 0) shape[dim] = keep;
  const values = self.rt.empty(shape, self.dtype);
  const indices = self.rt.empty(shape, int64);
  const { outer, length, inner } = laneSizes(self.shape, dim);
  const { data, start } = dense(self);
  const gathered = inner === 1 ? null : self.dtype.alloc(length);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const from = start + o * length * inner + i;
      let lane: Data;
      if (gathered === null) lane = data.subarray(from, from + length) as Data;
      else {
        lane = gathered;
        for (let k = 0; k < length; k++) lane[k] = data[from + k * inner];
      }
      const chosen = choose(lane, length);
      for (let k = 0, to = o * keep * inner + i; k < keep; k++, to += inner) {
        values.data[to] = lane[chosen[k]];
        indices.data[to] = chosen[k];
      }
    }
  return [values, indices];
}

/** Is a before b in an ascending order with NaN last? */
export const ascending =
  (v: Data): Less =>
  (a, b) =>
    v[a] < v[b] || (v[b] !== v[b] && v[a] === v[a]);
/** Is a before b in a descending order with NaN first? */
export const descending =
  (v: Data): Less =>
  (a, b) =>
    v[a] > v[b] || (v[a] !== v[a] && v[b] === v[b]);

function requireReal(self: Tensor): void {
  checkKind({ complex: "sorting_kernel_method_name" }, self.dtype);
}

/** Values in order and where they were. Equal elements keep their order (as PyTorch's CPU kernel does). */
const sortPrimitive = op({
  name: "sort",
  args: ["self", "dim", "descending", "stable"],
  node: ([, , , stable]) => (stable === undefined ? "SortBackward0" : "SortBackward1"),
  nondifferentiable: [1],
  forward: (self: Tensor, dim: number = -1, down: boolean = false, _stable?: boolean): Tensor[] => {
    const d = wrapDim(dim, self.ndim);
    requireReal(self);
    const order = orderOf(self);
    const along = order === null ? d : order.indexOf(d);
    const sorted = chosenAlong(inOrder(self, order), along, self.shape[d] ?? 1, (lane, n) =>
      stableOrder(lane, n, down),
    );
    return order === null ? sorted : sorted.map((t) => outOfOrder(t, order));
  },
  keep: ([self, dim], [, indices]) => ({ self_sizes: self.shape, dim: wrapDim(dim ?? -1, self.ndim), indices }),
  vjp: { self: (g, { self_sizes, dim, indices }): Tensor => valueBackward(g, dim, indices, self_sizes, true) },
  formula: {
    out: "\\mathrm{sort}({self})",
    vjp: { self: "{g}_{\\text{sort}^{-1}}" },
    note: "each gradient goes back to where its element was",
  },
});

export const sort = op({
  name: "sort",
  args: ["self", "dim", "descending"],
  forward: (self: Tensor, dim: number = -1, down: boolean = false): Tensor[] => sortPrimitive(self, dim, down),
  places: ["torch", "Tensor"],
  resultNames: ["values", "indices"],
  signatures: [
    {
      text: "sort(Tensor input, *, bool? stable, int64_t dim=-1, bool descending=False, TensorList out=None)",
      call: (self: Tensor, stable: boolean, dim: number, down: boolean) => sortPrimitive(self, dim, down, stable),
    },
    {
      text: "sort(Tensor input, int64_t dim=-1, bool descending=False, *, TensorList out=None)",
      call: sortPrimitive,
    },
    unnamedOverload("sort(Tensor input, *, bool? stable, DimName dim, bool descending=False, TensorList out=None)"),
    unnamedOverload("sort(Tensor input, DimName dim, bool descending=False, *, TensorList out=None)"),
  ],
});

export const argsort = op({
  name: "argsort",
  args: ["self", "dim", "descending"],
  forward: (self: Tensor, dim: number = -1, down: boolean = false): Tensor => sortPrimitive(self, dim, down)[1],
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: "argsort(Tensor input, *, bool stable, int64_t dim=-1, bool descending=False, Tensor out=None)",
      call: (self: Tensor, _stable: boolean, dim: number, down: boolean) => argsort(self, dim, down),
    },
    "argsort(Tensor input, int64_t dim=-1, bool descending=False)",
    unnamedOverload("argsort(Tensor input, DimName dim, bool descending=False)"),
  ],
});

/** Sorted along the first dimension. */
export const msort = op({
  name: "msort",
  args: ["self"],
  forward: (self: Tensor): Tensor => sortPrimitive(self, 0, false)[0],
  places: ["torch", "Tensor"],
  signatures: ["msort(Tensor input, *, Tensor out=None)"],
});

/** The k largest (or smallest) elements and where they were. */
export const topk = op({
  name: "topk",
  args: ["self", "k", "dim", "largest", "sorted"],
  refuses: onlyReals("topk_cpu"),
  node: "TopkBackward0",
  nondifferentiable: [1],
  forward: (self: Tensor, k: number, dim: number = -1, largest: boolean = true, inOrder: boolean = true): Tensor[] => {
    const d = wrapDim(dim, self.ndim);
    const size = self.shape[d] ?? 1;
    check(k >= 0 && k <= size, () => "selected index k out of range");
    requireReal(self);
    const order = largest ? descending : ascending;
    return chosenAlong(self, d, k, (lane, n) => {
      const v = identity(n);
      const less = order(lane);
      if (k * 64 <= n) partialSort(v, 0, k, n, less);
      else if (k > 0) {
        nthElement(v, 0, k - 1, n, less);
        if (inOrder) stdSort(v, 0, k - 1, less);
      }
      return v;
    });
  },
  keep: ([self, , dim], [, indices]) => ({ self_sizes: self.shape, dim: wrapDim(dim ?? -1, self.ndim), indices }),
  vjp: { self: (g, { self_sizes, dim, indices }): Tensor => valueBackward(g, dim, indices, self_sizes, true) },
  formula: {
    out: "\\mathrm{topk}({self})",
    vjp: { self: "\\mathrm{scatter}({g})" },
    note: "each gradient goes back to where its element was",
  },
  places: ["torch", "Tensor"],
  resultNames: ["values", "indices"],
  signatures: [
    "topk(Tensor input, int64_t k, int64_t dim=-1, bool largest=True, bool sorted=True, *, TensorList out=None)",
  ],
});
