import { AccumulateGrad } from "../../../engine/autograd/accumulate-grad.ts";
import { grad as runGrad } from "../../../engine/autograd/differentiate.ts";
import type { GradNode } from "../../../engine/autograd/node.ts";
import { runtimeError } from "../../../engine/errors.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import { detach } from "../../../engine/ops/copies.ts";
import { view } from "../../../engine/ops/views.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { functionalCall } from "./functional-call.ts";
import { Tensor } from "./tensor.ts";
import { flatten, isFloat, type Tree, treeMap } from "./tree.ts";
import { isOptions } from "./values.ts";
import { vmapFunction } from "./vmap.ts";

type Fn = (...args: unknown[]) => unknown;

export interface TransformOptions {
  /** Which arguments to differentiate with respect to: a number, or several. */
  argnums?: number | readonly number[];
  /** The function gives [output, anything else]. */
  hasAux?: boolean;
}

/** Vector-Jacobian product with zeros where nothing flows; its own graph is recorded. */
export function productWithZeros(
  outputs: readonly EngineTensor[],
  inputs: readonly EngineTensor[],
  upstream: readonly (EngineTensor | null)[],
  createGraph = true,
): EngineTensor[] {
  const zeros = (x: EngineTensor): EngineTensor => x.rt.full(x.shape, 0, x.dtype);
  const pairs = outputs.flatMap((o, i) => (o.requiresGrad ? [[o, upstream[i]] as const] : []));
  if (pairs.length === 0) return inputs.map(zeros);
  const grads = runGrad(
    pairs.map(([o]) => o),
    inputs,
    {
      gradOutputs: pairs.map(([, g]) => g),
      retainGraph: true,
      createGraph,
      allowUnused: true,
      materializeGrads: false,
    },
  );
  return grads.map((g, i) => g ?? zeros(inputs[i]));
}

/** Jv: the gradient of uᵀJv with respect to u. */
export function pushForward(
  outputs: readonly EngineTensor[],
  inputs: readonly EngineTensor[],
  tangents: readonly EngineTensor[],
  createGraph = true,
): EngineTensor[] {
  const probes = outputs.map((o) => {
    const probe = o.rt.full(o.shape, 0, o.dtype);
    probe.leafRequiresGrad = true;
    return probe;
  });
  return productWithZeros(productWithZeros(outputs, inputs, probes), probes, tangents, createGraph);
}

/** The Jacobian of one output, a tensor of shape [...output, ...input] for each input, by one backward pass per element. */
export function jacobianRows(
  output: EngineTensor,
  inputs: readonly EngineTensor[],
  createGraph = true,
): EngineTensor[] {
  const { rt } = output;
  const flat = run(rt, "reshape", output, [-1]);
  const rows = Array.from({ length: output.numel }, (_, k) =>
    productWithZeros([run(rt, "select", flat, 0, k)], inputs, [null], createGraph),
  );
  return inputs.map((x, i) => {
    const shape = [...output.shape, ...x.shape];
    if (rows.length === 0) return rt.full(shape, 0, output.dtype);
    return run(
      rt,
      "view",
      run(
        rt,
        "stack",
        rows.map((r) => r[i]),
      ),
      shape,
    );
  });
}

/** Does the graph of `t` lead to a leaf that is none of `own`? */
function reachesOthers(t: EngineTensor, own: ReadonlySet<EngineTensor>): boolean {
  if (t.gradFn === null) return !own.has(t);
  const seen = new Set<GradNode>();
  const stack = [t.gradFn];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node instanceof AccumulateGrad && !own.has(node.variable)) return true;
    for (const edge of node.edges) if (edge !== null) stack.push(edge.node);
  }
  return false;
}

/** One transform under way: fresh inputs while it runs; results are cut from the graph where nothing outside needs it. */
class Level {
  readonly inputs: EngineTensor[] = [];
  private tracked = false;
  private readonly nested: boolean;

  constructor(nested: boolean) {
    this.nested = nested;
  }

  /** The same nesting with inputs of this level in place of its floating point tensors. */
  fresh(tree: Tree): Tree {
    return treeMap((t) => {
      if (!isFloat(t)) return t;
      const raw = Tensor.raw(t);
      let own: EngineTensor;
      if (raw.requiresGrad) {
        this.tracked = true;
        own = view(raw, raw.shape);
      } else {
        own = detach(raw);
        own.leafRequiresGrad = true;
      }
      this.inputs.push(own);
      return Tensor.wrap(own);
    }, tree);
  }

  /** Results: still differentiable where an outer level or the program's own graph goes through them. */
  done<T>(tree: T): T {
    const own = new Set(this.inputs);
    return treeMap((t) => {
      if (!(t instanceof Tensor) || !t.requiresGrad) return t;
      const raw = Tensor.raw(t);
      return this.nested || this.tracked || reachesOthers(raw, own) ? t : Tensor.wrap(detach(raw));
    }, tree) as T;
  }

  /** The nesting of `tree` with the next results in place of its floating point tensors. */
  static filled(tree: Tree, results: Iterator<EngineTensor>): Tree {
    return treeMap((t) => (isFloat(t) ? Tensor.wrap(results.next().value as EngineTensor) : t), tree);
  }
}

function split(result: unknown, hasAux: boolean | undefined, name: string): readonly [unknown, unknown] {
  if (hasAux !== true) return [result, null];
  if (Array.isArray(result) && result.length === 2) return [result[0], result[1]];
  throw runtimeError(`${name}: output of function f should be a tuple: (output, aux) if has_aux is True`);
}

const rawTensors = (tree: Tree): EngineTensor[] =>
  flatten(tree).leaves.flatMap((t) => (t instanceof Tensor ? [Tensor.raw(t)] : []));

/** The namespace `func` of one runtime. */
export function funcExports(rt: Runtime) {
  let depth = 0;
  const atLevel = <T>(body: (level: Level) => T): T => {
    const level = new Level(depth > 0);
    depth++;
    try {
      return rt.withGrad(true, () => body(level));
    } finally {
      depth--;
    }
  };

  /** Calls `f` with fresh inputs of a level in the chosen places. */
  function chosenFresh(level: Level, f: Fn, given: readonly unknown[], argnums: number | readonly number[]) {
    const args = [...given];
    const places = typeof argnums === "number" ? [argnums] : argnums;
    const chosen = places.map((i) => {
      args[i] = level.fresh(args[i]);
      return args[i];
    });
    const one = <T>(list: readonly T[]): T | readonly T[] => (typeof argnums === "number" ? list[0] : list);
    return { chosen, result: f(...args), one };
  }

  function gradAndValue(f: Fn, { argnums = 0, hasAux }: TransformOptions = {}): Fn {
    return (...given) =>
      atLevel((level) => {
        const { chosen, result, one } = chosenFresh(level, f, given, argnums);
        const [output, aux] = split(result, hasAux, "grad_and_value(f)(*args)");
        if (!(output instanceof Tensor))
          throw runtimeError(`grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got ${typeof output}`);
        if (output.ndim !== 0)
          throw runtimeError(
            `grad_and_value(f)(*args): Expected f(*args) to return a scalar tensor, got tensor with ${output.ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?`,
          );
        const grads = productWithZeros([Tensor.raw(output)], level.inputs, [null])[Symbol.iterator]();
        const gradient = one(chosen.map((c) => Level.filled(c, grads)));
        return level.done(hasAux === true ? [gradient, [output, aux]] : [gradient, output]);
      });
  }

  function grad(f: Fn, options: TransformOptions = {}): Fn {
    const both = gradAndValue(f, options);
    return (...given) => {
      const [gradient, value] = both(...given) as [unknown, [unknown, unknown]];
      return options.hasAux === true ? [gradient, value[1]] : gradient;
    };
  }

  function vjp(f: Fn, ...primals: unknown[]): unknown {
    const last = primals[primals.length - 1];
    const { hasAux } = isVjpOptions(last) ? (primals.pop() as TransformOptions) : {};
    return atLevel((level) => {
      const inputs = level.fresh(primals) as unknown[];
      const [output, aux] = split(f(...inputs), hasAux, "vjp(f, *primals)");
      const back = (...cotangents: unknown[]): unknown =>
        rt.withGrad(true, () => {
          const grads = productWithZeros(rawTensors(output), level.inputs, rawTensors(cotangents));
          return level.done(Level.filled(inputs, grads[Symbol.iterator]()));
        });
      const shown = level.done(output);
      return hasAux === true ? [shown, back, level.done(aux)] : [shown, back];
    });
  }

  function jvp(f: Fn, primals: readonly unknown[], tangents: readonly unknown[], options: TransformOptions = {}) {
    if (!Array.isArray(primals))
      throw runtimeError("jvp: Expected primals to be a tuple. E.g. it should be valid to call f(*primals).");
    return atLevel((level) => {
      const inputs = level.fresh(primals) as unknown[];
      const [output, aux] = split(f(...inputs), options.hasAux, "jvp(f, primals, tangents)");
      const pushed = pushForward(rawTensors(output), level.inputs, rawTensors(tangents));
      const products = Level.filled(output, pushed[Symbol.iterator]());
      return level.done(options.hasAux === true ? [output, products, aux] : [output, products]);
    });
  }

  function jacrev(f: Fn, { argnums = 0, hasAux }: TransformOptions = {}): Fn {
    return (...given) =>
      atLevel((level) => {
        const { chosen, result, one } = chosenFresh(level, f, given, argnums);
        const [output, aux] = split(result, hasAux, "jacrev");
        const blocks = treeMap((o) => {
          const rows = jacobianRows(Tensor.raw(o as Tensor), level.inputs)[Symbol.iterator]();
          return one(chosen.map((c) => Level.filled(c, rows)));
        }, output);
        return level.done(hasAux === true ? [blocks, aux] : blocks);
      });
  }

  const linearize = (f: Fn, ...primals: unknown[]): unknown => [
    f(...primals),
    (...tangents: unknown[]) => (jvp(f, primals, tangents) as unknown[])[1],
  ];
  const hessian = (f: Fn, options: { argnums?: number | readonly number[] } = {}): Fn =>
    jacrev(jacrev(f, options), options);

  return Object.freeze({
    grad,
    gradAndValue,
    vjp,
    jvp,
    linearize,
    jacrev,
    // The same numbers: rows instead of columns.
    jacfwd: jacrev,
    hessian,
    vmap: vmapFunction(rt),
    functionalCall,
  });
}

const isVjpOptions = (x: unknown): x is TransformOptions => isOptions(x) && "hasAux" in x;
