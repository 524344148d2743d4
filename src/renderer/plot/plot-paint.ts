/** Draws the strip: the series over the same axis of steps as the timeline above it. */
import { formatNumber } from "../../graph/format-number.ts";
import type { Palette } from "../../graph/palette.ts";
import { positionOf } from "../timeline/timeline-paint.ts";
import { heightOf, type Point, type Scale } from "./plot-model.ts";

export interface PlotScene {
  points: readonly Point[];
  scale: Scale;
  /** Events of the run. */
  count: number;
  cursor: number;
  /** Indices of points; -1: none. */
  current: number;
  hover: number;
  width: number;
  height: number;
}

const margin = 7;

export function paintPlot(ctx: CanvasRenderingContext2D, scene: PlotScene, colors: Palette): void {
  const { points, scale, count, width, height } = scene;
  const x = (point: Point): number => positionOf(point.seq, count, width);
  const y = (value: number): number => height - margin - heightOf(value, scale) * (height - 2 * margin);
  ctx.clearRect(0, 0, width, height);
  paintGrid(ctx, scene, colors, y);
  const here = positionOf(scene.cursor, count, width);
  paintLine(ctx, points, x, y, colors.edge, 1.25);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, 0, here + 0.5, height);
  ctx.clip();
  paintLine(ctx, points, x, y, colors.currentText, 1.75);
  ctx.restore();
  const gap = points.length > 1 ? width / points.length : width;
  for (const point of points) {
    if (!Number.isFinite(point.value)) {
      ctx.fillStyle = colors.bad;
      ctx.fillRect(x(point) - 1, height - margin - 4, 2, 8);
    } else if (gap > 9)
      dot(ctx, x(point), y(point.value), 2, point.seq <= scene.cursor ? colors.currentText : colors.edge);
  }
  ctx.fillStyle = colors.current;
  ctx.globalAlpha = 0.5;
  ctx.fillRect(here - 0.5, 0, 1, height);
  ctx.globalAlpha = 1;
  const current = points[scene.current];
  if (current && Number.isFinite(current.value)) {
    dot(ctx, x(current), y(current.value), 5, colors.surface);
    dot(ctx, x(current), y(current.value), 4, colors.current);
  }
  const hover = points[scene.hover];
  if (hover) {
    ctx.fillStyle = colors.textMuted;
    ctx.fillRect(x(hover) - 0.5, 0, 1, height);
    if (Number.isFinite(hover.value)) dot(ctx, x(hover), y(hover.value), 3.5, colors.text);
  }
  paintEnds(ctx, scene, colors);
}

function paintGrid(
  ctx: CanvasRenderingContext2D,
  { scale, width, height }: PlotScene,
  colors: Palette,
  y: (value: number) => number,
): void {
  ctx.fillStyle = colors.gridLine;
  if (scale.log) {
    const first = Math.ceil(Math.log10(scale.low));
    const last = Math.floor(Math.log10(scale.high));
    if (last - first < 14) for (let power = first; power <= last; power += 1) ctx.fillRect(0, y(10 ** power), width, 1);
  } else if (scale.low < 0 && scale.high > 0) ctx.fillRect(0, y(0), width, 1);
  ctx.fillRect(0, height - 1, width, 1);
}

function paintLine(
  ctx: CanvasRenderingContext2D,
  points: readonly Point[],
  x: (point: Point) => number,
  y: (value: number) => number,
  color: string,
  lineWidth: number,
): void {
  ctx.beginPath();
  let down = false;
  for (const point of points) {
    if (!Number.isFinite(point.value)) down = false;
    else if (down) ctx.lineTo(x(point), y(point.value));
    else {
      ctx.moveTo(x(point), y(point.value));
      down = true;
    }
  }
  ctx.strokeStyle = color;
  ctx.lineWidth = lineWidth;
  ctx.lineJoin = "round";
  ctx.stroke();
  ctx.lineWidth = 1;
}

/** The ends of the scale, at the left edge, on a ground that keeps them readable over the line. */
function paintEnds(ctx: CanvasRenderingContext2D, { scale, height }: PlotScene, colors: Palette): void {
  ctx.font = "10px Inter, system-ui, sans-serif";
  ctx.textBaseline = "middle";
  for (const [value, at] of [
    [scale.high, margin],
    [scale.low, height - margin],
  ] as const) {
    const text = formatNumber(value, { digits: 3 });
    const wide = ctx.measureText(text).width + 6;
    ctx.globalAlpha = 0.92;
    ctx.fillStyle = colors.surface;
    ctx.fillRect(0, at - 7, wide, 14);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colors.textMuted;
    ctx.fillText(text, 2, at + 0.5);
  }
}

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, color: string): void {
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.fill();
}
