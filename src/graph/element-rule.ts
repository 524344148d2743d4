/** What a rule of the element level says, and what it is asked. */

export type Index = readonly number[];

/** An element of an operand: `key` is its name in the operator's formula ("g": upstream, "out": the result of the forward pass). */
export interface ElementPart {
  key: string;
  index: number[];
}

/** A product of elements. */
export type ElementTerm = ElementPart[];

export interface ElementRule {
  /** What the element at an index of the result is the sum of. */
  terms(index: Index): ElementTerm[];
  /** The sum is multiplied by this: 1/n of a mean, −1. */
  scale: number;
  /** Terms that are not summed but put together otherwise: their numbers, in order, for the element at `index`. */
  combine?: (numbers: readonly number[], index: Index) => number;
  /** Operands whose numbers `terms` may read; without it those that the terms name. */
  operands?: readonly string[];
  /** Operands added to the sum, each element where it stands (broadcast). */
  added: string[];
  /** Element-wise: the template whose placeholders take the numbers of a term. */
  template: string | null;
  /** Which elements are summed, in words; null where there is one term. */
  words: string | null;
}

export interface ElementAsk {
  op: string;
  attrs: Readonly<Record<string, unknown>>;
  /** Template of the result (forward) or of the contribution (backward). */
  template: string;
  /** Argument that a contribution goes to; null: the forward result. */
  argument: string | null;
  /** Shape of what is explained. */
  result: Index;
  /** Shape of an operand by key; undefined when there is none of that name. */
  shape(key: string): Index | undefined;
  /** An element of an operand, for rules that depend on numbers; NaN while it is not known. */
  number?(part: ElementPart): number;
}

/** All indices of a shape, in row-major order. */
export function positions(shape: Index): number[][] {
  let out: number[][] = [[]];
  for (const size of shape) out = out.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i]));
  return out;
}

/** The index of element `flat` (row-major) of a shape. */
export function indexIn(shape: Index, flat: number): number[] {
  let rest = flat;
  return shape
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .reverse();
}

/** The element of a tensor of `shape` that stands at `index` after broadcasting. */
export function broadcastIndex(index: Index, shape: Index): number[] {
  const skip = index.length - shape.length;
  return shape.map((size, d) => (size === 1 ? 0 : (index[d + skip] as number)));
}
