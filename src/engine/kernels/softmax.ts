import type { Data } from "../dtype.ts";
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

/** exp(x) / Σ exp(x) along a dimension. */
export function softmaxKernel(x: Tensor, dim: number): Tensor {
  const out = x.rt.empty(x.shape, x.dtype);
  const { data, start: base } = dense(x);
  const y = out.data;
  const run = new Float64Array(x.shape[dim] ?? 1);
  eachRun(x.shape, dim, (start, step, n) => {
    const m = largest(data, base + start, step, n);
    let total = 0;
    for (let i = 0, at = base + start; i < n; i++, at += step) total += run[i] = Math.exp(data[at] - m);
    for (let i = 0, at = start; i < n; i++, at += step) y[at] = run[i] / total;
  });
  return settle(out);
}

/** x - log Σ exp(x) along a dimension. */
export function logSoftmaxKernel(x: Tensor, dim: number): Tensor {
  const out = x.rt.empty(x.shape, x.dtype);
  const { data, start: base } = dense(x);
  const y = out.data;
  eachRun(x.shape, dim, (start, step, n) => {
    const m = largest(data, base + start, step, n);
    let total = 0;
    for (let i = 0, at = base + start; i < n; i++, at += step) total += Math.exp(data[at] - m);
    const shift = m + Math.log(total);
    for (let i = 0, at = start; i < n; i++, at += step) y[at] = data[base + at] - shift;
  });
  return settle(out);
}

/** Both gradients: y ⊙ (g - Σ g ⊙ y) of a softmax y, g - exp(y) Σ g of a log-softmax y. */
export function softmaxGradient(g: Tensor, y: Tensor, dim: number, log: boolean): Tensor {
  const out = g.rt.empty(y.shape, g.dtype);
  const a = dense(g);
  const b = dense(y);
  const d = out.data;
  eachRun(y.shape, dim, (start, step, n) => {
    let total = 0;
    let ga = a.start + start;
    let ya = b.start + start;
    for (let i = 0; i < n; i++, ga += step, ya += step) total += log ? a.data[ga] : a.data[ga] * b.data[ya];
    ga = a.start + start;
    ya = b.start + start;
    for (let i = 0, at = start; i < n; i++, at += step, ga += step, ya += step)
      d[at] = log ? a.data[ga] - Math.exp(b.data[ya]) * total : b.data[ya] * (a.data[ga] - total);
  });
  return settle(out);
}
