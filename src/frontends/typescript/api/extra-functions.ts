import { runtimeError } from "../../../engine/errors.ts";
import { run, runWith } from "../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor } from "../../../engine/tensor.ts";

/** A function of PyTorch that the catalogue lacks in this form: a signature, and what it does with engine values. */
export interface ExtraFunction {
  readonly signature: string;
  readonly doc: string;
  /** Tensors given one by one fill the list: meshgrid(x, y). */
  readonly variadic?: boolean;
  readonly call: (rt: Runtime, ...args: never[]) => unknown;
}

type Size = readonly number[];

function checkProbability(p: number): void {
  if (p < 0 || p > 1) throw runtimeError(`dropout probability has to be between 0 and 1, but got ${p}`);
}

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

/** Functions of the top level. */
export const EXTRA_TORCH: readonly ExtraFunction[] = [
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
    variadic: true,
    call: (rt, tensors: Tensor[], indexing: string) => runWith(rt, "meshgrid", { tensors, indexing }),
  },
  {
    signature: "broadcast_tensors(TensorList tensors)",
    doc: "The tensors as views of their common shape.",
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
];

/** Functions of `nn.functional` with the arguments that PyTorch gives them there. */
export const EXTRA_FUNCTIONAL: readonly ExtraFunction[] = [
  ...["relu", "silu", "mish", "hardsigmoid", "hardswish", "selu", "celu"].map((name) => ({
    signature: name === "celu" ? "celu(Tensor input, double alpha=1.0)" : `${name}(Tensor input)`,
    doc: `${name}, element by element.`,
    call: (rt: Runtime, ...args: unknown[]) => run(rt, name, ...args),
  })),
  {
    signature: "relu6(Tensor input)",
    doc: "min(max(0, x), 6), element by element.",
    call: (rt, input: Tensor) => run(rt, "hardtanh", input, 0, 6),
  },
  {
    signature: "leaky_relu(Tensor input, double negative_slope=0.01)",
    doc: "x where positive, negative_slope · x elsewhere.",
    call: (rt, input: Tensor, slope: number) => run(rt, "leaky_relu", input, slope),
  },
  {
    signature: "elu(Tensor input, double alpha=1.0)",
    doc: "x where positive, α(eˣ - 1) elsewhere.",
    call: (rt, input: Tensor, alpha: number) => run(rt, "elu", input, alpha),
  },
  {
    signature: "hardtanh(Tensor input, double min_val=-1.0, double max_val=1.0)",
    doc: "x limited to [min_val, max_val].",
    call: (rt, input: Tensor, low: number, high: number) => run(rt, "hardtanh", input, low, high),
  },
  {
    signature: "dropout(Tensor input, double p=0.5, bool training=True)",
    doc: "Sets each element to zero with probability p and scales the others by 1/(1-p).",
    call: (rt, input: Tensor, p: number, training: boolean) => {
      checkProbability(p);
      return run(rt, "dropout", input, p, training);
    },
  },
  {
    signature: "embedding(Tensor input, Tensor weight, int64_t? padding_idx=None)",
    doc: "Rows of a table of vectors, picked by the indices in the input.",
    call: (rt, input: Tensor, weight: Tensor, padding: number | null) =>
      run(rt, "embedding", weight, input, padding === null ? -1 : padding < 0 ? padding + weight.shape[0] : padding),
  },
  {
    signature:
      "layer_norm(Tensor input, IntArrayRef normalized_shape, Tensor? weight=None, Tensor? bias=None, double eps=1e-05)",
    doc: "Brings the last dimensions to mean 0 and variance 1.",
    call: (rt, input: Tensor, normalized_shape: Size, weight: Tensor | null, bias: Tensor | null, eps: number) =>
      runWith(rt, "layer_norm", { input, normalized_shape, weight, bias, eps }),
  },
  {
    signature: "group_norm(Tensor input, int64_t num_groups, Tensor? weight=None, Tensor? bias=None, double eps=1e-05)",
    doc: "Brings groups of channels to mean 0 and variance 1.",
    call: (rt, input: Tensor, num_groups: number, weight: Tensor | null, bias: Tensor | null, eps: number) =>
      runWith(rt, "group_norm", { input, num_groups, weight, bias, eps }),
  },
  {
    signature:
      "batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, Tensor? bias=None, bool training=False, double momentum=0.1, double eps=1e-05)",
    doc: "Brings each feature to mean 0 and variance 1 over the batch.",
    call: (
      rt,
      input: Tensor,
      running_mean: Tensor | null,
      running_var: Tensor | null,
      weight: Tensor | null,
      bias: Tensor | null,
      training: boolean,
      momentum: number,
      eps: number,
    ) =>
      runWith(rt, "batch_norm", {
        input,
        running_mean,
        running_var,
        weight,
        bias,
        training,
        momentum,
        eps,
        cudnn_enabled: false,
      }),
  },
  {
    signature: "adaptive_avg_pool2d(Tensor input, IntArrayRef[2] output_size)",
    doc: "Means of windows chosen so that the output has the given size.",
    call: (rt, input: Tensor, size: Size) => run(rt, "adaptive_avg_pool2d", input, size),
  },
];
