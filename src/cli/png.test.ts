import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { PictureTooLarge, svgToPng } from "./png.ts";

const svg = (inner: string, width = 80, height = 30): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>${inner}</svg>`;

function inkOf(png: Uint8Array): { width: number; height: number; ink: number } {
  const image = PNG.sync.read(Buffer.from(png));
  let ink = 0;
  for (let i = 0; i < image.data.length; i += 4) if ((image.data[i] as number) < 128) ink += 1;
  return { width: image.width, height: image.height, ink };
}

describe("svgToPng", () => {
  it("has the asked size and draws text with the bundled fonts", async () => {
    const blank = inkOf(await svgToPng(svg(""), 2));
    const text = inkOf(await svgToPng(svg('<text x="5" y="20" font-size="14">mul −6.0</text>'), 2));
    expect([text.width, text.height]).toEqual([160, 60]);
    expect(blank.ink).toBe(0);
    expect(text.ink).toBeGreaterThan(100);
  });

  it("keeps the pixels of pictures inside it sharp where the picture says so", async () => {
    const pixels = new PNG({ width: 2, height: 1 });
    pixels.data.set([0, 0, 0, 255, 255, 255, 255, 255]);
    const href = `data:image/png;base64,${PNG.sync.write(pixels).toString("base64")}`;
    const image = `<image width="8" height="1" preserveAspectRatio="none" href="${href}" style="image-rendering:pixelated"/>`;
    const { data } = PNG.sync.read(Buffer.from(await svgToPng(svg(image, 8, 1), 1)));
    expect([...data].filter((_, i) => i % 4 === 0)).toEqual([0, 0, 0, 0, 255, 255, 255, 255]);
  });

  it("refuses a raster that would not fit in memory, in words", async () => {
    await expect(svgToPng(svg("", 40_000, 40_000), 1)).rejects.toThrow(PictureTooLarge);
  });

  it("fails on text that is no SVG", async () => {
    await expect(svgToPng("<not svg", 1)).rejects.toThrow();
  });
});
