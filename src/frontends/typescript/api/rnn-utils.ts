import { typeError } from "../../../engine/errors.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import {
  packPaddedSequence as packPadded,
  padPackedSequence as padPacked,
} from "../../../engine/nn/packed-sequence.ts";
import { PackedSequence } from "./packed-sequence.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, needTensor } from "./values.ts";

const list = (lengths: Tensor | readonly number[]): readonly number[] =>
  lengths instanceof Tensor ? Tensor.raw(lengths).toArray() : lengths;

interface PackOptions {
  batchFirst?: boolean;
  enforceSorted?: boolean;
}

/** Sequences [length, …] as one tensor [longest, batch, …], or batch first, filled up with a value on the right or left. */
function padSequence(
  sequences: Iterable<Tensor>,
  options: { batchFirst?: boolean; paddingValue?: number; paddingSide?: "left" | "right" } = {},
): Tensor {
  const { batchFirst = false, paddingValue = 0, paddingSide = "right" } = options;
  const all = [...sequences].map((t) => needTensor(t, "sequence"));
  if (all.length === 0) throw typeError("padSequence got no sequences");
  const { rt } = all[0];
  const longest = Math.max(...all.map((t) => t.shape[0]));
  const padded = all.map((t) => {
    const missing = longest - t.shape[0];
    if (missing === 0) return t;
    const others = Array.from({ length: 2 * (t.ndim - 1) }, () => 0);
    const pad = [...others, ...(paddingSide === "left" ? [missing, 0] : [0, missing])];
    return run(rt, "pad", t, pad, "constant", paddingValue);
  });
  return Tensor.wrap(run(rt, "stack", padded, batchFirst ? 0 : 1));
}

/** The sequences of a padded batch again, by their lengths. */
function unpadSequence(
  padded: Tensor,
  lengths: Tensor | readonly number[],
  options: { batchFirst?: boolean } = {},
): Tensor[] {
  const raw = needTensor(padded, "padded sequences");
  const dim = options.batchFirst === true ? 0 : 1;
  return list(lengths).map((n, i) => {
    const sequence = run(raw.rt, "select", raw, dim, i);
    return Tensor.wrap(run(raw.rt, "narrow", sequence, 0, 0, n));
  });
}

/** Packs a padded batch by the true lengths, which must descend unless `enforceSorted` is false. */
function packPaddedSequence(
  input: Tensor,
  lengths: Tensor | readonly number[],
  { batchFirst = false, enforceSorted = true }: PackOptions = {},
): PackedSequence {
  const raw = needTensor(input, "input");
  return new PackedSequence(packPadded(raw.rt, raw, list(lengths), { batchFirst, enforceSorted }));
}

/** Packs sequences [length, …]. */
function packSequence(sequences: Iterable<Tensor>, options: { enforceSorted?: boolean } = {}): PackedSequence {
  const all = [...sequences];
  return packPaddedSequence(
    padSequence(all),
    all.map((t) => t.shape[0]),
    options,
  );
}

/** The padded batch of a packed sequence, and the lengths. */
function padPackedSequence(
  sequence: PackedSequence,
  options: { batchFirst?: boolean; paddingValue?: number; totalLength?: number | null } = {},
): [Tensor, Tensor] {
  if (!(sequence instanceof PackedSequence))
    throw typeError(`padPackedSequence takes a PackedSequence, not ${describeKind(sequence)}`);
  const raw = PackedSequence.raw(sequence);
  const { batchFirst = false, paddingValue: padding = 0, totalLength = null } = options;
  const [padded, lengths] = padPacked(raw.data.rt, raw, { batchFirst, padding, totalLength });
  return [Tensor.wrap(padded), Tensor.wrap(lengths)];
}

/** The sequences of a packed one. */
function unpackSequence(sequence: PackedSequence): Tensor[] {
  return unpadSequence(...padPackedSequence(sequence));
}

/** nn.utils.rnn */
export const RNN_UTILS = Object.freeze({
  PackedSequence,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  unpackSequence,
  unpadSequence,
});
