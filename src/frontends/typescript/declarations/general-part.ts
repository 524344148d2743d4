/** Written part of the declarations: dtypes, tensors' own members, modes, autograd. `%METHODS%` and such are filled in. */
export const GENERAL_PART = `import * as everything from "backstep";
export { everything as torch, everything as default };

/** Element type of a tensor: float32, int64, bool … */
export class DType {
  private constructor();
  readonly name: string;
  /** float16, bfloat16, float32 or float64. */
  readonly isFloatingPoint: boolean;
  readonly isComplex: boolean;
  /** May elements be negative? */
  readonly isSigned: boolean;
  /** Bytes of an element. */
  readonly itemsize: number;
  toString(): string;
}
%DTYPES%

export const pi: number;
export const e: number;
export const inf: number;
export const nan: number;
/** As an index: a new dimension of size 1. */
export const newaxis: null;
/** Limits of a floating point dtype, the default one unless given. */
export function finfo(dtype?: DType): {
  readonly bits: number;
  /** Distance from 1 to the next larger number. */
  readonly eps: number;
  readonly max: number;
  readonly min: number;
  /** Smallest positive normal number. */
  readonly tiny: number;
  readonly smallestNormal: number;
  /** Decimal digits that can be trusted: 1e-6 for float32. */
  readonly resolution: number;
};
/** Limits of an integer dtype; those of int64 are rounded to a double. */
export function iinfo(dtype: DType): { readonly bits: number; readonly min: number; readonly max: number };
/** The dtype of results of both: float32 and int64 make float32. */
export function promoteTypes(a: DType, b: DType): DType;
/** May values of one dtype be stored as another without changing their kind (float, int …)? */
export function canCast(from: DType, to: DType): boolean;
/** The dtype of an operator's result for two tensors or numbers: 0-d tensors and numbers decide only by their kind. */
export function resultType(a: Tensor | number, b: Tensor | number): DType;
/** The shape that tensors of these shapes are broadcast to. Error: shapes that do not fit. */
export function broadcastShapes(...shapes: (number | readonly number[])[]): readonly number[];

/** A random stream of its own: \`randn(3, { generator: new Generator().manualSeed(1) })\`. */
export class Generator {
  constructor();
  /** Restarts the stream at a seed. */
  manualSeed(seed: number): this;
  /** Restarts the stream at a number of its own, and returns that. */
  seed(): number;
  /** The seed at which the stream began. */
  initialSeed(): number;
}

/** A range of a dimension, as Python's \`start:stop:step\`. */
export class Slice {
  constructor(start?: number | null, stop?: number | null, step?: number | null);
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}
/** \`slice(1, 3)\` is Python's \`1:3\`; \`slice(null, null, 2)\` is \`::2\`. */
export function slice(start?: number | null, stop?: number | null, step?: number | null): Slice;

/** One index: a number, null (a new dimension), "1:3" or "..." as in Python, a slice, a tensor of indices or a mask. */
export type Index = number | boolean | null | string | Slice | Tensor | readonly number[] | readonly boolean[];

/** Nested arrays of numbers (or booleans, or one-element tensors). */
export type TensorData = number | boolean | Tensor | ArrayLike<number> | readonly TensorData[];
/** What \`tolist()\` gives. */
export type Nested = number | boolean | Nested[];

/** What a new tensor is like. */
export interface TensorOptions {
  /** Element type; numbers make float32 tensors unless this says otherwise. */
  dtype?: DType | null;
  /** Should autograd record what is computed from this tensor? */
  requiresGrad?: boolean;
  device?: string;
}

/** Several results, by name and by place: \`const { values, indices } = x.max(0)\` or \`const [values, indices] = x.max(0)\`. */
export type NamedResults<Named, Placed> = Named & Placed;
export type ValuesAndIndices = NamedResults<{ values: Tensor; indices: Tensor }, [Tensor, Tensor]>;

export interface BackwardOptions {
  /** Upstream gradient; may be left out for one-element tensors (it is 1 then). */
  gradient?: Tensor | null;
  /** Keep what the graph saved, so that backward can run again. */
  retainGraph?: boolean | null;
  /** Record the backward pass itself, for derivatives of derivatives. */
  createGraph?: boolean;
  /** Accumulate only into these tensors. */
  inputs?: readonly Tensor[] | Tensor | null;
}

/** What registering a hook returns: \`remove()\` takes the hook away. */
export interface RemovableHandle {
  remove(): void;
}

/** A node of the backward graph. */
export interface GradFunction {
  /** "MulBackward0" */
  readonly name: string;
  /** Where gradients go next: function and number of its output, per input. */
  readonly nextFunctions: readonly (readonly [GradFunction | null, number])[];
  toString(): string;
}

/** A new tensor with a copy of nested arrays of numbers. Numbers make float32, booleans bool; ask for others by \`dtype\`. */
export function tensor(data: TensorData, options?: TensorOptions): Tensor;
/** As \`tensor\`, but gives tensors back as they are. */
export function asTensor(data: TensorData, options?: TensorOptions): Tensor;
/** Is this a tensor? */
export function isTensor(x: unknown): x is Tensor;

/** Restarts the random stream: the same numbers as PyTorch's after torch.manual_seed. */
export function manualSeed(seed: number): Generator;
/** The seed at which the random stream began. */
export function initialSeed(): number;
/** Restarts the stream at a number of its own (runs are deterministic), and returns that. */
export function seed(): number;
/** The state of the random stream, as a uint8 tensor; \`setRngState\` goes back to it. */
export function getRngState(): Tensor;
/** Goes back to a state of the random stream. */
export function setRngState(state: Tensor): void;
/** The dtype of new floating point tensors: float32 unless set. */
export function getDefaultDtype(): DType;
/** Sets the dtype of new floating point tensors: float32 or float64. */
export function setDefaultDtype(dtype: DType): void;
/** How tensors are printed: digits after the point, elements before … is written, line width. */
export function setPrintOptions(options: {
  precision?: number;
  threshold?: number;
  edgeitems?: number;
  linewidth?: number;
  sciMode?: boolean | null;
}): void;

/** Records nothing inside: \`noGrad(() => { w.sub_(w.grad!.mul(0.1)); })\`. */
export function noGrad<T>(body: () => T): T;
/** Records inside although noGrad is on. */
export function enableGrad<T>(body: () => T): T;
/** As noGrad, and the tensors made inside can never take part in gradients. */
export function inferenceMode<T>(body: () => T): T;
/** Switches recording, for one call or until changed again. */
export function setGradEnabled<T>(enabled: boolean, body: () => T): T;
export function setGradEnabled(enabled: boolean): void;
/** Is what is computed now recorded for backward? */
export function isGradEnabled(): boolean;
/**
 * Mixed precision on the CPU (torch.autocast): inside, products and convolutions cast their arguments to \`dtype\` (bfloat16 by
 * default), most losses and decompositions to float32.
 */
export function autocast<T>(body: () => T, options?: { dtype?: DType; enabled?: boolean }): T;
/** Does autocast choose dtypes now? */
export function isAutocastEnabled(): boolean;
/** Is inferenceMode on? */
export function isInferenceModeEnabled(): boolean;

/**
 * A copy that shares no memory, of tensors, modules, arrays, maps and plain objects (Python's copy.deepcopy): for target networks
 * and for keeping the best parameters.
 */
export function deepcopy<T>(value: T): T;

/**
 * Keeps a copy of tensors, modules, and nested arrays and objects of them under a path (torch.save). Files last as long as the run:
 * \`save(model.stateDict(), "best.pt")\`.
 */
export function save(value: unknown, path: string): void;
/**
 * A new copy of what was saved: \`model.loadStateDict(load("best.pt"))\`. A whole module needs \`{ weightsOnly: false }\`, as since PyTorch 2.6.
 * Errors: FileNotFoundError; UnpicklingError.
 */
export function load(path: string, options?: { weightsOnly?: boolean }): any;

export interface GradOptions {
  gradOutputs?: Tensor | readonly (Tensor | null)[] | null;
  retainGraph?: boolean | null;
  createGraph?: boolean;
  /** Give null for inputs that the outputs do not depend on, instead of an error. */
  allowUnused?: boolean | null;
  materializeGrads?: boolean;
}
/** Gradients of \`outputs\` with respect to \`inputs\`, in an array; \`.grad\` stays as it is. */
export function grad(outputs: Tensor | readonly Tensor[], inputs: Tensor | readonly Tensor[], options?: GradOptions): Tensor[];
/** As \`tensor.backward()\`, for several tensors at once. */
export function backward(
  tensors: Tensor | readonly Tensor[],
  options?: {
    gradTensors?: Tensor | readonly (Tensor | null)[] | null;
    retainGraph?: boolean | null;
    createGraph?: boolean;
    inputs?: readonly Tensor[] | Tensor | null;
  },
): void;

export interface Tensor extends Iterable<Tensor> {
  /** \`x[0]\`, \`x[-1] = 3\`: the first dimension. */
  [index: number]: Tensor;
}

/** An n-dimensional array that knows how it was computed. */
export class Tensor {
  protected constructor();

  /** Sizes of the dimensions. */
  readonly shape: readonly number[];
  /** The sizes of all dimensions, or of one (negative from the end). */
  size(): readonly number[];
  size(dim: number): number;
  /** How many elements of memory a step along each dimension, or one, passes. */
  stride(): readonly number[];
  stride(dim: number): number;
  /** Where in its memory the tensor begins. */
  storageOffset(): number;
  readonly dtype: DType;
  /** "cpu", or "meta" for shapes without values. */
  readonly device: string;
  /** Number of dimensions. */
  readonly ndim: number;
  /** Number of dimensions. */
  dim(): number;
  /** Number of dimensions. */
  ndimension(): number;
  /** Number of elements. */
  numel(): number;
  /** Number of elements. */
  nelement(): number;
  /** Bytes of an element. */
  elementSize(): number;
  /** Bytes of an element. */
  readonly itemsize: number;
  /** Bytes of all elements. */
  readonly nbytes: number;
  /** Are the elements in row-major order in memory? */
  isContiguous(): boolean;
  /** Are the elements float16, bfloat16, float32 or float64? */
  isFloatingPoint(): boolean;
  /** Are the elements complex? */
  isComplex(): boolean;
  /** May elements be negative? */
  isSigned(): boolean;

  /** Matrix transposed; all dimensions reversed. */
  readonly T: Tensor;
  /** The last two dimensions swapped. */
  readonly mT: Tensor;
  /** Matrix transposed and conjugated. */
  readonly H: Tensor;
  /** The last two dimensions swapped, complex numbers conjugated. */
  readonly mH: Tensor;
  /** The real parts, a view. */
  readonly real: Tensor;
  /** The imaginary parts, a view. Error: real tensors have none. */
  readonly imag: Tensor;

  /** Does autograd record what is computed from this tensor? */
  requiresGrad: boolean;
  /** Switches recording for this leaf on or off, and returns it. Error: a computed tensor, integers. */
  requiresGrad_(flag?: boolean): this;
  /** Made by the program rather than computed from tensors that require gradients. */
  readonly isLeaf: boolean;
  /** The node that gives this tensor's gradient on; null for leaves. */
  readonly gradFn: GradFunction | null;
  /** What backward has accumulated so far; null before the first. */
  grad: Tensor | null;
  /** The same memory without history. */
  data: Tensor;
  /** Keep \`.grad\` although this is no leaf. */
  retainGrad(): void;
  /** Does backward keep the gradient of this computed tensor? */
  readonly retainsGrad: boolean;
  /** Cuts the tensor from the graph that made it. Error: a view. */
  detach_(): this;
  /** Adds gradients of this tensor to \`.grad\` of the leaves it depends on. */
  backward(options?: BackwardOptions): void;
  backward(gradient: Tensor | null | undefined, options?: BackwardOptions): void;
  /** Calls back with this tensor's gradient during backward; a tensor it returns takes the gradient's place. */
  registerHook(hook: (grad: Tensor) => Tensor | null | undefined | void): RemovableHandle;
  /** Calls back after backward has added to this leaf's \`.grad\`. */
  registerPostAccumulateGradHook(hook: (leaf: Tensor) => void): RemovableHandle;

  /** The number of a one-element tensor (a boolean for masks). */
  item(): number;
  /** Nested arrays of the numbers. */
  tolist(): Nested;
  toString(): string;

  /** \`x.at(0, "1:3")\` is Python's \`x[0, 1:3]\`. */
  at(...items: Index[]): Tensor;
  /** As \`at\`. */
  index(...items: Index[]): Tensor;
  /** \`x.slice(1, 3)\` is \`x[1:3]\`; another dimension by \`{ dim }\`. */
  slice(start?: number | null, stop?: number | null, options?: { dim?: number; step?: number }): Tensor;
  /** \`x.set([0, "1:3"], value)\` is \`x[0, 1:3] = value\`. */
  set(index: Index | readonly Index[], value: Tensor | number | boolean): this;

  /** Another dtype: \`x.to(float64)\`; itself when nothing changes. */
  to(target: DType | Tensor | string, options?: { copy?: boolean }): Tensor;
  to(options: { dtype?: DType; copy?: boolean }): Tensor;
  /** In the dtype of another tensor. */
  typeAs(other: Tensor): Tensor;
  /** A new tensor of the same dtype: \`x.newTensor([1, 2])\`. */
  newTensor(data: TensorData, options?: TensorOptions): Tensor;
  /** This tensor where the condition holds, the other elsewhere; shapes are broadcast. */
  where(condition: Tensor, other: Tensor | number): Tensor;
  /** The tensor itself: there is one device. */
  cpu(): Tensor;
%CONVERSIONS%
%METHODS%
}

%FUNCTIONS%

/** Stop backward with an error at the first function that returns NaN. */
export function setDetectAnomaly(enabled: boolean, options?: { checkNan?: boolean }): void;
/** Does backward look for NaN? */
export function isAnomalyEnabled(): boolean;

/** Gradients, functions with derivatives of one's own, gradient checks (torch.autograd). */
export namespace autograd {
  export {
    backward,
    enableGrad,
    grad,
    inferenceMode,
    isGradEnabled,
    isInferenceModeEnabled,
    noGrad,
    setGradEnabled,
  };

  export interface GradcheckOptions {
    /** Step of the central differences: 1e-6 unless given. */
    eps?: number;
    /** |analytic - numeric| ≤ atol + rtol |numeric|: 1e-5 and 1e-3 unless given. */
    atol?: number;
    rtol?: number;
    /** With false a disagreement gives false instead of an error. */
    raiseException?: boolean;
  }
  /**
   * Do the gradients of \`f\` agree with central differences? Give float64 tensors that require gradient. Errors: GradcheckError with both
   * Jacobians; ValueError when no input requires gradient.
   */
  export function gradcheck(
    f: (...inputs: Tensor[]) => Tensor | readonly unknown[],
    inputs: Tensor | readonly Tensor[],
    options?: GradcheckOptions,
  ): boolean;
  /** The same for the gradient of \`f\`: second derivatives. Upstream gradients are random unless given. */
  export function gradgradcheck(
    f: (...inputs: Tensor[]) => Tensor | readonly unknown[],
    inputs: Tensor | readonly Tensor[],
    gradOutputs?: Tensor | readonly Tensor[] | null,
    options?: GradcheckOptions,
  ): boolean;

  /** What the forward and backward of a function share; values of one's own may be kept on it. */
  export interface FunctionContext {
    /** Which arguments of \`apply\` need a gradient. */
    readonly needsInputGrad: readonly boolean[];
    /** Keeps tensors for backward; they are checked for changes in place, and freed after it. */
    saveForBackward(...tensors: Tensor[]): void;
    /** What saveForBackward kept. Errors: freed by an earlier backward; changed in place since. */
    readonly savedTensors: Tensor[];
    /** Says that forward changed these inputs in place. */
    markDirty(...tensors: Tensor[]): void;
    /** Says that these outputs have no gradient. */
    markNonDifferentiable(...tensors: Tensor[]): void;
    /** With false, backward gets null for outputs that no gradient reached, instead of zeros. */
    setMaterializeGrads(value: boolean): void;
    [attribute: string]: any;
  }
  /**
   * An operator with a derivative of one's own: extend it with static \`forward(ctx, …)\` and \`backward(ctx, …gradients)\`, call
   * \`apply(…)\`.
   */
  export class Function {
    /** Computes the outputs; unrecorded. */
    static forward(ctx: FunctionContext, ...args: any[]): Tensor | readonly unknown[];
    /** Gives one gradient per argument of \`apply\`, null where none is needed. */
    static backward(ctx: FunctionContext, ...grads: any[]): Tensor | null | readonly (Tensor | null)[];
    /** Runs forward, and records backward as one node of the graph. */
    static apply<F extends typeof Function>(
      this: F,
      ...args: Parameters<F["forward"]> extends [any, ...infer Rest] ? Rest : never
    ): ReturnType<F["forward"]>;
  }
}
%NAMESPACES%
`;
