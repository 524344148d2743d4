import { runtimeError, valueError } from "../../../engine/errors.ts";
import { cast } from "../../../engine/ops/copies.ts";
import { eye } from "../../../engine/ops/creation.ts";
import { narrow } from "../../../engine/ops/slicing.ts";
import { reshape } from "../../../engine/ops/views.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { ForwardDerivative } from "../../../engine/transforms/forward.ts";
import type { Randomness } from "../../../engine/transforms/levels.ts";
import { addBatchDim, enterVmap, leave, removeBatchDim } from "../../../engine/transforms/vmap.ts";
import { Tensor } from "./tensor.ts";
import { flatten, isFloat, type Tree, treeMap } from "./tree.ts";

type Fn = (...args: unknown[]) => unknown;

/** The nesting with a tangent on each of its floating point tensors. */
const dualOf = (forward: ForwardDerivative, tree: Tree, tangents: Iterator<EngineTensor>): Tree =>
  treeMap(
    (t) => (isFloat(t) ? Tensor.wrap(forward.dual(Tensor.raw(t), tangents.next().value as EngineTensor)) : t),
    tree,
  );

const tangentOf = (forward: ForwardDerivative, tree: Tree): Tree =>
  treeMap((t) => (t instanceof Tensor ? Tensor.wrap(forward.tangent(Tensor.raw(t))) : t), tree);

/** The result of `body` with forward derivatives; null inside a vmap, where gradients are recorded for whole batches. */
function atForward<T>(rt: Runtime, body: (forward: ForwardDerivative) => T): T | null {
  const forward = ForwardDerivative.enter(rt);
  if (forward === null) return null;
  try {
    return body(forward);
  } finally {
    forward.leave();
  }
}

/** [output, its tangent] of a function whose inputs move along tangents; null inside a vmap. */
export const pushed = (rt: Runtime, f: Fn, primals: readonly unknown[], tangents: readonly EngineTensor[]) =>
  atForward(rt, (forward): [unknown, Tree] => {
    const output = f(...(dualOf(forward, primals, tangents[Symbol.iterator]()) as unknown[]));
    return [output, tangentOf(forward, output)];
  });

/** Unit vectors of all elements of the inputs, [count, ...shape] for each input. */
function basis(rt: Runtime, inputs: readonly EngineTensor[], count: number): EngineTensor[] {
  return rt.quietly(() => {
    const rows = eye(rt, count, null, inputs[0].dtype);
    return parts(rows, inputs).map((t, i) => cast(t, inputs[i].dtype));
  });
}

/** The last dimension taken apart into the shapes of the inputs, behind the dimensions before it. */
function parts(whole: EngineTensor, inputs: readonly EngineTensor[]): EngineTensor[] {
  let at = 0;
  return inputs.map((x) => {
    const own = narrow(whole, whole.ndim - 1, at, x.numel);
    at += x.numel;
    return reshape(own, [...whole.shape.slice(0, -1), ...x.shape]);
  });
}

/**
 * Jacobians by columns: for each output, [...output, ...input] of each input, all in one forward pass. Null inside a vmap. `run` calls
 * the function with the inputs that it is given.
 */
export function columnJacobians(
  rt: Runtime,
  run: (inputs: readonly Tree[]) => Tree,
  chosen: readonly Tree[],
  randomness: Randomness,
): { blocks: EngineTensor[][]; output: Tree } | null {
  const inputs = flatten(chosen).leaves.flatMap((t) => (isFloat(t) ? [Tensor.raw(t)] : []));
  const columns = inputs.reduce((n, t) => n + t.numel, 0);
  const level = enterVmap(rt, columns, randomness, true);
  try {
    return atForward(rt, (forward) => {
      const tangents = basis(rt, inputs, columns).map((b) => addBatchDim(b, 0, level));
      const output = run(dualOf(forward, chosen, tangents[Symbol.iterator]()) as Tree[]);
      const moved = flatten(tangentOf(forward, output)).leaves.map((t) => Tensor.raw(t as Tensor));
      return { output, blocks: moved.map((t) => parts(removeBatchDim(t, level, -1), inputs)) };
    });
  } finally {
    leave(rt);
  }
}

/** torch.autograd.forward_ad: tensors with tangents inside `dualLevel(() => …)`. */
export function forwardADExports(rt: Runtime) {
  let current: ForwardDerivative | null = null;
  return Object.freeze({
    /** Inside, tensors may carry tangents. Error: a level inside a level. */
    dualLevel: <T>(body: () => T): T => {
      const forward = ForwardDerivative.enter(rt, true);
      if (forward === null) throw runtimeError("a dual level cannot be entered inside vmap: use func.jvp");
      current = forward;
      try {
        return body();
      } finally {
        current = null;
        forward.leave();
      }
    },
    /** A tensor that carries a tangent of its shape. Errors: no level; another shape; no floating point numbers. */
    makeDual: (tensor: Tensor, tangent: Tensor): Tensor => {
      if (current === null)
        throw runtimeError(
          "Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first.",
        );
      for (const [name, { dtype }] of [["primal", tensor] as const, ["tangent", tangent] as const])
        if (!dtype.isFloatingPoint && !dtype.isComplex)
          throw valueError(`Expected ${name} to be floating point or complex, but got: ${dtype}`);
      return Tensor.wrap(current.makeDual(Tensor.raw(tensor), Tensor.raw(tangent)));
    },
    /** The tensor and its tangent; null where nothing moves it. */
    unpackDual: (tensor: Tensor): { primal: Tensor; tangent: Tensor | null } => {
      if (current === null) return { primal: tensor, tangent: null };
      const tangent = current.known(Tensor.raw(tensor));
      return {
        primal: Tensor.wrap(current.primal(Tensor.raw(tensor))),
        tangent: tangent === null ? null : Tensor.wrap(tangent),
      };
    },
  });
}
