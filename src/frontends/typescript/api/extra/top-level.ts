import { runtimeError, valueError } from "../../../../engine/errors.ts";
import { run, runWith } from "../../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../../engine/runtime.ts";
import { sameShape } from "../../../../engine/shape.ts";
import type { Tensor } from "../../../../engine/tensor.ts";
import type { ExtraFunction } from "./extra-function.ts";

type Size = readonly number[];

/** `dims` of tensordot: a number of dimensions, or the lists of both sides. */
function tensordot(rt: Runtime, a: Tensor, b: Tensor, dims: number | readonly Size[]): Tensor {
  if (typeof dims === "number")
    return run(
      rt,
      "tensordot",
      a,
      b,
      Array.from({ length: dims }, (_, i) => a.ndim - dims + i),
      Array.from({ length: dims }, (_, i) => i),
    );
  return run(rt, "tensordot", a, b, dims[0], dims[1]);
}

/** The elements alone, or with what else was asked for. */
function chosen(results: unknown, inverse: boolean, counts: boolean): unknown {
  const [values, where, count] = results as [Tensor, Tensor, Tensor];
  if (!inverse && !counts) return values;
  return [values, ...(inverse ? [where] : []), ...(counts ? [count] : [])];
}

/** Coordinates of positions in a row-major array. Error: ValueError for indices that are no integers. */
function unravelIndex(rt: Runtime, indices: Tensor, shape: Size): Tensor[] {
  if (indices.dtype.kind !== "int")
    throw valueError(`expected 'indices' to be integer dtype, but got torch.${indices.dtype.name}`);
  let step = 1;
  const parts = shape.toReversed().map((size) => {
    const whole = runWith(rt, "div", { input: indices, other: step, rounding_mode: "floor" });
    step *= size;
    return run(rt, "remainder", whole, size);
  });
  return parts.toReversed();
}

/** Is the only element other than zero? Error: RuntimeError for none or several. */
function isNonzero(input: Tensor): boolean {
  if (input.numel !== 1)
    throw runtimeError(
      `Boolean value of Tensor with ${input.numel === 0 ? "no values" : "more than one value"} is ambiguous`,
    );
  return input.item() !== 0;
}

/** Functions that ask about a tensor. */
const FACTS: readonly ExtraFunction[] = [
  { signature: "numel(Tensor input)", doc: "Number of elements.", result: "number", call: (_rt, x: Tensor) => x.numel },
  {
    signature: "is_floating_point(Tensor input)",
    doc: "Are the elements float16, bfloat16, float32 or float64?",
    result: "boolean",
    call: (_rt, x: Tensor) => x.dtype.kind === "float",
  },
  {
    signature: "is_complex(Tensor input)",
    doc: "Are the elements complex?",
    result: "boolean",
    call: (_rt, x: Tensor) => x.dtype.kind === "complex",
  },
  {
    signature: "is_nonzero(Tensor input)",
    doc: "Is the only element other than zero?",
    result: "boolean",
    call: (_rt, x: Tensor) => isNonzero(x),
  },
  {
    signature: "is_same_size(Tensor input, Tensor other)",
    doc: "Have both tensors the same shape?",
    result: "boolean",
    call: (_rt, x: Tensor, y: Tensor) => sameShape(x.shape, y.shape),
  },
];

/** Functions of the top level. */
export const EXTRA_TORCH: readonly ExtraFunction[] = [
  ...FACTS,
  {
    signature: "unravel_index(Tensor indices, IntArrayRef[1] shape)",
    doc: "Coordinates of positions in a row-major array of the shape: one tensor per dimension.",
    result: "Tensor[]",
    call: (rt, indices: Tensor, shape: Size) => unravelIndex(rt, indices, shape),
  },
  {
    signature: "einsum(str equation, TensorList operands)",
    doc: 'Sums products over indices: einsum("ij,jk->ik", a, b) is a matrix product.',
    variadic: true,
    call: (rt, equation: string, operands: Tensor[]) => run(rt, "einsum", equation, operands),
  },
  {
    signature: "tensordot(Tensor a, Tensor b, object dims=2)",
    doc: "Contracts dimensions of two tensors: how many (the last of a with the first of b), or which ones of each.",
    call: (rt, a: Tensor, b: Tensor, dims: number | readonly Size[]) => tensordot(rt, a, b, dims),
  },
  {
    signature: "meshgrid(TensorList tensors, *, str indexing='ij')",
    doc: "Grids of coordinates from vectors, one per vector.",
    result: "Tensor[]",
    variadic: true,
    call: (rt, tensors: Tensor[], indexing: string) => runWith(rt, "meshgrid", { tensors, indexing }),
  },
  {
    signature: "broadcast_tensors(TensorList tensors)",
    doc: "The tensors as views of their common shape.",
    result: "Tensor[]",
    variadic: true,
    call: (rt, tensors: Tensor[]) => run(rt, "broadcast_tensors", tensors),
  },
  {
    signature: "cartesian_prod(TensorList tensors)",
    doc: "All combinations of elements of vectors, as rows.",
    variadic: true,
    call: (rt, tensors: Tensor[]) => run(rt, "cartesian_prod", tensors),
  },
  {
    signature: "block_diag(TensorList tensors)",
    doc: "A block-diagonal matrix of matrices.",
    variadic: true,
    call: (rt, tensors: Tensor[]) => run(rt, "block_diag", tensors),
  },
  ...([1, 2, 3] as const).map((n) => ({
    signature: `atleast_${n}d(Tensor input)`,
    doc: `The tensor with ${n} dimension${n > 1 ? "s" : ""} at least.`,
    call: (rt: Runtime, input: Tensor) => run(rt, `atleast_${n}d`, input),
  })),
  {
    signature:
      "unique(Tensor input, bool sorted=True, bool return_inverse=False, bool return_counts=False, int64_t? dim=None)",
    doc: "The different elements, ascending; with options also where each element went and how often it occurs.",
    result: "any",
    call: (rt, input: Tensor, _sorted: boolean, inverse: boolean, counts: boolean, dim: number | null) =>
      chosen(run(rt, "unique", input, dim), inverse, counts),
  },
  {
    signature:
      "unique_consecutive(Tensor input, bool return_inverse=False, bool return_counts=False, int64_t? dim=None)",
    doc: "As unique, without sorting: only neighbours that are equal are joined.",
    result: "any",
    call: (rt, input: Tensor, inverse: boolean, counts: boolean, dim: number | null) =>
      chosen(run(rt, "unique_consecutive", input, dim), inverse, counts),
  },
];
