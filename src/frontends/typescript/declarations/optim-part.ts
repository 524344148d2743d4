/** Written part of the declarations: optimisers and schedulers. */
export const OPTIM_PART = `/** Optimisers and learning-rate schedules. */
export namespace optim {
  /** Options of a group of parameters; assigning \`lr\` takes effect at the next step. */
  export interface ParamGroup {
    readonly params: readonly Tensor[];
    lr: number;
    [option: string]: unknown;
  }
  export class Optimizer {
    protected constructor();
    readonly paramGroups: readonly ParamGroup[];
    addParamGroup(group: { params: Tensor | Iterable<Tensor>; [option: string]: unknown }): void;
    /** Updates every parameter that has a gradient. */
    step(): void;
    step<T>(closure: () => T): T;
    /** Forgets gradients: \`.grad\` becomes null, or zeros with \`{ setToNone: false }\`. */
    zeroGrad(options?: { setToNone?: boolean }): void;
    toString(): string;
  }
  /** Tensors, or groups of tensors with options of their own. */
  export type Params<Options> = Iterable<Tensor> | Iterable<{ params: Tensor | Iterable<Tensor> } & Options>;
%OPTIMIZERS%

  /** Sets the learning rate after each epoch. */
  export interface Scheduler {
    step(): void;
    readonly lastEpoch: number;
    getLastLr(): number[];
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
  export class ReduceLROnPlateau {
    constructor(optimizer: Optimizer, mode: "min" | "max", options?: PlateauOptions);
    constructor(optimizer: Optimizer, options?: PlateauOptions);
    step(metric: number | Tensor): void;
    readonly lastEpoch: number;
    getLastLr(): number[];
  }
  export namespace lrScheduler {
    export { %SCHEDULER_NAMES%, ReduceLROnPlateau };
  }
}
`;
