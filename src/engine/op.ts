import { announce } from "./announce.ts";
import { autocasting } from "./autocast.ts";
import { checkInplace, rebaseHistory } from "./autograd/inplace.ts";
import type { GradNode } from "./autograd/node.ts";
import { OpNode } from "./autograd/op-node.ts";
import { type VjpPlan, vjpPlan } from "./autograd/vjp-plan.ts";
import { checkCast, isDifferentiable } from "./dtype.ts";
import { runtimeError, sizes } from "./errors.ts";
import { dense, scatter } from "./kernels/dense.ts";
import { channelsLastResults, isChannelsLast } from "./memory-format.ts";
import { anyMeta, composeWithoutData, isMeta, noData, runWithoutData } from "./meta.ts";
import { checkNoOverlap, checkNoPartialOverlap } from "./overlap.ts";
import { type Refusals, refuse } from "./refusals.ts";
import { Runtime } from "./runtime.ts";
import { sameShape } from "./shape.ts";
import { Tensor, type ViewCreation } from "./tensor.ts";

export type OpResult = Tensor | Tensor[];

/** What a vector-Jacobian product gets besides the upstream gradient and what `keep` kept. */
export interface VjpContext {
  /** Upstream gradient of every output; null where none arrived. */
  readonly grads: readonly (Tensor | null)[];
  /** Does this input need a gradient? */
  need(input: string): boolean;
}

/** What `keep` returned, as the backward pass sees it: tensors were saved and are checked; the unneeded ones are absent. */
export type Kept<K> = { readonly [P in keyof K]-?: Exclude<K[P], undefined> };

export type Vjp<K> = (g: Tensor, kept: Kept<K>, context: VjpContext) => Tensor | (Tensor | null)[] | null;

/**
 * Formulas in LaTeX. `{name}` stands for an argument, `{out}` for the result, `{g}` for the upstream gradient.
 * `vjp` has one entry per differentiable input; `notes` says in words what the formula leaves out (chosen subgradient).
 */
export interface Formula {
  readonly out: string;
  readonly vjp: Readonly<Record<string, string>>;
  readonly note?: string;
}

/** A Python signature in the syntax of PyTorch's argument parser, and what it calls when it is not the forward itself. */
export interface Signature {
  readonly text: string;
  /** Accepted, but not listed in errors (PyTorch's Python-level forms). */
  readonly hidden?: boolean;
  /**
   * One of PyTorch's deprecated overloads: tried last, not listed in errors, and it warns. It calls the operator itself, whose
   * arguments bear the same names (`input` is `self`) in another order.
   */
  readonly deprecated?: boolean;
  /** An overload that takes dimension names: it only raises, in place too. */
  readonly named?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: arguments are checked against `text` by schema/bind.ts at run time
  readonly call?: (...args: any[]) => unknown;
}

/** Where Python sees an operator: torch.x, Tensor.x, torch.nn.functional.x …; in-place twins are methods only. */
/** `_C` is private: only our own Python code calls it. */
export type Place = "torch" | "Tensor" | "F" | "linalg" | "special" | "fft" | "_C";

/**
 * One operator: kernel, derivative, names and formula in one place. With `node` it is a primitive that records that
 * backward node; without, a composite whose forward calls other operators, which record theirs.
 */
export interface OpDef<A extends unknown[], R extends OpResult, K> {
  /** ATen name: "mul". */
  readonly name: string;
  /** Names of forward's parameters; `keep`, `vjp` and `formula` use the same names. */
  readonly args: readonly string[];
  /** grad_fn name without namespace, e.g. "MulBackward0". A function where overloads differ. */
  readonly node?: string | ((args: NoInfer<A>) => string);
  /** Computes the result. A primitive's forward runs unrecorded and must not change its inputs. */
  readonly forward: (...args: A) => R;
  /** What the derivative needs: tensors (saved, version-checked, freed) and constants. Names as PyTorch's `_saved_*`. */
  readonly keep?: (args: NoInfer<A>, out: NoInfer<R>, need: (input: string) => boolean) => K;
  /** Gradient of each differentiable input. Need not undo broadcasting: the backward engine sums to the input's shape. */
  readonly vjp?: Readonly<Record<string, Vjp<NoInfer<K>>>>;
  /** The result is a view of the first argument; "multi_output" for operators returning several views. */
  readonly view?: "single" | "multi_output";
  /** The result never needs a gradient although its dtype could (sign, detach …). */
  readonly detached?: boolean;
  /** Outputs (by number) that are not differentiable. */
  readonly nondifferentiable?: readonly number[];
  /** A number in place of a differentiable tensor has an edge too (to nothing), as where Python wraps it in a tensor. */
  readonly wrapsNumbers?: boolean;
  /** Kinds of numbers that PyTorch's operator does not take. */
  readonly refuses?: Refusals;
  /** Inputs of which one in channels-last order (of a list: all) makes results of four or five dimensions so. */
  readonly channelsLast?: readonly string[];
  /** Inputs that have an edge, when that depends on the arguments: the overloads differ in more than numbers. */
  readonly edges?: (args: NoInfer<A>) => readonly string[];
  readonly formula?: Formula;
  /** Python surface. */
  readonly places?: readonly Place[];
  /** Other names with the same meaning: "multiply" for mul. In-place twins get "multiply_". */
  readonly aliases?: readonly string[];
  /** The signatures of the other names, where PyTorch's parser has an overload more for those. */
  readonly aliasSignatures?: readonly string[];
  /** Field names when Python gets a named tuple: ["values", "indices"]. */
  readonly resultNames?: readonly string[];
  readonly signatures?: readonly (string | Signature)[];
}

/** A definition with its type parameters forgotten, as tables hold it. */
// biome-ignore lint/suspicious/noExplicitAny: the table is heterogeneous; arguments are checked at the surfaces
export type AnyOpDef = OpDef<any, any, any>;

export interface Op<A extends unknown[], R extends OpResult> {
  (...args: A): R;
  readonly def: AnyOpDef;
  /** For in-place twins: the operator they apply. */
  readonly inplaceOf?: AnyOp;
}
// biome-ignore lint/suspicious/noExplicitAny: see AnyOpDef
export type AnyOp = Op<any, any>;

/** Finds the runtime among the arguments: the first tensor's, or one given explicitly (creation operators). */
export function runtimeOf(args: readonly unknown[]): Runtime {
  const rt = findRuntime(args);
  if (rt === null) throw runtimeError("internal: operator called without a tensor or runtime");
  return rt;
}

function findRuntime(args: readonly unknown[]): Runtime | null {
  for (const a of args) {
    if (a instanceof Tensor) return a.rt;
    if (a instanceof Runtime) return a;
    if (Array.isArray(a)) for (const x of a) if (x instanceof Tensor) return x.rt;
  }
  return null;
}

/** Is an operator made of others, which record their nodes? */
export const isComposite = (def: AnyOpDef): boolean =>
  def.node === undefined && def.detached !== true && def.view === undefined;

const needsGrad = (a: unknown): boolean =>
  a instanceof Tensor
    ? a.requiresGrad
    : Array.isArray(a)
      ? a.some((x) => x instanceof Tensor && x.requiresGrad)
      : false;

/** Defines an operator. */
export function op<A extends unknown[], R extends OpResult, K = Record<string, never>>(
  typed: OpDef<A, R, K>,
): Op<A, R> {
  const def = typed as unknown as AnyOpDef;
  const { refuses } = def;
  if (isComposite(def)) {
    const run = (...args: A): R => {
      if (refuses !== undefined) refuse(refuses, args);
      const rt = findRuntime(args);
      const done = transformed(rt, composite, args);
      if (done !== null) return done as R;
      return rt?.metaSeen === true && anyMeta(args) ? composeWithoutData<R>(rt, def, args) : def.forward(...args);
    };
    const composite: Op<A, R> = Object.assign(autocasting(def.name, findRuntime, run), { def });
    return composite;
  }
  const plan = vjpPlan(def);
  const { positions } = plan;
  const primitive: Op<A, R> = Object.assign(autocasting(def.name, findRuntime, call), { def });
  return primitive;

  function call(...args: A): R {
    if (refuses !== undefined) refuse(refuses, args);
    const rt = findRuntime(args);
    // An empty list of tensors: the operator has its own words for that.
    if (rt === null) return def.forward(...args);
    const done = transformed(rt, primitive, args);
    if (done !== null) return done as R;
    let wants = false;
    if (!def.detached) for (let i = 0; i < positions.length && !wants; i++) wants = needsGrad(args[positions[i]]);
    const recording = wants && rt.gradEnabled;
    const out = runQuietly<R>(rt, def, args);
    if (def.view !== undefined) markViews(rt, def, args[0] as Tensor, out);
    else unmarkViews(args, out);
    const node = recording ? record(rt, plan, args, out) : null;
    if (rt.observer !== null && rt.muted === 0)
      announce(rt, def, args, out, node, wants || (def.detached === true && args.some(needsGrad)), false);
    return out;
  }
}

/** What function transforms under way (vmap) make of an operator; null when they have nothing to do with it. */
export function transformed(rt: Runtime | null, call: AnyOp, args: readonly unknown[]): OpResult | null {
  return rt === null || rt.interpreter === null ? null : rt.interpreter.apply(call, args);
}

const withoutOut = (signature: string): string => signature.replace(/, (?:\*, )?Tensor out=None\)$/, ")");

/** Defines the in-place twin `name_` of an operator whose first argument is the tensor to overwrite. */
export function inplace<First, Rest extends unknown[]>(
  base: Op<[First, ...Rest], Tensor>,
  options: {
    node?: OpDef<[First, ...Rest], Tensor, unknown>["node"];
    name?: string;
    signatures?: readonly (string | Signature)[];
  } = {},
): Op<[Tensor, ...Rest], Tensor> {
  const name = options.name ?? `${base.def.name}_`;
  const { aliasSignatures } = base.def;
  const signatures =
    options.signatures ??
    (base.def.signatures ?? []).flatMap((s: string | Signature): (string | Signature)[] => {
      if (typeof s === "string") return s.includes("(Scalar self") ? [] : [withoutOut(s)];
      return s.named || s.deprecated ? [{ ...s, text: withoutOut(s.text) }] : [];
    });
  const def: AnyOpDef = {
    ...base.def,
    name,
    node: options.node ?? base.def.node,
    view: undefined,
    detached: false,
    places: ["Tensor"],
    signatures,
    aliasSignatures: aliasSignatures?.map(withoutOut),
  };
  const plan = vjpPlan(def);
  const { positions } = plan;
  const twin: AnyOp = Object.assign(call, { def, inplaceOf: base as AnyOp });
  return twin;

  function call(...args: [Tensor, ...Rest]): Tensor {
    const self = args[0];
    const { rt } = self;
    const done = transformed(rt, twin, args);
    if (done !== null) return done as Tensor;
    let wants = false;
    for (const p of positions) if (needsGrad(args[p])) wants = true;
    const recording = rt.gradEnabled && (wants || self.requiresGrad);
    if (def.refuses !== undefined) refuse(def.refuses, args);
    checkInplace(self, recording, rt.gradEnabled && wants);
    const result =
      rt.metaSeen && isMeta(self) && args.filter((a) => a instanceof Tensor).length === 1
        ? self // nothing to compute, and no other shape that might not fit
        : rt.quietly(() => compute<Tensor>(rt, base.def, args));
    if (!sameShape(result.shape, self.shape))
      throw runtimeError(
        `output with shape ${sizes(self.shape)} doesn't match the broadcast shape ${sizes(result.shape)}`,
      );
    checkCast(result.dtype, self.dtype);
    checkNoOverlap(self);
    for (const a of args) if (a instanceof Tensor) checkNoPartialOverlap(self, a);
    const node = recording ? recordInplace(rt, plan, args) : null;
    overwrite(self, result, name);
    if (node !== null) {
      node.addOutput(self);
      rebaseHistory(self, node);
    }
    if (rt.observer !== null && rt.muted === 0) announce(rt, def, args, self, node, wants, true);
    return self;
  }
}

/** Writes a result of the same shape into an existing tensor, counting the change. */
export function overwrite(self: Tensor, result: Tensor, cause: string): void {
  self.willChange(cause);
  if (isMeta(self)) return;
  if (isMeta(result)) throw noData();
  const source = result.dtype === self.dtype ? dense(result) : convert(result, self);
  scatter(source.data, source.start, self.data, self.offset, self.shape, self.strides, self.dtype.slots);
}

function convert(result: Tensor, self: Tensor) {
  const { data, start } = dense(result);
  const n = result.numel;
  const out = self.dtype.alloc(n);
  const from = result.dtype.slots;
  const to = self.dtype.slots;
  const { round } = self.dtype;
  for (let i = 0; i < n; i++) {
    out[i * to] = round(data[start + i * from]);
    if (to === 2) out[2 * i + 1] = from === 2 ? round(data[start + 2 * i + 1]) : 0;
  }
  return { data: out, start: 0 };
}

function runQuietly<R extends OpResult>(rt: Runtime, def: AnyOpDef, args: unknown[]): R {
  const { gradEnabled, autocast, device } = rt;
  const autocasts = autocast.enabled;
  rt.gradEnabled = false;
  autocast.enabled = false;
  rt.device = "cpu";
  rt.muted++;
  try {
    return compute(rt, def, args);
  } finally {
    rt.gradEnabled = gradEnabled;
    autocast.enabled = autocasts;
    rt.device = device;
    rt.muted--;
  }
}

/** What an operator's kernel gives. */
const compute = <R extends OpResult>(rt: Runtime, def: AnyOpDef, args: readonly unknown[]): R =>
  rt.metaSeen && anyMeta(args) ? runWithoutData(rt, def, args) : inFormat(def, args, def.forward(...args));

function inFormat<R extends OpResult>(def: AnyOpDef, args: readonly unknown[], out: R): R {
  const asked = def.channelsLast?.some((name) => {
    const given = args[def.args.indexOf(name)];
    return given instanceof Tensor
      ? isChannelsLast(given)
      : Array.isArray(given) && given.every((t) => t instanceof Tensor && isChannelsLast(t));
  });
  return asked ? channelsLastResults(out) : out;
}

/** Results of an operator that gives no views are none, also where its kernel ended in one of a tensor of its own. */
function unmarkViews(args: readonly unknown[], out: OpResult): void {
  if (out instanceof Tensor) {
    if (out.view !== null && !args.includes(out)) out.view = null;
  } else for (const t of out) if (t.view !== null && !args.includes(t)) t.view = null;
}

function markViews(rt: Runtime, def: AnyOpDef, input: Tensor, out: OpResult): void {
  const creation: ViewCreation = rt.inferenceMode
    ? "inference"
    : !rt.gradEnabled
      ? "no_grad"
      : def.view === "multi_output"
        ? "multi_output"
        : "default";
  for (const t of Array.isArray(out) ? out : [out]) {
    if (t === input || t.storage !== input.storage || def.detached) continue;
    const inherited = input.view !== null && input.view.creation !== "default" ? input.view.creation : creation;
    t.view = {
      base: input.view?.base ?? input,
      creation: creation === "default" ? inherited : creation,
      gradVersion: t.version,
      madeBy: def.name,
    };
  }
}

function record(rt: Runtime, plan: VjpPlan, args: unknown[], out: OpResult): GradNode | null {
  const { def } = plan;
  if (out instanceof Tensor) {
    if (!isDifferentiable(out.dtype)) return null;
    const node = new OpNode(rt, plan, nodeName(def, args), args);
    const kept = def.keep?.(args, out, (input) => node.needs(input));
    out.outputNr = node.addOutput(out);
    out.gradFn = node;
    node.keep(kept, out, null);
    return node;
  }
  const differentiable = out.map((t, i) => isDifferentiable(t.dtype) && !def.nondifferentiable?.includes(i));
  if (!differentiable.includes(true)) return null;
  const node = new OpNode(rt, plan, nodeName(def, args), args);
  const kept = def.keep?.(args, out, (input) => node.needs(input));
  // Outputs after the last differentiable one (indices, statistics) take no part in the graph.
  for (let i = 0; i <= differentiable.lastIndexOf(true); i++) {
    // One before them that never is differentiable has no number.
    if (def.nondifferentiable?.includes(i)) continue;
    const t = out[i];
    const nr = node.addOutput(t);
    if (!differentiable[i]) continue;
    t.outputNr = nr;
    t.gradFn = node;
  }
  node.keep(kept, out, null);
  return node;
}

function recordInplace(rt: Runtime, plan: VjpPlan, args: [Tensor, ...unknown[]]): OpNode {
  const { def } = plan;
  const node = new OpNode(rt, plan, nodeName(def, args), args);
  // The old value is about to be overwritten: whoever saves the input saves a copy of it.
  const original = args[0].alias();
  original.gradFn = args[0].gradFn;
  original.outputNr = args[0].outputNr;
  const kept = def.keep?.([original, ...args.slice(1)], args[0], (input: string) => node.needs(input));
  node.keep(kept, args[0], original);
  return node;
}

const nodeName = (def: AnyOpDef, args: unknown[]): string =>
  typeof def.node === "function" ? def.node(args) : (def.node ?? def.name);
