import { Batch, mapResult } from "../batching/batch.ts";
import { gradientsBySample, sampleBySample } from "../batching/fallback.ts";
import { drawsRandomNumbers, randomly } from "../batching/random.ts";
import { checkSupported, unbatchedTarget } from "../batching/refusals.ts";
import { RULES } from "../batching/rules.ts";
import { moves, pushForward } from "../forward/push.ts";
import { type AnyOp, isComposite, type OpResult } from "../op.ts";
import { copy_ } from "../ops/copies.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { BatchedTensor, NoValues } from "./batched-tensor.ts";
import type { ForwardLevel, Interpreter, TransformLevel, VmapLevel } from "./levels.ts";

/**
 * Rewrites operators for the transforms under way, the innermost first: those on batched tensors to operators on whole batches,
 * and those on tensors with tangents to themselves and what pushes the tangents through them.
 */
export class TransformInterpreter implements Interpreter {
  private readonly rt: Runtime;

  constructor(rt: Runtime) {
    this.rt = rt;
  }

  apply(call: AnyOp, args: readonly unknown[]): OpResult | null {
    const drawn = drawsRandomNumbers(call.def.name) ? this.random(call, args) : null;
    if (drawn !== null) return drawn;
    const level = this.innermost(args);
    if (level === null) return null;
    if (level.kind === "jvp") return this.below(level, () => pushForward(level, call, args));
    return call.inplaceOf === undefined
      ? this.batched(level, call, args)
      : this.inPlace(level, call, call.inplaceOf, args as readonly [Tensor, ...unknown[]]);
  }

  call(run: (...args: unknown[]) => unknown, args: readonly unknown[]): unknown {
    try {
      return run(...args);
    } catch (error) {
      const level = levelOf(args);
      if (!(error instanceof NoValues) || level === null) throw error;
      return this.below(level, () =>
        wrapped(level, sampleBySample(new Batch(level), run as (...args: unknown[]) => OpResult, args)),
      );
    }
  }

  backward(
    grads: readonly (Tensor | null)[],
    run: (grads: readonly (Tensor | null)[]) => (Tensor | null)[],
  ): (Tensor | null)[] {
    try {
      return run(grads);
    } catch (error) {
      const level = levelOf(grads);
      if (!(error instanceof NoValues) || level === null) throw error;
      return this.below(level, () => gradientsBySample(new Batch(level), grads, run));
    }
  }

  checkSupported(name: string, args: readonly unknown[]): void {
    const level = levelOf(args);
    if (level !== null) checkSupported(name, args, new Batch(level));
  }

  /** The innermost transform that an argument takes part in. */
  private innermost(args: readonly unknown[]): VmapLevel | ForwardLevel | null {
    const vmap = levelOf(args);
    const forward = this.rt.transforms.findLast((t) => t.kind === "jvp" && moves(t, args));
    if (forward?.kind !== "jvp") return vmap;
    return vmap === null || forward.number > vmap.number ? forward : vmap;
  }

  private batched(level: VmapLevel, call: AnyOp, args: readonly unknown[]): OpResult {
    const { def } = call;
    const rule = RULES.get(def.name);
    const b = new Batch(level);
    const done = rule === undefined ? null : this.below(level, () => rule.apply(b, call, args));
    if (done !== null) return wrapped(level, done);
    // A composite is made of operators that have rules.
    if (isComposite(def)) return def.forward(...args);
    return this.below(level, () => wrapped(level, sampleBySample(b, call, args)));
  }

  private inPlace(level: VmapLevel, call: AnyOp, base: AnyOp, args: readonly [Tensor, ...unknown[]]): Tensor {
    const b = new Batch(level);
    const [self] = args;
    if (!b.has(self)) throw unbatchedTarget(call.def, self, args, b);
    if (base.def.view !== undefined) self.become(this.batched(level, base, args) as BatchedTensor);
    else {
      const rule = RULES.get(base.def.name);
      if (rule?.inPlace === true) this.below(level, () => rule.apply(b, call, args));
      else copy_(self, this.batched(level, base, args) as Tensor);
    }
    return self;
  }

  /** Random operators obey the innermost vmap, whether or not their arguments are batched. */
  private random(call: AnyOp, args: readonly unknown[]): OpResult | null {
    const level = this.rt.transforms.findLast((t) => t.kind === "vmap");
    if (level === undefined) return null;
    return this.below(level, () => {
      const b = new Batch(level);
      const out = randomly(b, call, args);
      return out.batched ? wrapped(level, out.value) : out.value;
    });
  }

  /** Runs the rule of a level: only the transforms further out are under way. */
  private below<T>(level: TransformLevel, body: () => T): T {
    const { rt } = this;
    const before = rt.transforms;
    rt.transforms = before.slice(0, level.number - 1);
    try {
      return body();
    } finally {
      rt.transforms = before;
      // A transform that began and ended in the meantime may have been the only one it saw.
      rt.interpreter = this;
    }
  }
}

const wrapped = (level: VmapLevel, out: OpResult): OpResult => mapResult(out, (t) => new BatchedTensor(t, 0, level));

/** The innermost vmap that an argument takes part in. */
function levelOf(args: readonly unknown[]): VmapLevel | null {
  let level: VmapLevel | null = null;
  const visit = (x: unknown): void => {
    if (x instanceof BatchedTensor && (level === null || x.level.number > level.number)) level = x.level;
  };
  for (const a of args)
    if (Array.isArray(a)) for (const x of a) visit(x);
    else visit(a);
  return level;
}
