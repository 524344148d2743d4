import { type DType, isFloating } from "../dtype.ts";
import { check } from "../errors.ts";
import type { Generator } from "../random/generator.ts";
import { notImplementedFor } from "../refusals.ts";
import type { Runtime } from "../runtime.ts";

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
