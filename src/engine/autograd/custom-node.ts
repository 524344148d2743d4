import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { gradEdge } from "./grad-edge.ts";
import { GradNode } from "./node.ts";

/** Backward node of a user's `autograd.Function` (or of any function with a hand-written backward). */
export class CustomNode extends GradNode {
  private readonly run: (grads: readonly (Tensor | null)[], node: CustomNode) => (Tensor | null)[];
  private readonly onRelease: () => number;
  released = false;

  /** One edge per tensor input; `run` must return as many gradients. */
  constructor(
    rt: Runtime,
    name: string,
    inputs: readonly (Tensor | null)[],
    run: (grads: readonly (Tensor | null)[], node: CustomNode) => (Tensor | null)[],
    onRelease: () => number = () => 0,
  ) {
    super(rt, name, rt.takeSequence());
    this.run = run;
    this.onRelease = onRelease;
    this.edges = inputs.map((t) => (t === null ? null : gradEdge(t)));
  }

  apply(grads: readonly (Tensor | null)[]): (Tensor | null)[] {
    return this.run(grads, this);
  }

  override release(): number {
    if (this.released) return 0;
    this.released = true;
    return this.onRelease();
  }
}
