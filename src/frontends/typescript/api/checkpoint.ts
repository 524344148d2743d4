import { runtimeError } from "../../../engine/errors.ts";
import type { Runtime, SavedTensorHooks } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { withSavedHooks } from "./saved-hooks.ts";

/** Everything that was saved the first time has been saved again. */
class Enough extends Error {}

/** What a checkpointed part saved, computed again when the backward pass first asks for it. */
class Recomputed implements SavedTensorHooks {
  private count = 0;
  private found: EngineTensor[] | null = null;
  private readonly rt: Runtime;
  private readonly again: () => unknown;

  constructor(rt: Runtime, again: () => unknown) {
    this.rt = rt;
    this.again = again;
  }

  pack(): number {
    return this.count++;
  }
  unpack(packed: unknown): EngineTensor {
    this.found ??= this.recompute();
    return this.found[packed as number];
  }

  private recompute(): EngineTensor[] {
    const found: EngineTensor[] = [];
    const pack = (t: EngineTensor): number => {
      found.push(t.alias());
      if (found.length === this.count) throw new Enough();
      return found.length - 1;
    };
    try {
      withSavedHooks(this.rt, { pack, unpack: (i) => found[i as number] }, () => this.rt.withGrad(true, this.again));
    } catch (error) {
      if (!(error instanceof Enough)) throw error;
    }
    if (found.length !== this.count)
      throw runtimeError(
        `torch.utils.checkpoint: A different number of tensors was saved during the original forward and recomputation.\nNumber of tensors saved during forward: ${this.count}\nNumber of tensors saved during recomputation: ${found.length}.`,
      );
    return found;
  }
}

/** torch.utils.checkpoint, the variant without reentry. */
export function checkpointExports(rt: Runtime) {
  /**
   * Calls a function without keeping what its backward pass needs; that is computed again, with the same random numbers, when the
   * backward pass comes to it. Error: the second time saves another number of tensors.
   */
  const checkpoint = <A extends readonly unknown[], R>(f: (...inputs: A) => R, ...inputs: A): R => {
    const draws = rt.generator.snapshot();
    const again = (): unknown => {
      const now = rt.generator.snapshot();
      rt.generator.restore(draws);
      try {
        return f(...inputs);
      } finally {
        rt.generator.restore(now);
      }
    };
    return withSavedHooks(rt, new Recomputed(rt, again), () => f(...inputs));
  };
  /** Checkpoints all but the last of `segments` parts of a sequence of functions. */
  const checkpointSequential = (
    functions: Iterable<(x: unknown) => unknown>,
    segments: number,
    input: unknown,
  ): unknown => {
    const all = [...functions];
    const length = Math.floor(all.length / segments);
    const run = (from: number, to: number) => (x: unknown) => all.slice(from, to).reduce((y, f) => f(y), x);
    let x = input;
    for (let i = 0; i < segments - 1; i++) x = checkpoint(run(i * length, (i + 1) * length), x);
    return run((segments - 1) * length, all.length)(x);
  };
  return Object.freeze({ checkpoint, checkpointSequential });
}
