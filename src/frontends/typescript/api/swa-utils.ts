import { int64 } from "../../../engine/dtype.ts";
import { TorchError, valueError } from "../../../engine/errors.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import { SWALR } from "../../../engine/optim/swa.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { call } from "./composed.ts";
import { deepcopy } from "./deepcopy.ts";
import { ModuleBase } from "./module.ts";
import { schedulerClass } from "./schedulers.ts";
import { Tensor } from "./tensor.ts";

type AverageFn = (averaged: Tensor, current: Tensor, count: number) => Tensor;
type MultiAverageFn = (averaged: readonly Tensor[], current: readonly Tensor[], count: number) => void;

interface AverageOptions {
  avgFn?: AverageFn | null;
  multiAvgFn?: MultiAverageFn | null;
  /** Average buffers too; otherwise the newest are taken. */
  useBuffers?: boolean;
}

const raws = (all: Iterable<Tensor>): EngineTensor[] => [...all].map((t) => Tensor.raw(t));

/** torch.optim.swa_utils of one runtime: averages of models over training. */
export function swaExports(rt: Runtime) {
  /** averaged += weight (current - averaged), for floating point tensors; integers are rounded. */
  const move = (averaged: Tensor, current: Tensor, weight: number): void => {
    const [to, from] = [Tensor.raw(averaged), Tensor.raw(current)];
    if (averaged.isFloatingPoint() || averaged.isComplex()) run(rt, "lerp_", to, from, weight);
    else run(rt, "copy_", to, run(rt, "add", run(rt, "mul", to, 1 - weight), run(rt, "mul", from, weight)));
  };
  const weightOf = (decay: number): number => {
    if (decay < 0 || decay > 1)
      throw valueError(`Invalid decay value ${decay} provided. Please provide a value in [0,1] range.`);
    return 1 - decay;
  };
  /** Every tensor moves by the same weight, which may depend on how many models were averaged. */
  const multi =
    (weight: (count: number) => number): MultiAverageFn =>
    (averaged, current, count) => {
      rt.withGrad(false, () => {
        for (const [i, a] of averaged.entries()) move(a, current[i], weight(Number(count)));
      });
    };
  const single =
    (weight: (count: number) => number): AverageFn =>
    (averaged, current, count) => {
      const [a, c] = [Tensor.raw(averaged), Tensor.raw(current)];
      return rt.withGrad(false, () =>
        Tensor.wrap(run(rt, "add", a, run(rt, "mul", run(rt, "sub", c, a), weight(Number(count))))),
      );
    };
  const equal = (count: number): number => 1 / (count + 1);

  /** A copy of a model whose parameters are averages of the model's. */
  class AveragedModel extends ModuleBase {
    readonly module: ModuleBase;
    declare nAveraged: Tensor;
    readonly #options: AverageOptions;

    constructor(model: ModuleBase, options: AverageOptions = {}) {
      super();
      if (options.avgFn && options.multiAvgFn)
        throw new TorchError("AssertionError", "Only one of avg_fn and multi_avg_fn should be provided");
      this.module = deepcopy(model);
      this.registerBuffer("nAveraged", Tensor.wrap(rt.scalar(0, int64)));
      this.#options = options;
    }
    get runtime(): Runtime {
      return rt;
    }
    override forward(...inputs: unknown[]): unknown {
      return call(this.module, ...inputs);
    }
    /** Takes the model's present parameters into the average. */
    updateParameters(model: ModuleBase): void {
      const { avgFn, multiAvgFn, useBuffers = false } = this.#options;
      const all = (m: ModuleBase): Tensor[] => (useBuffers ? [...m.parameters(), ...m.buffers()] : m.parameters());
      const [own, given] = [all(this.module), all(model)];
      const count = Number(this.nAveraged.item());
      rt.withGrad(false, () => {
        const copy = (to: readonly EngineTensor[], from: readonly EngineTensor[]): void => {
          for (const [i, t] of to.entries()) run(rt, "copy_", t, from[i]);
        };
        if (count === 0) copy(raws(own), raws(given));
        else if (avgFn)
          copy(
            raws(own),
            own.map((a, i) => Tensor.raw(avgFn(a, given[i], count))),
          );
        else (multiAvgFn ?? multi(equal))(own, given, count);
        if (!useBuffers) copy(raws(this.module.buffers()), raws(model.buffers()));
        run(rt, "add_", Tensor.raw(this.nAveraged), 1);
      });
    }
  }

  /** Computes the running statistics of batch norms anew, with one pass over the data: batches, or arrays that begin with one. */
  const updateBn = (loader: Iterable<unknown>, model: ModuleBase): void => {
    const norms = model.modules().filter((m) => /^(Sync)?BatchNorm/.test(m.className)) as (ModuleBase & {
      momentum: number | null;
      runningMean: Tensor;
      runningVar: Tensor;
      numBatchesTracked: Tensor;
    })[];
    if (norms.length === 0) return;
    const before = { training: model.training, momenta: norms.map((m) => m.momentum) };
    model.train();
    rt.withGrad(false, () => {
      for (const m of norms) {
        run(rt, "zero_", Tensor.raw(m.runningMean));
        run(rt, "fill_", Tensor.raw(m.runningVar), 1);
        run(rt, "zero_", Tensor.raw(m.numBatchesTracked));
        m.momentum = null;
      }
      for (const batch of loader) call(model, Array.isArray(batch) ? batch[0] : batch);
    });
    norms.forEach((m, i) => {
      m.momentum = before.momenta[i];
    });
    model.train(before.training);
  };

  return Object.freeze({
    AveragedModel,
    SWALR: schedulerClass(SWALR),
    updateBn,
    getEmaAvgFn: (decay = 0.999): AverageFn => single(constant(weightOf(decay))),
    getEmaMultiAvgFn: (decay = 0.999): MultiAverageFn => multi(constant(weightOf(decay))),
    getSwaAvgFn: (): AverageFn => single(equal),
    getSwaMultiAvgFn: (): MultiAverageFn => multi(equal),
  });
}

const constant = (value: number) => (): number => value;
