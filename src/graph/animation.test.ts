import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { animatedPng } from "./animation.ts";
import { chunksOf } from "./png-chunks.ts";

const frame = (grey: number, width = 3): Uint8Array => {
  const png = new PNG({ width, height: 2 });
  png.data.fill(grey);
  return new Uint8Array(PNG.sync.write(png));
};
const words = (data: Uint8Array): number[] => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.length >> 2 }, (_, i) => view.getUint32(4 * i));
};

describe("animated PNG", () => {
  it("is a PNG of the first frame for who knows no animation", () => {
    const still = PNG.sync.read(Buffer.from(animatedPng([frame(10), frame(200)])));
    expect([still.width, still.height, still.data[0]]).toEqual([3, 2, 10]);
  });

  it("numbers control and data of all frames in one sequence, and keeps each frame's data", () => {
    const frames = [frame(10), frame(20), frame(30)];
    const chunks = chunksOf(animatedPng(frames));
    expect(chunks.map(({ type }) => type)).toEqual([
      "IHDR",
      "acTL",
      "fcTL",
      "IDAT",
      "fcTL",
      "fdAT",
      "fcTL",
      "fdAT",
      "IEND",
    ]);
    expect(words(chunks[1].data)).toEqual([3, 0]);
    const numbered = chunks.filter(({ type }) => type === "fcTL" || type === "fdAT");
    expect(numbered.map(({ data }) => words(data)[0])).toEqual([0, 1, 2, 3, 4]);
    expect(words(chunks[4].data).slice(1, 5)).toEqual([3, 2, 0, 0]);
    const idat = chunksOf(frames[1]).find(({ type }) => type === "IDAT");
    expect(chunks[5].data.slice(4)).toEqual(idat?.data.slice());
  });

  it("shows equal frames once, for as long as all of them", () => {
    const chunks = chunksOf(animatedPng([frame(10), frame(10), frame(20)])).filter(({ type }) => type === "fcTL");
    const delays = chunks.map(({ data }) => new DataView(data.buffer, data.byteOffset).getUint16(20));
    expect(chunks).toHaveLength(2);
    expect(delays[0]).toBe(1400);
  });

  it("refuses frames of different sizes, and none", () => {
    expect(() => animatedPng([frame(1), frame(1, 4)])).toThrow(RangeError);
    expect(() => animatedPng([frame(1).subarray(0, 20)])).toThrow(RangeError);
    expect(() => animatedPng([])).toThrow(RangeError);
  });
});
