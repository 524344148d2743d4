/** Size and place of the window, kept from one start to the next. */
import type { BrowserWindow, Rectangle } from "electron";
import * as v from "valibot";
import type { KeptJson } from "../files/kept-json.ts";

const whole = v.pipe(v.number(), v.integer());
export const placeSchema = v.strictObject({
  x: whole,
  y: whole,
  width: v.pipe(whole, v.minValue(400), v.maxValue(20_000)),
  height: v.pipe(whole, v.minValue(300), v.maxValue(20_000)),
  maximized: v.boolean(),
});
export type WindowPlace = v.InferOutput<typeof placeSchema>;

const firstSize = { width: 1440, height: 920 };

/**
 * Where the window opens: where it was, if a screen is still there and it fits, else in its first size.
 * @param areas usable areas of the screens that there are, the main one first
 */
export function placeFor(kept: WindowPlace | null, areas: readonly Rectangle[]): Partial<Rectangle> & typeof firstSize {
  const main = areas[0];
  const fit = {
    width: Math.min(firstSize.width, main?.width ?? Infinity),
    height: Math.min(firstSize.height, main?.height ?? Infinity),
  };
  if (!kept) return fit;
  const isVisible = areas.some((area) => overlap(kept, area) >= Math.min(200 * 200, kept.width * kept.height));
  if (!isVisible) return fit;
  const { x, y, width, height } = kept;
  return { x, y, width, height };
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Notes where the window is while it is moved and when it is closed. */
export function keepPlace(window: BrowserWindow, kept: KeptJson<WindowPlace>): void {
  const note = (): void => {
    if (window.isDestroyed() || window.isMinimized() || window.isFullScreen()) return;
    void kept.write({ ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(note, 500);
  };
  window.on("resize", later);
  window.on("move", later);
  window.on("close", note);
  window.on("closed", () => clearTimeout(timer));
}
