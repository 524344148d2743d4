import { TorchError, typeError, valueError } from "../../../engine/errors.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import { cast } from "../../../engine/ops/copies.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { sameShape } from "../../../engine/shape.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { isParameter, ModuleBase } from "./module.ts";
import type { RemovableHandle } from "./removable-handle.ts";
import { Tensor } from "./tensor.ts";

type Amount = number;
type Attributes = Record<string, unknown>;
const attributes = (m: ModuleBase): Attributes => m as unknown as Attributes;

/** A way to choose what is cut off: a mask of ones and zeros for a tensor of scores, given what earlier prunings left. */
interface PruningMethod {
  readonly kind: "unstructured" | "structured" | "global";
  readonly mask: (scores: EngineTensor, before: EngineTensor) => EngineTensor;
  /** The dimension whose slices are cut off, of a structured method. */
  readonly dim?: number;
}

/** What pruned one parameter: its methods, and the hook that applies the mask before each call. */
interface Pruned {
  readonly methods: PruningMethod[];
  readonly handle: RemovableHandle;
}

/** How many of `size` an amount means: a share below 1, or a whole number. Errors: neither; more than there are. */
function countOf(amount: Amount, size: number): number {
  const whole = Number.isInteger(amount);
  if (amount < 0 || (!whole && amount > 1))
    throw valueError(`amount=${amount} should either be a float in the range [0, 1] or a non-negative integer`);
  const count = whole ? amount : roundEven(amount * size);
  if (count > size)
    throw valueError(`amount=${count} should be smaller than the number of parameters to prune=${size}`);
  return count;
}

/** Python's round: halves go to the even neighbour. */
function roundEven(x: number): number {
  const below = Math.floor(x);
  return x - below === 0.5 ? below + (below % 2) : Math.round(x);
}

/** torch.nn.utils.prune of one runtime: parameters multiplied by masks of zeros and ones. */
export function pruneExports(rt: Runtime) {
  const pruned = new WeakMap<ModuleBase, Map<string, Pruned>>();
  const of = (module: ModuleBase): Map<string, Pruned> => {
    const known = pruned.get(module) ?? new Map<string, Pruned>();
    pruned.set(module, known);
    return known;
  };
  const like = (op: string, t: EngineTensor): EngineTensor => run(rt, op, run(rt, "detach", t));

  /** Cuts off the `amount` elements of which `largest` or smallest scores. */
  const byScore = (amount: Amount, score: (t: EngineTensor) => EngineTensor, largest: boolean): PruningMethod => ({
    kind: "unstructured",
    mask: (t, before) => {
      const mask = run(rt, "clone", before);
      const count = countOf(amount, t.numel);
      if (count === 0) return mask;
      const scores = run(rt, "view", score(t), [-1]);
      const [, places] = run(rt, "topk", scores, count, -1, largest) as unknown as [EngineTensor, EngineTensor];
      run(rt, "index_fill_", run(rt, "view", mask, [-1]), 0, places, 0);
      return mask;
    },
  });

  /** Cuts off whole slices of a dimension; `kept` chooses those that stay, of a number to cut. */
  const bySlice = (
    amount: Amount,
    dim: number,
    kept: (t: EngineTensor, cut: number) => EngineTensor,
  ): PruningMethod => ({
    kind: "structured",
    dim,
    mask: (t, before) => {
      if (t.ndim < 2 || dim < -t.ndim || dim >= t.ndim)
        throw valueError(
          `Structured pruning can only be applied to multidimensional tensors. Found ${t.ndim}-dimensional tensor.`,
        );
      const count = countOf(amount, t.shape.at(dim) ?? 0);
      if (count === 0) return before;
      const own = t.shape.map((size, d) => (d === (dim + t.ndim) % t.ndim ? size : 1));
      return run(rt, "mul", before, cast(run(rt, "view", kept(t, count), own), before.dtype));
    },
  });

  const METHODS = {
    identity: (): PruningMethod => ({ kind: "unstructured", mask: (_t, before) => before }),
    random: (amount: Amount) => byScore(amount, (t) => like("rand_like", t), true),
    l1: (amount: Amount) => byScore(amount, (t) => run(rt, "abs", t), false),
    randomSlices: (amount: Amount, dim: number) =>
      bySlice(amount, dim, (t, cut) => {
        const draws = run(rt, "rand", [t.shape.at(dim) ?? 0]);
        const [threshold] = run(rt, "kthvalue", draws, cut) as unknown as [EngineTensor];
        return run(rt, "gt", draws, threshold);
      }),
    normSlices: (amount: Amount, n: number, dim: number) =>
      bySlice(amount, dim, (t, cut) => {
        const others = t.shape.map((_, d) => d).filter((d) => d !== (dim + t.ndim) % t.ndim);
        const norms = run(rt, "norm", t, n, others);
        const [, places] = run(rt, "topk", norms, norms.numel - cut) as unknown as [EngineTensor, EngineTensor];
        return run(rt, "index_fill_", like("zeros_like", norms), 0, places, 1);
      }),
    given: (mask: EngineTensor): PruningMethod => ({
      kind: "global",
      mask: (_t, before) => run(rt, "mul", before, cast(mask, before.dtype)),
    }),
  };

  /** The next mask: a method sees only what the masks before it left. */
  function nextMask(method: PruningMethod, scores: EngineTensor, before: EngineTensor): EngineTensor {
    if (method.kind === "global") return method.mask(scores, before);
    if (method.kind === "unstructured") {
      const open = run(rt, "eq", before, 1);
      const part = method.mask(run(rt, "masked_select", scores, open), run(rt, "masked_select", before, open));
      return run(rt, "masked_scatter", before, open, part);
    }
    const dim = ((method.dim ?? 0) + scores.ndim) % scores.ndim;
    const others = before.shape.map((_, d) => d).filter((d) => d !== dim);
    const [open] = run(rt, "where", run(rt, "ne", run(rt, "sum", before, others), 0)) as unknown as [EngineTensor];
    const part = method.mask(run(rt, "index_select", scores, dim, open), run(rt, "index_select", before, dim, open));
    return run(rt, "index_copy", before, dim, open, part);
  }

  const masked = (module: ModuleBase, name: string): Tensor => {
    const [mask, original] = [`${name}Mask`, `${name}Orig`].map((n) => Tensor.raw(attributes(module)[n] as Tensor));
    return Tensor.wrap(run(rt, "mul", cast(mask, original.dtype), original));
  };

  function apply<M extends ModuleBase>(
    module: M,
    name: string,
    method: PruningMethod,
    scores: Tensor | null = null,
  ): M {
    const own = attributes(module);
    const tensor = own[name];
    if (!(tensor instanceof Tensor))
      throw new TorchError("AttributeError", `'${module.className}' object has no attribute '${name}'`);
    if (scores !== null && !sameShape(scores.shape, tensor.shape))
      throw new TorchError(
        "AssertionError",
        `importance_scores should have the same shape as parameter ${name} of ${module}`,
      );
    const known = of(module).get(name);
    const mask = rt.withGrad(false, () => {
      const of = Tensor.raw(scores ?? tensor);
      if (known === undefined) return method.mask(of, like("ones_like", Tensor.raw(tensor)));
      return nextMask(method, of, run(rt, "clone", Tensor.raw(own[`${name}Mask`] as Tensor)));
    });
    if (known === undefined) {
      if (!isParameter(tensor)) throw typeError(`${name} is no parameter`);
      ModuleBase.forget(module, name);
      module.registerParameter(`${name}Orig`, tensor);
      const handle = module.registerForwardPreHook((m) => {
        attributes(m)[name] = masked(m, name);
      });
      of(module).set(name, { methods: [method], handle });
    } else known.methods.push(method);
    module.registerBuffer(`${name}Mask`, Tensor.wrap(mask));
    own[name] = masked(module, name);
    return module;
  }

  /** Prunes several parameters as if they were one, by the sizes of all their elements. */
  function globalUnstructured(
    parameters: Iterable<readonly [ModuleBase, string]>,
    method: (amount: Amount) => PruningMethod,
    amount: Amount,
  ): void {
    const all = [...parameters];
    const flat = (t: EngineTensor): EngineTensor => run(rt, "view", run(rt, "contiguous", t), [-1]);
    const tensors = all.map(([m, name]) => Tensor.raw(attributes(m)[name] as Tensor));
    const masks = all.map(([m, name], i) => {
      const mask = attributes(m)[`${name}Mask`];
      return mask instanceof Tensor ? Tensor.raw(mask) : like("ones_like", tensors[i]);
    });
    const whole = rt.withGrad(false, () =>
      nextMask(method(amount), run(rt, "cat", tensors.map(flat)), run(rt, "cat", masks.map(flat))),
    );
    let at = 0;
    for (const [i, [module, name]] of all.entries()) {
      const part = run(rt, "narrow", whole, 0, at, tensors[i].numel);
      apply(module, name, METHODS.given(run(rt, "view", part, [...tensors[i].shape])));
      at += tensors[i].numel;
    }
  }

  return Object.freeze({
    /** Nothing is cut off; the parameter gets its mask. */
    identity: <M extends ModuleBase>(module: M, name: string): M => apply(module, name, METHODS.identity()),
    randomUnstructured: <M extends ModuleBase>(module: M, name: string, amount: Amount): M =>
      apply(module, name, METHODS.random(amount)),
    l1Unstructured: <M extends ModuleBase>(
      module: M,
      name: string,
      amount: Amount,
      options: { importanceScores?: Tensor | null } = {},
    ): M => apply(module, name, METHODS.l1(amount), options.importanceScores),
    randomStructured: <M extends ModuleBase>(module: M, name: string, amount: Amount, dim: number): M =>
      apply(module, name, METHODS.randomSlices(amount, dim)),
    lnStructured: <M extends ModuleBase>(
      module: M,
      name: string,
      amount: Amount,
      n: number,
      dim: number,
      options: { importanceScores?: Tensor | null } = {},
    ): M => apply(module, name, METHODS.normSlices(amount, n, dim), options.importanceScores),
    customFromMask: <M extends ModuleBase>(module: M, name: string, mask: Tensor): M =>
      apply(module, name, METHODS.given(Tensor.raw(mask))),
    globalUnstructured: (
      parameters: Iterable<readonly [ModuleBase, string]>,
      options: { method?: "l1" | "random"; amount: Amount },
    ): void => globalUnstructured(parameters, METHODS[options.method ?? "l1"], options.amount),
    /** Makes the pruning permanent. Error: ValueError where nothing was pruned. */
    remove: <M extends ModuleBase>(module: M, name: string): M => {
      const known = of(module).get(name);
      if (known === undefined)
        throw valueError(`Parameter '${name}' of module ${module} has to be pruned before pruning can be removed`);
      known.handle.remove();
      of(module).delete(name);
      const original = attributes(module)[`${name}Orig`] as Tensor;
      original.data = masked(module, name).data;
      for (const held of [name, `${name}Orig`, `${name}Mask`]) ModuleBase.forget(module, held);
      module.registerParameter(name, original);
      return module;
    },
    isPruned: (module: ModuleBase): boolean => module.modules().some((m) => (pruned.get(m)?.size ?? 0) > 0),
  });
}
