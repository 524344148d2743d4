import { bool } from "../dtype.ts";
import { check, indexError, runtimeError } from "../errors.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Indices must be int64 or int32. */
export function checkIndices(indices: Tensor, name: string, number: number, where: string): void {
  if (indices.dtype.name !== "int64" && indices.dtype.name !== "int32")
    throw runtimeError(
      `Expected tensor for argument #${number} '${name}' to have one of the following scalar types: Long, Int; but got ${indices.dtype === bool ? "CPUBoolType" : indices.dtype.tensorType} instead (while checking arguments for ${where})`,
    );
}

/** Rows of `weight` by number. */
export const embedding = op({
  name: "embedding",
  args: ["weight", "indices", "padding_idx", "scale_grad_by_freq", "sparse"],
  node: "EmbeddingBackward0",
  forward: (
    weight: Tensor,
    indices: Tensor,
    _padding: number = -1,
    _scale: boolean = false,
    _sparse: boolean = false,
  ): Tensor => {
    check(weight.ndim === 2, () => `'weight' must be 2-D`);
    checkIndices(indices, "indices", 1, "embedding");
    const [rows, width] = weight.shape;
    const { data, start } = dense(weight);
    const at = denseArray(indices);
    const out = weight.rt.empty([...indices.shape, width], weight.dtype);
    const { slots } = weight.dtype;
    for (let i = 0; i < at.length; i++) {
      const row = at[i];
      if (row < 0 || row >= rows) throw indexError("index out of range in self");
      const from = start + row * width * slots;
      for (let k = 0, to = i * width * slots; k < width * slots; k++) out.data[to + k] = data[from + k];
    }
    return out;
  },
  keep: ([weight, indices, padding_idx, scale_grad_by_freq, sparse]) => ({
    indices,
    padding_idx: padding_idx ?? -1,
    scale_grad_by_freq: scale_grad_by_freq ?? false,
    sparse: sparse ?? false,
    weight_argsize_0: weight.shape[0],
  }),
  vjp: {
    weight: (g, { indices, padding_idx, scale_grad_by_freq, weight_argsize_0 }): Tensor =>
      embeddingBackward(g, indices, weight_argsize_0, padding_idx, scale_grad_by_freq),
  },
  formula: {
    out: "{weight}_{{indices}}",
    vjp: { weight: "\\textstyle\\sum_{i:\\,{indices}_i = r} {g}_i" },
    note: "the row padding_idx gets no gradient",
  },
  places: ["torch"],
  signatures: [
    "embedding(Tensor weight, Tensor indices, int64_t padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False)",
  ],
});

/** Adds each gradient row to the row its index names. */
export const embeddingBackward = op({
  name: "embedding_dense_backward",
  args: ["grad_output", "indices", "num_weights", "padding_idx", "scale_grad_by_freq"],
  node: "EmbeddingDenseBackwardBackward0",
  forward: (grad: Tensor, indices: Tensor, rows: number, padding: number, scale: boolean): Tensor => {
    const width = grad.shape[grad.ndim - 1];
    const { data, start } = dense(grad);
    const at = denseArray(indices);
    const out = grad.rt.empty([rows, width], grad.dtype);
    const sums = out.data;
    const count = new Int32Array(scale ? rows : 0);
    if (scale) for (let i = 0; i < at.length; i++) count[at[i]]++;
    for (let i = 0; i < at.length; i++) {
      const row = at[i];
      if (row === padding) continue;
      const share = scale ? 1 / count[row] : 1;
      for (let k = 0; k < width; k++) sums[row * width + k] += share * data[start + i * width + k];
    }
    return settle(out);
  },
  keep: ([, indices, num_weights, padding_idx, scale_grad_by_freq]) => ({
    indices,
    num_weights,
    padding_idx,
    scale_grad_by_freq,
  }),
  vjp: {
    grad_output: (h, { indices, num_weights, padding_idx, scale_grad_by_freq }): Tensor =>
      embeddingRows(h, indices, num_weights, padding_idx, scale_grad_by_freq),
  },
  formula: { out: "\\mathrm{scatter}({grad_output})", vjp: { grad_output: "{g}_{{indices}}" } },
});

/** The transpose of embeddingBackward: rows by number, zero for the padding row, scaled as it scales. */
const embeddingRows = op({
  name: "embedding_double_backward",
  args: ["self", "indices", "num_weights", "padding_idx", "scale_grad_by_freq"],
  node: "EmbeddingBackward0",
  forward: (self: Tensor, indices: Tensor, rows: number, padding: number, scale: boolean): Tensor => {
    const width = self.shape[1];
    const { data, start } = dense(self);
    const at = denseArray(indices);
    const count = new Int32Array(rows);
    if (scale) for (let i = 0; i < at.length; i++) count[at[i]]++;
    const out = self.rt.empty([...indices.shape, width], self.dtype);
    for (let i = 0; i < at.length; i++) {
      if (at[i] === padding) continue;
      const share = scale ? 1 / count[at[i]] : 1;
      for (let k = 0; k < width; k++) out.data[i * width + k] = share * data[start + at[i] * width + k];
    }
    return settle(out);
  },
  keep: ([, indices, num_weights, padding_idx, scale_grad_by_freq]) => ({
    indices,
    num_weights,
    padding_idx,
    scale_grad_by_freq,
  }),
  vjp: {
    self: (g, { indices, num_weights, padding_idx, scale_grad_by_freq }): Tensor =>
      embeddingBackward(g, indices, num_weights, padding_idx, scale_grad_by_freq),
  },
  formula: { out: "{self}_{{indices}}", vjp: { self: "\\mathrm{scatter}({g})" } },
});

/** Scales the rows that `indices` names down to norm `max_norm`, in place and outside the graph. */
export const embeddingRenorm_ = op({
  name: "embedding_renorm_",
  args: ["self", "indices", "max_norm", "norm_type"],
  forward: (self: Tensor, indices: Tensor, maxNorm: number, normType: number): Tensor => {
    check(self.ndim === 2, () => "'self' must be 2-D");
    checkIndices(indices, "indices", 2, "embedding_renorm_");
    const rows = new Set(denseArray(indices));
    const width = self.shape[1];
    const { data, offset, strides, dtype } = self;
    self.willChange("embedding_renorm_");
    for (const row of rows) {
      if (row < 0 || row >= self.shape[0]) throw indexError("index out of range in self");
      const at = (k: number): number => offset + row * strides[0] + k * strides[1];
      let norm = 0;
      for (let k = 0; k < width; k++) {
        const x = Math.abs(data[at(k)]);
        norm = normType === Number.POSITIVE_INFINITY ? Math.max(norm, x) : norm + x ** normType;
      }
      if (normType !== Number.POSITIVE_INFINITY) norm **= 1 / normType;
      if (norm <= maxNorm) continue;
      const scale = maxNorm / (norm + 1e-7);
      for (let k = 0; k < width; k++) data[at(k)] = dtype.round(data[at(k)] * scale);
    }
    return self;
  },
  places: ["torch"],
  signatures: ["embedding_renorm_(Tensor input, Tensor indices, double max_norm, double norm_type)"],
});

/** One row per index with a 1 at its place; num_classes -1 takes the largest index plus one. */
export const oneHot = op({
  name: "one_hot",
  args: ["tensor", "num_classes"],
  detached: true,
  forward: (tensor: Tensor, numClasses: number = -1): Tensor => {
    check(tensor.dtype.name === "int64", () => "one_hot is only applicable to index tensor of type LongTensor.");
    const values = denseArray(tensor);
    if (values.length === 0) {
      check(numClasses > 0, () => "Can not infer total number of classes from empty tensor.");
      return tensor.rt.empty([...tensor.shape, numClasses], tensor.dtype);
    }
    let largest = 0;
    for (const v of values) {
      check(v >= 0, () => "Class values must be non-negative.");
      if (v > largest) largest = v;
    }
    if (numClasses === -1) numClasses = largest + 1;
    else check(numClasses > largest, () => "Class values must be smaller than num_classes.");
    const out = tensor.rt.empty([...tensor.shape, numClasses], tensor.dtype);
    for (let i = 0; i < values.length; i++) out.data[i * numClasses + values[i]] = 1;
    return out;
  },
  places: ["F"],
  signatures: ["one_hot(Tensor input, int64_t num_classes=-1)"],
});
