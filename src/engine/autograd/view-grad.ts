import type { Tensor, ViewInfo } from "../tensor.ts";
import { gradEdge } from "./grad-edge.ts";
import { GradNode } from "./node.ts";

/** Rebuilt history of a view whose base was changed in place: AsStridedBackward0 of the base. */
class AsStridedNode extends GradNode {
  private readonly baseShape: readonly number[];
  private readonly shape: readonly number[];
  private readonly strides: readonly number[];
  private readonly offset: number;

  constructor(view: Tensor, base: Tensor) {
    super(view.rt, "AsStridedBackward0", view.rt.takeSequence());
    this.baseShape = base.shape;
    this.shape = view.shape;
    this.strides = view.strides;
    this.offset = view.offset - base.offset;
    this.edges = [gradEdge(base)];
    this.addOutput(view);
  }

  apply(grads: readonly (Tensor | null)[]): (Tensor | null)[] {
    const g = grads[0];
    return [
      g === null ? null : this.rt.math.asStridedBackward(g, this.baseShape, this.shape, this.strides, this.offset),
    ];
  }
}

export function rebuildViewGradFn(view: Tensor, info: ViewInfo): GradNode | null {
  return new AsStridedNode(view, info.base);
}
