import { float64 } from "../../../engine/dtype.ts";
import { notImplemented, typeError, valueError } from "../../../engine/errors.ts";
import { runWith } from "../../../engine/nn/named-operators.ts";
import { cast } from "../../../engine/ops/copies.ts";
import type { Generator as EngineGenerator } from "../../../engine/random/generator.ts";
import { Generator as NewGenerator } from "../../../engine/random/generator.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { Generator } from "./generator.ts";
import { Tensor } from "./tensor.ts";

/** Something that has a length. */
export interface Sized {
  readonly length: number;
}

/** Orders in which samples are taken: iterate over one for the indices of an epoch. */
export abstract class Sampler<Item = number> implements Iterable<Item> {
  abstract readonly length: number;
  [Symbol.iterator](): Iterator<Item> {
    throw notImplemented("a Sampler must define [Symbol.iterator]()");
  }
}

const engineGenerator = (g: Generator | null | undefined): EngineGenerator | null =>
  g === null || g === undefined ? null : Generator.raw(g);

/** A seed as PyTorch's loaders draw it from the runtime's stream: 64 bits, of which a generator takes the lower half. */
export function drawSeed(rt: Runtime, generator: EngineGenerator | null = null): number {
  const from = generator ?? rt.generator;
  from.u32();
  return from.u32();
}

const positive = (name: string, n: unknown): number => {
  if (typeof n === "number" && Number.isInteger(n) && n > 0) return n;
  throw valueError(`${name} should be a positive integer value, but got ${name}=${String(n)}`);
};

interface RandomOptions {
  replacement?: boolean;
  numSamples?: number | null;
  generator?: Generator | null;
}

/** Samplers of one runtime. */
export function samplerClasses(rt: Runtime) {
  const permuted = (n: number, generator: EngineGenerator | null): number[] =>
    rt.quietly(() => runWith(rt, "randperm", { n, generator })).toArray();

  class SequentialSampler extends Sampler {
    readonly dataSource: Sized;
    constructor(dataSource: Sized) {
      super();
      this.dataSource = dataSource;
    }
    get length(): number {
      return this.dataSource.length;
    }
    override *[Symbol.iterator](): Iterator<number> {
      for (let i = 0; i < this.length; i++) yield i;
    }
  }

  class RandomSampler extends Sampler {
    readonly dataSource: Sized;
    readonly replacement: boolean;
    readonly generator: EngineGenerator | null;
    readonly #numSamples: number | null;

    constructor(dataSource: Sized, options: RandomOptions = {}) {
      super();
      this.dataSource = dataSource;
      this.replacement = options.replacement ?? false;
      this.generator = engineGenerator(options.generator);
      this.#numSamples = options.numSamples ?? null;
      positive("num_samples", this.length);
    }
    get length(): number {
      return this.#numSamples ?? this.dataSource.length;
    }
    override *[Symbol.iterator](): Iterator<number> {
      const n = this.dataSource.length;
      const generator = this.generator ?? new NewGenerator();
      if (this.generator === null) generator.manualSeed(drawSeed(rt));
      // PyTorch draws with replacement in blocks of 32.
      const block = this.replacement ? 32 : n;
      const draw = (count: number): number[] =>
        this.replacement
          ? rt.quietly(() => runWith(rt, "randint", { high: n, size: [count], generator })).toArray()
          : permuted(n, generator).slice(0, count);
      for (let left = this.length; left >= block; left -= block) yield* draw(block);
      yield* draw(this.length % block);
    }
  }

  class SubsetRandomSampler extends Sampler {
    readonly indices: readonly number[];
    readonly generator: EngineGenerator | null;
    constructor(indices: readonly number[], options: { generator?: Generator | null } = {}) {
      super();
      this.indices = indices;
      this.generator = engineGenerator(options.generator);
    }
    get length(): number {
      return this.indices.length;
    }
    override *[Symbol.iterator](): Iterator<number> {
      for (const i of permuted(this.indices.length, this.generator)) yield this.indices[i];
    }
  }

  class WeightedRandomSampler extends Sampler {
    readonly weights: Tensor;
    readonly length: number;
    readonly replacement: boolean;
    readonly generator: EngineGenerator | null;

    constructor(weights: Tensor | readonly number[], numSamples: number, options: RandomOptions = {}) {
      super();
      this.length = positive("num_samples", numSamples);
      const given =
        weights instanceof Tensor
          ? cast(Tensor.raw(weights), float64)
          : rt.from([...weights], [weights.length], float64);
      if (given.ndim !== 1)
        throw valueError(`weights should be a 1d sequence but given weights have shape (${given.shape.join(", ")})`);
      this.weights = Tensor.wrap(given);
      this.replacement = options.replacement ?? true;
      this.generator = engineGenerator(options.generator);
    }
    override *[Symbol.iterator](): Iterator<number> {
      const input = Tensor.raw(this.weights);
      const { length: num_samples, replacement, generator } = this;
      yield* rt.quietly(() => runWith(rt, "multinomial", { input, num_samples, replacement, generator })).toArray();
    }
  }

  class BatchSampler extends Sampler<number[]> {
    readonly sampler: Iterable<number> & Sized;
    readonly batchSize: number;
    readonly dropLast: boolean;
    constructor(sampler: Iterable<number> & Sized, batchSize: number, dropLast = false) {
      super();
      if (typeof dropLast !== "boolean") throw typeError("dropLast is true or false");
      this.sampler = sampler;
      this.batchSize = positive("batch_size", batchSize);
      this.dropLast = dropLast;
    }
    get length(): number {
      const batches = this.sampler.length / this.batchSize;
      return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
    }
    override *[Symbol.iterator](): Iterator<number[]> {
      let batch: number[] = [];
      for (const i of this.sampler) {
        batch.push(i);
        if (batch.length < this.batchSize) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0 && !this.dropLast) yield batch;
    }
  }

  return { Sampler, SequentialSampler, RandomSampler, SubsetRandomSampler, WeightedRandomSampler, BatchSampler };
}
