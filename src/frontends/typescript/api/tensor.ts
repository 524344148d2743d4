import { AccumulateGrad } from "../../../engine/autograd/accumulate-grad.ts";
import { backward, retainGrad, setRequiresGrad } from "../../../engine/autograd/differentiate.ts";
import { gradEdge } from "../../../engine/autograd/grad-edge.ts";
import { isDifferentiable } from "../../../engine/dtype.ts";
import { indexError, runtimeError, TorchError, typeError } from "../../../engine/errors.ts";
import { pythonFloat } from "../../../engine/format/number-text.ts";
import { formatTensor } from "../../../engine/format/tensor-text.ts";
import { VersionCounter } from "../../../engine/storage.ts";
import { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { type DType, dtypeOf } from "./dtypes.ts";
import { GradFunction } from "./grad-function.ts";
import { RemovableHandle } from "./removable-handle.ts";

const NON_LEAF_GRAD =
  "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during " +
  "autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the " +
  "non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See " +
  "github.com/pytorch/pytorch/pull/30531 for more informations.";

const NO_OPERATORS =
  "JavaScript's operators do not work on tensors: write a.add(b), a.sub(b), a.mul(b), a.div(b), a.lt(b) …, " +
  "or take the number out of a one-element tensor with .item()";

export type TensorHookFunction = (grad: Tensor) => Tensor | null | undefined;

export interface BackwardOptions {
  gradient?: Tensor | null;
  retainGraph?: boolean | null;
  createGraph?: boolean;
  inputs?: readonly Tensor[] | Tensor | null;
}

/** Nested arrays of the numbers of a tensor. */
export type Nested = number | boolean | Nested[];

/**
 * What programs hold: an engine tensor with PyTorch's attributes and methods. The operators among the methods come from the
 * catalogue (tensor-methods.ts); here is what is no operator.
 */
export class Tensor {
  readonly #raw: EngineTensor;

  /** Only `Tensor.wrap` makes tensors; programs use `tensor(…)`. */
  constructor(raw: unknown) {
    if (!(raw instanceof EngineTensor)) throw typeError("use tensor(…), zeros(…), randn(…) … to make a tensor");
    this.#raw = raw;
    raw.handle = this;
  }

  /** The program's object of an engine tensor: always the same. */
  static wrap(raw: EngineTensor): Tensor {
    return raw.handle === null ? new Tensor(raw) : (raw.handle as Tensor);
  }
  static raw(t: Tensor): EngineTensor {
    return t.#raw;
  }

  // ------------------------------------------------------------------------------------------------------------ facts

  get shape(): readonly number[] {
    return [...this.#raw.shape];
  }
  size(): readonly number[];
  size(dim: number): number;
  size(dim?: number): readonly number[] | number {
    const { shape } = this.#raw;
    if (dim === undefined) return [...shape];
    const n = shape.length;
    if (dim < -n || dim >= n)
      throw indexError(
        n === 0
          ? `Dimension specified as ${dim} but tensor has no dimensions`
          : `Dimension out of range (expected to be in range of [${-n}, ${n - 1}], but got ${dim})`,
      );
    return shape[dim < 0 ? dim + n : dim];
  }
  stride(dim?: number): readonly number[] | number {
    const { strides } = this.#raw;
    return dim === undefined ? [...strides] : strides[dim < 0 ? dim + strides.length : dim];
  }
  storageOffset(): number {
    return this.#raw.offset;
  }
  get dtype(): DType {
    return dtypeOf(this.#raw.dtype);
  }
  get device(): string {
    return "cpu";
  }
  get ndim(): number {
    return this.#raw.ndim;
  }
  dim(): number {
    return this.#raw.ndim;
  }
  ndimension(): number {
    return this.#raw.ndim;
  }
  numel(): number {
    return this.#raw.numel;
  }
  nelement(): number {
    return this.#raw.numel;
  }
  elementSize(): number {
    return this.#raw.dtype.itemsize;
  }
  get itemsize(): number {
    return this.#raw.dtype.itemsize;
  }
  get nbytes(): number {
    return this.#raw.numel * this.#raw.dtype.itemsize;
  }
  isContiguous(): boolean {
    return this.#raw.contiguous;
  }
  isFloatingPoint(): boolean {
    return this.#raw.dtype.kind === "float";
  }
  isComplex(): boolean {
    return this.#raw.dtype.kind === "complex";
  }
  isSigned(): boolean {
    return this.dtype.isSigned;
  }
  /** Counts in-place changes. */
  get _version(): number {
    return this.#raw.version;
  }

  // --------------------------------------------------------------------------------------------------------- autograd

  get requiresGrad(): boolean {
    return this.#raw.requiresGrad;
  }
  set requiresGrad(flag: boolean) {
    setRequiresGrad(this.#raw, flag);
  }
  requiresGrad_(flag = true): this {
    setRequiresGrad(this.#raw, flag);
    return this;
  }
  get isLeaf(): boolean {
    return this.#raw.isLeaf;
  }
  get gradFn(): GradFunction | null {
    const node = this.#raw.gradFn;
    return node === null ? null : GradFunction.wrap(node);
  }
  get grad(): Tensor | null {
    const raw = this.#raw;
    if (raw.grad !== null) return Tensor.wrap(raw.grad);
    if (!raw.isLeaf && !raw.retainsGrad) raw.rt.warn("UserWarning", NON_LEAF_GRAD);
    return null;
  }
  set grad(value: Tensor | null) {
    const raw = this.#raw;
    const before = raw.grad;
    const after = value === null || value === undefined ? null : checkedGrad(raw, value);
    raw.grad = after;
    if (raw.rt.muted === 0 && before !== after) raw.rt.observer?.gradientCleared(raw, before, after);
  }
  /** The same memory without history; changes of it are not counted. */
  get data(): Tensor {
    const out = this.#raw.alias();
    out.versions = new VersionCounter();
    return Tensor.wrap(out);
  }
  set data(value: Tensor) {
    setData(this.#raw, value);
  }
  retainGrad(): void {
    retainGrad(this.#raw);
  }
  get retainsGrad(): boolean {
    return this.#raw.retainsGrad && !this.#raw.isLeaf;
  }
  detach_(): this {
    const raw = this.#raw;
    if (raw.view !== null) throw runtimeError("Can't detach views in-place. Use detach() instead.");
    raw.gradFn = null;
    raw.leafRequiresGrad = false;
    raw.outputNr = 0;
    return this;
  }

  /**
   * Gradients of this tensor are added to `.grad` of the leaves it depends on: `loss.backward()`,
   * `y.backward(gradient)`, `loss.backward({ retainGraph: true })`.
   */
  backward(first?: Tensor | BackwardOptions | null, more: BackwardOptions = {}): void {
    const options =
      first instanceof Tensor || first === null || first === undefined ? { ...more, gradient: first } : first;
    const { inputs } = options;
    const snake = options as { retain_graph?: boolean; create_graph?: boolean };
    backward([this.#raw], {
      gradients: [options.gradient ? options.gradient.#raw : null],
      retainGraph: options.retainGraph ?? snake.retain_graph ?? null,
      createGraph: options.createGraph ?? snake.create_graph ?? false,
      inputs: inputs instanceof Tensor ? [inputs.#raw] : (inputs?.map((t) => t.#raw) ?? null),
    });
  }

  /** Calls back with the gradient of this tensor during backward; a tensor it returns takes the gradient's place. */
  registerHook(hook: TensorHookFunction): RemovableHandle {
    const edge = gradEdge(this.#raw);
    if (edge === null) throw runtimeError("cannot register a hook on a tensor that doesn't require gradient");
    const id = this.#raw.rt.takeHookId();
    edge.node.tensorHooks ??= new Map();
    edge.node.tensorHooks.set(id, {
      output: edge.output,
      hook: (g) => {
        const answer = hook(Tensor.wrap(g));
        if (answer === null || answer === undefined) return null;
        if (!(answer instanceof Tensor)) throw typeError(`expected Variable, but hook returned '${typeof answer}'`);
        return answer.#raw;
      },
    });
    return new RemovableHandle(() => edge.node.tensorHooks?.delete(id));
  }

  /** Calls back after this leaf's `.grad` has been accumulated. */
  registerPostAccumulateGradHook(hook: (leaf: Tensor) => void): RemovableHandle {
    const node = gradEdge(this.#raw)?.node;
    if (!(node instanceof AccumulateGrad))
      throw runtimeError("post accumulate grad hooks cannot be registered on non-leaf tensors");
    const id = this.#raw.rt.takeHookId();
    node.accumulateHooks ??= new Map();
    node.accumulateHooks.set(id, (leaf) => hook(Tensor.wrap(leaf)));
    return new RemovableHandle(() => node.accumulateHooks?.delete(id));
  }

  // ----------------------------------------------------------------------------------------------------------- values

  /** The number (or boolean) of a one-element tensor. */
  item(): number | boolean {
    const v = this.#raw.item();
    return this.#raw.dtype.kind === "bool" ? v !== 0 : v;
  }
  /** Nested arrays of the numbers; a 0-d tensor gives its number. */
  tolist(): Nested {
    const raw = this.#raw;
    const flat: Nested[] = raw.dtype.kind === "bool" ? raw.toArray().map((v) => v !== 0) : raw.toArray();
    if (raw.ndim === 0) return flat[0];
    let list: Nested[] = flat;
    for (let d = raw.ndim - 1; d > 0; d--) {
      const size = raw.shape[d];
      const rows = raw.shape.slice(0, d).reduce((a, b) => a * b, 1);
      const grouped: Nested[] = [];
      for (let r = 0; r < rows; r++) grouped.push(list.slice(r * size, (r + 1) * size));
      list = grouped;
    }
    return list;
  }

  toString(): string {
    const raw = this.#raw;
    const text = formatTensor(raw, raw.rt.printOptions, raw.rt.defaultDtype);
    return raw.isParameter ? `Parameter containing:\n${text}` : text;
  }

  /** `${x}` shows a 0-d tensor as its number, as Python's f-strings do; JavaScript's operators are refused. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint !== "string") throw new TorchError("TypeError", NO_OPERATORS);
    const raw = this.#raw;
    if (raw.ndim > 0 || raw.isParameter || raw.dtype.kind === "complex") return this.toString();
    const v = raw.item();
    if (raw.dtype.kind === "bool") return v !== 0 ? "True" : "False";
    return raw.dtype.kind === "float" ? pythonFloat(v) : String(v);
  }

  get [Symbol.toStringTag](): string {
    return "Tensor";
  }
}

function checkedGrad(raw: EngineTensor, value: Tensor): EngineTensor {
  if (!(value instanceof Tensor))
    throw typeError(`assigned grad expected to be a Tensor or None but got grad of ${typeof value}`);
  const grad = Tensor.raw(value);
  if (grad === raw) throw runtimeError("can't assign Variable as its own grad");
  if (grad.dtype !== raw.dtype)
    throw runtimeError(
      `attempting to assign a gradient with dtype '${grad.dtype.cppName}' to a tensor with dtype '${raw.dtype.cppName}'. ` +
        "Please ensure that the gradient and the tensor have the same dtype",
    );
  if (grad.shape.length !== raw.shape.length || grad.shape.some((s, i) => s !== raw.shape[i]))
    throw runtimeError(
      `attempting to assign a gradient of size '[${grad.shape.join(", ")}]' to a tensor of size '[${raw.shape.join(", ")}]'. ` +
        "Please ensure that the gradient and the tensor are the same size",
    );
  return grad;
}

function setData(raw: EngineTensor, value: Tensor): void {
  if (!(value instanceof Tensor)) throw typeError(`Variable data has to be a tensor, but got ${typeof value}`);
  const other = Tensor.raw(value);
  if (raw.dtype !== other.dtype && raw.requiresGrad && !isDifferentiable(other.dtype))
    throw runtimeError("data set to a tensor that requires gradients must be floating point or complex dtype");
  raw.announceChange("data");
  raw.storage = other.storage;
  raw.offset = other.offset;
  raw.shape = other.shape;
  raw.strides = other.strides;
  raw.dtype = other.dtype;
  raw.accumulator = null;
}
