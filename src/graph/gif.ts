/** Steps as an animated GIF (GIF89a): pictures of one size, each written as what it changes. */
import { joined } from "../trace/snapshot/bytes.ts";
import { lzw } from "./lzw.ts";

/** Red, green, blue, alpha per pixel, row by row; alpha is taken as opaque. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

/** One of 256 places in a frame's table says "as before". */
const coloursPerFrame = 255;
/** Hundredths of a second that a frame can last. */
const longest = 65_535;

interface Change {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Takes frames one by one, so that their pixels need not be kept. */
export class GifWriter {
  private readonly parts: Uint8Array[] = [];
  private last: Uint32Array | null = null;
  private width = 0;
  private height = 0;
  /** Where the last frame's duration stands. */
  private control: DataView | null = null;

  /** Shows `pixels` for a time, in milliseconds. Errors: RangeError when they are of another size than those before. */
  add({ width, height, data }: Pixels, milliseconds: number): void {
    const colours = Uint32Array.from(
      { length: width * height },
      (_, i) => ((data[4 * i] as number) << 16) | ((data[4 * i + 1] as number) << 8) | (data[4 * i + 2] as number),
    );
    if (this.last === null) this.begin(width, height);
    if (width !== this.width || height !== this.height)
      throw new RangeError("The frames of an animation are of one size.");
    const before = this.last;
    const change = before === null ? { left: 0, top: 0, width, height } : changed(before, colours, width, height);
    this.last = colours;
    const duration = Math.round(milliseconds / 10);
    if (change === null) this.prolong(duration);
    else this.frame(change, colours, before, duration);
  }

  /** The file. Errors: RangeError when there is no frame. */
  finish(): Uint8Array {
    if (this.last === null) throw new RangeError("An animation has at least one frame.");
    return joined([...this.parts, Uint8Array.of(0x3b)]);
  }

  private begin(width: number, height: number): void {
    if (width > 65_535 || height > 65_535) throw new RangeError("A GIF is at most 65,535 pixels wide and high.");
    this.width = width;
    this.height = height;
    // No colours for all frames; the animation begins anew without end.
    this.parts.push(ascii("GIF89a"), short(width, height), Uint8Array.of(0x70, 0, 0));
    this.parts.push(Uint8Array.of(0x21, 0xff, 11), ascii("NETSCAPE2.0"), Uint8Array.of(3, 1, 0, 0, 0));
  }

  private prolong(duration: number): void {
    const total = (this.control?.getUint16(4, true) ?? 0) + duration;
    this.control?.setUint16(4, Math.min(longest, total), true);
  }

  private frame(change: Change, colours: Uint32Array, before: Uint32Array | null, duration: number): void {
    const { left, top, width, height } = change;
    const places = Uint32Array.from(
      { length: width * height },
      (_, i) => (top + Math.floor(i / width)) * this.width + left + (i % width),
    );
    const isNew = (place: number): boolean => before === null || before[place] !== colours[place];
    const { table, indexOf } = quantised(places.filter(isNew).map((place) => colours[place] as number));
    const control = Uint8Array.of(0x21, 0xf9, 4, 0b101, 0, 0, coloursPerFrame, 0);
    this.control = new DataView(control.buffer);
    this.prolong(duration);
    const rgb = new Uint8Array(3 * 256);
    table.forEach((colour, i) => {
      rgb.set([colour >> 16, (colour >> 8) & 255, colour & 255], 3 * i);
    });
    const indexes = Uint8Array.from(places, (place) =>
      isNew(place) ? indexOf(colours[place] as number) : coloursPerFrame,
    );
    this.parts.push(
      control,
      Uint8Array.of(0x2c),
      short(left, top, width, height),
      Uint8Array.of(0x87),
      rgb,
      lzw(indexes),
    );
  }
}

/** The box of all pixels that differ; null when none does. */
function changed(before: Uint32Array, now: Uint32Array, width: number, height: number): Change | null {
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let i = 0; i < now.length; i++) {
    if (before[i] === now[i]) continue;
    const x = i % width;
    const y = Math.floor(i / width);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = y;
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * At most 255 colours for these. Pictures are flat colours and the shades at the edges of text: of all colours that agree in the five
 * upper bits of each part the commonest is kept, of too many those that stand most often; others become the nearest.
 */
function quantised(colours: Uint32Array): { table: number[]; indexOf(colour: number): number } {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const kept = new Map<number, { colour: number; most: number; total: number }>();
  for (const [colour, count] of counts) {
    const key = counts.size <= coloursPerFrame ? colour : colour & 0xf8f8f8;
    const one = kept.get(key) ?? { colour, most: 0, total: 0 };
    if (count > one.most) Object.assign(one, { colour, most: count });
    one.total += count;
    kept.set(key, one);
  }
  const table = [...kept.values()]
    .sort((a, b) => b.total - a.total)
    .slice(0, coloursPerFrame)
    .map(({ colour }) => colour);
  const known = new Map(table.map((colour, i) => [colour, i]));
  return {
    table,
    indexOf(colour) {
      const found = known.get(colour) ?? nearest(table, colour);
      known.set(colour, found);
      return found;
    },
  };
}

function nearest(table: readonly number[], colour: number): number {
  const distance = (other: number): number =>
    [16, 8, 0].reduce((sum, bits) => sum + (((other >> bits) & 255) - ((colour >> bits) & 255)) ** 2, 0);
  let best = 0;
  for (let i = 1; i < table.length; i++) {
    if (distance(table[i] as number) < distance(table[best] as number)) best = i;
  }
  return best;
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
/** Unsigned 16-bit numbers, low byte first. */
const short = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers.flatMap((n) => [n & 255, n >> 8]));
