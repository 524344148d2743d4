import type { Tensor } from "./tensor.ts";

/** A Python slice as an index. Bounds are ints, one-element tensors or null. */
export class SliceArg {
  readonly start: number | Tensor | null;
  readonly stop: number | Tensor | null;
  readonly step: number | Tensor | null;
  constructor(start: number | Tensor | null, stop: number | Tensor | null, step: number | Tensor | null) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** Python's `...` as an index. */
export const ELLIPSIS: { readonly ellipsis: true } = Object.freeze({ ellipsis: true });

/**
 * One item of `x[...]`: an int, a bool, None (a new dimension), a slice, `...`, a tensor of indices or a mask, or a Python
 * list of these (which counts as a tensor).
 */
export type IndexItem = number | boolean | null | SliceArg | typeof ELLIPSIS | Tensor | IndexItem[];
