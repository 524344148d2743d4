import { runtimeError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { CopySlices } from "./copy-slices.ts";
import { gradEdge } from "./grad-edge.ts";
import type { GradNode } from "./node.ts";

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
    checkViewCreation(self);
    if (view.base.leafRequiresGrad)
      throw runtimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.");
  }
  if (self.leafRequiresGrad)
    throw runtimeError("a leaf Variable that requires grad is being used in an in-place operation.");
}

function checkViewCreation(self: Tensor): void {
  const { view } = self;
  if (view === null || view.creation === "default") return;
  const made =
    self.gradFn === null
      ? ""
      : `Output ${self.outputNr} of ${self.gradFn.name} is a view and is being modified inplace. `;
  const tail =
    view.creation === "no_grad"
      ? "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked)."
      : "";
  if (view.creation === "no_grad")
    throw runtimeError(
      `${made === "" ? "A view was created in no_grad mode and is being modified inplace with grad mode enabled. " : made.replace("is a view and is being modified inplace. ", "is a view and is being modified inplace. This view was created in no_grad mode and is being modified inplace with grad mode enabled. ")}${tail}`,
    );
  if (view.creation === "inference")
    throw runtimeError(
      `${made === "" ? "A view was created in inference mode and is being modified inplace. " : made}This view was created in inference mode. Inplace update to a view created in inference mode is not allowed in normal mode.`,
    );
  if (view.creation === "custom_function")
    throw runtimeError(
      `${made}This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to handle view+inplace would override the custom backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom Function.`,
    );
  throw runtimeError(
    `${made}This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.`,
  );
}

/**
 * After an in-place change recorded by `node` (whose first edge is the old value): make it the history of `self`; for a view,
 * the history of its base becomes CopySlices and the view's own is rebuilt when next asked for.
 */
export function rebaseHistory(self: Tensor, node: GradNode): void {
  const { view } = self;
  if (view === null || view.creation === "no_grad") {
    self.leafRequiresGrad = false;
    self.outputNr = 0;
    self.gradFn = node;
    moveRetained(self, node);
    return;
  }
  const { base } = view;
  const slices = new CopySlices(base, gradEdge(base), self, node);
  base.leafRequiresGrad = false;
  base.outputNr = slices.addOutput(base);
  base.gradFn = slices;
  moveRetained(base, slices);
}

function moveRetained(t: Tensor, node: GradNode): void {
  if (t.retainsGrad) node.retained = (node.retained ?? new Map()).set(t.outputNr, t);
}
