import { uint8 } from "../../../engine/dtype.ts";
import { Generator } from "../../../engine/random/generator.ts";
import { packState, unpackState } from "../../../engine/random/state.ts";
import type { Tensor } from "../../../engine/tensor.ts";
import type { Native } from "./table.ts";

/** Random generators: the engine's own and others made by the program. */
export const RANDOM_NATIVES: Readonly<Record<string, Native>> = {
  generator_new: () => new Generator(),
  generator_default: (c) => c.rt.generator,
  /** Seeds cross as text: they have 64 bits. */
  generator_seed: (_c, g: Generator, seed: string) => {
    g.manualSeed(BigInt(seed));
    return null;
  },
  generator_initial_seed: (_c, g: Generator) => String(g.initialSeed),
  generator_random_seed: (_c, g: Generator) => g.reseed(),
  /** A 64-bit number of the stream as [high, low] halves (doubles cannot hold it). */
  generator_u64: (_c, g: Generator) => JSON.stringify([g.u32(), g.u32()]),
  generator_get_state: (c, g: Generator) => {
    const bytes = packState(g);
    return c.rt.from(bytes, [bytes.length], uint8);
  },
  generator_set_state: (_c, g: Generator, state: Tensor) => {
    unpackState(g, Uint8Array.from(state.toArray()));
    return null;
  },
};
