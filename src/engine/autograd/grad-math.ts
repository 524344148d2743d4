import type { DType } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";

/** Differentiable operators that autograd itself uses; supplied by engine.ts, so that autograd imports no operator. */
export interface GradMath {
  add(a: Tensor, b: Tensor): Tensor;
  /** Sum over the dimensions in which `g` is larger than `shape` (the inverse of broadcasting). */
  sumTo(g: Tensor, shape: readonly number[]): Tensor;
  cast(g: Tensor, dtype: DType): Tensor;
  hasNan(g: Tensor): boolean;
  /** Contiguous copy. */
  clone(t: Tensor): Tensor;
  permute(t: Tensor, order: readonly number[]): Tensor;
  asStrided(t: Tensor, shape: readonly number[], strides: readonly number[], offset: number): Tensor;
  asStridedBackward(
    g: Tensor,
    baseShape: readonly number[],
    shape: readonly number[],
    strides: readonly number[],
    offset: number,
  ): Tensor;
  /** In-place copy of `value` (null = zeros) into `part`, recorded when gradients are. */
  overwrite(part: Tensor, value: Tensor | null): void;
}
