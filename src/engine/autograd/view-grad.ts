import { runtimeError } from "../errors.ts";
import { inverseOrder, orderOf, permuted } from "../kernels/layout.ts";
import type { Tensor, ViewCreation, ViewInfo } from "../tensor.ts";
import { gradEdge } from "./grad-edge.ts";
import { GradNode, keepRetained } from "./node.ts";

/** Rebuilt history of a view whose base was changed in place: AsStridedBackward0 of the base. */
class AsStridedNode extends GradNode {
  private readonly baseShape: readonly number[];
  /** The base's order of dimensions in memory: the view's geometry is meant in it. */
  private readonly order: readonly number[] | null;
  private readonly shape: readonly number[];
  private readonly strides: readonly number[];
  private readonly offset: number;

  constructor(view: Tensor, base: Tensor) {
    super(view.rt, "AsStridedBackward0", view.rt.takeSequence());
    this.order = orderOf(base);
    this.baseShape = this.order === null ? base.shape : permuted(base.shape, this.order);
    this.shape = view.shape;
    this.strides = view.strides;
    this.offset = view.offset - base.offset;
    this.edges = [gradEdge(base)];
    this.addOutput(view);
  }

  apply(grads: readonly (Tensor | null)[]): (Tensor | null)[] {
    const g = grads[0];
    if (g === null) return [null];
    const { math } = this.rt;
    const whole = math.asStridedBackward(g, this.baseShape, this.shape, this.strides, this.offset);
    return [this.order === null ? whole : math.permute(whole, inverseOrder(this.order))];
  }
}

const FORBIDDEN: Readonly<Record<Exclude<ViewCreation, "default">, string>> = {
  multi_output:
    "This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.",
  custom_function:
    "This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to handle view+inplace would override the custom backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom Function.",
  no_grad:
    "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).",
  inference:
    "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the inference_mode block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).",
};

/**
 * May the history of a view be rewritten because it (or, `indirect`, its base) was changed in place? Raises PyTorch's errors for
 * views made under no_grad, in inference mode, by a function with several views, or inside a custom Function.
 */
export function checkViewRebase(view: Tensor, info: ViewInfo, node: GradNode | null, indirect: boolean): void {
  const { creation } = info;
  if (creation === "default") return;
  const modified = indirect
    ? "its base or another view of its base has been modified inplace"
    : "is being modified inplace";
  const subject =
    creation === "no_grad" || creation === "inference"
      ? `A view was created in ${creation} mode and ${modified} with grad mode enabled.`
      : `Output ${view.outputNr} of ${node?.name ?? "UnknownBackward"} is a view and ${modified}.`;
  throw runtimeError(`${subject} ${FORBIDDEN[creation]}`);
}

export function rebuildViewGradFn(view: Tensor, info: ViewInfo): GradNode | null {
  const node = new AsStridedNode(view, info.base);
  keepRetained(view, node);
  return node;
}
