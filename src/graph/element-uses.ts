/**
 * Rules of the element level for operators that choose, average or normalise elements: one entry per operator. What is chosen
 * may depend on numbers (an index, the largest of a window), so these rules read operands. Pure.
 */
import { logSoftmax, normalised, softmax } from "./element-norms.ts";
import { broadcastIndex, type ElementAsk, type ElementRule, type Index, indexIn, positions } from "./element-rule.ts";
import { type Asked, axisOf, numbersOf, part, replaced, same, total, type Use, whole } from "./element-use.ts";

/**
 * Elements that stand elsewhere in the result. `place` says where an element of the result was taken from; the gradient of an
 * element collects from every place that it was taken to.
 */
function selection(
  key: string,
  operands: readonly string[],
  place: (ask: Asked, source: Index) => ((index: Index) => number[]) | null,
): Use {
  return {
    operands: [key, "g", ...operands],
    rule(ask) {
      const backward = ask.argument !== null;
      const source = backward ? ask.result : ask.shape(key);
      const from = source && place(ask, source);
      if (!from) return null;
      if (!backward)
        return { terms: (index) => [part(key, from(index))], combine: total, words: "taken from this element" };
      const taken = positions(ask.shape("g") ?? []);
      return {
        terms: (index) => taken.filter((at) => same(from(at), index)).map((at) => part("g", at)),
        combine: total,
        words: "the places that this element was taken to; none gives 0",
      };
    },
  };
}

/** The number of an index tensor, counted from the end when negative. */
function indexAt({ number }: Asked, key: string, index: Index, size: number): number {
  const at = number({ key, index: [...index] });
  return at < 0 ? at + size : at;
}

/** The elements of the input in the window of each element of the result; windows lie over the last dimensions. */
type Windows = (index: Index) => number[][];

function product(sides: readonly (readonly number[])[]): number[][] {
  return sides.reduce<number[][]>((all, side) => all.flatMap((at) => side.map((x) => [...at, x])), [[]]);
}

function slidingWindows({ attrs }: ElementAsk, input: Index): Windows {
  const kernel = numbersOf(attrs.kernel_size);
  const given = numbersOf(attrs.stride);
  const [stride, padding, dilation] = [
    given.length > 0 ? given : kernel,
    numbersOf(attrs.padding),
    numbersOf(attrs.dilation),
  ];
  const before = input.length - kernel.length;
  return (index) => {
    const sides = kernel.map((size, d) =>
      Array.from(
        { length: size },
        (_, k) => (index[before + d] ?? 0) * (stride[d] ?? 1) + k * (dilation[d] ?? 1) - (padding[d] ?? 0),
      ).filter((x) => x >= 0 && x < (input[before + d] ?? 0)),
    );
    return product(sides).map((at) => [...index.slice(0, before), ...at]);
  };
}

/** Windows that divide the input evenly: from ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉ for m windows over n elements. */
function evenWindows({ attrs }: ElementAsk, input: Index): Windows {
  const sizes = numbersOf(attrs.output_size);
  const before = input.length - sizes.length;
  return (index) => {
    const sides = sizes.map((m, d) => {
      const n = input[before + d] ?? 0;
      const i = index[before + d] ?? 0;
      const first = Math.floor((i * n) / m);
      return Array.from({ length: Math.ceil(((i + 1) * n) / m) - first }, (_, k) => first + k);
    });
    return product(sides).map((at) => [...index.slice(0, before), ...at]);
  };
}

/** Does an element share its window with `index`? Those that do are looked for among all elements of the result. */
function windowsOver(ask: Asked, windows: Windows, index: Index): { at: number[]; inside: number[][] }[] {
  return positions(ask.shape("g") ?? []).flatMap((at) => {
    const inside = windows(at);
    return inside.some((place) => same(place, index)) ? [{ at, inside }] : [];
  });
}

function averages(windowsOf: (ask: ElementAsk, input: Index) => Windows): Use {
  return {
    operands: ["self", "g"],
    rule(ask) {
      const backward = ask.argument !== null;
      const input = backward ? ask.result : ask.shape("self");
      if (input === undefined) return null;
      const windows = windowsOf(ask, input);
      const { attrs } = ask;
      const kernel = numbersOf(attrs.kernel_size).reduce((n, size) => n * size, 1);
      // Padding counts as zeros, unless it is not to; a window that hangs over the padded edge is not told from one that does not.
      const divisor = (inside: readonly unknown[]): number =>
        whole(attrs.divisor_override) ||
        (attrs.kernel_size === undefined || attrs.count_include_pad === false ? inside.length : kernel);
      if (!backward)
        return {
          terms: (index) => windows(index).map((place) => part("self", place)),
          combine: (numbers, index) => total(numbers) / divisor(windows(index)),
          words: "the window, averaged",
        };
      return {
        terms: (index) => windowsOver(ask, windows, index).map(({ at }) => part("g", at)),
        combine: (numbers, index) =>
          total(windowsOver(ask, windows, index).map(({ inside }, i) => (numbers[i] ?? 0) / divisor(inside))),
        words: "the windows that it is in, each divided by the number of its elements",
      };
    },
  };
}

const maxima: Use = {
  operands: ["self", "g"],
  rule(ask) {
    const backward = ask.argument !== null;
    const input = backward ? ask.result : ask.shape("self");
    if (input === undefined) return null;
    const windows = slidingWindows(ask, input);
    if (!backward)
      return {
        terms: (index) => windows(index).map((place) => part("self", place)),
        combine: (numbers) => Math.max(...numbers),
        words: "the largest of the window",
      };
    const value = (index: Index): number => ask.number({ key: "self", index: [...index] });
    const isChosen = (inside: readonly number[][], index: Index): boolean => {
      const most = Math.max(...inside.map(value));
      return same(inside.find((place) => value(place) === most) ?? [], index);
    };
    return {
      terms: (index) =>
        windowsOver(ask, windows, index).flatMap(({ at, inside }) => (isChosen(inside, index) ? [part("g", at)] : [])),
      combine: total,
      words: "the windows of which it is the largest; none gives 0",
    };
  },
};

/** x[i, j]: tensors of integers for the first dimensions. */
const picked = selection("self", ["indices[0]", "indices[1]", "indices[2]"], (ask, source) => {
  const keys = ["indices[0]", "indices[1]", "indices[2]"].filter((key) => ask.shape(key) !== undefined);
  const [shape] = keys.map((key) => ask.shape(key) ?? []);
  const output = ask.argument === null ? ask.result : (ask.shape("g") ?? []);
  if (shape === undefined || !keys.every((key) => same(ask.shape(key) ?? [], shape))) return null;
  if (output.length !== shape.length + source.length - keys.length) return null;
  return (index) => {
    const at = index.slice(0, shape.length);
    return [...keys.map((key, d) => indexAt(ask, key, at, source[d] ?? 0)), ...index.slice(shape.length)];
  };
});

const select = selection("self", [], (ask, source) => {
  const axis = axisOf(ask, source.length);
  const at = whole(ask.attrs.index);
  return (index) => [...index.slice(0, axis), at < 0 ? at + (source[axis] ?? 0) : at, ...index.slice(axis)];
});

const slice = selection("self", [], (ask, source) => {
  const axis = axisOf(ask, source.length);
  const size = source[axis] ?? 0;
  const start = whole(ask.attrs.start);
  const first = Math.min(size, Math.max(0, start < 0 ? start + size : start));
  return (index) => replaced(index, axis, first + (index[axis] ?? 0) * whole(ask.attrs.step, 1));
});

const gather = selection("self", ["index"], (ask, source) => {
  const axis = axisOf(ask, source.length);
  return (index) => replaced(index, axis, indexAt(ask, "index", index, source[axis] ?? 0));
});

const indexSelect = selection("self", ["index"], (ask, source) => {
  const axis = axisOf(ask, source.length);
  return (index) => replaced(index, axis, indexAt(ask, "index", [index[axis] ?? 0], source[axis] ?? 0));
});

const embedding = selection("weight", ["indices"], (ask) => (index) => [
  ask.number({ key: "indices", index: index.slice(0, -1) }),
  index.at(-1) ?? 0,
]);

/** Each element stands at every place that it is broadcast to. */
const expanded = selection("self", [], (_, source) => (index) => broadcastIndex(index, source));

/** At each place one of two operands stands, as `condition` says; an operand may be a plain number among the attributes. */
function choice(condition: string, whenTrue: string, whenFalse: string): Use {
  return {
    operands: ["g", condition, whenTrue, whenFalse],
    rule(ask) {
      const whole = ask.argument === null ? ask.result : ask.shape("g");
      const shape = ask.shape(condition);
      if (whole === undefined || shape === undefined) return null;
      const chosen = (at: Index): string =>
        ask.number({ key: condition, index: broadcastIndex(at, shape) }) === 0 ? whenFalse : whenTrue;
      if (ask.argument === null)
        return {
          terms: (index) => {
            const own = ask.shape(chosen(index));
            return [
              part(condition, broadcastIndex(index, shape)),
              ...(own ? [part(chosen(index), broadcastIndex(index, own))] : []),
            ];
          },
          combine: ([, number], index) => number ?? plainNumber(ask.attrs[chosen(index)]),
          words: `the first says which of ${whenTrue} and ${whenFalse} stands here`,
        };
      const places = positions(whole);
      return {
        terms: (index) =>
          places
            .filter((at) => chosen(at) === ask.argument && same(broadcastIndex(at, ask.result), index))
            .map((at) => part("g", at)),
        combine: total,
        words: `the places where ${ask.argument} stands; none gives 0`,
      };
    },
  };
}

/** Numbers that JSON has not are written as words. */
const plainNumber = (value: unknown): number =>
  typeof value === "number" ? value : Number(String(value).replace("inf", "Infinity"));

/** The same elements in the same order, in another shape. */
const reshaped = selection("self", [], (ask, source) => {
  const output = ask.argument === null ? ask.result : (ask.shape("g") ?? []);
  return (index) => {
    const flat = index.reduce((at, i, d) => at * (output[d] ?? 1) + i, 0);
    return indexIn(source, flat);
  };
});

/** Dimensions in another order: `axes` says which of the source stands at each place of the result. */
function turned(axes: (attrs: ElementAsk["attrs"], rank: number) => number[]): Use {
  return selection("self", [], ({ attrs }, source) => {
    const order = axes(attrs, source.length).map((d) => (d < 0 ? d + source.length : d));
    return (index) => source.map((_, d) => index[order.indexOf(d)] ?? 0);
  });
}

const swapped = (rank: number, a: number, b: number): number[] => {
  const [first, second] = [a < 0 ? a + rank : a, b < 0 ? b + rank : b];
  return Array.from({ length: rank }, (_, d) => (d === first ? second : d === second ? first : d));
};

const uses: Readonly<Record<string, Use>> = {
  _softmax: softmax,
  _log_softmax: logSoftmax,
  native_layer_norm: normalised,
  max_pool2d_with_indices: maxima,
  max_pool3d_with_indices: maxima,
  avg_pool2d: averages(slidingWindows),
  avg_pool3d: averages(slidingWindows),
  _adaptive_avg_pool2d: averages(evenWindows),
  _adaptive_avg_pool3d: averages(evenWindows),
  embedding,
  expand: expanded,
  gather,
  index: picked,
  index_select: indexSelect,
  masked_fill: choice("mask", "value", "self"),
  select,
  slice,
  view: reshaped,
  _unsafe_view: reshaped,
  squeeze: reshaped,
  unsqueeze: reshaped,
  t: turned((_, rank) => swapped(rank, 0, rank - 1)),
  transpose: turned(({ dim0, dim1 }, rank) => swapped(rank, whole(dim0), whole(dim1))),
  permute: turned(({ dims }) => numbersOf(dims)),
  where: choice("condition", "self", "other"),
};

/** The rule of an operator of the table; null for others. */
export function usesOf(ask: ElementAsk): ElementRule | null {
  const use = Object.hasOwn(uses, ask.op) ? uses[ask.op] : undefined;
  const found = use?.rule({ ...ask, number: ask.number ?? (() => Number.NaN) });
  if (!use || !found) return null;
  const operands = use.operands.filter((key) => ask.shape(key) !== undefined);
  return { ...found, operands, scale: 1, added: [], template: null };
}
