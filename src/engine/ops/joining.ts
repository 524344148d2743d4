import { type DType, promoteTypes } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { copyBlocks, laneSizes } from "../kernels/blocks.ts";
import { castTensor } from "../kernels/copy.ts";
import { dense } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { resultType } from "../promotion.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { type Shape, sameShape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { atleast1d, atleast2d, atleast3d } from "./reshaping.ts";
import { narrow, select } from "./slicing.ts";
import { reshape } from "./views.ts";

type Tensors = readonly Tensor[];

/** Tensors of shape [0] are skipped by cat whatever the others' shapes are (PyTorch's legacy rule). */
const isLegacyEmpty = (shape: Shape): boolean => shape.length === 1 && shape[0] === 0;

/** Writes row-major parts next to each other along one dimension of a new tensor. */
function joined(tensors: Tensors, shapes: readonly Shape[], dim: number, shape: Shape, dtype: DType): Tensor {
  const out = tensors[0].rt.empty(shape, dtype);
  const { length: total, inner, outer } = laneSizes(shape, dim);
  const { slots } = dtype;
  let at = 0;
  for (const [i, t] of tensors.entries()) {
    const length = shapes[i][dim];
    const { data, start } = dense(t.dtype === dtype ? t : castTensor(t, dtype));
    const block = length * inner * slots;
    copyBlocks(data, start, block, out.data, at * inner * slots, total * inner * slots, outer, block);
    at += length;
  }
  return out;
}

function checkNonEmpty(tensors: Tensors, message: string): void {
  check(tensors.length > 0, () => message);
}

/** Dimension along which cat joins: it counts in the first tensor that is not of shape [0]. */
function catDim(tensors: Tensors, dim: number): number {
  const shaped = tensors.find((t) => !isLegacyEmpty(t.shape));
  return shaped === undefined ? 0 : wrapDim(dim, shaped.ndim);
}

export const cat = op({
  name: "cat",
  args: ["tensors", "dim"],
  node: "CatBackward0",
  channelsLast: ["tensors"],
  forward: (tensors: Tensors, dim: number = 0): Tensor => {
    checkNonEmpty(tensors, "torch.cat(): expected a non-empty list of Tensors");
    for (const [i, t] of tensors.entries())
      check(t.ndim > 0, () => `zero-dimensional tensor (at position ${i}) cannot be concatenated`);
    const type = tensors.reduce<DType>((d, t) => promoteTypes(d, t.dtype), tensors[0].dtype);
    const parts = tensors.filter((t) => !isLegacyEmpty(t.shape));
    if (parts.length === 0) return tensors[0].rt.empty([0], type);
    const first = parts[0];
    const d = wrapDim(dim, first.ndim);
    let total = 0;
    for (const [i, t] of tensors.entries()) {
      if (isLegacyEmpty(t.shape)) continue;
      check(
        t.ndim === first.ndim,
        () => `Tensors must have same number of dimensions: got ${first.ndim} and ${t.ndim}`,
      );
      for (let k = 0; k < t.ndim; k++)
        check(
          k === d || t.shape[k] === first.shape[k],
          () =>
            `Sizes of tensors must match except in dimension ${d}. Expected size ${first.shape[k]} but got size ${t.shape[k]} for tensor number ${i} in the list.`,
        );
      total += t.shape[d];
    }
    const shape = [...first.shape];
    shape[d] = total;
    return joined(
      parts,
      parts.map((t) => t.shape),
      d,
      shape,
      type,
    );
  },
  keep: ([tensors, dim]) => ({ sizes: tensors.map((t) => t.shape), dim: catDim(tensors, dim ?? 0) }),
  vjp: {
    tensors: (g, { sizes: shapes, dim }): Tensor[] => {
      let at = 0;
      return shapes.map((shape) => {
        if (isLegacyEmpty(shape)) return g.rt.empty(shape, g.dtype);
        const part = narrow(g, dim, at, shape[dim]);
        at += shape[dim];
        return part;
      });
    },
  },
  formula: {
    out: "\\mathrm{cat}({tensors})",
    vjp: { tensors: "{g}_{a_i:b_i}" },
    note: "every input gets its own part of the gradient",
  },
  places: ["torch"],
  aliases: ["concat", "concatenate"],
  signatures: [
    "cat(TensorList tensors, int64_t dim=0, *, Tensor out=None)",
    namedOverload("cat(TensorList tensors, DimName dim, *, Tensor out=None)"),
  ],
});

export const stack = op({
  name: "stack",
  args: ["tensors", "dim"],
  node: "StackBackward0",
  forward: (tensors: Tensors, dim: number = 0): Tensor => {
    checkNonEmpty(tensors, "stack expects a non-empty TensorList");
    const first = tensors[0];
    const d = wrapDim(dim, first.ndim + 1);
    for (const [i, t] of tensors.entries())
      check(
        sameShape(t.shape, first.shape),
        () =>
          `stack expects each tensor to be equal size, but got ${sizes(first.shape)} at entry 0 and ${sizes(t.shape)} at entry ${i}`,
      );
    const part = [...first.shape];
    part.splice(d, 0, 1);
    const shape = [...part];
    shape[d] = tensors.length;
    return joined(
      tensors,
      tensors.map(() => part),
      d,
      shape,
      resultType(first.rt, tensors),
    );
  },
  keep: ([tensors, dim]) => ({ count: tensors.length, dim: wrapDim(dim ?? 0, tensors[0].ndim + 1) }),
  vjp: {
    tensors: (g, { count, dim }): Tensor[] => Array.from({ length: count }, (_, i) => select(g, dim, i)),
  },
  formula: { out: "\\mathrm{stack}({tensors})", vjp: { tensors: "{g}_i" }, note: "every input gets its own slice" },
  places: ["torch"],
  signatures: ["stack(TensorList tensors, int64_t dim=0, *, Tensor out=None)"],
});

function joining(
  name: string,
  aliases: readonly string[],
  join: (tensors: Tensors) => Tensor,
  message = `${name} expects a non-empty TensorList`,
) {
  return op({
    name,
    args: ["tensors"],
    forward: (tensors: Tensors): Tensor => {
      checkNonEmpty(tensors, message);
      return join(tensors);
    },
    places: ["torch"],
    aliases,
    signatures: [`${name}(TensorList tensors, *, Tensor out=None)`],
  });
}

/** Joins along the second dimension (the first for 1-d tensors). */
export const hstack = joining("hstack", [], (tensors) => {
  const parts = tensors.map((t) => atleast1d(t));
  return cat(parts, parts[0].ndim === 1 ? 0 : 1);
});
/** Joins along the first dimension; 1-d tensors become rows. */
export const vstack = joining("vstack", [], (tensors) =>
  cat(
    tensors.map((t) => atleast2d(t)),
    0,
  ),
);
export const rowStack = joining(
  "row_stack",
  [],
  (tensors) =>
    cat(
      tensors.map((t) => atleast2d(t)),
      0,
    ),
  "vstack expects a non-empty TensorList",
);
/** Joins along the third dimension. */
export const dstack = joining("dstack", [], (tensors) =>
  cat(
    tensors.map((t) => atleast3d(t)),
    2,
  ),
);
/** Joins along the second dimension; 0-d and 1-d tensors become columns. */
export const columnStack = joining("column_stack", [], (tensors) =>
  hstack(tensors.map((t) => (t.ndim <= 1 ? reshape(t, [t.numel, 1]) : t))),
);

/** Matrices on the diagonal of a matrix of zeros. */
export const blockDiag = op({
  name: "block_diag",
  args: ["tensors"],
  node: "BlockDiagBackward0",
  forward: (tensors: Tensors): Tensor => {
    checkNonEmpty(tensors, "torch.cat(): expected a non-empty list of Tensors");
    for (const [i, t] of tensors.entries())
      check(
        t.ndim <= 2,
        () => `torch.block_diag: Input tensors must have 2 or fewer dimensions. Input ${i} has ${t.ndim} dimensions`,
      );
    const type = resultType(tensors[0].rt, tensors);
    const parts = tensors.map((t) => asMatrix(t.shape));
    const columns = parts.reduce((n, [, c]) => n + c, 0);
    const out = tensors[0].rt.empty([parts.reduce((n, [r]) => n + r, 0), columns], type);
    const { slots } = type;
    let row = 0;
    let column = 0;
    for (const [i, t] of tensors.entries()) {
      const [r, c] = parts[i];
      const { data, start } = dense(t.dtype === type ? t : castTensor(t, type));
      copyBlocks(data, start, c * slots, out.data, (row * columns + column) * slots, columns * slots, r, c * slots);
      row += r;
      column += c;
    }
    return out;
  },
  keep: ([tensors]) => ({ sizes: tensors.map((t) => t.shape) }),
  vjp: {
    tensors: (g, { sizes: shapes }): Tensor[] => {
      let row = 0;
      let column = 0;
      return shapes.map((shape) => {
        const [r, c] = asMatrix(shape);
        const part = narrow(narrow(g, 0, row, r), 1, column, c);
        row += r;
        column += c;
        return reshape(part, shape);
      });
    },
  },
  formula: { out: "\\mathrm{diag}({tensors})", vjp: { tensors: "{g}_{\\text{block } i}" } },
  places: ["_C"],
  signatures: ["block_diag(TensorList tensors)"],
});

const asMatrix = (shape: Shape): [number, number] =>
  shape.length === 0 ? [1, 1] : shape.length === 1 ? [1, shape[0]] : [shape[0], shape[1]];
