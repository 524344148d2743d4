import type { AnyOp, OpResult } from "../op.ts";
import { expand, permute, unsqueeze, view } from "../ops/views.ts";
import type { Tensor } from "../tensor.ts";
import { BatchedTensor } from "../transforms/batched-tensor.ts";
import type { VmapLevel } from "../transforms/levels.ts";

/**
 * How an operator on single samples becomes one on a batch. "Logical" means as the sample has it; "physical" as the batch
 * has it: all results of a rule have the batch as their first dimension.
 */
export interface BatchRule {
  /** Null: this form of the operator has no rule. */
  apply(b: Batch, call: AnyOp, args: readonly unknown[]): OpResult | null;
  /** The rule calls the operator it is given, on the first argument's own memory: it serves the in-place twin too. */
  readonly inPlace?: boolean;
}

/** The tensors of one operator as one vmap sees them. */
export class Batch {
  readonly level: VmapLevel;

  constructor(level: VmapLevel) {
    this.level = level;
  }

  get size(): number {
    return this.level.size;
  }

  has(x: unknown): x is BatchedTensor {
    return x instanceof BatchedTensor && x.level === this.level;
  }

  /** A physical tensor, the batch in front, as the samples see it. */
  wrap(t: Tensor): BatchedTensor {
    return new BatchedTensor(t, 0, this.level);
  }

  /** All samples, the batch first; a tensor that is the same for all as it is. */
  front(t: Tensor): Tensor {
    return this.has(t) ? dimToFront(t.value, t.dim) : t;
  }

  /** All samples, the batch first; a tensor that is the same for all is repeated (as a view). */
  lifted(t: Tensor): Tensor {
    return this.has(t) ? this.front(t) : expand(unsqueeze(t, 0), [this.size, ...t.shape]);
  }

  /** As `front`, with as many dimensions of size 1 after the batch as make a sample of `rank` dimensions: it broadcasts. */
  aligned(t: Tensor, rank: number): Tensor {
    const front = this.front(t);
    if (!this.has(t) || t.ndim >= rank) return front;
    return view(front, [this.size, ...new Array<number>(rank - t.ndim).fill(1), ...t.shape]);
  }
}

export function dimToFront(t: Tensor, dim: number): Tensor {
  if (dim === 0) return t;
  return permute(t, [dim, ...t.shape.map((_, d) => d).filter((d) => d !== dim)]);
}

/** The first dimension put at place `dim`. */
export function frontToDim(t: Tensor, dim: number): Tensor {
  if (dim === 0) return t;
  const order = t.shape.slice(1).map((_, d) => d + 1);
  order.splice(dim, 0, 0);
  return permute(t, order);
}

/** Every result of an operator that gives one or several tensors. */
export const mapResult = (out: OpResult, f: (t: Tensor) => Tensor): OpResult =>
  Array.isArray(out) ? out.map(f) : f(out);
