import { type DType, isFloating, realType } from "../dtype.ts";
import { check } from "../errors.ts";
import { fillNormal } from "../random/fill.ts";
import type { Generator } from "../random/generator.ts";
import { notImplementedFor } from "../refusals.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";

/** The generator argument of random operators; null means the runtime's own. */
export type Gen = Generator | null;
export const stream = (rt: Runtime, g: Gen): Generator => g ?? rt.generator;

/** Error: integers and bools. */
export function requireFloat(dtype: DType, kernel: string): void {
  if (!isFloating(dtype)) throw notImplementedFor(kernel, dtype);
}
export function requireContinuous(dtype: DType, name: string): void {
  check(
    isFloating(dtype),
    () =>
      `${name} distribution is a continuous probability distribution. dtype must be a floating point but you specified ${dtype.scalarName}`,
  );
}

/**
 * Fills a tensor with normals, by blocks where it stands for a contiguous one. A complex number's parts have half of its
 * variance each. Error: integers and bools.
 */
export function drawNormals(out: Tensor, blocks: boolean, g: Generator, mean: number, std: number): void {
  const { dtype, data, numel } = out;
  if (dtype.kind === "complex") fillNormal(g, data, 2 * numel, mean, std * Math.SQRT1_2, realType(dtype), blocks);
  else {
    requireFloat(dtype, "normal_kernel_cpu");
    fillNormal(g, data, numel, mean, std, dtype, blocks);
  }
}
