import { typeError } from "../../../engine/errors.ts";
import { PackedSequence as EnginePacked } from "../../../engine/nn/packed-sequence.ts";
import { Tensor } from "./tensor.ts";

const wrapped = (t: Parameters<typeof Tensor.wrap>[0] | null): Tensor | null => (t === null ? null : Tensor.wrap(t));

/** Sequences of different lengths, step by step, as recurrent layers take them. */
export class PackedSequence {
  readonly #raw: EnginePacked;

  /** Only packPaddedSequence and packSequence make packed sequences. */
  constructor(raw: unknown) {
    if (!(raw instanceof EnginePacked)) throw typeError("use packPaddedSequence(…) or packSequence(…)");
    this.#raw = raw;
  }
  static raw(p: PackedSequence): EnginePacked {
    return p.#raw;
  }

  get data(): Tensor {
    return Tensor.wrap(this.#raw.data);
  }
  get batchSizes(): Tensor {
    return Tensor.wrap(this.#raw.batchSizes);
  }
  get sortedIndices(): Tensor | null {
    return wrapped(this.#raw.sortedIndices);
  }
  get unsortedIndices(): Tensor | null {
    return wrapped(this.#raw.unsortedIndices);
  }
  toString(): string {
    const fields = {
      data: this.data,
      batch_sizes: this.batchSizes,
      sorted_indices: this.sortedIndices,
      unsorted_indices: this.unsortedIndices,
    };
    const parts = Object.entries(fields).map(([name, t]) => `${name}=${t === null ? "None" : t.toString()}`);
    return `PackedSequence(${parts.join(", ")})`;
  }
}
