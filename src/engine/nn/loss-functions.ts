import { runtimeError, valueError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { run } from "./named-operators.ts";

const size = (t: Tensor): string => t.shape.join();

/** Losses that PyTorch composes in Python. */

function reduced(loss: Tensor, reduction: string): Tensor {
  if (reduction === "none") return loss;
  if (reduction === "mean" || reduction === "sum") return run(loss.rt, reduction, loss);
  throw valueError(`${reduction} is not valid`);
}

/** The variance with a shape that broadcasts against the input: one for all, one per sample, or one per element. */
function spreadVariance(input: Tensor, given: Tensor | number): Tensor {
  const { rt } = input;
  if (typeof given === "number") return rt.full(input.shape, given, input.dtype);
  if (size(given) === size(input)) return given;
  const outer = input.shape.slice(0, -1).join();
  if (size(given) === outer) return run(rt, "unsqueeze", given, -1);
  if (given.shape.slice(0, -1).join() === outer && given.shape.at(-1) === 1) return given;
  throw valueError("var is of incorrect size");
}

/** torch.nn.functional.gaussian_nll_loss: ½(ln v + (x - t)²/v), v no smaller than `eps`. */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  given: Tensor | number,
  full: boolean,
  eps: number,
  reduction: string,
): Tensor {
  const { rt } = input;
  const variance = spreadVariance(input, given);
  if (run(rt, "any", run(rt, "lt", variance, 0)).item() !== 0) throw valueError("var has negative entry/entries");
  // The limit is not differentiated: a small variance still gets a gradient.
  const v = run(rt, "clone", variance);
  rt.withGrad(false, () => run(rt, "clamp_", v, eps));
  const square = run(rt, "pow", run(rt, "sub", input, target), 2);
  let loss = run(rt, "mul", run(rt, "add", run(rt, "log", v), run(rt, "div", square, v)), 0.5);
  if (full) loss = run(rt, "add", loss, 0.5 * Math.log(2 * Math.PI));
  return reduced(loss, reduction);
}

/** torch.nn.functional.multilabel_soft_margin_loss: mean over classes of the binary cross entropy of logits. */
export function multilabelSoftMarginLoss(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: string,
): Tensor {
  const { rt } = input;
  const yes = run(rt, "mul", target, run(rt, "log_sigmoid", input));
  const no = run(rt, "mul", run(rt, "rsub", target, 1), run(rt, "log_sigmoid", run(rt, "neg", input)));
  let loss = run(rt, "neg", run(rt, "add", yes, no));
  if (weight !== null) loss = run(rt, "mul", loss, weight);
  const classes = input.ndim - 1;
  return reduced(run(rt, "div", run(rt, "sum", loss, classes), input.shape[classes]), reduction);
}

/** A distance between two batches of vectors. */
export type Distance = (a: Tensor, b: Tensor) => Tensor;

/** torch.nn.functional.triplet_margin_with_distance_loss: max(0, d(anchor, positive) - d(anchor, negative) + margin). */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  distance: Distance | null,
  margin: number,
  swap: boolean,
  reduction: string,
): Tensor {
  const { rt } = anchor;
  if (!["mean", "sum", "none"].includes(reduction)) throw valueError(`${reduction} is not a valid value for reduction`);
  if (margin <= 0) throw valueError(`margin must be greater than 0, got ${margin}`);
  if (anchor.ndim !== positive.ndim || anchor.ndim !== negative.ndim)
    throw runtimeError(
      `The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: anchor ${anchor.ndim}D, positive ${positive.ndim}D, and negative ${negative.ndim}D inputs`,
    );
  const d = distance ?? ((a, b) => run(rt, "pairwise_distance", a, b));
  const near = d(anchor, positive);
  let far = d(anchor, negative);
  if (swap) far = run(rt, "minimum", far, d(positive, negative));
  return reduced(run(rt, "clamp_min", run(rt, "sub", run(rt, "add", near, margin), far), 0), reduction);
}
