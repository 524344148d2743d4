import { runtimeError } from "../../../engine/errors.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { Differentiation } from "../../../engine/transforms/differentiation.ts";
import type { Randomness } from "../../../engine/transforms/levels.ts";
import { columnJacobians, pushed } from "./forward.ts";
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

interface JacobianOptions extends TransformOptions {
  /** How many rows go at once; all unless given. */
  chunkSize?: number | null;
}

/** A derivative under way, as the functions of `func` use it: nestings of tensors in, nestings of tensors out. */
class Level {
  private readonly derivative: Differentiation;

  constructor(rt: Runtime) {
    this.derivative = new Differentiation(rt);
  }

  leave(): void {
    this.derivative.leave();
  }

  /** The same nesting with inputs of this level in place of its floating point tensors. */
  fresh(tree: Tree): Tree {
    return treeMap((t) => (isFloat(t) ? Tensor.wrap(this.derivative.fresh(Tensor.raw(t))) : t), tree);
  }

  gradient(outputs: readonly EngineTensor[], upstream: readonly (EngineTensor | null)[]): EngineTensor[] {
    return this.derivative.gradient(outputs, upstream);
  }

  push(outputs: readonly EngineTensor[], tangents: readonly EngineTensor[]): EngineTensor[] {
    return this.derivative.push(outputs, tangents);
  }

  jacobian(output: EngineTensor, chunk: number | null): EngineTensor[] {
    return this.derivative.jacobian(output, chunk);
  }

  /** Results: still differentiable where an outer level or the program's own graph goes through them. */
  done<T>(tree: T): T {
    return treeMap((t) => (t instanceof Tensor ? Tensor.wrap(this.derivative.done(Tensor.raw(t))) : t), tree) as T;
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
  const atLevel = <T>(body: (level: Level) => T): T => {
    const level = new Level(rt);
    try {
      return rt.withGrad(true, () => body(level));
    } finally {
      level.leave();
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
        const grads = level.gradient([Tensor.raw(output)], [null])[Symbol.iterator]();
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
          const grads = level.gradient(rawTensors(output), rawTensors(cotangents));
          return level.done(Level.filled(inputs, grads[Symbol.iterator]()));
        });
      const shown = level.done(output);
      return hasAux === true ? [shown, back, level.done(aux)] : [shown, back];
    });
  }

  function jvp(f: Fn, primals: readonly unknown[], tangents: readonly unknown[], options: TransformOptions = {}) {
    if (!Array.isArray(primals))
      throw runtimeError("jvp: Expected primals to be a tuple. E.g. it should be valid to call f(*primals).");
    const { hasAux } = options;
    const vectors = rawTensors(tangents);
    let aux: unknown = null;
    const main: Fn = (...inputs) => {
      const [output, other] = split(f(...inputs), hasAux, "jvp(f, primals, tangents)");
      aux = other;
      return output;
    };
    const [output, products] = pushed(rt, main, primals, vectors) ?? pushedTwice(main, primals, vectors);
    return hasAux === true ? [output, products, aux] : [output, products];
  }

  /** Jv where tangents cannot be pushed: backwards twice. */
  const pushedTwice = (f: Fn, primals: readonly unknown[], tangents: readonly EngineTensor[]) =>
    atLevel((level) => {
      const output = f(...(level.fresh(primals) as unknown[]));
      const products = level.push(rawTensors(output), tangents)[Symbol.iterator]();
      return level.done([output, Level.filled(output, products)] as [unknown, unknown]);
    });

  function jacrev(f: Fn, { argnums = 0, hasAux, chunkSize = null }: JacobianOptions = {}): Fn {
    return (...given) =>
      atLevel((level) => {
        const { chosen, result, one } = chosenFresh(level, f, given, argnums);
        const [output, aux] = split(result, hasAux, "jacrev");
        const blocks = treeMap((o) => {
          const rows = level.jacobian(Tensor.raw(o as Tensor), chunkSize)[Symbol.iterator]();
          return one(chosen.map((c) => Level.filled(c, rows)));
        }, output);
        return level.done(hasAux === true ? [blocks, aux] : blocks);
      });
  }

  function jacfwd(f: Fn, options: TransformOptions & { randomness?: Randomness } = {}): Fn {
    const { argnums = 0, hasAux, randomness = "error" } = options;
    const places = typeof argnums === "number" ? [argnums] : argnums;
    return (...given) => {
      const chosen = places.map((i) => given[i]);
      let aux: unknown = null;
      const run = (inputs: readonly unknown[]): unknown => {
        const args = [...given];
        places.forEach((i, k) => {
          args[i] = inputs[k];
        });
        const [output, other] = split(f(...args), hasAux, "jacfwd");
        aux = other;
        return output;
      };
      const found = columnJacobians(rt, run, chosen, randomness);
      if (found === null) return jacrev(f, options)(...given);
      const blocks = flatten(found.output).build(
        found.blocks.map((own) => {
          const columns = own[Symbol.iterator]();
          const block = chosen.map((c) => Level.filled(c, columns));
          return typeof argnums === "number" ? block[0] : block;
        }),
      );
      return hasAux === true ? [blocks, aux] : blocks;
    };
  }

  const linearize = (f: Fn, ...primals: unknown[]): unknown => [
    f(...primals),
    (...tangents: unknown[]) => (jvp(f, primals, tangents) as unknown[])[1],
  ];
  const hessian = (f: Fn, options: { argnums?: number | readonly number[] } = {}): Fn =>
    jacfwd(jacrev(f, options), options);

  return Object.freeze({
    grad,
    gradAndValue,
    vjp,
    jvp,
    linearize,
    jacrev,
    jacfwd,
    hessian,
    vmap: vmapFunction(rt),
    functionalCall,
  });
}

const isVjpOptions = (x: unknown): x is TransformOptions => isOptions(x) && "hasAux" in x;
