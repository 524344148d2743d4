import { runtimeError } from "../../../engine/errors.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { applyFunction, type FunctionContext } from "./custom-function.ts";
import type { ModuleBase } from "./module.ts";
import type { BackwardHook, BackwardPreHook, Gradients } from "./module-hooks.ts";
import { Tensor } from "./tensor.ts";

/** The identity; its backward node is where the hooks of modules hang. */
const IDENTITY = {
  name: "BackwardHookFunction",
  forward(ctx: FunctionContext, ...tensors: Tensor[]): Tensor[] {
    ctx.markNonDifferentiable(...tensors.filter((t) => !t.requiresGrad));
    return tensors;
  },
  backward: (_ctx: FunctionContext, ...grads: (Tensor | null)[]): (Tensor | null)[] => grads,
};

/** Which of the values around a module are tensors. */
interface Layout {
  readonly count: number;
  readonly places: readonly number[];
}

/** Gradients of the tensors among the values, null for what is no tensor. */
function spread({ count, places }: Layout, grads: Gradients): (Tensor | null)[] {
  const out: (Tensor | null)[] = Array.from({ length: count }, () => null);
  places.forEach((at, i) => {
    out[at] = grads[i];
  });
  return out;
}

const asList = (x: unknown): Gradients => (Array.isArray(x) ? x : [x]) as Gradients;
const wrapped = (grads: readonly (Parameters<typeof Tensor.wrap>[0] | null)[]): Gradients =>
  grads.map((g) => (g === null ? null : Tensor.wrap(g)));
const raw = (grads: Gradients) => grads.map((g) => (g === null ? null : Tensor.raw(g)));

/**
 * The full backward hooks of one call of a module: identities around its inputs and outputs, whose backward passes tell the
 * gradients. Pre-hooks see those of the outputs and may replace them, hooks see both and may replace those of the inputs.
 */
export class BackwardHooks {
  private gradOutput: Gradients | null = null;
  private inputs: Layout | null = null;
  private inputCount = 0;
  private readonly rt: Runtime;
  private readonly module: ModuleBase;
  private readonly before: readonly BackwardPreHook[];
  private readonly after: readonly BackwardHook[];

  constructor(module: ModuleBase, before: readonly BackwardPreHook[], after: readonly BackwardHook[]) {
    this.rt = module.runtime;
    this.module = module;
    this.before = before;
    this.after = after;
  }

  /** The inputs that forward gets. */
  around(inputs: readonly unknown[]): readonly unknown[] {
    this.inputCount = inputs.length;
    const found = this.identity(inputs);
    if (found === null) return inputs;
    this.inputs = found.layout;
    found.node.postHooks ??= new Map();
    found.node.postHooks.set(this.rt.takeHookId(), (gradInput) => this.atInputs(found.layout, wrapped(gradInput)));
    return found.values;
  }

  /** The output that the caller gets: a tensor, or an array with tensors. */
  output(result: unknown): unknown {
    const single = !Array.isArray(result);
    const found = this.identity(single ? [result] : result);
    if (found === null) return result;
    found.node.preHooks ??= new Map();
    found.node.preHooks.set(this.rt.takeHookId(), (gradOutput) => this.atOutputs(found.layout, wrapped(gradOutput)));
    return single ? found.values[0] : found.values;
  }

  /** The values with the identity of the tensors among them; null when nothing needs a gradient. */
  private identity(values: readonly unknown[]) {
    const places = values.flatMap((v, i) => (v instanceof Tensor ? [i] : []));
    const tensors = places.map((i) => values[i] as Tensor);
    if (!this.rt.gradEnabled || !tensors.some((t) => t.requiresGrad)) return null;
    const made = applyFunction(this.rt, IDENTITY, tensors) as Tensor[];
    const node = made.map((t) => Tensor.raw(t).gradFn).find((n) => n !== null);
    if (node === undefined) return null;
    const out = [...values];
    places.forEach((at, i) => {
      out[at] = made[i];
    });
    return { values: out, node, layout: { count: values.length, places } };
  }

  private atOutputs(layout: Layout, arrived: Gradients) {
    let grads: Gradients = spread(layout, arrived);
    for (const hook of this.before)
      grads = this.changed(hook(this.module, grads), grads, "Backward pre hook", "grad_output");
    this.gradOutput = grads;
    // No input needs a gradient: nothing will arrive there, so the hooks run now.
    if (this.inputs === null) {
      const none = Array.from({ length: this.inputCount }, () => null);
      for (const hook of this.after) {
        const answer = hook(this.module, none, grads);
        if (answer !== undefined && answer !== null && asList(answer).some((g) => g !== null))
          throw runtimeError(
            "Backward hook for Modules where no input requires gradient should always return None or None for all gradients.",
          );
      }
      this.gradOutput = null;
    }
    return raw(layout.places.map((i) => grads[i]));
  }

  private atInputs(layout: Layout, arrived: Gradients) {
    // The gradient came past the module's output, as in a double backward.
    if (this.gradOutput === null) return null;
    let grads: Gradients = spread(layout, arrived);
    for (const hook of this.after)
      grads = this.changed(hook(this.module, grads, this.gradOutput), grads, "Backward hook", "grad_input");
    this.gradOutput = null;
    return raw(layout.places.map((i) => grads[i]));
  }

  /** What a hook puts in the place of the gradients. Error: another number of them. */
  private changed(answer: unknown, grads: Gradients, who: string, what: string): Gradients {
    if (answer === undefined || answer === null) return grads;
    const list = asList(answer);
    if (list.length !== grads.length)
      throw runtimeError(
        `${who} returned an invalid number of ${what}, got ${list.length}, but expected ${grads.length}`,
      );
    return list;
  }
}
