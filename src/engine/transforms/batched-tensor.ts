import type { GradNode } from "../autograd/node.ts";
import type { Data } from "../dtype.ts";
import { runtimeError, TorchError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import type { VmapLevel } from "./levels.ts";

/** Somebody read the values of a batched tensor as if it were one sample: there is no rule for what is being done. */
export class NoValues extends TorchError {
  constructor() {
    super("RuntimeError", "Cannot access data pointer of Tensor that doesn't have storage");
  }
}

/**
 * What a function under vmap sees of a batch: the shape of one sample. `value` holds all samples, along its dimension `dim`;
 * it may be batched itself, by a vmap further out. Operators on it are rewritten to operators on `value` (interpreter.ts).
 */
export class BatchedTensor extends Tensor {
  readonly level: VmapLevel;
  value: Tensor;
  dim: number;

  constructor(value: Tensor, dim: number, level: VmapLevel) {
    const { rt, storage, offset, dtype } = value;
    super(rt, storage, offset, without(value.shape, dim), without(value.strides, dim), dtype);
    this.versions = value.versions;
    this.wrappedNumber = value.wrappedNumber;
    this.level = level;
    this.value = value;
    this.dim = dim;
  }

  /** The samples themselves, under all levels. */
  get physical(): Tensor {
    return this.value instanceof BatchedTensor ? this.value.physical : this.value;
  }

  override get data(): Data {
    throw new NoValues();
  }

  override toArray(): number[] {
    throw new NoValues();
  }

  override item(): number {
    throw runtimeError(
      "vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, please try to rewrite what you're doing with other operations. If error is occurring somewhere inside PyTorch internals, please file a bug report.",
    );
  }

  override truth(): boolean {
    throw runtimeError(
      "vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't support that yet, please shout over at https://github.com/pytorch/functorch/issues/257 .",
    );
  }

  /** Under vmap only the transforms inside it differentiate. */
  private get tracked(): boolean {
    return this.rt.transforms.some((t) => t.kind === "grad" && t.number > this.level.number);
  }

  override get gradFn(): GradNode | null {
    return this.tracked ? this.physical.gradFn : null;
  }

  override get requiresGrad(): boolean {
    return this.tracked && this.physical.requiresGrad;
  }

  override get isLeaf(): boolean {
    return this.gradFn === null;
  }

  /** Takes over what another one holds (a view operator in place). */
  become(other: BatchedTensor): void {
    this.value = other.value;
    this.dim = other.dim;
    this.shape = other.shape;
    this.strides = other.strides;
    this.offset = other.offset;
  }
}

const without = (list: readonly number[], dim: number): number[] => list.filter((_, d) => d !== dim);

/** All samples of a tensor that may be batched. */
export const physicalOf = (t: Tensor): Tensor => (t instanceof BatchedTensor ? t.physical : t);
