import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { type Layer, type LayerState, layer } from "./layer.ts";
import { runWith } from "./named-operators.ts";

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
  /** Arguments that are tensors. */
  readonly tensors?: readonly string[];
  readonly numbers?: readonly string[];
}

function loss({ name, op, params = "", more = "", doc, broadcasts = false, tensors = [], numbers = [] }: Loss): Layer {
  const parameters = [params, "str reduction='mean'", more].filter((p) => p !== "").join(", ");
  return layer({
    name,
    signature: `${name}(${parameters})`,
    doc,
    inputs: ["input", "target"],
    forward: (self: LayerState, input, target) => {
      if (broadcasts) warnSizes(input, target);
      const given: Record<string, unknown> = { input, target, reduction: self.get("reduction") };
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
  loss({
    name: "KLDivLoss",
    op: "kl_div",
    more: "bool log_target=False",
    numbers: ["log_target"],
    doc: "Kullback-Leibler divergence of the target from exp(input).",
  }),
];
