import type { Data } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { denseArray } from "./dense.ts";
import { settle } from "./elementwise.ts";

/**
 * A linear map along one dimension with few inputs per output: output o is the sum of weights[k]·input[sources[k]] for
 * k = starts[o] … starts[o+1]-1. Padding, interpolation and average pooling are such maps, one per dimension.
 */
export interface Taps {
  /** Number of inputs. */
  readonly inputs: number;
  /** Number of outputs. */
  readonly outputs: number;
  readonly starts: Int32Array;
  readonly sources: Int32Array;
  readonly weights: Float64Array;
}

/** One contribution to an output: [position of the input, weight]. */
export type Tap = readonly [source: number, weight: number];

/** Builds a map from the contributions of each output. */
export function taps(inputs: number, outputs: number, of: (output: number) => readonly Tap[]): Taps {
  const starts = new Int32Array(outputs + 1);
  const sources: number[] = [];
  const weights: number[] = [];
  for (let o = 0; o < outputs; o++) {
    for (const [source, weight] of of(o)) {
      sources.push(source);
      weights.push(weight);
    }
    starts[o + 1] = sources.length;
  }
  return { inputs, outputs, starts, sources: Int32Array.from(sources), weights: Float64Array.from(weights) };
}

/** The map with inputs and outputs exchanged. */
export function transposed(t: Taps): Taps {
  const count = new Int32Array(t.inputs + 1);
  for (const s of t.sources) count[s + 1]++;
  for (let i = 0; i < t.inputs; i++) count[i + 1] += count[i];
  const starts = count.slice();
  const sources = new Int32Array(t.sources.length);
  const weights = new Float64Array(t.sources.length);
  for (let o = 0; o < t.outputs; o++)
    for (let k = t.starts[o]; k < t.starts[o + 1]; k++) {
      const at = count[t.sources[k]]++;
      sources[at] = o;
      weights[at] = t.weights[k];
    }
  return { inputs: t.outputs, outputs: t.inputs, starts, sources, weights };
}

/** Applies a map along the middle of [outer, inputs, inner]. */
function along(t: Taps, x: ArrayLike<number>, outer: number, inner: number, out: Data): void {
  for (let a = 0; a < outer; a++)
    for (let o = 0; o < t.outputs; o++) {
      const to = (a * t.outputs + o) * inner;
      for (let k = t.starts[o]; k < t.starts[o + 1]; k++) {
        const from = (a * t.inputs + t.sources[k]) * inner;
        const w = t.weights[k];
        for (let i = 0; i < inner; i++) out[to + i] += w * x[from + i];
      }
    }
}

/** Applies one map to each of the last dimensions of `x`. Sums are made in double precision and rounded once. */
export function applyTaps(x: Tensor, maps: readonly Taps[]): Tensor {
  const shape = [...x.shape];
  const first = x.ndim - maps.length;
  let values: Data = denseArray(x);
  maps.forEach((map, i) => {
    const d = first + i;
    const outer = shape.slice(0, d).reduce((a, b) => a * b, 1);
    const inner = shape.slice(d + 1).reduce((a, b) => a * b, x.dtype.slots);
    const next = new Float64Array(outer * map.outputs * inner);
    along(map, values, outer, inner, next);
    values = next;
    shape[d] = map.outputs;
  });
  return settle(x.rt.from(values, shape, x.dtype));
}
