import { indexError, notImplemented, TorchError, valueError } from "../../../engine/errors.ts";
import { runWith } from "../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { Generator } from "./generator.ts";
import type { Sized } from "./samplers.ts";
import type { Tensor } from "./tensor.ts";

/** Samples by index: extend it with `length` and `at(index)`. */
export abstract class Dataset<Sample = unknown> implements Sized {
  get length(): number {
    throw notImplemented("a Dataset must define the getter length");
  }
  at(_index: number): Sample {
    throw notImplemented("Subclasses of Dataset should implement at(index).");
  }
}

/** Samples one after the other: extend it with `[Symbol.iterator]`. */
export abstract class IterableDataset<Sample = unknown> implements Iterable<Sample> {
  [Symbol.iterator](): Iterator<Sample> {
    throw notImplemented("an IterableDataset must define [Symbol.iterator]()");
  }
}

/** Rows of tensors with the same first dimension. Error: different numbers of rows. */
export class TensorDataset extends Dataset<Tensor[]> {
  readonly tensors: readonly Tensor[];
  constructor(...tensors: Tensor[]) {
    super();
    if (tensors.some((t) => t.size(0) !== tensors[0].size(0)))
      throw new TorchError("AssertionError", "Size mismatch between tensors");
    this.tensors = tensors;
  }
  override get length(): number {
    return this.tensors[0].size(0);
  }
  override at(index: number): Tensor[] {
    return this.tensors.map((t) => (t as unknown as { at(i: number): Tensor }).at(index));
  }
}

/** Chosen samples of a dataset. */
export class Subset<Sample> extends Dataset<Sample> {
  readonly dataset: Dataset<Sample>;
  readonly indices: readonly number[];
  constructor(dataset: Dataset<Sample>, indices: readonly number[]) {
    super();
    this.dataset = dataset;
    this.indices = indices;
  }
  override get length(): number {
    return this.indices.length;
  }
  override at(index: number): Sample {
    return this.dataset.at(this.indices[index]);
  }
}

/** Datasets one after the other. */
export class ConcatDataset<Sample> extends Dataset<Sample> {
  readonly datasets: readonly Dataset<Sample>[];
  constructor(datasets: Iterable<Dataset<Sample>>) {
    super();
    this.datasets = [...datasets];
    if (this.datasets.length === 0) throw new TorchError("AssertionError", "datasets should not be an empty iterable");
  }
  override get length(): number {
    return this.datasets.reduce((n, d) => n + d.length, 0);
  }
  override at(index: number): Sample {
    let i = index < 0 ? index + this.length : index;
    if (i < 0) throw valueError("absolute value of index should not exceed dataset length");
    for (const d of this.datasets) {
      if (i < d.length) return d.at(i);
      i -= d.length;
    }
    throw indexError("index out of range");
  }
}

/** Datasets side by side: each sample is an array of theirs. Error: different lengths. */
export class StackDataset extends Dataset<unknown[]> {
  readonly datasets: readonly Dataset[];
  constructor(...datasets: Dataset[]) {
    super();
    if (datasets.length === 0) throw valueError("At least one dataset should be passed");
    if (datasets.some((d) => d.length !== datasets[0].length)) throw valueError("Size mismatch between datasets");
    this.datasets = datasets;
  }
  override get length(): number {
    return this.datasets[0].length;
  }
  override at(index: number): unknown[] {
    return this.datasets.map((d) => d.at(index));
  }
}

/** Iterable datasets one after the other. */
export class ChainDataset<Sample> extends IterableDataset<Sample> {
  readonly datasets: Iterable<IterableDataset<Sample>>;
  constructor(datasets: Iterable<IterableDataset<Sample>>) {
    super();
    this.datasets = datasets;
  }
  override *[Symbol.iterator](): Iterator<Sample> {
    for (const d of this.datasets) yield* d;
  }
}

/** Lengths of parts: as given, or from shares that sum to 1. Errors: PyTorch's. */
function partLengths(rt: Runtime, total: number, given: readonly number[]): number[] {
  const sum = given.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) > 1e-9 || sum > 1) return [...given];
  const lengths = given.map((share, i) => {
    if (share < 0 || share > 1) throw valueError(`Fraction at index ${i} is not between 0 and 1`);
    return Math.floor(total * share);
  });
  const left = total - lengths.reduce((a, b) => a + b, 0);
  for (let i = 0; i < left; i++) lengths[i % lengths.length]++;
  lengths.forEach((n, i) => {
    if (n === 0) rt.warn("UserWarning", `Length of split at index ${i} is 0. This might result in an empty dataset.`);
  });
  return lengths;
}

/** torch.utils.data.random_split of one runtime: a dataset split at random into parts of given lengths or shares. */
export function randomSplitFunction(rt: Runtime) {
  return <Sample>(
    dataset: Dataset<Sample>,
    lengths: readonly number[],
    options: { generator?: Generator | null } = {},
  ): Subset<Sample>[] => {
    const parts = partLengths(rt, dataset.length, lengths);
    if (parts.reduce((a, b) => a + b, 0) !== dataset.length)
      throw valueError("Sum of input lengths does not equal the length of the input dataset!");
    const generator = options.generator ? Generator.raw(options.generator) : null;
    const order = rt.quietly(() => runWith(rt, "randperm", { n: dataset.length, generator })).toArray();
    let at = 0;
    return parts.map((n) => new Subset(dataset, order.slice(at, (at += n))));
  };
}
