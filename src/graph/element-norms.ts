/** Rules of the element level for operators that normalise: softmax along a dimension, layer_norm, and their derivatives. Pure. */
import { type ElementPart, type ElementRule, type Index, positions } from "./element-rule.ts";
import { axisOf, numbersOf, part, replaced, same, total, type Use, whole } from "./element-use.ts";

/** The element itself, then the others along an axis. */
function along(key: string, index: Index, axis: number, size: number): ElementPart[][] {
  const others = Array.from({ length: size }, (_, i) => i).filter((i) => i !== index[axis]);
  return [part(key, index), ...others.map((i) => part(key, replaced(index, axis, i)))];
}

/** The result of softmax, and with g its derivative, element by element along `dim`. */
function softmaxes(
  forward: (own: number, all: readonly number[]) => number,
  words: string,
  backward: (own: readonly [g: number, out: number], g: readonly number[], out: readonly number[]) => number,
  backwardWords: string,
): Use {
  return {
    operands: ["self", "g", "out"],
    rule(ask) {
      const axis = axisOf(ask, ask.result.length);
      const size = ask.result[axis] ?? 1;
      if (ask.argument === null)
        return {
          terms: (index) => along("self", index, axis, size),
          combine: (numbers) => forward(numbers[0] ?? Number.NaN, numbers),
          words,
        };
      return {
        terms: (index) => [...along("g", index, axis, size), ...along("out", index, axis, size)],
        combine: (numbers) => {
          const [g, out] = [numbers.slice(0, size), numbers.slice(size)];
          return backward([g[0] ?? Number.NaN, out[0] ?? Number.NaN], g, out);
        },
        words: backwardWords,
      };
    },
  };
}

export const softmax = softmaxes(
  (own, all) => Math.exp(own - Math.max(...all)) / total(all.map((x) => Math.exp(x - Math.max(...all)))),
  "e to the first, divided by the sum of e to each of these",
  ([g, out], gs, outs) => out * (g - total(gs.map((x, i) => x * (outs[i] ?? 0)))),
  "its own result times how much its gradient exceeds their mean, weighted by the results",
);
export const logSoftmax = softmaxes(
  (own, all) => own - Math.max(...all) - Math.log(total(all.map((x) => Math.exp(x - Math.max(...all))))),
  "the first, less the logarithm of the sum of e to each of these",
  ([g, out], gs) => g - Math.exp(out) * total(gs),
  "its own gradient, less its softmax times the sum of all of these gradients",
);

/** Numbers less their mean and over their standard deviation, and one over that deviation. */
function standardised(numbers: readonly number[], eps: number): { x: number[]; over: number } {
  const mean = total(numbers) / numbers.length;
  const over = 1 / Math.sqrt(total(numbers.map((x) => (x - mean) ** 2)) / numbers.length + eps);
  return { x: numbers.map((one) => (one - mean) * over), over };
}

/** layer_norm. */
export const normalised: Use = {
  operands: ["g", "input", "weight", "bias"],
  rule(ask) {
    const inner = numbersOf(ask.attrs.normalized_shape);
    const input = ask.shape("input");
    if (input === undefined) return null;
    const before = input.length - inner.length;
    const all = positions(inner);
    const size = all.length;
    const eps = whole(ask.attrs.eps, 1e-5);
    /** What is normalised together, an element of it first. */
    const group = (key: string, index: Index): ElementPart[][] => {
      const [batch, own] = [index.slice(0, before), index.slice(before)];
      return [own, ...all.filter((at) => !same(at, own))].map((at) => part(key, [...batch, ...at]));
    };
    /** Of a weight there is one for each place in a group. */
    const weights = (own: Index): ElementPart[][] =>
      ask.shape("weight") ? [own, ...all.filter((at) => !same(at, own))].map((at) => part("weight", at)) : [];
    const batches = positions(input.slice(0, before));
    const rules: Record<string, () => Pick<ElementRule, "terms" | "combine" | "words">> = {
      forward: () => {
        const affine = ["weight", "bias"].filter((key) => ask.shape(key) !== undefined);
        return {
          terms: (index) => [...group("input", index), ...affine.map((key) => part(key, index.slice(before)))],
          combine: (numbers) => {
            const of = (key: string, usual: number): number =>
              affine.includes(key) ? (numbers[size + affine.indexOf(key)] ?? usual) : usual;
            const [y = Number.NaN] = standardised(numbers.slice(0, size), eps).x;
            return y * of("weight", 1) + of("bias", 0);
          },
          words: `the first, less the mean of these ${size} and over their standard deviation${affine.length > 0 ? `; ${affine.join(" and ")} last` : ""}`,
        };
      },
      input: () => ({
        terms: (index) => [...group("g", index), ...group("input", index), ...weights(index.slice(before))],
        combine: (numbers) => {
          const { x, over } = standardised(numbers.slice(size, 2 * size), eps);
          const g = numbers.slice(0, size).map((one, i) => one * (numbers[2 * size + i] ?? 1));
          const along = total(g.map((one, i) => one * (x[i] ?? 0))) / size;
          return over * ((g[0] ?? Number.NaN) - total(g) / size - (x[0] ?? 0) * along);
        },
        words:
          "its own gradient, less their mean, less its part along the normalised input; over the standard deviation",
      }),
      weight: () => ({
        terms: (index) =>
          batches.flatMap((batch) => [part("g", [...batch, ...index]), ...group("input", [...batch, ...index])]),
        combine: (numbers) =>
          total(
            batches.map((_, i) => {
              const [g = Number.NaN, ...inputs] = numbers.slice(i * (size + 1), (i + 1) * (size + 1));
              return g * (standardised(inputs, eps).x[0] ?? 0);
            }),
          ),
        words: "over all groups: the gradient times the normalised input",
      }),
      bias: () => ({
        terms: (index) => batches.map((batch) => part("g", [...batch, ...index])),
        combine: total,
        words: "the gradients of all groups",
      }),
    };
    return rules[ask.argument ?? "forward"]?.() ?? null;
  },
};
