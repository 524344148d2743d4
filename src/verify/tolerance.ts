import type { DTYPES, DTypeName } from "../engine/dtype.ts";
import type { Verification } from "../trace/query.ts";

/** Distance from 1 to the next number of a floating type; float64's for others. */
const EPSILON: Readonly<Partial<Record<DTypeName, number>>> = {
  float32: 2 ** -23,
  complex64: 2 ** -23,
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
};

const epsilon = (dtype: string): number => EPSILON[dtype as keyof typeof DTYPES] ?? 2 ** -52;

/**
 * How far a gradient in `dtype` may be from the numeric derivative: relative 1e-3 as in torch.autograd.gradcheck, or 8 roundings
 * where those are coarser; absolute, for elements that are small sums of large terms, 1e-5 (or 8 roundings) of the largest element,
 * and 8 roundings of the largest gradient on the way (a bias before a batch norm has gradient 0: what is left is rounding).
 */
export function toleranceFor(dtype: string, largest: number, onTheWay: number): Verification["tolerance"] {
  const rounding = 8 * epsilon(dtype);
  const absolute = Math.max(Math.max(1e-5, rounding) * largest, rounding * onTheWay);
  return { relative: Math.max(1e-3, rounding), absolute };
}

/** Is what was computed again in float64 what a run computed in `dtype`? Elements are compared with the largest of the tensor. */
export function agreement(before: readonly number[], after: readonly number[], dtype: string): boolean {
  if (before.length !== after.length) return false;
  let largest = 0;
  for (const x of before) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  const allowed = Math.max(1e-3, 64 * epsilon(dtype)) * Math.max(largest, 1e-30);
  return before.every((x, i) => Object.is(x, after[i]) || !Number.isFinite(x) || Math.abs(x - after[i]) <= allowed);
}
