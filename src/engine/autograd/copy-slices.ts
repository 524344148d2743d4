import { inverseOrder, orderOf } from "../kernels/layout.ts";
import type { Tensor } from "../tensor.ts";
import { type Edge, GradNode } from "./node.ts";

/**
 * History of a base whose view was changed in place: the part of the gradient inside the view goes through the in-place
 * operator's node, the rest passes. Edges: the base's old history, then the node's other inputs.
 */
export class CopySlices extends GradNode {
  private readonly shape: readonly number[];
  private readonly strides: readonly number[];
  private readonly offset: number;
  private readonly baseOffset: number;
  /** The base's order of dimensions in memory: the view's geometry is meant in it. */
  private readonly order: readonly number[] | null;
  readonly fn: GradNode;

  constructor(base: Tensor, baseEdge: Edge | null, view: Tensor, fn: GradNode) {
    super(base.rt, "CopySlices", base.rt.takeSequence());
    this.shape = view.shape;
    this.strides = view.strides;
    this.offset = view.offset;
    this.baseOffset = base.offset;
    this.order = orderOf(base);
    this.fn = fn;
    this.edges = [baseEdge, ...fn.edges.slice(1)];
  }

  apply(grads: readonly (Tensor | null)[]): (Tensor | null)[] {
    const grad = grads[0];
    if (grad === null) return this.edges.map(() => null);
    const { math } = this.rt;
    const { order } = this;
    const result = math.clone(order === null ? grad : math.permute(grad, order));
    const part = math.asStrided(result, this.shape, this.strides, this.offset - this.baseOffset);
    const inner = this.fn.apply([math.clone(part)]);
    math.overwrite(part, inner[0]);
    return [order === null ? result : math.permute(result, inverseOrder(order)), ...inner.slice(1)];
  }

  override savedBytes(): number {
    return this.fn.savedBytes();
  }
  override release(): number {
    return this.fn.release();
  }
}
