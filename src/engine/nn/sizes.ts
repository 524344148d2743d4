/** One size for all dimensions, or one per dimension. */
export type Size = number | readonly number[];

/** Sizes per dimension. */
export const spread = (x: Size, n: number): number[] => (typeof x === "number" ? new Array<number>(n).fill(x) : [...x]);
