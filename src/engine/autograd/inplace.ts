import { runtimeError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { CopySlices } from "./copy-slices.ts";
import { gradEdge } from "./grad-edge.ts";
import { type GradNode, keepRetained } from "./node.ts";
import { checkViewRebase } from "./view-grad.ts";

/** May `self` be changed in place? Raises PyTorch's errors for leaves, views of leaves and forbidden views. */
export function checkInplace(self: Tensor, recording: boolean, otherNeedsGrad = false): void {
  const { rt } = self;
  if (self.isInference && !rt.inferenceMode)
    throw runtimeError(
      "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.",
    );
  if (!rt.gradEnabled) return;
  if (!recording && !otherNeedsGrad && !self.requiresGrad) return;
  const { view } = self;
  if (view !== null) {
    checkViewRebase(self, view, self.recordedGradFn, false);
    if (view.base.leafRequiresGrad)
      throw runtimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.");
  }
  if (self.leafRequiresGrad)
    throw runtimeError("a leaf Variable that requires grad is being used in an in-place operation.");
}

/**
 * After an in-place change recorded by `node` (whose first edge is the old value): make it the history of `self`; for a view,
 * the history of its base becomes CopySlices and the view's own is rebuilt when next asked for.
 */
export function rebaseHistory(self: Tensor, node: GradNode): void {
  const { view } = self;
  if (view === null || view.creation === "no_grad") {
    forgetRetained(self);
    self.leafRequiresGrad = false;
    self.outputNr = 0;
    self.gradFn = node;
    keepRetained(self, node);
    return;
  }
  const { base } = view;
  const slices = new CopySlices(base, gradEdge(base), self, node);
  forgetRetained(base);
  base.leafRequiresGrad = false;
  base.outputNr = slices.addOutput(base);
  base.gradFn = slices;
  keepRetained(base, slices);
}

/** The history that a tensor is about to lose no longer keeps its gradient: `retain_grad` means the latest value. */
function forgetRetained(t: Tensor): void {
  if (t.retainsGrad) t.recordedGradFn?.retained?.delete(t.outputNr);
}
