import { CustomNode } from "../../../engine/autograd/custom-node.ts";
import { checkInplace } from "../../../engine/autograd/inplace.ts";
import type { GradNode } from "../../../engine/autograd/node.ts";
import { SavedTensor } from "../../../engine/autograd/saved.ts";
import { isDifferentiable } from "../../../engine/dtype.ts";
import { notImplemented, runtimeError, typeError } from "../../../engine/errors.ts";
import { view } from "../../../engine/ops/views.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { Tensor } from "./tensor.ts";
import { describeKind } from "./values.ts";

/** What the forward and backward of a user's function share; programs may keep values of their own on it. */
export class FunctionContext {
  /** Which arguments of `apply` need a gradient. */
  readonly needsInputGrad: readonly boolean[];
  [attribute: string]: unknown;
  readonly #toSave: EngineTensor[] = [];
  #saved: readonly SavedTensor[] = [];
  readonly #dirty = new Set<Tensor>();
  readonly #nonDifferentiable = new Set<Tensor>();
  #materialize = true;

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }

  /** Keeps tensors for backward; they are checked for changes, and freed after it. */
  saveForBackward(...tensors: Tensor[]): void {
    this.#toSave.length = 0;
    for (const t of tensors) {
      if (!(t instanceof Tensor))
        throw typeError(`saveForBackward can only save variables, but an argument is of type ${describeKind(t)}`);
      this.#toSave.push(Tensor.raw(t));
    }
  }
  /** Errors: freed by an earlier backward pass; changed in place since. */
  get savedTensors(): Tensor[] {
    return this.#saved.map((s) => Tensor.wrap(s.unpack()));
  }
  markDirty(...tensors: Tensor[]): void {
    for (const t of tensors) this.#dirty.add(t);
  }
  markNonDifferentiable(...tensors: Tensor[]): void {
    for (const t of tensors) this.#nonDifferentiable.add(t);
  }
  /** With false, backward gets null for outputs that no gradient reached, instead of zeros. */
  setMaterializeGrads(value: boolean): void {
    this.#materialize = value;
  }

  static freeze(ctx: FunctionContext): void {
    ctx.#saved = ctx.#toSave.map((t) => new SavedTensor(t, null));
  }
  static release(ctx: FunctionContext): number {
    let bytes = 0;
    for (const s of ctx.#saved) {
      bytes += s.bytes;
      s.release();
    }
    return bytes;
  }
  static isDirty(ctx: FunctionContext, t: Tensor): boolean {
    return ctx.#dirty.has(t);
  }
  static isConstant(ctx: FunctionContext, t: Tensor): boolean {
    return ctx.#nonDifferentiable.has(t);
  }
  static materializes(ctx: FunctionContext): boolean {
    return ctx.#materialize;
  }
}

/** Stands for a tensor among the arguments of a call. */
const TENSOR = Symbol("tensor");

/** A function with a backward of its own, as a class or an object. */
interface FunctionClass {
  readonly name: string;
  forward(ctx: FunctionContext, ...args: never[]): unknown;
  backward(ctx: FunctionContext, ...grads: (Tensor | null)[]): unknown;
}

/** The class `autograd.Function` of one runtime: extend it with static `forward` and `backward`, call its `apply`. */
export function functionClass(rt: Runtime) {
  // biome-ignore lint/complexity/noStaticOnlyClass: PyTorch's functions are classes with static methods
  return class CustomFunction {
    static forward(_ctx: FunctionContext, ..._args: unknown[]): unknown {
      throw notImplemented("You must implement the forward function for custom autograd.Function.");
    }
    static backward(_ctx: FunctionContext, ..._grads: (Tensor | null)[]): unknown {
      throw notImplemented(
        "You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD.",
      );
    }
    static apply(...args: unknown[]): unknown {
      // biome-ignore lint/complexity/noThisInStatic: the program's subclass
      return applyFunction(rt, this, args);
    }
  };
}

/** Runs a function's forward unrecorded and gives its outputs one backward node. Errors: what forward returns is no tensor. */
export function applyFunction(rt: Runtime, f: FunctionClass, args: readonly unknown[]): unknown {
  const inputs = args.map((a) => (a instanceof Tensor ? Tensor.raw(a) : null));
  const ctx = new FunctionContext(inputs.map((t) => t?.requiresGrad ?? false));
  const returned = rt.quietly(() => f.forward(ctx, ...(args as never[])));
  const single = !Array.isArray(returned);
  const outputs = (single ? [returned] : returned) as unknown[];
  if (single && !(returned instanceof Tensor))
    throw typeError(
      `${f.name}.forward: expected Tensor or tuple of Tensor (got ${describeKind(returned)}) for return value 0`,
    );
  const results = outputs.map((o) => {
    // An input that is returned as it is becomes a new tensor.
    if (!(o instanceof Tensor) || FunctionContext.isDirty(ctx, o) || !args.includes(o)) return o;
    const raw = Tensor.raw(o);
    return Tensor.wrap(rt.quietly(() => view(raw, raw.shape)));
  });
  const made = results.filter((o): o is Tensor => o instanceof Tensor);
  const constants = outputs
    .filter((o): o is Tensor => o instanceof Tensor)
    .map((o) => FunctionContext.isConstant(ctx, o));
  const dirty = made.map((o) => FunctionContext.isDirty(ctx, o));
  const node = connect(rt, f, ctx, inputs, made.map(Tensor.raw), constants, dirty);
  FunctionContext.freeze(ctx);
  announce(rt, f, args, inputs, made.map(Tensor.raw), node);
  return single ? results[0] : results;
}

/** Gives the outputs their backward node; null when nothing needs a gradient. */
function connect(
  rt: Runtime,
  f: FunctionClass,
  ctx: FunctionContext,
  inputs: readonly (EngineTensor | null)[],
  outputs: readonly EngineTensor[],
  constants: readonly boolean[],
  dirty: readonly boolean[],
): GradNode | null {
  if (!rt.gradEnabled || !inputs.some((t) => t?.requiresGrad)) return null;
  outputs.forEach((t, i) => {
    if (dirty[i]) checkInplace(t, true, true);
  });
  const shapes = outputs.map((t) => ({ shape: t.shape, dtype: t.dtype }));
  const node = new CustomNode(
    rt,
    `${f.name}Backward`,
    inputs,
    (grads) => {
      const given = grads.map((g, i) => {
        if (g !== null) return Tensor.wrap(g);
        return FunctionContext.materializes(ctx) ? Tensor.wrap(rt.full(shapes[i].shape, 0, shapes[i].dtype)) : null;
      });
      return gradientsOf(f, inputs.length, f.backward(ctx, ...given));
    },
    () => FunctionContext.release(ctx),
  );
  outputs.forEach((t, i) => {
    const nr = node.addOutput(t);
    if (constants[i] || !isDifferentiable(t.dtype)) return;
    t.leafRequiresGrad = false;
    t.outputNr = nr;
    t.gradFn = node;
    if (t.view !== null) t.view.creation = "custom_function";
  });
  return node;
}

/** One gradient per argument of `apply`; more are allowed when they are null. */
function gradientsOf(f: FunctionClass, count: number, returned: unknown): (EngineTensor | null)[] {
  const list = Array.isArray(returned) ? returned : [returned];
  if (list.length < count || list.slice(count).some((g) => g !== null && g !== undefined))
    throw runtimeError(
      `function ${f.name}Backward returned an incorrect number of gradients (expected ${count}, got ${list.length})`,
    );
  return list.slice(0, count).map((g) => {
    if (g === null || g === undefined) return null;
    if (!(g instanceof Tensor)) throw runtimeError(`expected Variable or None (got ${describeKind(g)})`);
    return Tensor.raw(g);
  });
}

/** Tells the observer about the function as one operator. */
function announce(
  rt: Runtime,
  f: FunctionClass,
  given: readonly unknown[],
  all: readonly (EngineTensor | null)[],
  outputs: readonly EngineTensor[],
  node: GradNode | null,
): void {
  if (rt.muted > 0 || rt.observer === null) return;
  const inputs = all.filter((t) => t !== null);
  const inputNames = inputs.map((_, i) => `input${i}`);
  const { name } = f;
  // The tensors themselves are not kept: the run may need their memory.
  const rest = given.map((a) => (a instanceof Tensor ? TENSOR : a));
  rt.observer.operatorRan({
    op: name,
    def: { name, args: inputNames, forward: (...tensors: EngineTensor[]) => again(rt, f, rest, tensors) },
    args: inputs,
    inputs,
    inputNames,
    outputs,
    node,
    attrs: {},
    inplace: false,
    view: false,
    boundary: node === null && inputs.some((t) => t.requiresGrad) ? "no_grad" : null,
    location: rt.location,
    visit: rt.visit,
    call: rt.call,
  });
}

/** The forward of a user's function with other tensors: copies, for it may change them in place. */
function again(
  rt: Runtime,
  f: FunctionClass,
  rest: readonly unknown[],
  tensors: readonly EngineTensor[],
): EngineTensor[] {
  let next = 0;
  const args = rest.map((a) => (a === TENSOR ? Tensor.wrap(rt.math.clone(tensors[next++])) : a));
  const ctx = new FunctionContext(args.map((a) => a instanceof Tensor));
  const returned = rt.quietly(() => f.forward(ctx, ...(args as never[])));
  return (Array.isArray(returned) ? returned : [returned]).filter((o) => o instanceof Tensor).map(Tensor.raw);
}
