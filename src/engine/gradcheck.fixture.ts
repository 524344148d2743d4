import fc from "fast-check";
import { grad } from "./autograd/differentiate.ts";
import { type DType, float64, isDifferentiable } from "./dtype.ts";
import type { Runtime } from "./runtime.ts";
import { numelOf, type Shape } from "./shape.ts";
import { Tensor } from "./tensor.ts";
import { checkTransforms } from "./transforms/transforms.fixture.ts";

/** What an operator under test returns: one tensor or several, of which the differentiable ones are checked. */
export type CheckedResult = Tensor | readonly Tensor[];
export type CheckedFunction = (...inputs: Tensor[]) => CheckedResult;

export interface GradientCheckOptions {
  /** 2 also checks the derivative of the gradient. Default 2. */
  readonly order?: 1 | 2;
  /** Step of the central differences. Default 1e-5. */
  readonly step?: number;
  readonly rtol?: number;
  readonly atol?: number;
  /** Check the function under vmap and jvp too. Default false. */
  readonly transforms?: boolean;
}

const DEFAULTS: Required<GradientCheckOptions> = { order: 2, step: 1e-5, rtol: 1e-4, atol: 1e-6, transforms: false };

/**
 * Compares analytic gradients of `fn` with central differences (and, if asked to, `fn` under function transforms with what they stand for), for every input that requires a gradient, and with order 2
 * the gradients of the gradients too. Outputs are weighted with fixed numbers, so that one sum tests them all. Inputs must be
 * float64 or complex128 leaves, not overlapping in memory; `fn` must not change them. Complex gradients follow PyTorch's
 * convention (real part: derivative along the real part; imaginary part: along the imaginary part). Throws on a mismatch.
 */
export function checkGradients(
  rt: Runtime,
  fn: CheckedFunction,
  inputs: readonly Tensor[],
  options: GradientCheckOptions = {},
): void {
  const o = { ...DEFAULTS, ...options };
  compare(rt, fn, inputs, o, "gradient");
  if (o.transforms) checkTransforms(rt, fn, inputs, o.order);
  if (o.order === 1) return;
  const outputs = differentiable(fn(...inputs));
  const weights = outputs.map((t, i) => leaf(rt, weightsOf(t, i), t));
  const wanted = inputs.filter((t) => t.requiresGrad);
  const first = (...all: Tensor[]): Tensor[] => {
    const outs = differentiable(fn(...all.slice(0, inputs.length)));
    const live = outs.map((_, i) => i).filter((i) => outs[i].requiresGrad);
    const grads = grad(
      live.map((i) => outs[i]),
      wanted,
      {
        gradOutputs: live.map((i) => all[inputs.length + i]),
        createGraph: true,
        allowUnused: true,
        materializeGrads: true,
      },
    );
    return grads.filter((g): g is Tensor => g !== null);
  };
  compare(rt, first, [...inputs, ...weights], o, "second gradient");
}

function compare(
  rt: Runtime,
  fn: CheckedFunction,
  inputs: readonly Tensor[],
  o: Required<GradientCheckOptions>,
  what: string,
): void {
  const outputs = differentiable(fn(...inputs));
  const weights = outputs.map(weightsOf);
  const wanted = inputs.filter((t) => t.requiresGrad);
  const live = outputs.map((_, i) => i).filter((i) => outputs[i].requiresGrad);
  const analytic =
    live.length === 0
      ? wanted.map(() => null)
      : grad(
          live.map((i) => outputs[i]),
          wanted,
          { gradOutputs: live.map((i) => rt.from(weights[i], outputs[i].shape, outputs[i].dtype)), allowUnused: true },
        );
  const value = (): number => {
    let total = 0;
    // First gradients are computed with recording on, so it stays on here; what is recorded is dropped.
    for (const [i, t] of differentiable(fn(...inputs)).entries())
      for (const [k, v] of t.toArray().entries()) total += v * weights[i][k];
    return total;
  };
  for (const [number, input] of wanted.entries()) {
    const got = analytic[number]?.toArray() ?? null;
    const { data } = input.storage;
    for (const [k, at] of positions(input).entries()) {
      const before = data[at];
      data[at] = before + o.step;
      const above = value();
      data[at] = before - o.step;
      const below = value();
      data[at] = before;
      const numeric = (above - below) / (2 * o.step);
      const exact = got?.[k] ?? 0;
      if (!(Math.abs(exact - numeric) <= o.atol + o.rtol * Math.abs(numeric)))
        throw new Error(
          `${what} of input ${number} (shape [${input.shape}], strides [${input.strides}]) at ${k}: analytic ${exact}, numeric ${numeric}`,
        );
    }
  }
}

const differentiable = (result: CheckedResult): Tensor[] =>
  (result instanceof Tensor ? [result] : result).filter((t) => isDifferentiable(t.dtype));

/** Fixed numbers between 0.3 and 1.3 for the elements of output `i`. */
function weightsOf(t: Tensor, i: number): number[] {
  return Array.from({ length: t.numel * t.dtype.slots }, (_, k) => 0.3 + ((k * 0.6180339887 + i * 0.37 + 0.1) % 1));
}

function leaf(rt: Runtime, values: readonly number[], like: Tensor): Tensor {
  const t = rt.from(values, like.shape, like.dtype);
  t.leafRequiresGrad = true;
  return t;
}

/** Array positions of the elements, row-major (two per complex element). */
function positions(t: Tensor): number[] {
  const { slots } = t.dtype;
  const out: number[] = [];
  const visit = (d: number, at: number): void => {
    if (d === t.ndim) for (let s = 0; s < slots; s++) out.push(at * slots + s);
    else for (let i = 0; i < t.shape[d]; i++) visit(d + 1, at + i * t.strides[d]);
  };
  visit(0, t.offset);
  return out;
}

/** How a test input lies in memory. */
export type Layout = "contiguous" | "transposed" | "strided";
export const LAYOUTS: readonly Layout[] = ["contiguous", "transposed", "strided"];

/** Shapes with every size above 1 drawn anew: equal sizes stay equal, and ones stay, as they broadcast. */
function shapesLike(shapes: readonly Shape[]): fc.Arbitrary<number[][]> {
  const sizes = [...new Set(shapes.flat())].filter((n) => n > 1);
  return fc
    .tuple(...sizes.map(() => fc.integer({ min: 1, max: 4 })))
    .map((drawn) => shapes.map((shape) => shape.map((n) => (n > 1 ? drawn[sizes.indexOf(n)] : n))));
}

/**
 * Runs a check in every layout: contiguous with the shapes given, in the other layouts with drawn ones, unless they are `exact`
 * because the check says sizes of its own. A failure tells the smallest sizes that show it.
 */
export function inEveryLayout(
  shapes: readonly Shape[],
  exact: boolean,
  check: (shapes: readonly Shape[], layout: Layout) => void,
): void {
  for (const layout of LAYOUTS)
    if (exact || layout === "contiguous") check(shapes, layout);
    else
      fc.assert(
        fc.property(shapesLike(shapes), (drawn) => check(drawn, layout)),
        { numRuns: 1 },
      );
}

/**
 * A leaf that requires a gradient, filled by `value(k)` for k = 0, 1, … in row-major order. "transposed" has its dimensions in
 * reverse order in memory; "strided" starts at an offset and leaves gaps.
 */
export function makeLeaf(
  rt: Runtime,
  shape: Shape,
  layout: Layout,
  value: (k: number) => number,
  dtype: DType = float64,
): Tensor {
  const n = numelOf(shape);
  const gap = layout === "strided" ? 2 : 1;
  const offset = layout === "strided" ? 3 : 0;
  const order = shape.map((_, i) => i);
  if (layout !== "transposed") order.reverse();
  const strides = new Array<number>(shape.length).fill(0);
  let step = gap;
  for (const d of order) {
    strides[d] = step;
    step *= Math.max(shape[d], 1);
  }
  const t = new Tensor(rt, rt.storage(dtype, dtype.alloc(offset + gap * n + 1)), offset, [...shape], strides, dtype);
  for (const [k, at] of positions(t).entries()) t.storage.data[at] = value(k);
  t.leafRequiresGrad = true;
  return t;
}

/** A repeatable stream of numbers in [0, 1): mulberry32. */
export function numbers(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
