import { int64 } from "../dtype.ts";
import { valueError } from "../errors.ts";
import { indexSelect } from "../ops/index-along.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { run } from "./named-operators.ts";

/** torch.nn.utils.rnn.PackedSequence: the steps of several sequences one after the other. */
export class PackedSequence {
  /** [all steps, …]: first of all sequences, then second of those that have one, … */
  readonly data: Tensor;
  /** int64 [longest]: how many sequences each step has. */
  readonly batchSizes: Tensor;
  /** Where sequences stood before they were sorted by length, and where they stand now; null where they came sorted. */
  readonly sortedIndices: Tensor | null;
  readonly unsortedIndices: Tensor | null;

  constructor(data: Tensor, batchSizes: Tensor, sortedIndices: Tensor | null, unsortedIndices: Tensor | null) {
    this.data = data;
    this.batchSizes = batchSizes;
    this.sortedIndices = sortedIndices;
    this.unsortedIndices = unsortedIndices;
  }

  /** The same sequences with other values at their steps. */
  with(data: Tensor): PackedSequence {
    return new PackedSequence(data, this.batchSizes, this.sortedIndices, this.unsortedIndices);
  }
}

/** A tensor with dimension `dim` in another order; as it is for null. */
export const permuted = (t: Tensor, dim: number, order: Tensor | null): Tensor =>
  order === null ? t : indexSelect(t, dim, order);

/**
 * Packs a padded batch [longest, batch, …] (or batch first) by the true lengths. Error: RuntimeError for lengths that are zero, too
 * many, too large, or not descending while `enforceSorted`.
 */
export function packPaddedSequence(
  rt: Runtime,
  input: Tensor,
  lengths: readonly number[],
  { batchFirst, enforceSorted }: { batchFirst: boolean; enforceSorted: boolean },
): PackedSequence {
  const places = lengths.map((_, i) => i);
  // As torch.sort(descending=True), which PyTorch uses; sequences of equal length keep their order.
  const order = enforceSorted ? null : places.toSorted((a, b) => lengths[b] - lengths[a]);
  const numbers = (values: readonly number[]): Tensor => rt.from(values, [values.length], int64);
  const sorted = order === null ? null : numbers(order);
  const back = order === null ? null : numbers(places.map((i) => order.indexOf(i)));
  const own = numbers(order === null ? lengths : order.map((i) => lengths[i]));
  const [data, batchSizes] = run(
    rt,
    "_pack_padded_sequence",
    permuted(input, batchFirst ? 0 : 1, sorted),
    own,
    batchFirst,
  ) as unknown as [Tensor, Tensor];
  return new PackedSequence(data, batchSizes, sorted, back);
}

/** The padded batch of a packed sequence, and the lengths as int64 [batch]. Error: ValueError for a total length that is too small. */
export function padPackedSequence(
  rt: Runtime,
  sequence: PackedSequence,
  { batchFirst, padding, totalLength }: { batchFirst: boolean; padding: number; totalLength: number | null },
): [Tensor, Tensor] {
  const longest = sequence.batchSizes.numel;
  if (totalLength !== null && totalLength < longest)
    throw valueError(
      `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${totalLength} and max sequence length being ${longest}`,
    );
  const [output, lengths] = run(
    rt,
    "_pad_packed_sequence",
    sequence.data,
    sequence.batchSizes,
    batchFirst,
    padding,
    totalLength ?? longest,
  ) as unknown as [Tensor, Tensor];
  const back = sequence.unsortedIndices;
  return [permuted(output, batchFirst ? 0 : 1, back), permuted(lengths, 0, back)];
}
