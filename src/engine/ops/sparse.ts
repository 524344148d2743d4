import { check, sizes } from "../errors.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { op } from "../op.ts";
import { contiguousStrides, numelOf, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { conj } from "./complex-parts.ts";
import { flip } from "./flips.ts";
import { indexSelect } from "./index-along.ts";
import { select } from "./slicing.ts";
import { sum } from "./sum.ts";

/**
 * What sparse tensors (COO: indices [d, n] and values [n, …]) need of the engine. A sparse tensor itself lives in the front end as
 * its two parts; its gradient is that of its values.
 */

/** Row-major place of every stored element among the sparse dimensions. */
function places(indices: Tensor, size: Shape): Float64Array {
  const [d, n] = indices.shape;
  const strides = contiguousStrides(size.slice(0, d));
  const at = denseArray(indices);
  const out = new Float64Array(n);
  for (let i = 0; i < d; i++)
    for (let k = 0; k < n; k++) {
      const index = at[i * n + k];
      check(
        index < size[i],
        () => `size is inconsistent with indices: for dim ${i}, size is ${size[i]} but found index ${index}`,
      );
      check(index >= 0, () => `found negative index ${index} for dim ${i}`);
      out[k] += index * strides[i];
    }
  return out;
}

/** The values, as those of a sparse tensor. Whether the indices fit its size is only seen when they are used, as in PyTorch. */
export const sparseValues = op({
  name: "_sparse_coo_tensor_with_dims_and_tensors",
  args: ["values", "indices"],
  node: "SparseCooTensorWithDimsAndTensorsBackward0",
  forward: (values: Tensor, indices: Tensor): Tensor => {
    check(indices.ndim === 2, () => `indices must be sparse_dim x nnz, but got: ${sizes(indices.shape)}`);
    check(
      indices.shape[1] === values.shape[0],
      () =>
        `indices and values must have same nnz, but got nnz from indices: ${indices.shape[1]}, nnz from values: ${values.shape[0]}`,
    );
    return values.alias();
  },
  vjp: { values: (g): Tensor => g },
  formula: { out: "{values}", vjp: { values: "{g}" } },
  places: ["_C"],
  signatures: ["_sparse_coo_tensor_with_dims_and_tensors(Tensor values, Tensor indices)"],
});

/** The dense tensor of sparse values; repeated indices add up. */
export const sparseToDense = op({
  name: "_sparse_to_dense",
  args: ["values", "indices", "size"],
  node: "ToDenseBackward0",
  forward: (values: Tensor, indices: Tensor, size: Shape): Tensor => {
    const out = values.rt.empty(size, values.dtype);
    const { data, start } = dense(values);
    const each = numelOf(values.shape.slice(1)) * values.dtype.slots;
    places(indices, size).forEach((place, k) => {
      for (let i = 0; i < each; i++) out.data[place * each + i] += data[start + k * each + i];
    });
    return settle(out);
  },
  keep: ([, indices]) => ({ indices }),
  vjp: { values: (g, { indices }): Tensor => sparseFromDense(g, indices) },
  formula: { out: "\\mathrm{dense}({values})", vjp: { values: "{g}_{{indices}}" } },
  places: ["_C"],
  signatures: ["_sparse_to_dense(Tensor values, Tensor indices, IntArrayRef size)"],
});

/** Elements of a dense tensor at sparse indices. */
export const sparseFromDense = op({
  name: "_sparse_from_dense",
  args: ["self", "indices"],
  node: "ToSparseBackward1",
  forward: (self: Tensor, indices: Tensor): Tensor => {
    const [d, n] = indices.shape;
    const out = self.rt.empty([n, ...self.shape.slice(d)], self.dtype);
    const { data, start } = dense(self);
    const each = numelOf(self.shape.slice(d)) * self.dtype.slots;
    places(indices, self.shape).forEach((place, k) => {
      for (let i = 0; i < each; i++) out.data[k * each + i] = data[start + place * each + i];
    });
    return out;
  },
  keep: ([self, indices]) => ({ indices, self_sizes: self.shape }),
  vjp: { self: (g, { indices, self_sizes }): Tensor => sparseToDense(g, indices, self_sizes) },
  formula: { out: "{self}_{{indices}}", vjp: { self: "\\mathrm{dense}({g})" } },
  places: ["_C"],
  signatures: ["_sparse_from_dense(Tensor input, Tensor indices)"],
});

/** A sparse matrix (values, indices, size) times a dense one. `node`: torch.mm and torch.sparse.mm record different names. */
export const sparseMm = op({
  name: "_sparse_mm",
  args: ["values", "indices", "size", "mat2", "node"],
  node: ([, , , , node]) => node,
  forward: (values: Tensor, indices: Tensor, size: Shape, mat2: Tensor, _node: string): Tensor => {
    check(
      size[1] === mat2.shape[0],
      () => `addmm: Argument #3 (dense): Expected dim 0 size ${size[1]}, got ${mat2.shape[0]}`,
    );
    const width = mat2.shape[1] * mat2.dtype.slots;
    const out = values.rt.empty([size[0], mat2.shape[1]], values.dtype);
    const { data, start } = dense(mat2);
    const v = dense(values);
    const at = denseArray(indices);
    const n = indices.shape[1];
    const { slots } = values.dtype;
    for (let k = 0; k < n; k++) {
      const p = v.start + k * slots;
      const [x, y] = [v.data[p], slots === 2 ? v.data[p + 1] : 0];
      const target = at[k] * width;
      const source = start + at[n + k] * width;
      for (let j = 0; j < width; j++) out.data[target + j] += x * data[source + j];
      if (slots === 1) continue;
      for (let j = 0; j < width; j += 2) {
        out.data[target + j] -= y * data[source + j + 1];
        out.data[target + j + 1] += y * data[source + j];
      }
    }
    return settle(out);
  },
  keep: ([values, indices, size, mat2, node], _out, need) => ({
    values: need("mat2") ? values : undefined,
    indices,
    size,
    mat2: need("values") ? mat2 : undefined,
    node,
  }),
  vjp: {
    values: (g, { indices, mat2 }): Tensor =>
      sum(mul(indexSelect(g, 0, select(indices, 0, 0)), conj(indexSelect(mat2, 0, select(indices, 0, 1)))), [1]),
    mat2: (g, { values, indices, size, node }): Tensor =>
      sparseMm(conj(values), flip(indices, [0]), [size[1], size[0]], g, node),
  },
  formula: {
    out: "A\\,{mat2}",
    vjp: { values: "({g}\\,{mat2}^{\\top})_{{indices}}", mat2: "A^{\\top} {g}" },
    note: "A is the sparse matrix of {values} at {indices}",
  },
  places: ["_C"],
  signatures: ["_sparse_mm(Tensor values, Tensor indices, IntArrayRef size, Tensor mat2, str node)"],
});
