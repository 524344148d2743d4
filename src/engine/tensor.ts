import type { GradNode } from "./autograd/node.ts";
import { checkViewRebase, rebuildViewGradFn } from "./autograd/view-grad.ts";
import type { Data, DType } from "./dtype.ts";
import { runtimeError } from "./errors.ts";
import type { Runtime } from "./runtime.ts";
import { isContiguous, numelOf } from "./shape.ts";
import { type Storage, VersionCounter } from "./storage.ts";

/** How a differentiable view was made: decides whether it may be changed in place (PyTorch's CreationMeta). */
export type ViewCreation = "default" | "no_grad" | "multi_output" | "inference" | "custom_function";

/** A tensor that shares its base's storage and takes part in its differentiation. */
export interface ViewInfo {
  /** The tensor at the root of the chain of views. */
  readonly base: Tensor;
  creation: ViewCreation;
  /** Version at which `gradFn` was made; when the base has been changed since, it is rebuilt (autograd/view-grad.ts). */
  gradVersion: number;
  /** Name of the operator that made it, for messages. */
  readonly madeBy: string;
}

/**
 * An n-dimensional array: a strided view of a storage, plus what autograd knows about it. Offsets and strides count
 * elements. Operators live in `ops/`; this class only holds state.
 */
export class Tensor {
  readonly id: number;
  readonly rt: Runtime;
  storage: Storage;
  offset: number;
  shape: readonly number[];
  strides: readonly number[];
  dtype: DType;
  versions: VersionCounter = new VersionCounter();
  /** Only meaningful for leaves; see `requiresGrad`. */
  leafRequiresGrad = false;
  private node: GradNode | null = null;
  outputNr = 0;
  grad: Tensor | null = null;
  /** AccumulateGrad node of a leaf, made when first needed. */
  accumulator: GradNode | null = null;
  retainsGrad = false;
  view: ViewInfo | null = null;
  /** A Python number turned into a 0-d tensor: takes part in type promotion as a number. */
  wrappedNumber = false;
  isInference = false;
  isParameter = false;
  /** The call in which it was made (`Runtime.call`). */
  readonly madeIn: number;
  /** Names for people (Python variables), given by front ends. */
  label: string | null = null;
  /** Belongs to the observer: what it wants to find again with this tensor. */
  mark: object | null = null;
  /** The object by which a front end's programs know this tensor, made when first needed. */
  handle: object | null = null;

  constructor(
    rt: Runtime,
    storage: Storage,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
    dtype: DType,
  ) {
    this.id = rt.takeTensorId();
    this.rt = rt;
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.dtype = dtype;
    this.isInference = rt.inferenceMode;
    this.madeIn = rt.call;
  }

  get ndim(): number {
    return this.shape.length;
  }
  get numel(): number {
    return numelOf(this.shape);
  }
  get data(): Data {
    return this.storage.data;
  }
  get version(): number {
    return this.versions.value;
  }
  /** Backward node that made it. A view whose base was changed in place since gets a new one here. */
  get gradFn(): GradNode | null {
    const { view } = this;
    if (view !== null && view.gradVersion !== this.versions.value && view.base.requiresGrad && !this.leafRequiresGrad) {
      checkViewRebase(this, view, this.node, true);
      this.node = rebuildViewGradFn(this, view);
      this.outputNr = 0;
      view.gradVersion = this.versions.value;
    }
    return this.node;
  }
  /** `gradFn`, or the node as it was recorded where rebuilding it would raise: a view made under no_grad may be read there. */
  get readableGradFn(): GradNode | null {
    return this.view === null || this.view.creation === "default" ? this.gradFn : this.node;
  }
  /** The backward node as it was recorded, also where `gradFn` would have to be rebuilt. */
  get recordedGradFn(): GradNode | null {
    return this.node;
  }
  set gradFn(node: GradNode | null) {
    this.node = node;
    if (this.view !== null) this.view.gradVersion = this.versions.value;
  }
  /** A view needs a gradient whenever its base does, also one made under no_grad (which has no `gradFn`). */
  get requiresGrad(): boolean {
    return this.leafRequiresGrad || this.node !== null || this.view?.base.requiresGrad === true;
  }
  get isLeaf(): boolean {
    return this.gradFn === null;
  }
  get contiguous(): boolean {
    return isContiguous(this.shape, this.strides);
  }

  /** A tensor over the same storage with other geometry; no autograd history. */
  alias(
    shape: readonly number[] = this.shape,
    strides: readonly number[] = this.strides,
    offset = this.offset,
  ): Tensor {
    const t = new Tensor(this.rt, this.storage, offset, shape, strides, this.dtype);
    t.versions = this.versions;
    t.isInference = this.isInference;
    return t;
  }

  /** The single number of a one-element tensor (bool as 0/1). Error: PyTorch's for other sizes. */
  item(): number {
    if (this.numel !== 1) throw runtimeError(`a Tensor with ${this.numel} elements cannot be converted to Scalar`);
    this.checkData();
    return this.data[this.offset * this.dtype.slots];
  }

  /** Is the single number of a one-element tensor other than zero? Error: PyTorch's for other sizes. */
  truth(): boolean {
    const n = this.numel;
    if (n !== 1)
      throw runtimeError(`Boolean value of Tensor with ${n === 0 ? "no values" : "more than one value"} is ambiguous`);
    this.checkData();
    const at = this.offset * this.dtype.slots;
    return this.data[at] !== 0 || (this.dtype.slots === 2 && this.data[at + 1] !== 0);
  }

  /** Error: there are no numbers to read. */
  private checkData(): void {
    if (this.storage.elements !== null) throw runtimeError("Tensor.item() cannot be called on meta tensors");
  }

  /** Announce that the storage is about to be overwritten, and count it. Call before every in-place change. */
  willChange(cause: string): void {
    this.announceChange(cause);
    this.versions.value++;
  }
  /** Announce that the storage, in each of its readings, is about to be overwritten, without counting it. */
  announceChange(cause: string): void {
    const { observer } = this.rt;
    if (observer !== null)
      for (const { id } of this.storage.readings ?? [this.storage]) observer.storageWillChange(id, cause);
  }

  /** Row-major copy of the values as plain numbers (pairs for complex). Error: a tensor without data. */
  toArray(): number[] {
    this.checkData();
    const out: number[] = [];
    const { data, offset, shape, strides } = this;
    const slots = this.dtype.slots;
    const n = this.numel;
    if (n === 0) return out;
    const index = new Array<number>(shape.length).fill(0);
    let at = offset;
    for (let k = 0; k < n; k++) {
      for (let s = 0; s < slots; s++) out.push(data[at * slots + s]);
      for (let d = shape.length - 1; d >= 0; d--) {
        at += strides[d];
        if (++index[d] < shape[d]) break;
        at -= strides[d] * shape[d];
        index[d] = 0;
      }
    }
    return out;
  }
}
