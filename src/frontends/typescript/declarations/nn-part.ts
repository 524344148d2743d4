/** Written part of the declarations: modules, containers, initialisers. */
export const NN_PART = `/** Layers, losses, containers and what belongs to them. */
export namespace nn {
  /** A learnable tensor: modules find it among their attributes. */
  export class Parameter extends Tensor {
    constructor(data: Tensor, requiresGrad?: boolean);
  }

  /** Calling a module runs its \`forward\`, with hooks. */
  export interface Module {
    (...inputs: Parameters<this["forward"]>): ReturnType<this["forward"]>;
  }
  /** A module whose attributes are not known. */
  export type AnyModule = Module & { [attribute: string]: any };

  /**
   * Part of a model: its attributes that are parameters and modules belong to it. Extend it and write \`forward\`; then
   * \`model(x)\` runs the model.
   */
  export class Module {
    constructor();
    training: boolean;
    forward(...inputs: any[]): any;
    /** What stands in parentheses when the module is printed. */
    extraRepr(): string;

    /** Parameters of this module and of all below, each once. */
    parameters(recurse?: boolean): Parameter[];
    /** Parameters with their dotted paths: "encoder.0.weight". */
    namedParameters(prefix?: string, recurse?: boolean): IterableIterator<[string, Parameter]>;
    /** Tensors of the state that are not trained: running statistics, masks. */
    buffers(): Tensor[];
    /** Buffers with their dotted paths. */
    namedBuffers(prefix?: string): IterableIterator<[string, Tensor]>;
    /** Modules that are attributes of this one. */
    children(): AnyModule[];
    /** Modules that are attributes of this one, with their names. */
    namedChildren(): IterableIterator<[string, AnyModule]>;
    /** This module and all below, each once. */
    modules(): AnyModule[];
    /** This module ("") and all below, with their dotted paths. */
    namedModules(prefix?: string): IterableIterator<[string, AnyModule]>;
    /** The module, parameter or buffer at a dotted path: "encoder.0.weight". Error: AttributeError. */
    getSubmodule(path: string): AnyModule;
    getParameter(path: string): Parameter;
    getBuffer(path: string): Tensor;
    /** Puts a module in the place of the one at a dotted path. */
    setSubmodule(path: string, module: Module): void;
    /** Adds a tensor that belongs to the state but is not trained; \`persistent: false\` keeps it out of stateDict. */
    registerBuffer(name: string, tensor: Tensor | null, options?: { persistent?: boolean }): void;
    /** Adds a parameter under a name; assigning it to an attribute does the same. */
    registerParameter(name: string, parameter: Parameter | null): void;
    /** Adds a module under a name; assigning it to an attribute does the same. */
    addModule(name: string, module: Module | null): void;
    /** As addModule. */
    registerModule(name: string, module: Module | null): void;

    /** Training mode for this module and all below. */
    train(mode?: boolean): this;
    /** Evaluation mode: dropout passes everything, batch norm uses its running statistics. */
    eval(): this;
    /** Freezes (false) or unfreezes all parameters. */
    requiresGrad_(flag?: boolean): this;
    /** Forgets gradients: \`.grad\` becomes null, or zeros with \`{ setToNone: false }\`. */
    zeroGrad(options?: { setToNone?: boolean }): void;
    /** Calls a function on every module below and on this one. */
    apply(f: (module: AnyModule) => void): this;
    /** Converts floating point parameters and buffers to a dtype, in place. */
    to(target: DType | string): this;
    /** Parameters and buffers as float32. */
    float(): this;
    /** Parameters and buffers as float64. */
    double(): this;
    /** Parameters and buffers as float16. */
    half(): this;
    /** Parameters and buffers as bfloat16. */
    bfloat16(): this;
    /** The module itself: there is one device. */
    cpu(): this;

    /** Before each call: \`hook\` may return other inputs, in an array or alone. */
    registerForwardPreHook(hook: ForwardPreHook, options?: HookOptions): RemovableHandle;
    /** After each call: \`hook\` may return another output. With \`alwaysCall\` it runs, with null, when forward fails too. */
    registerForwardHook(hook: ForwardHook, options?: HookOptions & { alwaysCall?: boolean }): RemovableHandle;
    /** In the backward pass, before gradients enter the module: \`hook\` may return others for its outputs. */
    registerFullBackwardPreHook(hook: FullBackwardPreHook, options?: HookOptions): RemovableHandle;
    /** In the backward pass, when the gradients of the module's inputs are there: \`hook\` may return others for them. */
    registerFullBackwardHook(hook: FullBackwardHook, options?: HookOptions): RemovableHandle;

    /** Parameters and buffers by dotted path, sharing memory with the module. */
    stateDict(prefix?: string): Record<string, Tensor>;
    /** Copies values into parameters and buffers. Error: RuntimeError with what is missing, unexpected or of another shape. */
    loadStateDict(state: Readonly<Record<string, Tensor>>, options?: { strict?: boolean }): void;
    toString(): string;
  }

  /** A function around the inputs of a module. */
  export type ForwardPreHook = (module: AnyModule, inputs: readonly any[]) => any;
  /** A function around the output of a module. */
  export type ForwardHook = (module: AnyModule, inputs: readonly any[], output: any) => any;
  /** Gradients by the places of inputs or outputs; null where none arrived and for what is no tensor. */
  export type Gradients = readonly (Tensor | null)[];
  /** A function around the gradients of a module's outputs. */
  export type FullBackwardPreHook = (module: AnyModule, gradOutput: Gradients) => Gradients | Tensor | null | undefined | void;
  /** A function around the gradients of a module's inputs. */
  export type FullBackwardHook = (
    module: AnyModule,
    gradInput: Gradients,
    gradOutput: Gradients,
  ) => Gradients | Tensor | null | undefined | void;
  /** Where a hook stands among the others. */
  export interface HookOptions {
    /** Run before the hooks that are there already. */
    prepend?: boolean;
  }
  /** A hook before every call of every module; it runs before the module's own. */
  export function registerModuleForwardPreHook(hook: ForwardPreHook): RemovableHandle;
  /** A hook after every call of every module; it runs before the module's own. */
  export function registerModuleForwardHook(hook: ForwardHook, options?: { alwaysCall?: boolean }): RemovableHandle;
  /** A hook before the gradients enter any module in the backward pass. */
  export function registerModuleFullBackwardPreHook(hook: FullBackwardPreHook): RemovableHandle;
  /** A hook when the gradients of any module's inputs are there. */
  export function registerModuleFullBackwardHook(hook: FullBackwardHook): RemovableHandle;

  /** Modules one after the other. */
  export class Sequential extends Module implements Iterable<AnyModule> {
    constructor(...modules: Module[]);
    constructor(modules: Readonly<Record<string, Module>>);
    readonly [index: number]: AnyModule;
    readonly length: number;
    forward(input: Tensor): Tensor;
    /** Adds a module at the end. */
    append(module: Module): this;
    /** Adds modules at the end. */
    extend(modules: Iterable<Module>): this;
    /** The one at a place, negative from the end. Error: IndexError. */
    at(index: number): AnyModule;
    [Symbol.iterator](): Iterator<AnyModule>;
  }
  /** A list of modules that belong to the model. */
  export class ModuleList<M extends Module = AnyModule> extends Module implements Iterable<M> {
    constructor(modules?: Iterable<M>);
    readonly [index: number]: M;
    readonly length: number;
    /** Adds a module at the end. */
    append(module: M): this;
    /** Adds modules at the end. */
    extend(modules: Iterable<M>): this;
    /** The one at a place, negative from the end. Error: IndexError. */
    at(index: number): M;
    [Symbol.iterator](): Iterator<M>;
  }
  /** Modules by name that belong to the model. */
  export class ModuleDict extends Module {
    constructor(modules?: Readonly<Record<string, Module>>);
    /** The one of a name. Error: there is none. */
    get(name: string): AnyModule;
    /** Names, in the order in which they were added. */
    keys(): string[];
    values(): AnyModule[];
    /** Names and what they name. */
    items(): [string, AnyModule][];
  }

  /** A list of parameters that belong to the model. */
  export class ParameterList extends Module implements Iterable<Parameter> {
    constructor(values?: Iterable<Tensor>);
    readonly [index: number]: Parameter;
    readonly length: number;
    /** Adds a parameter at the end. */
    append(value: Tensor): this;
    /** Adds parameters at the end. */
    extend(values: Iterable<Tensor>): this;
    /** The one at a place, negative from the end. Error: IndexError. */
    at(index: number): Parameter;
    [Symbol.iterator](): Iterator<Parameter>;
  }
  /** Parameters by name that belong to the model. */
  export class ParameterDict extends Module {
    constructor(values?: Readonly<Record<string, Tensor>>);
    /** The one of a name. Error: there is none. */
    get(name: string): Parameter;
    /** Adds a parameter, or puts it in another's place. */
    set(name: string, value: Tensor): this;
    /** Names, in the order in which they were added. */
    keys(): string[];
    values(): Parameter[];
    /** Names and what they name. */
    items(): [string, Parameter][];
  }

%LAYERS%

  /** The same as functions. */
  export namespace functional {
%FUNCTIONAL%
    /** As tripletMarginLoss, with any distance between two batches of vectors. */
    function tripletMarginWithDistanceLoss(
      anchor: Tensor,
      positive: Tensor,
      negative: Tensor,
      options?: {
        distanceFunction?: ((a: Tensor, b: Tensor) => Tensor) | null;
        margin?: number;
        swap?: boolean;
        reduction?: string;
      },
    ): Tensor;
  }

  /** Fill tensors in place, as PyTorch's initialisers do. */
  export namespace init {
    /** Fills with uniform numbers from a to b. */
    function uniform_(tensor: Tensor, a?: number, b?: number): Tensor;
    /** Fills with normal numbers. */
    function normal_(tensor: Tensor, mean?: number, std?: number): Tensor;
    /** Fills with a value. */
    function constant_(tensor: Tensor, value: number): Tensor;
    /** Fills with ones. */
    function ones_(tensor: Tensor): Tensor;
    /** Fills with zeros. */
    function zeros_(tensor: Tensor): Tensor;
    /** Makes a matrix the identity. */
    function eye_(tensor: Tensor): Tensor;
    /** Uniform within ±gain √(6 / (fan_in + fan_out)) (Glorot and Bengio 2010). */
    function xavierUniform_(tensor: Tensor, gain?: number | { gain?: number }): Tensor;
    /** Normal of deviation gain √(2 / (fan_in + fan_out)) (Glorot and Bengio 2010). */
    function xavierNormal_(tensor: Tensor, gain?: number | { gain?: number }): Tensor;
    interface KaimingOptions {
      /** Negative slope of the rectifier that follows. */
      a?: number;
      mode?: "fan_in" | "fan_out";
      nonlinearity?: string;
    }
    /** Uniform within ±gain √(3 / fan) (He et al. 2015). */
    function kaimingUniform_(tensor: Tensor, options?: KaimingOptions): Tensor;
    /** Normal of deviation gain / √fan (He et al. 2015). */
    function kaimingNormal_(tensor: Tensor, options?: KaimingOptions): Tensor;
    /** Normal numbers without those outside [a, b]. */
    function truncNormal_(tensor: Tensor, options?: { mean?: number; std?: number; a?: number; b?: number }): Tensor;
    /** A random matrix with orthonormal rows or columns (Saxe et al. 2013). */
    function orthogonal_(tensor: Tensor, gain?: number | { gain?: number }): Tensor;
    /** Convolution weights that pass their input on. */
    function dirac_(tensor: Tensor, options?: number | { groups?: number }): Tensor;
    /** Normal values with a share \`sparsity\` of each column zero. */
    function sparse_(tensor: Tensor, sparsity: number, options?: { std?: number }): Tensor;
    function sparse_(tensor: Tensor, options: { sparsity: number; std?: number }): Tensor;
    /** Recommended gain of a nonlinearity; \`param\` is the negative slope of leaky_relu. */
    function calculateGain(nonlinearity: string, param?: number | null): number;
  }

  /** Gradient clipping, packed sequences, parametrizations, pruning. */
  export namespace utils {
    /** Scales all gradients so that their common norm is at most \`maxNorm\`; returns the norm before. */
    export function clipGradNorm(
      parameters: Tensor | Iterable<Tensor>,
      maxNorm: number,
      options?: { normType?: number; errorIfNonfinite?: boolean },
    ): Tensor;
    /** Limits every element of the gradients to [-value, value]. */
    export function clipGradValue(parameters: Tensor | Iterable<Tensor>, value: number): void;
    export { clipGradNorm as clipGradNorm_, clipGradValue as clipGradValue_ };
    /** The norm of all tensors together. */
    export function getTotalNorm(
      tensors: Tensor | Iterable<Tensor>,
      options?: { normType?: number; errorIfNonfinite?: boolean },
    ): Tensor;
    /** Scales all gradients by maxNorm / totalNorm, where that is less than 1. */
    export function clipGradsWithNorm_(parameters: Tensor | Iterable<Tensor>, maxNorm: number, totalNorm: Tensor): void;
    /** All parameters as one vector, differentiable. */
    export function parametersToVector(parameters: Iterable<Tensor>): Tensor;
    /** Overwrites the parameters with slices of a vector. */
    export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void;
    /** Parameters that are functions of other parameters. */
    export namespace parametrize {
      /** Makes a tensor of its original; \`rightInverse\` makes the original of a value, and is needed to assign one. */
      type Parametrization = Module & { rightInverse?(value: any): any };
      /** The originals of one parametrized tensor, and the functions that make it. */
      class ParametrizationList extends ModuleList {
        private constructor();
        readonly original: Parameter;
        readonly original0: Parameter;
        readonly original1: Parameter;
      }
      /**
       * A parameter or buffer becomes a function of its original, which \`module.parametrizations\` keeps; it is computed at each use.
       * Error: ValueError when the function changes dtype or shape, unless \`unsafe\`.
       */
      function registerParametrization<M extends Module>(
        module: M,
        name: string,
        parametrization: Parametrization,
        options?: { unsafe?: boolean },
      ): M & { readonly parametrizations: AnyModule };
      /** Has the module a parametrized tensor, or this one? */
      function isParametrized(module: Module, name?: string): boolean;
      /** Undoes it: the tensor keeps its present value, or gets back its original with \`{ leaveParametrized: false }\`. */
      function removeParametrizations<M extends Module>(
        module: M,
        name: string,
        options?: { leaveParametrized?: boolean },
      ): M;
      /** Inside, each parametrized tensor is computed once. */
      function cached<T>(body: () => T): T;
      /** The class that the module had. */
      function typeBeforeParametrizations(module: Module): unknown;
    }
    /** Parametrizations that are used often. */
    export namespace parametrizations {
      /** g v/‖v‖: the parameter becomes length (original0) times direction (original1). \`dim\` keeps its lengths apart, null has one. */
      function weightNorm<M extends Module>(module: M, name?: string, options?: { dim?: number | null }): M;
      /** The parameter is divided by its largest singular value, which each training call approximates a little better. */
      function spectralNorm<M extends Module>(
        module: M,
        name?: string,
        options?: { nPowerIterations?: number; eps?: number; dim?: number | null },
      ): M;
    }
    /**
     * Parameters multiplied by masks of zeros and ones: \`weight\` is made of \`weightOrig\` and \`weightMask\` before each call. \`amount\` is a
     * share below 1, or a whole number.
     */
    export namespace prune {
      /** Nothing is cut off; the parameter gets its mask. */
      function identity<M extends Module>(module: M, name: string): M;
      /** Cuts off elements drawn at random. */
      function randomUnstructured<M extends Module>(module: M, name: string, amount: number): M;
      /** Cuts off the elements of smallest size, or of smallest score. */
      function l1Unstructured<M extends Module>(
        module: M,
        name: string,
        amount: number,
        options?: { importanceScores?: Tensor | null },
      ): M;
      /** Cuts off slices of a dimension drawn at random. */
      function randomStructured<M extends Module>(module: M, name: string, amount: number, dim: number): M;
      /** Cuts off the slices of a dimension whose n-norms are smallest. */
      function lnStructured<M extends Module>(
        module: M,
        name: string,
        amount: number,
        n: number,
        dim: number,
        options?: { importanceScores?: Tensor | null },
      ): M;
      /** Cuts off what a mask says. */
      function customFromMask<M extends Module>(module: M, name: string, mask: Tensor): M;
      /** Prunes several parameters as if they were one: \`[[model.fc1, "weight"], [model.fc2, "weight"]]\`. */
      function globalUnstructured(
        parameters: Iterable<readonly [Module, string]>,
        options: { method?: "l1" | "random"; amount: number },
      ): void;
      /** Makes the pruning permanent. Error: ValueError where nothing was pruned. */
      function remove<M extends Module>(module: M, name: string): M;
      /** Was a parameter of the module, or of one below, pruned? */
      function isPruned(module: Module): boolean;
    }
    /** Sequences of different lengths. */
    export namespace rnn {
      /** Sequences of different lengths, step by step, as RNN, LSTM and GRU take them. */
      class PackedSequence {
        private constructor();
        /** [all steps, …]: first of all sequences, then second of those that have one, … */
        readonly data: Tensor;
        /** How many sequences each step has. */
        readonly batchSizes: Tensor;
        readonly sortedIndices: Tensor | null;
        readonly unsortedIndices: Tensor | null;
        toString(): string;
      }
      /** Packs a padded batch [longest, batch, …] (or batch first) by the true lengths, which must descend unless \`enforceSorted\` is false. */
      function packPaddedSequence(
        input: Tensor,
        lengths: Tensor | readonly number[],
        options?: { batchFirst?: boolean; enforceSorted?: boolean },
      ): PackedSequence;
      /** Packs sequences [length, …]. */
      function packSequence(sequences: Iterable<Tensor>, options?: { enforceSorted?: boolean }): PackedSequence;
      /** The padded batch of a packed sequence, and the lengths. */
      function padPackedSequence(
        sequence: PackedSequence,
        options?: { batchFirst?: boolean; paddingValue?: number; totalLength?: number | null },
      ): [Tensor, Tensor];
      /** The sequences of a packed one. */
      function unpackSequence(sequence: PackedSequence): Tensor[];
      /** Sequences [length, …] as one tensor [longest, batch, …], or batch first, filled up with a value on the right or left. */
      function padSequence(
        sequences: Iterable<Tensor>,
        options?: { batchFirst?: boolean; paddingValue?: number; paddingSide?: "left" | "right" },
      ): Tensor;
      /** The sequences of a padded batch again, by their lengths. */
      function unpadSequence(
        padded: Tensor,
        lengths: Tensor | readonly number[],
        options?: { batchFirst?: boolean },
      ): Tensor[];
    }
  }
}
`;
