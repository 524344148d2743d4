import fc from "fast-check";
import { expect, it } from "vitest";
import { GifWriter, type Pixels } from "./gif.ts";

/** What a viewer shows of a GIF: each frame's time and picture, by the format's description alone. */
function shownFrames(gif: Uint8Array): { hundredths: number; colours: number[] }[] {
  const short = (at: number): number => gif[at] + 256 * gif[at + 1];
  const width = short(6);
  const canvas = new Array<number>(width * short(8)).fill(-1);
  const frames: { hundredths: number; colours: number[] }[] = [];
  const blocksAt = (start: number): { data: number[]; after: number } => {
    const data: number[] = [];
    let at = start;
    for (; gif[at] !== 0; at += 1 + gif[at]) data.push(...gif.subarray(at + 1, at + 1 + gif[at]));
    return { data, after: at + 1 };
  };
  let hundredths = 0;
  let transparent = -1;
  for (let at = 13; gif[at] !== 0x3b; ) {
    if (gif[at] === 0x21) {
      const { data, after } = blocksAt(at + 2);
      if (gif[at + 1] === 0xf9) {
        hundredths = data[1] + 256 * data[2];
        transparent = data[0] & 1 ? data[3] : -1;
      }
      at = after;
      continue;
    }
    const [left, top, wide] = [1, 3, 5].map((offset) => short(at + offset));
    const table = at + 10;
    const { data, after } = blocksAt(table + 3 * 256 + 1);
    unpacked(data).forEach((index, i) => {
      const place = (top + Math.floor(i / wide)) * width + left + (i % wide);
      if (index !== transparent)
        canvas[place] = gif
          .subarray(table + 3 * index, table + 3 * index + 3)
          .reduce((sum, byte) => 256 * sum + byte, 0);
    });
    frames.push({ hundredths, colours: [...canvas] });
    at = after;
  }
  return frames;
}

function unpacked(data: readonly number[]): number[] {
  const out: number[] = [];
  let bit = 0;
  let size = 9;
  let runs: number[][] = [];
  let before: number[] | null = null;
  const restart = (): void => {
    runs = Array.from({ length: 258 }, (_, i) => [i]);
    size = 9;
    before = null;
  };
  for (;;) {
    let code = 0;
    for (let i = 0; i < size; i++, bit++) code |= ((data[bit >> 3] >> (bit & 7)) & 1) << i;
    if (code === 257) return out;
    if (code === 256) {
      restart();
      continue;
    }
    const known: number[] | undefined = runs[code];
    const run: number[] = known ?? [...(before ?? []), (before ?? [])[0]];
    out.push(...run);
    if (before !== null && runs.length < 4096) runs.push([...(before as number[]), run[0]]);
    if (runs.length === 1 << size && size < 12) size++;
    before = run;
  }
}

const picture = (width: number, height: number, colours: readonly number[]): Pixels => ({
  width,
  height,
  data: Uint8Array.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255, 255])),
});

it("shows every frame as it was given, as long as it has at most 255 colours", () => {
  const colour = fc.constantFrom(0, 0xffffff, 0x123456, 0x7f3fff, 0xfafbfd);
  const size = { width: 31, height: 17 };
  const frame = fc.array(colour, { minLength: 31 * 17, maxLength: 31 * 17 });
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 3 }), (frames) => {
      const gif = new GifWriter();
      for (const colours of frames) gif.add(picture(size.width, size.height, colours), 700);
      expect(shownFrames(gif.finish())).toEqual(frames.map((colours) => ({ hundredths: 70, colours })));
    }),
    { numRuns: 20 },
  );
});

it("shows a picture that does not change for longer, and once", () => {
  const gif = new GifWriter();
  for (const time of [700, 300, 2500]) gif.add(picture(2, 1, [1, 2]), time);
  expect(shownFrames(gif.finish())).toEqual([{ hundredths: 350, colours: [1, 2] }]);
});

it("fills its table of codes and begins anew", () => {
  const colours = Array.from({ length: 200 * 200 }, (_, i) => ((i * 7919) % 251) * 0x010203);
  const gif = new GifWriter();
  gif.add(picture(200, 200, colours), 100);
  expect(shownFrames(gif.finish())[0].colours).toEqual(colours);
});

it("of thousands of colours keeps the common ones exactly, and others nearly", () => {
  const colours = Array.from({ length: 100 * 100 }, (_, i) => (i < 5000 ? 0xfafbfd : (i * 7919) % 0x1000000));
  const gif = new GifWriter();
  gif.add(picture(100, 100, colours), 100);
  const shown = shownFrames(gif.finish())[0].colours;
  expect(shown.slice(0, 5000).every((colour) => colour === 0xfafbfd)).toBe(true);
  const distance = (a: number, b: number): number =>
    Math.max(...[16, 8, 0].map((bits) => Math.abs(((a >> bits) & 255) - ((b >> bits) & 255))));
  expect(Math.max(...shown.map((colour, i) => distance(colour, colours[i])))).toBeLessThan(128);
});

it("refuses frames of two sizes, and none", () => {
  const gif = new GifWriter();
  expect(() => gif.finish()).toThrow(RangeError);
  gif.add(picture(2, 1, [0, 0]), 100);
  expect(() => gif.add(picture(1, 1, [0]), 100)).toThrow(RangeError);
});
