import { runtimeError } from "../errors.ts";
import type { Generator } from "./generator.ts";

/** Size of PyTorch's CPU generator state: legacy layout with 624 words as 64-bit numbers, and the kept normals. */
const STATE_BYTES = 5056;

/** The generator as get_rng_state() gives it: seed, left, seeded, next, 624 words, kept normal. */
export function packState(g: Generator): Uint8Array {
  const s = g.snapshot();
  const bytes = new Uint8Array(STATE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, s.seed, true);
  view.setInt32(8, s.left, true);
  view.setInt32(12, 1, true);
  view.setBigUint64(16, BigInt(s.next), true);
  s.words.forEach((word, i) => {
    view.setBigUint64(24 + 8 * i, BigInt(word), true);
  });
  const at = 24 + 8 * 624;
  view.setFloat64(at, 0, true);
  view.setFloat64(at + 16, s.nextNormal ?? 0, true);
  view.setInt32(at + 24, s.nextNormal === null ? 0 : 1, true);
  return bytes;
}

/** Error: a state of another size. */
export function unpackState(g: Generator, bytes: Uint8Array): void {
  if (bytes.length !== STATE_BYTES)
    throw runtimeError(
      `Expected either a CPUGeneratorImplStateLegacy of size 5048 or a CPUGeneratorImplState of size ${STATE_BYTES} but found the input RNG state size to be ${bytes.length}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = 24 + 8 * 624;
  g.restore({
    seed: view.getBigUint64(0, true),
    next: Number(view.getBigUint64(16, true)),
    left: view.getInt32(8, true),
    words: Array.from({ length: 624 }, (_, i) => Number(view.getBigUint64(24 + 8 * i, true))),
    nextNormal: view.getInt32(at + 24, true) === 1 ? view.getFloat64(at + 16, true) : null,
  });
}
