import { valueError } from "../../../../engine/errors.ts";
import { run, runWith } from "../../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../../engine/runtime.ts";
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
    signature:
      "embedding(Tensor input, Tensor weight, int64_t? padding_idx=None, bool scale_grad_by_freq=False, bool sparse=False)",
    doc: "Rows of a table of vectors, picked by the indices in the input.",
    call: (rt, input: Tensor, weight: Tensor, padding: number | null, byFrequency: boolean) => {
      const row = padding === null ? -1 : padding < 0 ? padding + weight.shape[0] : padding;
      return run(rt, "embedding", weight, input, row, byFrequency);
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
    signature: "kl_div(Tensor input, Tensor target, str reduction='mean', bool log_target=False)",
    doc: "Kullback-Leibler divergence of log-probabilities from the target; 'batchmean' divides by the batch.",
    call: (rt, input: Tensor, target: Tensor, reduction: string, logTarget: boolean) => {
      const batch = reduction === "batchmean";
      const loss = run(rt, "kl_div", input, target, batch ? "sum" : reduction, logTarget);
      return batch && input.ndim > 0 ? run(rt, "div", loss, input.shape[0]) : loss;
    },
  },
];
