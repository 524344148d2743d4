/** What the rules of the element level for one operator share. Pure. */
import type { ElementAsk, ElementPart, ElementRule, Index } from "./element-rule.ts";

export interface Use {
  /** Operands whose numbers are needed; those that an operator was called without are left out. */
  operands: readonly string[];
  rule(ask: Asked): Pick<ElementRule, "terms" | "combine" | "words"> | null;
}
export type Asked = ElementAsk & Required<Pick<ElementAsk, "number">>;

export const total = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0);
export const same = (a: Index, b: Index): boolean => a.length === b.length && a.every((x, d) => x === b[d]);
export const part = (key: string, index: Index): ElementPart[] => [{ key, index: [...index] }];
export const whole = (x: unknown, usual = 0): number => (typeof x === "number" ? x : usual);
export const numbersOf = (x: unknown): number[] => (Array.isArray(x) ? x.filter((one) => typeof one === "number") : []);
export const axisOf = ({ attrs }: ElementAsk, rank: number): number => {
  const dim = whole(attrs.dim);
  return dim < 0 ? dim + rank : dim;
};
export const replaced = (index: Index, axis: number, at: number): number[] =>
  index.map((i, d) => (d === axis ? at : i));
