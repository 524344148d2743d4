/** Written part of the declarations: datasets and loaders. */
export const DATA_PART = `export namespace utils {
  /** Datasets, samplers and batches (torch.utils.data). */
  export namespace data {
    interface Sized {
      readonly length: number;
    }
    /** Samples by index: extend it with \`get length()\` and \`at(index)\`. */
    export abstract class Dataset<Sample = any> implements Sized {
      constructor();
      get length(): number;
      /** The sample at a place. */
      at(index: number): Sample;
    }
    /** Samples one after the other: extend it with \`*[Symbol.iterator]()\`. */
    export abstract class IterableDataset<Sample = any> implements Iterable<Sample> {
      constructor();
      [Symbol.iterator](): Iterator<Sample>;
    }
    /** Rows of tensors with the same first dimension. */
    export class TensorDataset extends Dataset<Tensor[]> {
      constructor(...tensors: Tensor[]);
      /** The tensors whose rows are the samples. */
      readonly tensors: readonly Tensor[];
    }
    /** Chosen samples of a dataset. */
    export class Subset<Sample = any> extends Dataset<Sample> {
      constructor(dataset: Dataset<Sample>, indices: readonly number[]);
      readonly dataset: Dataset<Sample>;
      readonly indices: readonly number[];
    }
    /** Datasets one after the other. */
    export class ConcatDataset<Sample = any> extends Dataset<Sample> {
      constructor(datasets: Iterable<Dataset<Sample>>);
      readonly datasets: readonly Dataset<Sample>[];
    }
    /** Datasets side by side: each sample is an array of theirs. */
    export class StackDataset extends Dataset<any[]> {
      constructor(...datasets: Dataset[]);
    }
    /** Iterable datasets one after the other. */
    export class ChainDataset<Sample = any> extends IterableDataset<Sample> {
      constructor(datasets: Iterable<IterableDataset<Sample>>);
    }
    /** Splits a dataset at random into parts of given lengths, or of shares that sum to 1. */
    function randomSplit<Sample>(
      dataset: Dataset<Sample>,
      lengths: readonly number[],
      options?: { generator?: Generator | null },
    ): Subset<Sample>[];

    /** An order in which samples are taken. */
    export abstract class Sampler<Item = number> implements Iterable<Item>, Sized {
      constructor();
      abstract readonly length: number;
      [Symbol.iterator](): Iterator<Item>;
    }
    /** 0, 1, 2 … */
    export class SequentialSampler extends Sampler {
      constructor(dataSource: Sized);
      readonly length: number;
    }
    /** A random order, or random choices with replacement. */
    export class RandomSampler extends Sampler {
      constructor(
        dataSource: Sized,
        options?: { replacement?: boolean; numSamples?: number | null; generator?: Generator | null },
      );
      readonly length: number;
    }
    /** Given indices in random order. */
    export class SubsetRandomSampler extends Sampler {
      constructor(indices: readonly number[], options?: { generator?: Generator | null });
      readonly length: number;
    }
    /** Random indices with given weights. */
    export class WeightedRandomSampler extends Sampler {
      constructor(
        weights: Tensor | readonly number[],
        numSamples: number,
        options?: { replacement?: boolean; generator?: Generator | null },
      );
      readonly length: number;
    }
    /** Groups the indices of another sampler. */
    export class BatchSampler extends Sampler<number[]> {
      constructor(sampler: Iterable<number> & Sized, batchSize: number, dropLast?: boolean);
      readonly length: number;
    }

    interface LoaderOptions<Sample, Batch> {
      /** 1 unless given; null gives samples one by one. */
      batchSize?: number | null;
      /** Take the samples in a random order, another one each time. */
      shuffle?: boolean;
      sampler?: (Iterable<number> & Sized) | null;
      batchSampler?: (Iterable<number[]> & Sized) | null;
      /** Makes a batch from samples. */
      collateFn?: ((samples: Sample[]) => Batch) | null;
      /** Leave the last batch out when it is smaller. */
      dropLast?: boolean;
      generator?: Generator | null;
      /** There is one process: workers are never started. */
      numWorkers?: number;
      pinMemory?: boolean;
    }
    /** What samples become in a batch: tensors and numbers a tensor, strings an array, inside arrays and objects too. */
    type Collated<S> = 0 extends 1 & S
      ? any
      : S extends Tensor | number
        ? Tensor
        : S extends string
          ? string[]
          : { [K in keyof S]: Collated<S[K]> };
    /** Batches of a dataset: \`for (const [x, y] of loader)\`. */
    export class DataLoader<Sample = any, Batch = Collated<Sample>> implements Iterable<Batch> {
      constructor(dataset: Dataset<Sample> | IterableDataset<Sample>, options?: LoaderOptions<Sample, Batch>);
      readonly dataset: Dataset<Sample> | IterableDataset<Sample>;
      /** Number of batches. */
      readonly length: number;
      [Symbol.iterator](): Iterator<Batch>;
    }
    /** A batch from samples: tensors are stacked, numbers become tensors, arrays and objects are collated inside. */
    function defaultCollate(samples: readonly any[]): any;
  }
}
`;
