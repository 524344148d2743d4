import { Generator as EngineGenerator } from "../../../engine/random/generator.ts";

/** A random stream of its own, as torch.Generator: `randn(3, { generator: new Generator().manualSeed(1) })`. */
export class Generator {
  readonly #raw: EngineGenerator;

  constructor(raw: unknown = null) {
    this.#raw = raw instanceof EngineGenerator ? raw : new EngineGenerator();
  }

  static wrap(raw: EngineGenerator): Generator {
    return new Generator(raw);
  }
  static raw(g: Generator): EngineGenerator {
    return g.#raw;
  }

  /** Restarts the stream at a seed. */
  manualSeed(seed: number): this {
    this.#raw.manualSeed(seed);
    return this;
  }
  /** Seeds with a number of the stream itself (runs are deterministic) and returns it. */
  seed(): number {
    return this.#raw.reseed();
  }
  initialSeed(): number {
    return Number(this.#raw.initialSeed);
  }
}
