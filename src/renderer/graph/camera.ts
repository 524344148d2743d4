/** Where a picture stands in its pane: pure functions from one camera to the next. */
import type { Box } from "../../graph/picture.ts";

/** A point of the picture stands at `point · zoom + (x, y)`, in CSS pixels of the pane. */
export interface Camera {
  zoom: number;
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Pane {
  width: number;
  height: number;
}

/** Kept free around a fitted picture: the caption stands above it, the legend and the buttons below and beside it. */
const fitPadding = { top: 52, bottom: 52, side: 28 } as const;
/** What an answer takes of the upper edge. */
const answerHeight = 120;
export const zoomLimits = { min: 0.02, max: 4 } as const;
const largestFit = 1.25;
/** Below this names and numbers are no longer drawn: a large picture opens at it rather than as a whole. */
export const readableZoom = 0.55;

/** What of the picture is in sight. */
export function inSight({ zoom, x, y }: Camera, pane: Pane): Box {
  return { x: -x / zoom, y: -y / zoom, width: pane.width / zoom, height: pane.height / zoom };
}

/** A point of the pane in the picture. */
export function toPicture({ zoom, x, y }: Camera, point: Point): Point {
  return { x: (point.x - x) / zoom, y: (point.y - y) / zoom };
}

/** Another zoom, with the picture fixed at a point of the pane. */
export function zoomedAt(camera: Camera, zoom: number, at: Point): Camera {
  const level = Math.min(zoomLimits.max, Math.max(zoomLimits.min, zoom));
  const fixed = toPicture(camera, at);
  return { zoom: level, x: at.x - fixed.x * level, y: at.y - fixed.y * level };
}

/** The whole picture, or as much of it as can be seen at zoom `least`: around `focus`, else from its beginning. */
export function framed(bounds: Box, pane: Pane, least: number, focus: Box | null): Camera {
  const width = Math.max(1, pane.width - 2 * fitPadding.side);
  const height = Math.max(1, pane.height - fitPadding.top - fitPadding.bottom);
  const whole = Math.min(largestFit, width / Math.max(1, bounds.width), height / Math.max(1, bounds.height));
  const zoom = Math.max(zoomLimits.min, whole, Math.min(least, largestFit));
  /** Middle of what is shown along one side: the picture's, when it fits. */
  const middle = (start: number, size: number, room: number, at: number): number => {
    const seen = room / zoom;
    if (size <= seen) return start + size / 2;
    return Math.min(start + size - seen / 2, Math.max(start + seen / 2, at));
  };
  const center = focus === null ? { x: bounds.x + bounds.width / 2, y: bounds.y } : centerOf(focus);
  const x = middle(bounds.x, bounds.width, width, center.x);
  const y = middle(bounds.y, bounds.height, height, center.y);
  return { zoom, x: pane.width / 2 - x * zoom, y: fitPadding.top + height / 2 - y * zoom };
}

/** A camera that shows a box below an answer in words, at a size that can be read if possible; the same one when it does so already. */
export function answering(camera: Camera, box: Box, pane: Pane): Camera {
  const visible = inSight(camera, pane);
  const covered = answerHeight / camera.zoom;
  const free = { ...visible, y: visible.y + covered, height: visible.height - covered };
  if (holds(free, box) && camera.zoom >= readableZoom) return camera;
  const room = { width: pane.width - 2 * fitPadding.side, height: pane.height - answerHeight - fitPadding.bottom };
  const zoom = Math.max(
    zoomLimits.min,
    Math.min(1, room.width / Math.max(1, box.width), room.height / Math.max(1, box.height)),
  );
  const { x, y } = centerOf(box);
  return { zoom, x: pane.width / 2 - x * zoom, y: answerHeight + room.height / 2 - y * zoom };
}

/** A camera with the box in the middle; the same one when the box is in sight, and not under the caption or the legend. */
export function revealing(camera: Camera, box: Box, pane: Pane): Camera {
  const visible = inSight(camera, pane);
  const { top, bottom, side } = fitPadding;
  const unit = 1 / camera.zoom;
  const free = {
    x: visible.x + side * unit * 0.5,
    y: visible.y + top * unit * 0.85,
    width: visible.width - side * unit,
    height: visible.height - (top + bottom) * unit * 0.85,
  };
  if (holds(free, box)) return camera;
  const { x, y } = centerOf(box);
  return { zoom: camera.zoom, x: pane.width / 2 - x * camera.zoom, y: pane.height / 2 - y * camera.zoom };
}

function centerOf(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function holds(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
