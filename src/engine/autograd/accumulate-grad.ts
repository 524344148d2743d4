import { addInto, copyTensor } from "../kernels/copy.ts";
import { isDense, laidOutLike } from "../kernels/layout.ts";
import type { Tensor } from "../tensor.ts";
import { GradNode } from "./node.ts";

export type AccumulateHook = (leaf: Tensor) => void;

/** Adds what arrives to a leaf's `.grad`. */
export class AccumulateGrad extends GradNode {
  readonly variable: Tensor;
  /** register_post_accumulate_grad_hook, by id. */
  accumulateHooks: Map<number, AccumulateHook> | null = null;

  constructor(variable: Tensor) {
    super(variable.rt, "AccumulateGrad", Number.POSITIVE_INFINITY);
    this.variable = variable;
    this.addOutput(variable);
  }

  apply(grads: readonly (Tensor | null)[]): (Tensor | null)[] {
    const delta = grads[0];
    if (delta === null) return [];
    const leaf = this.variable;
    const before = leaf.grad;
    if (before === null) {
      // The first gradient is kept as a copy of its own, so that nothing else can change it (under create_graph: as it is),
      // and laid out as the leaf if that has no gaps.
      if (this.rt.gradEnabled) leaf.grad = delta;
      else leaf.grad = leaf.contiguous || !isDense(leaf) ? copyTensor(delta) : laidOutLike(delta, leaf);
    } else if (this.rt.gradEnabled) leaf.grad = this.rt.math.add(before, delta);
    else {
      before.willChange("accumulate gradient");
      addInto(before, delta);
    }
    this.rt.observer?.leafAccumulated(leaf, before, delta, leaf.grad as Tensor);
    if (this.accumulateHooks !== null) {
      for (const hook of this.accumulateHooks.values()) hook(leaf);
      this.rt.observer?.gradientHooked(leaf);
    }
    return [];
  }
}
