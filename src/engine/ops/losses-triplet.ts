import { check } from "../errors.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { addScalar, sub } from "./arithmetic.ts";
import { clampMin, minimum } from "./compare.ts";
import { reduceLoss, reductionOf } from "./losses.ts";
import { pairwiseDistance } from "./norms-distance.ts";

/** max(0, margin + d(anchor, positive) - d(anchor, negative)); `swap` takes the smaller of two distances to the negative. */
export const tripletMarginLoss = op({
  name: "triplet_margin_loss",
  args: ["anchor", "positive", "negative", "margin", "p", "eps", "swap", "reduction"],
  forward: (
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: number = 1,
    p: number = 2,
    eps: number = 1e-6,
    swap: boolean = false,
    reduction: string = "mean",
  ): Tensor => {
    check(
      anchor.ndim === positive.ndim && positive.ndim === negative.ndim,
      () =>
        `The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: anchor ${anchor.ndim}D, positive ${positive.ndim}D, and negative ${negative.ndim}D inputs`,
    );
    const near = pairwiseDistance(anchor, positive, p, eps);
    let far = pairwiseDistance(anchor, negative, p, eps);
    if (swap) far = minimum(far, pairwiseDistance(positive, negative, p, eps));
    return reduceLoss(clampMin(sub(addScalar(near, margin), far), 0), reductionOf(reduction));
  },
  places: ["F"],
  signatures: [
    "triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, double margin=1.0, double p=2, double eps=1e-06, bool swap=False, str reduction='mean')",
  ],
});
