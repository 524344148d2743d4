import { valueError } from "../../../../engine/errors.ts";
import { embeddingBag, renormalize } from "../../../../engine/nn/bag.ts";
import { paddingRow } from "../../../../engine/nn/embedding.ts";
import { gaussianNllLoss, multilabelSoftMarginLoss } from "../../../../engine/nn/loss-functions.ts";
import { run, runWith } from "../../../../engine/nn/named-operators.ts";
import { localResponseNorm } from "../../../../engine/nn/response-norm.ts";
import type { Runtime } from "../../../../engine/runtime.ts";
import { isScalar, type Scalar, scalarValue } from "../../../../engine/scalar.ts";
import type { Tensor } from "../../../../engine/tensor.ts";
import type { ExtraFunction } from "./extra-function.ts";

type Size = readonly number[];
type Maybe = Tensor | null;

function checkProbability(p: number): void {
  if (p < 0 || p > 1) throw valueError(`dropout probability has to be between 0 and 1, but got ${p}`);
}

const sizesText = (t: Tensor): string => `torch.Size([${t.shape.join(", ")}])`;

function checkBatch(input: Tensor): void {
  const count = input.shape.reduce((n, s, i) => (i === 1 ? n : n * s), 1);
  if (count === 1)
    throw valueError(`Expected more than 1 value per channel when training, got input size ${sizesText(input)}`);
}

/** Dropout, embedding, normalisation of `nn.functional`. */
export const EXTRA_LAYERS: readonly ExtraFunction[] = [
  {
    signature: "dropout(Tensor input, double p=0.5, bool training=True, bool inplace=False)",
    doc: "Sets each element to zero with probability p and scales the others by 1/(1-p).",
    call: (rt, input: Tensor, p: number, training: boolean, inplace: boolean) => {
      checkProbability(p);
      return run(rt, inplace ? "dropout_" : "dropout", input, p, training);
    },
  },
  {
    signature: "alpha_dropout(Tensor input, double p=0.5, bool training=False)",
    doc: "Dropout that keeps the mean and variance of self-normalising networks.",
    call: (rt, input: Tensor, p: number, training: boolean) => {
      checkProbability(p);
      return run(rt, "alpha_dropout", input, p, training);
    },
  },
  ...[1, 2, 3].map(
    (n): ExtraFunction => ({
      signature: `dropout${n}d(Tensor input, double p=0.5, bool training=True)`,
      doc: "Drops whole channels.",
      call: (rt: Runtime, input: Tensor, p: number, training: boolean) => {
        checkProbability(p);
        if (n === 2 || input.ndim === n + 2) return run(rt, "feature_dropout", input, p, training);
        return run(rt, "squeeze", run(rt, "feature_dropout", run(rt, "unsqueeze", input, 0), p, training), 0);
      },
    }),
  ),
  {
    signature: "feature_alpha_dropout(Tensor input, double p=0.5, bool training=False, bool inplace=False)",
    doc: "alpha_dropout of whole channels.",
    call: (rt, input: Tensor, p: number, training: boolean, inplace: boolean) => {
      checkProbability(p);
      return run(rt, inplace ? "feature_alpha_dropout_" : "feature_alpha_dropout", input, p, training);
    },
  },
  {
    signature:
      "embedding(Tensor input, Tensor weight, int64_t? padding_idx=None, double? max_norm=None, double norm_type=2.0, bool scale_grad_by_freq=False, bool sparse=False)",
    doc: "Rows of a table of vectors, picked by the indices in the input.",
    call: (
      rt,
      input: Tensor,
      weight: Tensor,
      padding: number | null,
      maxNorm: number | null,
      normType: number,
      byFrequency: boolean,
    ) => {
      const row = paddingRow(padding, weight.shape[0], "Padding_idx must be within num_embeddings");
      if (maxNorm !== null) renormalize(weight, input, maxNorm, normType);
      return run(rt, "embedding", weight, input, row, byFrequency);
    },
  },
  {
    signature:
      "embedding_bag(Tensor input, Tensor weight, Tensor? offsets=None, double? max_norm=None, double norm_type=2.0, bool scale_grad_by_freq=False, str mode='mean', bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int64_t? padding_idx=None)",
    doc: "Sum, mean or maximum of the rows of each bag of indices: the rows of a 2-D input, or from each offset on.",
    call: (
      _rt,
      input: Tensor,
      weight: Tensor,
      offsets: Maybe,
      maxNorm: number | null,
      normType: number,
      scaleGradByFreq: boolean,
      mode: string,
      _sparse: boolean,
      perSampleWeights: Maybe,
      includeLastOffset: boolean,
      paddingIdx: number | null,
    ) => {
      const given = {
        offsets,
        maxNorm,
        normType,
        scaleGradByFreq,
        mode,
        perSampleWeights,
        includeLastOffset,
        paddingIdx,
      };
      return embeddingBag(input, weight, given);
    },
  },
  {
    signature:
      "layer_norm(Tensor input, IntArrayRef normalized_shape, Tensor? weight=None, Tensor? bias=None, double eps=1e-05)",
    doc: "Brings the last dimensions to mean 0 and variance 1.",
    call: (rt, input: Tensor, normalized_shape: Size, weight: Maybe, bias: Maybe, eps: number) =>
      runWith(rt, "layer_norm", { input, normalized_shape, weight, bias, eps }),
  },
  {
    signature: "group_norm(Tensor input, int64_t num_groups, Tensor? weight=None, Tensor? bias=None, double eps=1e-05)",
    doc: "Brings groups of channels to mean 0 and variance 1.",
    call: (rt, input: Tensor, num_groups: number, weight: Maybe, bias: Maybe, eps: number) =>
      runWith(rt, "group_norm", { input, num_groups, weight, bias, eps }),
  },
  {
    signature:
      "batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, Tensor? bias=None, bool training=False, double momentum=0.1, double eps=1e-05)",
    doc: "Brings each feature to mean 0 and variance 1 over the batch.",
    call: (
      rt,
      input: Tensor,
      running_mean: Maybe,
      running_var: Maybe,
      weight: Maybe,
      bias: Maybe,
      training: boolean,
      momentum: number,
      eps: number,
    ) => {
      if (training) checkBatch(input);
      const given = { input, running_mean, running_var, weight, bias, training, momentum, eps, cudnn_enabled: true };
      return runWith(rt, "batch_norm", given);
    },
  },
  {
    signature:
      "instance_norm(Tensor input, Tensor? running_mean=None, Tensor? running_var=None, Tensor? weight=None, Tensor? bias=None, bool use_input_stats=True, double momentum=0.1, double eps=1e-05)",
    doc: "Brings each channel of each sample to mean 0 and variance 1.",
    call: (
      rt,
      input: Tensor,
      running_mean: Maybe,
      running_var: Maybe,
      weight: Maybe,
      bias: Maybe,
      use_input_stats: boolean,
      momentum: number,
      eps: number,
    ) => {
      const given = { input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps };
      return runWith(rt, "instance_norm", { ...given, cudnn_enabled: true });
    },
  },
  {
    signature: "local_response_norm(Tensor input, int64_t size, double alpha=0.0001, double beta=0.75, double k=1.0)",
    doc: "Divides by a power of the mean square of neighbouring channels.",
    call: (_rt, input: Tensor, size: number, alpha: number, beta: number, k: number) =>
      localResponseNorm(input, size, alpha, beta, k),
  },
  {
    signature:
      "gaussian_nll_loss(Tensor input, Tensor target, Tensor|Scalar var, bool full=False, double eps=1e-06, str reduction='mean')",
    doc: "Negative log likelihood of the target under normal distributions with means input and variances var.",
    call: (
      _rt,
      input: Tensor,
      target: Tensor,
      variance: Tensor | Scalar,
      full: boolean,
      eps: number,
      reduction: string,
    ) => {
      const given = isScalar(variance) ? scalarValue(variance) : variance;
      return gaussianNllLoss(input, target, given, full, eps, reduction);
    },
  },
  {
    signature: "multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight=None, str reduction='mean')",
    doc: "Mean over classes of the binary cross entropy of logits.",
    call: (_rt, input: Tensor, target: Tensor, weight: Maybe, reduction: string) =>
      multilabelSoftMarginLoss(input, target, weight, reduction),
  },
  {
    signature: "kl_div(Tensor input, Tensor target, str reduction='mean', bool log_target=False)",
    doc: "Kullback-Leibler divergence of log-probabilities from the target; 'batchmean' divides by the batch.",
    call: (rt, input: Tensor, target: Tensor, reduction: string, logTarget: boolean) => {
      const batch = reduction === "batchmean";
      const loss = run(rt, "kl_div", input, target, batch ? "sum" : reduction, logTarget);
      return batch && input.ndim > 0 ? run(rt, "div", loss, input.shape[0]) : loss;
    },
  },
];
