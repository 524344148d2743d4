import { notImplemented, runtimeError, valueError } from "../errors.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { run, runWith } from "./named-operators.ts";

const MODES = ["sum", "mean", "max"];

export interface BagOptions {
  readonly offsets: Tensor | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly mode: string;
  readonly perSampleWeights: Tensor | null;
  readonly includeLastOffset: boolean;
  readonly paddingIdx: number | null;
}

const size = (t: Tensor): string => `torch.Size([${t.shape.join(", ")}])`;

function checkBag(input: Tensor, weight: Tensor, o: BagOptions): void {
  const { offsets, perSampleWeights: samples, mode } = o;
  if (samples !== null && !sameShape(samples.shape, input.shape))
    throw valueError(
      `embedding_bag: If per_sample_weights (${size(samples)}) is not None, then it must have the same shape as the input (${size(input)})`,
    );
  if (weight.ndim !== 2) throw valueError(`weight has to be a 2D Tensor, but got Tensor of dimension ${weight.ndim}`);
  if (input.ndim !== 1 && input.ndim !== 2)
    throw valueError(`input has to be 1D or 2D Tensor, but got Tensor of dimension ${input.ndim}`);
  if (input.ndim === 2 && offsets !== null)
    throw valueError(
      "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences. However, found offsets of type <class 'torch.Tensor'>",
    );
  if (input.ndim === 1 && offsets === null) throw valueError("offsets has to be a 1D Tensor but got None");
  if (offsets !== null && offsets.ndim !== 1) throw valueError("offsets has to be a 1D Tensor");
  if (!MODES.includes(mode)) throw valueError("mode has to be one of sum, mean or max");
  if (mode === "max" && o.scaleGradByFreq)
    throw valueError("max mode does not support scaling the gradient by the frequency");
  if (samples !== null && mode !== "sum")
    throw notImplemented(
      `embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='${mode}'). Please open a feature request on GitHub.`,
    );
  const rows = weight.shape[0];
  const { paddingIdx } = o;
  if (paddingIdx !== null && !(-rows <= paddingIdx && paddingIdx < rows))
    throw runtimeError(
      `padding_idx must be within the number of embeddings, -${rows} through ${rows - 1}, but got ${paddingIdx}`,
    );
}

/** Scales the rows in use down to a norm of `maxNorm`, in place and unrecorded. */
export function renormalize(weight: Tensor, indices: Tensor, maxNorm: number, normType: number): void {
  const { rt } = weight;
  rt.withGrad(false, () => run(rt, "embedding_renorm_", weight, run(rt, "contiguous", indices), maxNorm, normType));
}

/**
 * torch.nn.functional.embedding_bag: sum, mean or maximum of the rows of `weight` [rows, width] in each bag. Bags are the rows of
 * a 2-D `input`, or begin at `offsets` in a 1-D one. Gives [bags, width]. Errors: PyTorch's.
 */
export function embeddingBag(input: Tensor, weight: Tensor, o: BagOptions): Tensor {
  const { rt } = weight;
  checkBag(input, weight, o);
  const flat = (t: Tensor): Tensor => (t.ndim === 2 ? run(rt, "reshape", t, [-1]) : t);
  const starts =
    o.offsets ?? rt.quietly(() => runWith(rt, "arange", { start: 0, end: input.numel, step: input.shape[1] }));
  const indices = flat(input);
  if (o.maxNorm !== null) renormalize(weight, indices, o.maxNorm, o.normType);
  const rows = weight.shape[0];
  const result = runWith(rt, "embedding_bag", {
    weight,
    indices,
    offsets: starts,
    scale_grad_by_freq: o.scaleGradByFreq,
    mode: MODES.indexOf(o.mode),
    per_sample_weights: o.perSampleWeights === null ? null : flat(o.perSampleWeights),
    include_last_offset: o.includeLastOffset,
    padding_idx: o.paddingIdx === null ? -1 : (o.paddingIdx + rows) % rows,
  });
  return (result as unknown as Tensor[])[0];
}
