/** Written part of the declarations: optimisers and schedulers. */
export const OPTIM_PART = `/** Optimisers and learning-rate schedules. */
export namespace optim {
  /** Options of a group of parameters; assigning \`lr\` takes effect at the next step. */
  export interface ParamGroup {
    readonly params: readonly Tensor[];
    lr: number;
    [option: string]: unknown;
  }
  /** What all optimisers have. */
  export class Optimizer {
    protected constructor();
    /** Groups of parameters with their options: \`opt.paramGroups[0].lr = 0.01\`. */
    readonly paramGroups: readonly ParamGroup[];
    /** Adds parameters, with options of their own. */
    addParamGroup(group: { params: Tensor | Iterable<Tensor>; [option: string]: unknown }): void;
    /** Updates every parameter that has a gradient. */
    step(): void;
    step<T>(closure: () => T): T;
    /** Calls back before, or after, each step. */
    registerStepPreHook(hook: (optimizer: Optimizer) => void): RemovableHandle;
    registerStepPostHook(hook: (optimizer: Optimizer) => void): RemovableHandle;
    /** Forgets gradients: \`.grad\` becomes null, or zeros with \`{ setToNone: false }\`. */
    zeroGrad(options?: { setToNone?: boolean }): void;
    /** What continuing needs: what is kept for each parameter, and the options of the groups. */
    stateDict(): Record<string, any>;
    /** Takes over what \`stateDict\` gave. */
    loadStateDict(state: Readonly<Record<string, any>>): void;
    toString(): string;
  }
  /** Tensors, or groups of tensors with options of their own. */
  export type Params<Options> = Iterable<Tensor> | Iterable<{ params: Tensor | Iterable<Tensor> } & Options>;
%OPTIMIZERS%

  /** Sets the learning rate after each epoch. */
  export class LRScheduler {
    protected constructor();
    step(): void;
    readonly lastEpoch: number;
    getLastLr(): number[];
    /** What continuing needs, beside the rates, which are the optimiser's. */
    stateDict(): Record<string, any>;
    loadStateDict(state: Readonly<Record<string, any>>): void;
  }
%SCHEDULERS%
  /** Lowers the learning rate when a metric has stopped improving. */
  export interface PlateauOptions {
    mode?: "min" | "max";
    factor?: number;
    patience?: number;
    threshold?: number;
    thresholdMode?: "rel" | "abs";
    cooldown?: number;
    minLr?: number;
    eps?: number;
  }
  /** Multiplies the rate by factor when a metric has not improved for patience epochs. */
  export class ReduceLROnPlateau {
    constructor(optimizer: Optimizer, mode: "min" | "max", options?: PlateauOptions);
    constructor(optimizer: Optimizer, options?: PlateauOptions);
    step(metric: number | Tensor): void;
    readonly lastEpoch: number;
    getLastLr(): number[];
  }
  /** Schedules one after the other, each from its milestone on. */
  export class SequentialLR extends LRScheduler {
    constructor(optimizer: Optimizer, schedulers: readonly LRScheduler[], milestones: readonly number[]);
  }
  /** Schedules that all act at every step. */
  export class ChainedScheduler extends LRScheduler {
    constructor(schedulers: readonly LRScheduler[]);
  }
  /** Averages of models over training (torch.optim.swa_utils). */
  export namespace swaUtils {
    type AvgFn = (averaged: Tensor, current: Tensor, count: number) => Tensor;
    type MultiAvgFn = (averaged: readonly Tensor[], current: readonly Tensor[], count: number) => void;
    /** A copy of a model whose parameters are averages of the model's: the mean of all unless a function is given. */
    class AveragedModel<M extends nn.Module = nn.AnyModule> extends nn.Module {
      constructor(model: M, options?: { avgFn?: AvgFn | null; multiAvgFn?: MultiAvgFn | null; useBuffers?: boolean });
      readonly module: M;
      readonly nAveraged: Tensor;
      forward(...inputs: Parameters<M["forward"]>): ReturnType<M["forward"]>;
      /** Takes the model's present parameters into the average. */
      updateParameters(model: M): void;
    }
%SWALR%
    /** Computes the running statistics of batch norms anew, with one pass over batches, or arrays that begin with one. */
    function updateBn(loader: Iterable<Tensor | readonly Tensor[]>, model: nn.Module): void;
    /** averaged ← decay · averaged + (1 - decay) · current. */
    function getEmaAvgFn(decay?: number): AvgFn;
    /** The same for all parameters at once. */
    function getEmaMultiAvgFn(decay?: number): MultiAvgFn;
    /** The mean of all models so far. */
    function getSwaAvgFn(): AvgFn;
    /** The same for all parameters at once. */
    function getSwaMultiAvgFn(): MultiAvgFn;
  }
  /** The schedules under PyTorch's name. */
  export namespace lrScheduler {
    export { %SCHEDULER_NAMES%, ChainedScheduler, LRScheduler, ReduceLROnPlateau, SequentialLR };
  }
}
`;
