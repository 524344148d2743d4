import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { type Layer, type LayerState, layer } from "./layer.ts";
import { gaussianNllLoss, multilabelSoftMarginLoss } from "./loss-functions.ts";
import { run, runWith } from "./named-operators.ts";

/** Warns as PyTorch does when a loss broadcasts. */
function warnSizes(input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  const size = (t: Tensor): string => `torch.Size([${t.shape.join(", ")}])`;
  input.rt.warn(
    "UserWarning",
    `Using a target size (${size(target)}) that is different to the input size (${size(input)}). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.`,
  );
}

interface Loss {
  readonly name: string;
  readonly op: string;
  /** Arguments before `reduction`. */
  readonly params?: string;
  /** Arguments after `reduction`. */
  readonly more?: string;
  readonly doc: string;
  readonly broadcasts?: boolean;
  /** Names of the inputs, where they are not input and target. */
  readonly inputs?: readonly string[];
  /** Arguments that are tensors. */
  readonly tensors?: readonly string[];
  readonly numbers?: readonly string[];
}

function loss({
  name,
  op,
  params = "",
  more = "",
  doc,
  broadcasts = false,
  inputs = ["input", "target"],
  tensors = [],
  numbers = [],
}: Loss): Layer {
  const parameters = [params, "str reduction='mean'", more].filter((p) => p !== "").join(", ");
  return layer({
    name,
    signature: `${name}(${parameters})`,
    doc,
    inputs,
    forward: (self: LayerState, ...values: Tensor[]) => {
      if (broadcasts) warnSizes(values[0], values[1]);
      const given: Record<string, unknown> = { reduction: self.get("reduction") };
      inputs.forEach((input, i) => {
        given[input] = values[i];
      });
      for (const t of tensors) given[t] = self.tensor(t);
      for (const n of numbers) given[n] = self.get(n);
      return runWith(self.rt, op, given);
    },
  });
}

export const lossLayers: readonly Layer[] = [
  loss({ name: "MSELoss", op: "mse_loss", broadcasts: true, doc: "Mean of the squared differences." }),
  loss({ name: "L1Loss", op: "l1_loss", broadcasts: true, doc: "Mean of the absolute differences." }),
  loss({
    name: "SmoothL1Loss",
    op: "smooth_l1_loss",
    more: "double beta=1.0",
    numbers: ["beta"],
    broadcasts: true,
    doc: "Squared near zero, absolute beyond beta.",
  }),
  loss({
    name: "HuberLoss",
    op: "huber_loss",
    more: "double delta=1.0",
    numbers: ["delta"],
    broadcasts: true,
    doc: "Squared near zero, absolute beyond delta, with a slope of delta.",
  }),
  loss({
    name: "CrossEntropyLoss",
    op: "cross_entropy_loss",
    params: "Tensor? weight=None, int64_t ignore_index=-100",
    more: "double label_smoothing=0.0",
    tensors: ["weight"],
    numbers: ["ignore_index", "label_smoothing"],
    doc: "Softmax and negative log likelihood of the target classes, from logits.",
  }),
  loss({
    name: "NLLLoss",
    op: "nll_loss",
    params: "Tensor? weight=None, int64_t ignore_index=-100",
    tensors: ["weight"],
    numbers: ["ignore_index"],
    doc: "Negative log likelihood of the target classes, from log-probabilities.",
  }),
  loss({
    name: "BCELoss",
    op: "binary_cross_entropy",
    params: "Tensor? weight=None",
    tensors: ["weight"],
    doc: "Binary cross entropy, from probabilities.",
  }),
  loss({
    name: "BCEWithLogitsLoss",
    op: "binary_cross_entropy_with_logits",
    params: "Tensor? weight=None",
    more: "Tensor? pos_weight=None",
    tensors: ["weight", "pos_weight"],
    doc: "Sigmoid and binary cross entropy, from logits.",
  }),
  layer({
    name: "KLDivLoss",
    signature: "KLDivLoss(str reduction='mean', bool log_target=False)",
    doc: "Kullback-Leibler divergence of log-probabilities from the target; 'batchmean' divides by the batch.",
    inputs: ["input", "target"],
    forward: (self, input, target) => {
      const batch = self.get("reduction") === "batchmean";
      const reduction = batch ? "sum" : self.get("reduction");
      const sum = run(self.rt, "kl_div", input, target, reduction, self.get("log_target"));
      return batch && input.ndim > 0 ? run(self.rt, "div", sum, input.shape[0]) : sum;
    },
  }),
  loss({
    name: "PoissonNLLLoss",
    op: "poisson_nll_loss",
    params: "bool log_input=True, bool full=False, double eps=1e-08",
    numbers: ["log_input", "full", "eps"],
    doc: "Negative log likelihood of counts under Poisson rates.",
  }),
  layer({
    name: "GaussianNLLLoss",
    signature: "GaussianNLLLoss(*, bool full=False, double eps=1e-06, str reduction='mean')",
    doc: "Negative log likelihood under normal distributions with the given means and variances.",
    formula: "\\tfrac12\\left(\\ln {var} + ({input} - {target})^2 / {var}\\right)",
    inputs: ["input", "target", "var"],
    forward: (self, input, target, variance) =>
      gaussianNllLoss(input, target, variance, self.get("full"), self.get("eps"), self.get("reduction")),
  }),
  layer({
    name: "MultiLabelSoftMarginLoss",
    signature: "MultiLabelSoftMarginLoss(Tensor? weight=None, str reduction='mean')",
    doc: "Mean over classes of the binary cross entropy of logits.",
    inputs: ["input", "target"],
    forward: (self, input, target) =>
      multilabelSoftMarginLoss(input, target, self.tensor("weight"), self.get("reduction")),
  }),
  loss({
    name: "HingeEmbeddingLoss",
    op: "hinge_embedding_loss",
    params: "double margin=1.0",
    numbers: ["margin"],
    doc: "x for targets 1, max(0, margin - x) for targets -1.",
  }),
  loss({ name: "SoftMarginLoss", op: "soft_margin_loss", doc: "log(1 + exp(-target · input))." }),
  loss({
    name: "MultiLabelMarginLoss",
    op: "multilabel_margin_loss",
    doc: "Hinge loss between every target class and every other class.",
  }),
  loss({
    name: "MultiMarginLoss",
    op: "multi_margin_loss",
    params: "double p=1.0, double margin=1.0, Tensor? weight=None",
    numbers: ["p", "margin"],
    tensors: ["weight"],
    doc: "Hinge loss between the target class and every other class.",
  }),
  loss({
    name: "CosineEmbeddingLoss",
    op: "cosine_embedding_loss",
    params: "double margin=0.0",
    numbers: ["margin"],
    inputs: ["input1", "input2", "target"],
    doc: "1 - cos for targets 1, max(0, cos - margin) for targets -1.",
  }),
  loss({
    name: "MarginRankingLoss",
    op: "margin_ranking_loss",
    params: "double margin=0.0",
    numbers: ["margin"],
    inputs: ["input1", "input2", "target"],
    doc: "max(0, -target (input1 - input2) + margin).",
  }),
  loss({
    name: "TripletMarginLoss",
    op: "triplet_margin_loss",
    params: "double margin=1.0, double p=2.0, double eps=1e-06, bool swap=False",
    numbers: ["margin", "p", "eps", "swap"],
    inputs: ["anchor", "positive", "negative"],
    doc: "max(0, d(anchor, positive) - d(anchor, negative) + margin).",
  }),
  loss({
    name: "CTCLoss",
    op: "ctc_loss",
    params: "int64_t blank=0",
    more: "bool zero_infinity=False",
    numbers: ["blank", "zero_infinity"],
    inputs: ["log_probs", "targets", "input_lengths", "target_lengths"],
    doc: "Connectionist temporal classification: sums over all alignments of a sequence.",
  }),
];
