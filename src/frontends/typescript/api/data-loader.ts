import { float32, int64 } from "../../../engine/dtype.ts";
import { runtimeError, typeError, valueError } from "../../../engine/errors.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import {
  ChainDataset,
  ConcatDataset,
  Dataset,
  IterableDataset,
  randomSplitFunction,
  StackDataset,
  Subset,
  TensorDataset,
} from "./datasets.ts";
import { Generator } from "./generator.ts";
import { drawSeed, type Sized, samplerClasses } from "./samplers.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, isOptions } from "./values.ts";

export interface LoaderOptions {
  batchSize?: number | null;
  shuffle?: boolean;
  sampler?: (Iterable<number> & Sized) | null;
  batchSampler?: (Iterable<number[]> & Sized) | null;
  collateFn?: ((samples: unknown[]) => unknown) | null;
  dropLast?: boolean;
  generator?: Generator | null;
  numWorkers?: number;
  pinMemory?: boolean;
}
const OPTIONS = new Set([
  "batchSize",
  "shuffle",
  "sampler",
  "batchSampler",
  "collateFn",
  "dropLast",
  "generator",
  "numWorkers",
  "pinMemory",
]);

/** A batch from samples: tensors are stacked, numbers become tensors, arrays and plain objects are collated inside. */
function collate(rt: Runtime, samples: readonly unknown[]): unknown {
  const [first] = samples;
  if (first instanceof Tensor)
    return Tensor.wrap(
      run(
        rt,
        "stack",
        samples.map((s) => Tensor.raw(s as Tensor)),
      ),
    );
  if (typeof first === "number") {
    // JavaScript does not tell 1.0 from 1: numbers are labels where all are whole.
    const numbers = samples as number[];
    return Tensor.wrap(rt.from(numbers, [numbers.length], numbers.every(Number.isInteger) ? int64 : float32));
  }
  if (typeof first === "string") return [...samples];
  if (Array.isArray(first)) {
    const lists = samples as unknown[][];
    if (lists.some((s) => s.length !== first.length))
      throw runtimeError("each element in list of batch should be of equal size");
    return first.map((_, i) =>
      collate(
        rt,
        lists.map((s) => s[i]),
      ),
    );
  }
  if (isOptions(first))
    return Object.fromEntries(
      Object.keys(first).map((key) => [
        key,
        collate(
          rt,
          samples.map((s) => (s as typeof first)[key]),
        ),
      ]),
    );
  throw typeError(
    `defaultCollate: batch must contain tensors, numbers, objects or arrays; found ${describeKind(first)}`,
  );
}

/** The batch of a TensorDataset (or of a subset of one), taken at once; null when samples must be fetched one by one. */
function rowsAtOnce(rt: Runtime, dataset: unknown, indices: readonly number[]): Tensor[] | null {
  let [from, at] = [dataset, indices];
  while (from instanceof Subset && from.constructor === Subset) {
    const { indices: chosen } = from;
    at = at.map((i) => chosen[i]);
    from = from.dataset;
  }
  if (!(from instanceof TensorDataset) || from.constructor !== TensorDataset) return null;
  if (from.tensors.some((t) => t.requiresGrad)) return null;
  const rows = rt.from([...at], [at.length], int64);
  return from.tensors.map((t) => Tensor.wrap(run(rt, "index_select", Tensor.raw(t), 0, rows)));
}

/** The namespace `utils.data` of one runtime. */
export function dataExports(rt: Runtime) {
  const samplers = samplerClasses(rt);
  const defaultCollate = (samples: readonly unknown[]): unknown => collate(rt, samples);

  class DataLoader implements Iterable<unknown> {
    readonly dataset: Dataset | IterableDataset;
    readonly batchSize: number | null;
    readonly dropLast: boolean;
    readonly sampler: (Iterable<number> & Sized) | null;
    readonly batchSampler: (Iterable<number[]> & Sized) | null;
    readonly collateFn: ((samples: unknown[]) => unknown) | null;
    readonly generator: Generator | null;

    constructor(dataset: Dataset | IterableDataset, options: LoaderOptions = {}) {
      const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
      if (unknown !== undefined)
        throw typeError(`DataLoader.__init__() got an unexpected keyword argument '${unknown}'`);
      const { shuffle = false, sampler = null, batchSampler = null, dropLast = false, generator = null } = options;
      const isIterable = dataset instanceof IterableDataset;
      const batchSize = batchSampler !== null ? null : options.batchSize === undefined ? 1 : options.batchSize;
      if (isIterable && shuffle)
        throw valueError("DataLoader with IterableDataset: expected unspecified shuffle option, but got shuffle=True");
      if (sampler !== null && shuffle) throw valueError("sampler option is mutually exclusive with shuffle");
      if (batchSampler !== null && ((options.batchSize ?? 1) !== 1 || shuffle || sampler !== null || dropLast))
        throw valueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last");
      this.dataset = dataset;
      this.batchSize = batchSize;
      this.dropLast = dropLast;
      this.generator = generator;
      this.collateFn = options.collateFn ?? (batchSize === null && batchSampler === null ? null : defaultCollate);
      this.sampler = isIterable ? null : (sampler ?? this.order(dataset, shuffle));
      this.batchSampler =
        batchSampler ??
        (batchSize === null || this.sampler === null
          ? null
          : new samplers.BatchSampler(this.sampler, batchSize, dropLast));
    }

    private order(dataset: Sized, shuffle: boolean): Iterable<number> & Sized {
      const { generator } = this;
      return shuffle ? new samplers.RandomSampler(dataset, { generator }) : new samplers.SequentialSampler(dataset);
    }

    /** Number of batches. */
    get length(): number {
      const of = this.batchSampler ?? this.sampler;
      if (of === null) throw typeError("a DataLoader over an IterableDataset has no length");
      return of.length;
    }

    *[Symbol.iterator](): Iterator<unknown> {
      const { dataset } = this;
      if (dataset instanceof IterableDataset) {
        drawSeed(rt, this.generator === null ? null : Generator.raw(this.generator));
        yield* this.grouped(dataset);
        return;
      }
      const order = (this.batchSampler ?? this.sampler ?? [])[Symbol.iterator]();
      // PyTorch draws a seed for its workers, also when there are none.
      drawSeed(rt, this.generator === null ? null : Generator.raw(this.generator));
      for (let next = order.next(); next.done !== true; next = order.next()) {
        const index = next.value;
        // What happens inside belongs to the library and to the dataset, not to the computation that is looked at.
        yield rt.quietly(() => this.fetch(dataset, index));
      }
    }

    private fetch(dataset: Dataset, index: number | readonly number[]): unknown {
      if (typeof index === "number") {
        const sample = dataset.at(index);
        return this.collateFn === null ? sample : this.collateFn(sample as unknown[]);
      }
      const rows = this.collateFn === defaultCollate ? rowsAtOnce(rt, dataset, index) : null;
      return rows ?? this.together(index.map((i) => dataset.at(i)));
    }
    private together(samples: unknown[]): unknown {
      return this.collateFn === null ? samples : this.collateFn(samples);
    }
    private *grouped(samples: Iterable<unknown>): IterableIterator<unknown> {
      if (this.batchSize === null) {
        yield* samples;
        return;
      }
      let batch: unknown[] = [];
      for (const sample of samples) {
        batch.push(sample);
        if (batch.length < this.batchSize) continue;
        yield this.together(batch);
        batch = [];
      }
      if (batch.length > 0 && !this.dropLast) yield this.together(batch);
    }
  }

  return Object.freeze({
    ...samplers,
    Dataset,
    IterableDataset,
    TensorDataset,
    Subset,
    ConcatDataset,
    StackDataset,
    ChainDataset,
    DataLoader,
    randomSplit: randomSplitFunction(rt),
    defaultCollate,
  });
}
