/** A picture as pixels and as PNG, drawn by the same painter as the screen. */
import { describeFrame, type Room } from "../../graph/frame.ts";
import type { Pixels } from "../../graph/gif.ts";
import { palettes, type ThemeName } from "../../graph/palette.ts";
import type { Picture } from "../../graph/picture.ts";
import { Painter } from "../graph/painter.ts";

export interface PngOptions {
  theme: ThemeName;
  background: "theme" | "transparent";
  scale: number;
  /** The least size of the picture with its frame. */
  room?: Room;
}

/** Longest side and most pixels a canvas holds everywhere. */
const limits = { side: 16_384, pixels: 120_000_000 } as const;

/** The scale that fits into a canvas; smaller than asked only for very large graphs. */
function fittingScale(width: number, height: number, scale: number): number {
  const side = limits.side / Math.max(1, width, height);
  const area = Math.sqrt(limits.pixels / Math.max(1, width * height));
  return Math.min(scale, side, area);
}

/** Throws when the canvas cannot be made. */
export async function pictureToPng(picture: Picture, options: PngOptions): Promise<Uint8Array> {
  const blob = await drawn(picture, options).convertToBlob({ type: "image/png" });
  return new Uint8Array(await blob.arrayBuffer());
}

/** Throws when the canvas cannot be made. */
export function pictureToPixels(picture: Picture, options: PngOptions): Pixels {
  const canvas = drawn(picture, options);
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
  if (!pixels) throw new Error(tooLarge);
  return pixels;
}

const tooLarge = "This picture is too large for a canvas. Export it as SVG.";

/** Picture and frame. */
function drawn(picture: Picture, options: PngOptions): OffscreenCanvas {
  const { box, marks } = describeFrame(picture, true, options.room);
  const scale = fittingScale(box.width, box.height, options.scale);
  const canvas = new OffscreenCanvas(Math.ceil(box.width * scale), Math.ceil(box.height * scale));
  const ctx = canvas.getContext("2d");
  if (!ctx) throw new Error(tooLarge);
  const palette = palettes[options.theme];
  if (options.background === "theme") {
    ctx.fillStyle = palette.canvas;
    ctx.fillRect(0, 0, canvas.width, canvas.height);
  }
  ctx.setTransform(scale, 0, 0, scale, -box.x * scale, -box.y * scale);
  // Everything is drawn in full at any scale: a file can be zoomed later.
  const painting = { palette, visible: box, scale: Math.max(1, scale) };
  const painter = new Painter();
  painter.picture(ctx, picture, painting);
  painter.marks(ctx, marks, painting);
  return canvas;
}
