import type { GradNode } from "../engine/autograd/node.ts";
import type { Tensor } from "../engine/tensor.ts";

/** What a recorder knows of a tensor. It hangs on the tensor and goes with it. */
class TensorMark {
  private readonly owner: Marks;
  /** Graph node that made it, -1 = not seen, and which of its outputs it is. */
  maker = -1;
  output = 0;
  /** Its value recorded last, -1 = none, and how often its storage had been overwritten by then. */
  value = -1;
  epoch = 0;

  constructor(owner: Marks) {
    this.owner = owner;
  }
  isOf(owner: Marks): boolean {
    return this.owner === owner;
  }
}

class NodeMark {
  private readonly owner: Marks;
  readonly node: number;

  constructor(owner: Marks, node: number) {
    this.owner = owner;
    this.node = node;
  }
  isOf(owner: Marks): boolean {
    return this.owner === owner;
  }
}

/** The marks of one recorder; those that another one left on the same tensors do not count. */
export class Marks {
  /** The tensor's mark, null when it has none. */
  find(t: Tensor): TensorMark | null {
    const { mark } = t;
    return mark instanceof TensorMark && mark.isOf(this) ? mark : null;
  }
  /** The tensor's mark, made when it has none. */
  of(t: Tensor): TensorMark {
    const { mark } = t;
    if (mark instanceof TensorMark && mark.isOf(this)) return mark;
    const made = new TensorMark(this);
    t.mark = made;
    return made;
  }

  /** Graph node that stands for a backward node, -1 when there is none. */
  nodeOf(fn: GradNode): number {
    const { mark } = fn;
    return mark instanceof NodeMark && mark.isOf(this) ? mark.node : -1;
  }
  setNodeOf(fn: GradNode, node: number): void {
    fn.mark = new NodeMark(this, node);
  }
}
