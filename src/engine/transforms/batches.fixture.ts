import { isDifferentiable } from "../dtype.ts";
import { mulScalar } from "../ops/arithmetic.ts";
import { stack } from "../ops/joining.ts";
import { movedim } from "../ops/reshaping.ts";
import type { Runtime } from "../runtime.ts";
import { Tensor } from "../tensor.ts";
import { Differentiation } from "./differentiation.ts";
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
 * vector-Jacobian products of several vectors at once (vmap of a vjp). Throws where they differ.
 */
export function checkBatches(rt: Runtime, fn: Function, inputs: Results): void {
  const samples = [1, 0.99].map((scale) => rt.quietly(() => inputs.map((x) => mulScalar(x, scale))));
  const wanted = stacked(samples.map((s) => values(rt, fn, s)));
  const got = whereAllowed(() => underVmap(rt, stacked(samples), (s) => values(rt, fn, s)));
  if (got === null) return;
  compare("vmap", got, wanted);
  compare("vmap of the vjp", rows(rt, fn, samples[0], true), rows(rt, fn, samples[0], false));
}

/** Null for functions that draw random numbers, which a vmap may refuse. */
function whereAllowed<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (String(error).includes("randomness error mode")) return null;
    throw error;
  }
}

function compare(what: string, got: Results, wanted: Results): void {
  for (const [i, w] of wanted.entries()) {
    const [a, b] = [got[i].toArray(), w.toArray()];
    const differ = b.findIndex((x, k) => !(Math.abs(a[k] - x) <= 1e-8 + 1e-7 * Math.abs(x)) && !Object.is(a[k], x));
    if (String(got[i].shape) !== String(w.shape) || differ >= 0)
      throw new Error(
        `${what}: result ${i} is [${got[i].shape}] ${a.slice(0, 8)}, sample by sample [${w.shape}] ${b.slice(0, 8)}`,
      );
  }
}
