/** Pictures as pixels and as PNG without a browser: SVG drawn by resvg (WebAssembly) with the fonts in resources/fonts. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Pixels } from "../graph/gif.ts";
import { readFonts } from "./fonts.ts";

/** More pixels than this are refused: the raster would take more than a gigabyte. */
const maxPixels = 250_000_000;

/** A picture too large to be drawn: `message` says how large and what to do. */
export class PictureTooLarge extends Error {}

/**
 * PNG bytes of an SVG text, `scale` device pixels per SVG pixel.
 * Throws PictureTooLarge above `maxPixels`, Error when the text is no SVG.
 */
export const svgToPng = (svg: string, scale = 2): Promise<Uint8Array> => render(svg, scale, (image) => image.asPng());

/** The same as pixels. */
export const svgToPixels = (svg: string, scale = 2): Promise<Pixels> =>
  render(svg, scale, ({ width, height, pixels }) => ({ width, height, data: pixels }));

/** What resvg has drawn. */
interface RenderedImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  asPng(): Uint8Array;
}

async function render<T>(svg: string, scale: number, read: (image: RenderedImage) => T): Promise<T> {
  const { Resvg, initWasm } = await import("@resvg/resvg-wasm");
  const wasm = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
  const [module, fonts] = await Promise.all([readFile(wasm), readFonts()]);
  await initWasm(new Uint8Array(module)).catch((error: Error) => {
    if (!/already initialized/i.test(error.message)) throw error;
  });
  // resvg knows CSS's word for "the nearest pixel" by its former name only.
  const drawing = new Resvg(svg.replaceAll("image-rendering:pixelated", "image-rendering:optimizeSpeed"), {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontBuffers: Object.values(fonts),
      defaultFontFamily: "Inter",
      sansSerifFamily: "Inter",
      loadSystemFonts: false,
    },
  });
  try {
    const pixels = drawing.width * scale * drawing.height * scale;
    if (pixels > maxPixels) {
      const size = `${Math.round(drawing.width * scale)} × ${Math.round(drawing.height * scale)}`;
      throw new PictureTooLarge(`The picture would have ${size} pixels; export SVG, or collapse some modules.`);
    }
    const image = drawing.render();
    try {
      return read(image);
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}
