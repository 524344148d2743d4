/** GIF's compression (GIF89a, appendix F): codes of 9 to 12 bits for runs of bytes, low bit first, in blocks of at most 255 bytes. */
import { joined } from "../trace/snapshot/bytes.ts";

const clear = 256;
const end = 257;
const mostCodes = 4096;

/** Bytes of eight bits each as image data: the size of a code, the blocks, and the block that ends them. */
export function lzw(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let bits = 0;
  let held = 0;
  let size = 9;
  const put = (code: number): void => {
    bits |= code << held;
    held += size;
    for (; held >= 8; held -= 8) {
      out.push(bits & 255);
      bits >>>= 8;
    }
  };
  /** Code of a run and a byte after it. */
  const runs = new Map<number, number>();
  let next = end + 1;
  put(clear);
  let run = bytes[0] ?? 0;
  for (let i = 1; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    const key = run * 256 + byte;
    const known = runs.get(key);
    if (known !== undefined) {
      run = known;
      continue;
    }
    put(run);
    run = byte;
    if (next === mostCodes) {
      put(clear);
      runs.clear();
      next = end + 1;
      size = 9;
      continue;
    }
    // The reader learns each run one code later.
    if (next === 1 << size) size++;
    runs.set(key, next++);
  }
  put(run);
  put(end);
  if (held > 0) out.push(bits & 255);
  const blocks: Uint8Array[] = [Uint8Array.of(8)];
  for (let at = 0; at < out.length; at += 255) {
    const block = out.slice(at, at + 255);
    blocks.push(Uint8Array.of(block.length, ...block));
  }
  return joined([...blocks, Uint8Array.of(0)]);
}
