import type { OperatorRecord } from "../engine/observer.ts";
import type { AnyOpDef } from "../engine/op.ts";
import type { Tensor } from "../engine/tensor.ts";

/** Stands in a recorded call for its next input tensor. */
export const HOLE: unique symbol = Symbol("tensor");

/** Where a view lies in its base: strides and offset count elements of the base's memory. */
export interface ViewRegion {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  /** Strides of the base itself. */
  readonly baseStrides: readonly number[];
}

/** How a differentiable operator was called: enough to evaluate it again with other numbers. Holds no tensor. */
export interface Call {
  readonly def: AnyOpDef;
  /** The arguments with `HOLE` for each tensor, also in lists; the k-th hole is input k of the graph's node. */
  readonly args: readonly unknown[];
  /** For an operator that changed a view in place: what it changed of the base. */
  readonly region: ViewRegion | null;
}

/** The calls of a run's differentiable operators by graph node. They stay with the run: a snapshot has none. */
export class CallTable {
  private readonly byNode = new Map<number, Call>();

  /** Notes the call that made `node`; `base` is the tensor whose view it changed in place, if any. */
  add(node: number, { def, args, inputs, outputs }: OperatorRecord, base: Tensor | null): void {
    this.byNode.set(node, {
      def,
      args: withHoles(args, inputs),
      region: base === null ? null : regionOf(outputs[0], base),
    });
  }

  of(node: number): Call | undefined {
    return this.byNode.get(node);
  }
}

function withHoles(args: readonly unknown[], inputs: readonly Tensor[]): unknown[] {
  let next = 0;
  const hollow = (x: unknown): unknown => {
    if (next >= inputs.length || x !== inputs[next]) return x;
    next++;
    return HOLE;
  };
  return args.map((a) => (Array.isArray(a) ? a.map(hollow) : hollow(a)));
}

const regionOf = (view: Tensor, base: Tensor): ViewRegion => ({
  shape: view.shape,
  strides: view.strides,
  offset: view.offset - base.offset,
  baseStrides: base.strides,
});
