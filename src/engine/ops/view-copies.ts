import { copyTensor } from "../kernels/copy.ts";
import { type Op, type OpResult, op, type Signature } from "../op.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { alias } from "./indexing.ts";
import { diagonal, select, slice } from "./slicing.ts";
import { splitEqual, splitWithSizes, unbind } from "./splitting.ts";
import { asStrided, unfold } from "./strided.ts";
import { expand, permute, squeeze, t, transpose, unsqueeze, view } from "./views.ts";

/**
 * A view's twin that gives a copy with memory of its own: what the view shows, in order, with the view's derivative.
 * `parameters` are those after the input; the first list is that of the forward.
 */
function copyOf<Rest extends unknown[], R extends OpResult>(
  base: Op<[Tensor, ...Rest], R>,
  ...parameters: (string | Omit<Signature, "deprecated">)[]
): Op<[Tensor, ...Rest], R> {
  const { name, args, node, keep, vjp, formula, view: kind } = base.def;
  const out = kind === "multi_output" ? "TensorList out=None" : "Tensor out=None";
  const signature = (text: string): string =>
    `${name}_copy(Tensor input${text === "" ? "" : `, ${text}`}, ${text.includes("*") ? "" : "*, "}${out})`;
  return op<[Tensor, ...Rest], R>({
    name: `${name}_copy`,
    args,
    node: typeof node === "function" ? (given) => `${node(given)}_copy` : `${node}_copy`,
    forward: (...given): R => {
      const shown = base(...given);
      return (Array.isArray(shown) ? shown.map(copyTensor) : copyTensor(shown)) as R;
    },
    keep,
    vjp,
    formula,
    places: ["torch"],
    signatures: parameters.map((p) => (typeof p === "string" ? signature(p) : { ...p, text: signature(p.text) })),
  });
}

export const aliasCopy = copyOf(alias, "");
export const asStridedCopy = copyOf(asStrided, "IntArrayRef size, IntArrayRef stride, int64_t? storage_offset=None");
export const diagonalCopy = copyOf(diagonal, "int64_t offset=0, int64_t dim1=0, int64_t dim2=1");
export const expandCopy = copyOf(expand, "IntArrayRef size, *, bool implicit=False");
export const permuteCopy = copyOf(permute, "IntArrayRef dims");
export const selectCopy = copyOf(select, "int64_t dim, int64_t index");
export const sliceCopy = copyOf(slice, "int64_t dim=0, int64_t? start=None, int64_t? end=None, int64_t step=1");
export const splitCopy = copyOf(splitEqual, "int64_t split_size, int64_t dim=0");
export const splitWithSizesCopy = copyOf(splitWithSizes, "IntArrayRef split_sizes, int64_t dim=0");
export const squeezeCopy = copyOf(squeeze, "", "int64_t dim", "IntArrayRef dim");
export const tCopy = copyOf(t, "");
export const transposeCopy = copyOf(transpose, "int64_t dim0, int64_t dim1");
export const unbindCopy = copyOf(unbind, "int64_t dim=0");
export const unfoldCopy = copyOf(unfold, "int64_t dimension, int64_t size, int64_t step");
export const unsqueezeCopy = copyOf(unsqueeze, "int64_t dim");
export const viewCopy = copyOf<[Shape], Tensor>(view, "IntArrayRef size");
