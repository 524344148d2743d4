import { type Data, type DType, float64 } from "../dtype.ts";
import { numelOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { dense } from "./dense.ts";
import { settle } from "./elementwise.ts";

/** Calls `each(start, step, n)` for every run of a row-major tensor along dimension `dim`. A 0-d tensor is one run of one. */
function eachRun(shape: readonly number[], dim: number, each: (start: number, step: number, n: number) => void): void {
  const n = shape[dim] ?? 1;
  const inner = numelOf(shape.slice(dim + 1));
  const outer = numelOf(shape.slice(0, dim));
  for (let a = 0; a < outer; a++) for (let i = 0; i < inner; i++) each(a * n * inner + i, inner, n);
}

function largest(x: Data, start: number, step: number, n: number): number {
  let m = Number.NEGATIVE_INFINITY;
  for (let i = 0, at = start; i < n; i++, at += step) {
    const v = x[at];
    if (v > m || v !== v) m = v;
  }
  return m;
}

/** PyTorch computes these in float32 (narrower dtypes too), so that every step is rounded: seen where a softmax is summed. */
const stepRounding = (dtype: DType): ((v: number) => number) => (dtype === float64 ? (v) => v : Math.fround);

/**
 * Sum of the first n terms, added as PyTorch's vectorised reduction of one row adds: short rows in order, long ones in the lanes
 * of a register that is then folded in halves. Runs that are not contiguous are added in order.
 */
function total(terms: Float64Array, n: number, contiguous: boolean, dtype: DType): number {
  const f = stepRounding(dtype);
  const width = dtype === float64 ? 4 : 8;
  if (!contiguous || n < width) {
    let sum = terms[0] ?? 0;
    for (let i = 1; i < n; i++) sum = f(sum + terms[i]);
    return sum;
  }
  const lanes = terms.slice(0, width);
  for (let i = width; i < n; i++) lanes[i % width] = f(lanes[i % width] + terms[i]);
  for (let half = width >> 1; half > 0; half >>= 1)
    for (let k = 0; k < half; k++) lanes[k] = f(lanes[k] + lanes[k + half]);
  return lanes[0];
}

/** exp(x) / Σ exp(x) along a dimension. */
export function softmaxKernel(x: Tensor, dim: number): Tensor {
  const out = x.rt.empty(x.shape, x.dtype);
  const { data, start: base } = dense(x);
  const y = out.data;
  const f = stepRounding(x.dtype);
  const run = new Float64Array(x.shape[dim] ?? 1);
  eachRun(x.shape, dim, (start, step, n) => {
    const m = largest(data, base + start, step, n);
    for (let i = 0, at = base + start; i < n; i++, at += step) run[i] = f(Math.exp(f(data[at] - m)));
    const sum = total(run, n, step === 1, x.dtype);
    // Rows in order are multiplied by the sum's reciprocal, others divided.
    const share = f(1 / sum);
    for (let i = 0, at = start; i < n; i++, at += step) y[at] = step === 1 ? run[i] * share : run[i] / sum;
  });
  return settle(out);
}

/** x - log Σ exp(x) along a dimension. */
export function logSoftmaxKernel(x: Tensor, dim: number): Tensor {
  const out = x.rt.empty(x.shape, x.dtype);
  const { data, start: base } = dense(x);
  const y = out.data;
  const f = stepRounding(x.dtype);
  const run = new Float64Array(x.shape[dim] ?? 1);
  eachRun(x.shape, dim, (start, step, n) => {
    const m = largest(data, base + start, step, n);
    for (let i = 0, at = base + start; i < n; i++, at += step) run[i] = f(Math.exp(f(data[at] - m)));
    const log = f(Math.log(total(run, n, step === 1, x.dtype)));
    for (let i = 0, at = start; i < n; i++, at += step) y[at] = f(data[base + at] - m) - log;
  });
  return settle(out);
}

/** Both gradients: y ⊙ (g - Σ g ⊙ y) of a softmax y, g - exp(y) Σ g of a log-softmax y. */
export function softmaxGradient(g: Tensor, y: Tensor, dim: number, log: boolean): Tensor {
  const out = g.rt.empty(y.shape, g.dtype);
  const a = dense(g);
  const b = dense(y);
  const d = out.data;
  const f = stepRounding(g.dtype);
  const run = new Float64Array(y.shape[dim] ?? 1);
  eachRun(y.shape, dim, (start, step, n) => {
    let ga = a.start + start;
    let ya = b.start + start;
    for (let i = 0; i < n; i++, ga += step, ya += step) run[i] = log ? a.data[ga] : f(a.data[ga] * b.data[ya]);
    // In half precision PyTorch's kernel for the last dimension keeps the sum in that precision.
    const inFull = total(run, n, step === 1, g.dtype);
    const sum = step === 1 ? g.dtype.round(inFull) : inFull;
    ga = a.start + start;
    ya = b.start + start;
    for (let i = 0, at = start; i < n; i++, at += step, ga += step, ya += step)
      d[at] = log ? a.data[ga] - f(f(Math.exp(b.data[ya])) * sum) : b.data[ya] * f(a.data[ga] - sum);
  });
  return settle(out);
}
