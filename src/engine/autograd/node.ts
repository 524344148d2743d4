import type { DType } from "../dtype.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";

/** Where a gradient goes next: output `output` of `node`. */
export interface Edge {
  readonly node: GradNode;
  readonly output: number;
}

/** Shape and dtype that a gradient must have to enter a node. */
export interface OutputMeta {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export type TensorHook = (grad: Tensor) => Tensor | null;
export type NodeHook = (gradInputs: (Tensor | null)[], gradOutputs: (Tensor | null)[]) => (Tensor | null)[] | null;
export type NodePreHook = (gradOutputs: (Tensor | null)[]) => (Tensor | null)[] | null;

/** A hook and the output of the node whose gradient it sees. */
export interface TensorHookEntry {
  readonly output: number;
  readonly hook: TensorHook;
}

/** `retain_grad`: a tensor's `.grad` gets what arrives at its history. */
export function keepRetained(t: Tensor, node: GradNode): void {
  if (t.retainsGrad) node.retained = (node.retained ?? new Map()).set(t.outputNr, t);
}

/** Nodes that PyTorch's autograd makes itself, for no operator: their names bear its namespace. */
const MACHINERY = new Set(["AccumulateGrad", "CopyBackwards", "CopySlices", "GraphRoot"]);

/** A node of the backward graph: turns gradients of an operator's outputs into gradients of its inputs. */
export abstract class GradNode {
  /** PyTorch's name without namespace: "MulBackward0". */
  readonly name: string;
  readonly id: number;
  /** Creation order; AccumulateGrad is Infinity (runs as soon as it is ready). */
  readonly seq: number;
  readonly rt: Runtime;
  edges: (Edge | null)[] = [];
  readonly outputs: OutputMeta[] = [];
  /** Source location of the forward operator. */
  readonly location: number;
  /** Tensor hooks in order of registration, by id. */
  tensorHooks: Map<number, TensorHookEntry> | null = null;
  preHooks: Map<number, NodePreHook> | null = null;
  postHooks: Map<number, NodeHook> | null = null;
  /** Tensors whose `.grad` keeps the gradient of an output (retain_grad). */
  retained: Map<number, Tensor> | null = null;
  /** Belongs to the observer, as `Tensor.mark`. */
  mark: object | null = null;
  /** Anomaly mode: the traceback of the forward call that made the node. */
  readonly traceback: string | null;

  constructor(rt: Runtime, name: string, seq: number) {
    this.rt = rt;
    this.name = name;
    this.id = rt.takeNodeId();
    this.seq = seq;
    this.location = rt.location;
    this.traceback = rt.anomalyMode && rt.traceback !== null ? rt.traceback() : null;
  }

  /** The name with its C++ namespace: "torch::autograd::CopySlices". */
  get fullName(): string {
    return MACHINERY.has(this.name) ? `torch::autograd::${this.name}` : this.name;
  }

  /** Number of the edge that belongs to an operator's argument ("self", "tensors[1]"), -1 when it has none. */
  edgeOf(_input: string): number {
    return -1;
  }

  /** Gradients of the inputs (one per edge) from the gradients of the outputs (null = none arrived). */
  abstract apply(grads: readonly (Tensor | null)[]): (Tensor | null)[];

  /** Give up saved tensors; returns the bytes given up. */
  release(): number {
    return 0;
  }
  /** Bytes of saved tensors held. */
  savedBytes(): number {
    return 0;
  }

  /** Remember the shape of an output; its gradient must fit it. Returns the output's number. */
  addOutput(t: { shape: readonly number[]; dtype: DType }): number {
    this.outputs.push({ shape: t.shape, dtype: t.dtype });
    return this.outputs.length - 1;
  }
}
