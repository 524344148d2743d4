import type { AnyOp, OpResult } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** May operators under vmap draw random numbers, and does every sample get its own? */
export type Randomness = "error" | "different" | "same";

/** One vmap under way. */
export interface VmapLevel {
  readonly kind: "vmap";
  /** Its number as PyTorch prints it: how many transforms are under way, this one included. */
  readonly number: number;
  /** Samples in the batch. */
  readonly size: number;
  readonly randomness: Randomness;
  /** Only tangents are batched (a forward Jacobian's columns): inputs of derivatives inside stay as they are. */
  readonly tangents?: boolean;
}

/** One forward derivative under way, and what moves with what. */
export interface ForwardLevel {
  readonly kind: "jvp";
  readonly number: number;
  /** Opened by a program's own dual_level: its dual tensors print as such, not as inputs of a transform. */
  readonly dual: boolean;
  readonly tangents: WeakMap<Tensor, Tensor>;
}

/** One derivative under way. */
export interface GradLevel {
  readonly kind: "grad";
  readonly number: number;
}

/** A function transform under way (torch.func). */
export type TransformLevel = VmapLevel | GradLevel | ForwardLevel;

/** Is a transform of torch.func under way? A program's own dual level is none. */
export const transforming = (transforms: readonly TransformLevel[]): boolean =>
  transforms.some((t) => t.kind !== "jvp" || !t.dual);

/** Operators are asked here first while transforms are under way. */
export interface Interpreter {
  /** What the operator gives under the transforms, or null when they do not concern it. */
  apply(call: AnyOp, args: readonly unknown[]): OpResult | null;
  /** What a program's call of an operator gives, which `run` carries out. */
  call(run: (...args: unknown[]) => unknown, args: readonly unknown[]): unknown;
  /** Gradients of a backward node's inputs, which `run` computes from those of its outputs. */
  backward(
    grads: readonly (Tensor | null)[],
    run: (grads: readonly (Tensor | null)[]) => (Tensor | null)[],
  ): (Tensor | null)[];
  /** Error: the operator that a program calls by this name has no meaning under the transforms. */
  checkSupported(name: string, args: readonly unknown[]): void;
}
