import { int64 } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { numelOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { copy_ } from "./copies.ts";
import { embedding, embeddingBackward } from "./embedding.ts";
import { narrow } from "./slicing.ts";
import { reshape, transpose, view } from "./views.ts";

/** Sequences of different lengths, padded [time, batch, …] and packed step by step (torch.nn.utils.rnn). */

/** Number of sequences that are at least t+1 long, for every t. `lengths` decrease. */
function batchSizesOf(lengths: ArrayLike<number>): number[] {
  const out: number[] = [];
  for (let t = 0; t < (lengths[0] ?? 0); t++) {
    let n = 0;
    while (n < lengths.length && lengths[n] > t) n++;
    out.push(n);
  }
  return out;
}

/** The steps of padded sequences one after another: packed data and the number of sequences at each step. */
export const packPadded = op({
  name: "_pack_padded_sequence",
  args: ["input", "lengths", "batch_first"],
  node: "PackPaddedSequenceBackward0",
  nondifferentiable: [1],
  forward: (input: Tensor, lengths: Tensor, batchFirst: boolean): Tensor[] => {
    const x = batchFirst ? transpose(input, 0, 1) : input;
    check(x.numel > 0, () => "Cannot pack empty tensors.");
    check(lengths.numel > 0, () => "Length of all samples has to be greater than 0, but found an empty 'lengths'");
    const own = denseArray(lengths);
    check(
      own.length === x.shape[1],
      () => `Expected \`len(lengths)\` to be equal to batch_size, but got ${own.length} (batch_size=${x.shape[1]})`,
    );
    check(
      own[own.length - 1] > 0,
      () => "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
    );
    for (let i = 1; i < own.length; i++)
      check(
        own[i - 1] >= own[i],
        () =>
          "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.",
      );
    check(
      own[0] <= x.shape[0],
      () => `Expected the longest length to be at most ${x.shape[0]}, but got lengths ${sizes(Array.from(own))}`,
    );
    const counts = batchSizesOf(own);
    const rest = x.shape.slice(2);
    const rows = embedding(reshape(x, [x.shape[0] * x.shape[1], numelOf(rest)]), rowNumbers(x, counts));
    return [reshape(rows, [rows.shape[0], ...rest]), x.rt.from(counts, [counts.length], int64)];
  },
  keep: ([input, , batch_first], [, result1]) => ({ batch_first, input_sizes: input.shape, result1 }),
  vjp: {
    input: (g, { batch_first, input_sizes, result1 }): Tensor => {
      const [a, b, ...rest] = input_sizes;
      const [times, batch] = batch_first ? [b, a] : [a, b];
      const width = numelOf(rest);
      const numbers = g.rt.quietly(() => rowNumbers(g, Array.from(denseArray(result1)), batch));
      const rows = embeddingBackward(reshape(g, [g.shape[0], width]), numbers, times * batch, -1, false);
      const padded = reshape(rows, [times, batch, ...rest]);
      return batch_first ? transpose(padded, 0, 1) : padded;
    },
  },
  formula: { out: "\\mathrm{pack}({input})", vjp: { input: "\\mathrm{pad}({g})" } },
  places: ["torch"],
  signatures: ["_pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first)"],
});

/** Row numbers, in a padded tensor flattened to [time·batch, …], of the packed steps. */
function rowNumbers(like: Tensor, counts: readonly number[], batch = like.shape[1]): Tensor {
  const numbers = counts.flatMap((n, step) => Array.from({ length: n }, (_, b) => step * batch + b));
  return like.rt.from(numbers, [numbers.length], int64);
}

/** The inverse: padded sequences and their lengths. */
export const padPacked = op({
  name: "_pad_packed_sequence",
  args: ["data", "batch_sizes", "batch_first", "padding_value", "total_length"],
  forward: (data: Tensor, batchSizes: Tensor, batchFirst: boolean, padding: number, totalLength: number): Tensor[] => {
    const counts = Array.from(denseArray(batchSizes));
    let times = counts.length;
    if (totalLength > 0) {
      check(
        totalLength >= times,
        () =>
          `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${totalLength} and max sequence length being ${times}`,
      );
      times = totalLength;
    }
    const rest = data.shape.slice(1);
    const out = data.rt.full([times, counts[0], ...rest], padding, data.dtype);
    let offset = 0;
    for (let from = 0; from < counts.length; ) {
      // Steps with the same number of sequences are written together.
      let to = from;
      while (to < counts.length && counts[to] === counts[from]) to++;
      const block = narrow(data, 0, offset, counts[from] * (to - from));
      copy_(
        narrow(narrow(out, 0, from, to - from), 1, 0, counts[from]),
        view(block, [to - from, counts[from], ...rest]),
      );
      offset += counts[from] * (to - from);
      from = to;
    }
    const lengths = Array.from({ length: counts[0] }, (_, b) => counts.filter((n) => n > b).length);
    return [batchFirst ? transpose(out, 0, 1) : out, data.rt.from(lengths, [lengths.length], int64)];
  },
  places: ["torch"],
  signatures: [
    "_pad_packed_sequence(Tensor data, Tensor batch_sizes, bool batch_first, double padding_value, int64_t total_length)",
  ],
});
