import { isDifferentiable } from "../dtype.ts";
import { add, mulScalar, sub } from "../ops/arithmetic.ts";
import { stack } from "../ops/joining.ts";
import { movedim } from "../ops/reshaping.ts";
import type { Runtime } from "../runtime.ts";
import { Tensor } from "../tensor.ts";
import { Differentiation } from "./differentiation.ts";
import { ForwardDerivative } from "./forward.ts";
import { addBatchDim, enterVmap, leave, removeBatchDim } from "./vmap.ts";

type Results = readonly Tensor[];
type Function = (...inputs: Tensor[]) => Tensor | Results;

const listed = (out: Tensor | Results): Results => (out instanceof Tensor ? [out] : out);

/** Fixed numbers for an output, as upstream gradients. */
const weights = (t: Tensor, by: number): Tensor =>
  t.rt.from(
    Array.from({ length: t.numel * t.dtype.slots }, (_, k) => 0.3 + ((k * 0.618 + by) % 1)),
    t.shape,
    t.dtype,
  );

/** Results and gradients of inputs: those that a function transform sees. */
function values(rt: Runtime, fn: Function, inputs: Results): Tensor[] {
  const d = new Differentiation(rt);
  try {
    const outputs = listed(fn(...inputs.map((x) => d.fresh(x))));
    const live = outputs.filter((t) => isDifferentiable(t.dtype));
    return [
      ...outputs,
      ...d.gradient(
        live,
        live.map((t) => weights(t, 0.1)),
      ),
    ].map((t) => d.done(t));
  } finally {
    d.leave();
  }
}

/** The rows of a vector-Jacobian product with two upstream gradients. */
function rows(rt: Runtime, fn: Function, inputs: Results, batched: boolean): Tensor[] {
  const d = new Differentiation(rt);
  try {
    const outputs = listed(fn(...inputs.map((x) => d.fresh(x)))).filter((t) => isDifferentiable(t.dtype));
    const both = outputs.map((t) => [weights(t, 0.1), weights(t, 0.6)]);
    if (!batched)
      return stacked(
        [0, 1].map((k) =>
          d.gradient(
            outputs,
            both.map((w) => w[k]),
          ),
        ),
      );
    return underVmap(
      rt,
      both.map((w) => stack(w)),
      (g) => d.gradient(outputs, g),
    );
  } finally {
    d.leave();
  }
}

/** Tangents of the results, pushed forwards operator by operator. */
function pushed(rt: Runtime, fn: Function, inputs: Results, along: Results): Tensor[] {
  const d = ForwardDerivative.enter(rt) as ForwardDerivative;
  try {
    const outputs = listed(fn(...inputs.map((x, i) => d.dual(x, along[i])))).filter((t) => isDifferentiable(t.dtype));
    return outputs.map((t) => d.tangent(t));
  } finally {
    d.leave();
  }
}

/** The same by central differences. */
function differences(fn: Function, inputs: Results, along: Results): Tensor[] {
  const step = 1e-5;
  const at = (by: number): Tensor[] =>
    listed(fn(...inputs.map((x, i) => add(x, mulScalar(along[i], by))))).filter((t) => isDifferentiable(t.dtype));
  const below = at(-step);
  return at(step).map((t, i) => mulScalar(sub(t, below[i]), 0.5 / step));
}

const stacked = (samples: readonly Results[]): Tensor[] => samples[0].map((_, k) => stack(samples.map((s) => s[k])));

function underVmap(rt: Runtime, batches: Results, run: (samples: Tensor[]) => Results): Tensor[] {
  const level = enterVmap(rt, 2, "error");
  try {
    return run(batches.map((x) => addBatchDim(movedim(x, [0], [-1]), -1, level))).map((t) =>
      removeBatchDim(t, level, 0),
    );
  } finally {
    leave(rt);
  }
}

/**
 * Compares a function of single samples under vmap with the same sample by sample: results, gradients (vmap of grad), and
 * vector-Jacobian products of several vectors at once (vmap of a vjp); and, where there are second derivatives (`order` 2),
 * tangents pushed forwards with central differences. Throws where they differ.
 */
export function checkTransforms(rt: Runtime, fn: Function, inputs: Results, order: number): void {
  const samples = [1, 0.99].map((scale) => rt.quietly(() => inputs.map((x) => mulScalar(x, scale))));
  const wanted = stacked(samples.map((s) => values(rt, fn, s)));
  const got = whereAllowed(() => underVmap(rt, stacked(samples), (s) => values(rt, fn, s)));
  if (got === null) return;
  compare("vmap", got, wanted);
  if (order > 1) {
    const along = samples[0].map((t) => weights(t, 0.3));
    const moved = whereAllowed(() => pushed(rt, fn, samples[0], along));
    if (moved !== null) compare("jvp", moved, differences(fn, samples[0], along), 1e-5);
  }
  compare("vmap of the vjp", rows(rt, fn, samples[0], true), rows(rt, fn, samples[0], false));
}

/** Null for functions that draw random numbers, which a vmap may refuse, and for those that PyTorch pushes nothing through. */
function whereAllowed<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (/randomness error mode|Trying to use forward AD/.test(String(error))) return null;
    throw error;
  }
}

function compare(what: string, got: Results, wanted: Results, tolerance = 1e-8): void {
  for (const [i, w] of wanted.entries()) {
    const [a, b] = [got[i].toArray(), w.toArray()];
    const differ = b.findIndex(
      (x, k) => !(Math.abs(a[k] - x) <= tolerance * (1 + 10 * Math.abs(x))) && !Object.is(a[k], x),
    );
    if (String(got[i].shape) !== String(w.shape) || differ >= 0)
      throw new Error(
        `${what}: result ${i} is [${got[i].shape}] ${a.slice(0, 8)}, sample by sample [${w.shape}] ${b.slice(0, 8)}`,
      );
  }
}
