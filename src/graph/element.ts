/**
 * One element of a result in terms of the elements that it was made of: the finest grain of stepping. Sums of products are named
 * term by term (matrix products, convolutions, sums, what broadcasting adds up), element-wise operators by their formula. Pure.
 */
import {
  broadcastIndex,
  type ElementAsk,
  type ElementPart,
  type ElementRule,
  type ElementTerm,
  type Index,
  positions,
} from "./element-rule.ts";
import { usesOf } from "./element-uses.ts";
import { vjpShape } from "./formula-text.ts";

/** How the elements of a result are made; null when no rule knows. */
export function elementRule(ask: ElementAsk): ElementRule | null {
  for (const rule of [usesOf, matrixProduct, convolution, reduction, elementWise]) {
    const found = rule(ask);
    if (found !== null) return found;
  }
  return null;
}

/** The numbers of an element put together: factors, their sum with scale and what is added. */
export function elementSum(
  rule: ElementRule,
  index: Index,
  number: (part: ElementPart) => number,
  shape: (key: string) => Index,
): number {
  const products = rule.terms(index).map((term) => term.reduce((p, part) => p * number(part), 1));
  if (rule.combine) return rule.combine(products, index);
  const sum = products.reduce((total, x) => total + x, 0);
  return rule.added.reduce(
    (total, key) => total + number({ key, index: broadcastIndex(index, shape(key)) }),
    rule.scale * sum,
  );
}

const pattern = /^(?:\{(\w+)\} \+ )?\{(\w+)\}(\^\{\\top\})?(?:\\,)?\{(\w+)\}(\^\{\\top\})?$/;

/** a·b of matrices and vectors, and of equally long batches of matrices. */
function matrixProduct({ template, shape, result }: ElementAsk): ElementRule | null {
  const [whole, added, first = "", turnedFirst, second = "", turnedSecond] = pattern.exec(template) ?? [];
  const a = shape(first);
  const b = shape(second);
  if (whole === undefined || a === undefined || b === undefined) return null;
  const left = asMatrix(a, turnedFirst !== undefined);
  const right = asMatrix(b, turnedSecond !== undefined);
  const batch = result.length > 2 ? result.length - 2 : 0;
  const rows = result[batch] ?? 1;
  const columns = result[batch + 1] ?? 1;
  if (left === null || right === null || Math.max(left.batch.length, right.batch.length) > batch) return null;
  if (left.columns !== right.rows || left.rows !== rows || right.columns !== columns) return null;
  const steps = Array.from({ length: left.columns }, (_, k) => k);
  return {
    terms(index) {
      const at = index.slice(0, batch);
      const row = index[batch] ?? 0;
      const column = index[batch + 1] ?? 0;
      return steps.map((k) => [
        { key: first, index: left.index(at, row, k) },
        { key: second, index: right.index(at, k, column) },
      ]);
    },
    scale: 1,
    added: added === undefined ? [] : [added],
    template: null,
    words: "a row times a column",
  };
}

interface Matrix {
  batch: Index;
  rows: number;
  columns: number;
  index(batch: Index, row: number, column: number): number[];
}

/** A vector is a column (a row when transposed). */
function asMatrix(shape: Index, transposed: boolean): Matrix | null {
  const batch = shape.slice(0, Math.max(0, shape.length - 2));
  const [down = 1, across = 1] = shape.slice(batch.length);
  const rank = shape.length - batch.length;
  if (rank === 0) return null;
  return {
    batch,
    rows: transposed ? across : down,
    columns: transposed ? down : across,
    index: (at, row, column) => {
      const place = transposed ? [column, row] : [row, column];
      return [...broadcastIndex(at, batch), ...place.slice(0, rank)];
    },
  };
}

/** Windows of a convolution, and both of its derivatives: sums over pairs of an output and a kernel position that meet. */
function convolution({ op, attrs, argument, shape, result }: ElementAsk): ElementRule | null {
  if (op !== "convolution" || attrs.transposed === true) return null;
  const input = shape("input");
  const weight = shape("weight");
  const output = argument === null ? result : shape("g");
  if (input === undefined || weight === undefined || output === undefined || input.length < 3) return null;
  const space = input.length - 2;
  const list = (name: string, usual: number): number[] => {
    const given = attrs[name];
    const numbers = (Array.isArray(given) ? given : [given]).filter((x): x is number => typeof x === "number");
    return Array.from({ length: space }, (_, d) => numbers[d] ?? numbers[0] ?? usual);
  };
  const [stride, padding, dilation] = [list("stride", 1), list("padding", 0), list("dilation", 1)];
  const groups = typeof attrs.groups === "number" ? attrs.groups : 1;
  const depth = weight[1] as number;
  const perGroup = (weight[0] as number) / groups;
  const groupOf = (channel: number): number => Math.floor(channel / perGroup);
  const kernel = positions(weight.slice(2));
  /** Where a kernel position lies on the input; null: on its padding. */
  const under = (at: Index, k: Index): number[] | null => {
    const place = at.map(
      (y, d) => y * (stride[d] as number) + (k[d] as number) * (dilation[d] as number) - (padding[d] as number),
    );
    return place.every((x, d) => x >= 0 && x < (input[d + 2] as number)) ? place : null;
  };
  const plain = { scale: 1, added: [], template: null };
  if (argument === null)
    return {
      ...plain,
      // The bias stands for channels, not for columns.
      terms: ([n = 0, o = 0, ...at]) => {
        const terms: ElementTerm[] = [];
        for (let c = 0; c < depth; c++)
          for (const k of kernel) {
            const place = under(at, k);
            if (place === null) continue;
            terms.push([
              { key: "input", index: [n, groupOf(o) * depth + c, ...place] },
              { key: "weight", index: [o, c, ...k] },
            ]);
          }
        if (shape("bias") !== undefined) terms.push([{ key: "bias", index: [o] }]);
        return terms;
      },
      words: "the window of the input under the kernel",
    };
  const outputs = positions(output.slice(2));
  const samples = Array.from({ length: output[0] as number }, (_, n) => n);
  if (argument === "bias")
    return {
      ...plain,
      terms: ([o = 0]) => samples.flatMap((n) => outputs.map((at) => [{ key: "g", index: [n, o, ...at] }])),
      words: "all places of the channel",
    };
  if (argument === "weight")
    return {
      ...plain,
      terms: ([o = 0, c = 0, ...k]) =>
        samples.flatMap((n) =>
          outputs.flatMap((at) => {
            const place = under(at, k);
            if (place === null) return [];
            return [
              [
                { key: "g", index: [n, o, ...at] },
                { key: "input", index: [n, groupOf(o) * depth + c, ...place] },
              ],
            ];
          }),
        ),
      words: "every place where this number of the kernel was used",
    };
  return {
    ...plain,
    terms: ([n = 0, channel = 0, ...x]) => {
      const group = Math.floor(channel / depth);
      const terms: ElementTerm[] = [];
      for (let o = group * perGroup; o < (group + 1) * perGroup; o++)
        for (const k of kernel) {
          const times = x.map(
            (place, d) => place + (padding[d] as number) - (k[d] as number) * (dilation[d] as number),
          );
          const at = times.map((t, d) => t / (stride[d] as number));
          if (!at.every((y, d) => Number.isInteger(y) && y >= 0 && y < (output[d + 2] as number))) continue;
          terms.push([
            { key: "g", index: [n, o, ...at] },
            { key: "weight", index: [o, channel - group * depth, ...k] },
          ]);
        }
      return terms;
    },
    words: "every window that this number was in",
  };
}

/** sum and mean over dimensions, and their derivatives. */
function reduction({ op, attrs, argument, shape, result }: ElementAsk): ElementRule | null {
  if (op !== "sum" && op !== "mean") return null;
  const input = argument === null ? shape("self") : result;
  const output = argument === null ? result : shape("g");
  if (input === undefined || output === undefined) return null;
  const given = (Array.isArray(attrs.dim) ? attrs.dim : [attrs.dim]).filter((d): d is number => typeof d === "number");
  const axes = given.length === 0 ? input.map((_, d) => d) : given.map((d) => (d < 0 ? d + input.length : d));
  const count = axes.reduce((n, d) => n * (input[d] ?? 1), 1);
  const kept = input.flatMap((_, d) => (axes.includes(d) ? [] : [d]));
  const keepsDims = output.length === input.length;
  if (output.length !== (keepsDims ? input.length : kept.length)) return null;
  const scale = op === "mean" ? 1 / count : 1;
  if (argument !== null)
    return {
      terms: (index) => [
        [
          {
            key: "g",
            index: keepsDims ? index.map((i, d) => (axes.includes(d) ? 0 : i)) : kept.map((d) => index[d] as number),
          },
        ],
      ],
      scale,
      added: [],
      template: null,
      words:
        op === "mean"
          ? `the same for all ${count} that were averaged: divided by their number`
          : "the same for all that were summed",
    };
  const inner = positions(axes.map((d) => input[d] as number));
  return {
    terms: (index) =>
      inner.map((at) => {
        const place = input.map((_, d) => {
          const axis = axes.indexOf(d);
          return axis >= 0 ? (at[axis] as number) : (index[keepsDims ? d : kept.indexOf(d)] as number);
        });
        return [{ key: "self", index: place }];
      }),
    scale,
    added: [],
    template: null,
    words: op === "mean" ? `${count} elements, divided by their number` : `${count} elements`,
  };
}

/** Notation of sums, windows and choices: such a template is no formula of one element. */
const notElementWise =
  /\\sum|\\max_|\\min_|\\operatorname\*|\\top|\\text|\\mathrm\{(?!fm|next)|\\lVert|\\\||_\{|\}_|\*|\\star|\\overline|\\leftarrow/;

/** Each element from the elements in the same place; an input that was broadcast collects all places where it stood. */
function elementWise({ template, argument, shape, result }: ElementAsk): ElementRule | null {
  if (notElementWise.test(template)) return null;
  const keys = [...new Set([...template.matchAll(/\{(\w+)\}/g)].map(([, key]) => key as string))].filter(
    (key) => shape(key) !== undefined,
  );
  if (keys.length === 0) return null;
  const whole = argument === null ? result : shape("g");
  if (whole === undefined || (argument !== null && !keys.includes("g"))) return null;
  if (argument !== null && vjpShape(template).kind !== "times") return null;
  if (!keys.every((key) => broadcasts(shape(key) as Index, whole)) || !broadcasts(result, whole)) return null;
  if (argument === null && !keys.some((key) => (shape(key) as Index).length > 0) && result.length > 0) return null;
  const summed = whole.map((size, d) => {
    const own = result[d - (whole.length - result.length)];
    return own === size ? 1 : size;
  });
  const over = positions(summed);
  return {
    terms: (index) =>
      over.map((at) => {
        const place = at.map((i, d) => {
          const own = result[d - (whole.length - result.length)];
          return own === whole[d] ? (index[d - (whole.length - result.length)] as number) : i;
        });
        return keys.map((key) => ({ key, index: broadcastIndex(place, shape(key) as Index) }));
      }),
    scale: 1,
    added: [],
    template,
    words: over.length === 1 ? null : `${over.length} places where it was broadcast to`,
  };
}

function broadcasts(from: Index, to: Index): boolean {
  const skip = to.length - from.length;
  return skip >= 0 && from.every((size, d) => size === 1 || size === to[d + skip]);
}
