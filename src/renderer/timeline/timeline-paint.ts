/** Draws the timeline: bands of phases, flags, breakpoints, focus range, cursor. */
import type { Palette } from "../../graph/palette.ts";
import { cellName } from "../../trace/place-name.ts";
import type { TraceSummary } from "../../trace/query.ts";
import { type Iteration, labelStep } from "./iterations.ts";

export interface TimelineScene {
  summary: TraceSummary;
  iterations: readonly Iteration[];
  cursor: number;
  hover: number | null;
  focus: { first: number; last: number } | null;
  /** Where breakpoints were hit or will be. */
  ticks: { seq: number; hit: boolean }[];
  width: number;
  height: number;
}

/** Pixels at the bottom for the cells of a session, by which timeline.css makes the track higher. */
const cellsHeight = 15;

/** Left edge of step `seq`; position count - 1 ends at the right edge. -1 is the left edge. */
export function positionOf(seq: number, count: number, width: number): number {
  return count === 0 ? 0 : ((seq + 1) / count) * width;
}

/** The step under `x`: -1 … count - 1. */
export function stepAt(x: number, count: number, width: number): number {
  if (width <= 0) return -1;
  return Math.max(-1, Math.min(count - 1, Math.round((x / width) * count) - 1));
}

const bandTop = 12;
const bandHeight = 18;

export const phaseColors = {
  forward: "positive",
  backward: "negative",
  update: "borderLeaf",
} as const;

const flagGlyphs: Record<TraceSummary["flags"][number]["kind"], { glyph: string; color: keyof Palette }> = {
  nan: { glyph: "NaN", color: "badText" },
  inf: { glyph: "∞", color: "badText" },
  zero: { glyph: "0", color: "textMuted" },
  freed: { glyph: "freed", color: "textMuted" },
  error: { glyph: "!", color: "badText" },
};

export function paintTimeline(ctx: CanvasRenderingContext2D, scene: TimelineScene, colors: Palette): void {
  const { summary, width, height } = scene;
  const count = summary.events;
  ctx.clearRect(0, 0, width, height);
  ctx.fillStyle = colors.slotEmpty;
  rounded(ctx, 0, bandTop, width, bandHeight, 4);
  ctx.fill();
  if (count === 0) return;
  const at = (seq: number): number => positionOf(seq, count, width);
  ctx.save();
  rounded(ctx, 0, bandTop, width, bandHeight, 4);
  ctx.clip();
  let end = -1;
  for (const band of summary.bands) {
    const left = at(band.first - 1);
    const right = at(band.last);
    // Bands thinner than a pixel run together.
    if (right - end < 0.5) continue;
    end = right;
    ctx.globalAlpha = 0.42;
    ctx.fillStyle = colors[phaseColors[band.phase]];
    ctx.fillRect(left, bandTop, Math.max(0.75, right - left), bandHeight);
    ctx.globalAlpha = 1;
    if (right - left > 3) {
      ctx.fillStyle = colors.canvas;
      ctx.fillRect(right - 0.5, bandTop, 1, bandHeight);
    }
  }
  ctx.globalAlpha = 0.55;
  ctx.fillStyle = colors.canvas;
  const here = at(scene.cursor);
  ctx.fillRect(here, bandTop, width - here, bandHeight);
  ctx.restore();
  ctx.globalAlpha = 1;
  paintIterations(ctx, scene, colors, at);
  paintWords(ctx, scene, colors, at);
  paintCells(ctx, scene, colors, at);
  if (scene.focus) paintFocus(ctx, scene.focus, colors, at);
  if (summary.dropped) {
    ctx.strokeStyle = colors.bad;
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(at(summary.dropped.first - 1), bandTop + bandHeight + 3);
    ctx.lineTo(at(summary.dropped.last), bandTop + bandHeight + 3);
    ctx.stroke();
    ctx.setLineDash([]);
  }
  for (const { seq, hit } of scene.ticks) {
    ctx.beginPath();
    ctx.arc(at(seq), bandTop + bandHeight + 5, 3, 0, 2 * Math.PI);
    ctx.fillStyle = colors.bad;
    ctx.strokeStyle = colors.bad;
    if (hit) ctx.fill();
    else ctx.stroke();
  }
  if (scene.hover !== null) {
    ctx.fillStyle = colors.textMuted;
    ctx.fillRect(at(scene.hover) - 0.5, bandTop - 3, 1, bandHeight + 6);
  }
  ctx.fillStyle = colors.current;
  // At both ends the mark stays whole.
  ctx.fillRect(Math.max(0, Math.min(width - 2, here - 1)), bandTop - 5, 2, bandHeight + 10);
  ctx.beginPath();
  ctx.arc(Math.max(5, Math.min(width - 5, here)), bandTop - 6, 5, 0, 2 * Math.PI);
  ctx.fill();
}

/** Where each iteration begins: a line, and its number where there is room. */
function paintIterations(
  ctx: CanvasRenderingContext2D,
  { iterations, width }: TimelineScene,
  colors: Palette,
  at: (seq: number) => number,
): void {
  const first = iterations[0];
  const last = iterations[iterations.length - 1];
  if (!first || !last || iterations.length < 2) return;
  const spacing = (at(last.first - 1) - at(first.first - 1)) / (iterations.length - 1);
  const step = labelStep(spacing, 46);
  ctx.font = "10px Inter, system-ui, sans-serif";
  ctx.textBaseline = "middle";
  let free = 0;
  for (const { number, first: start } of iterations) {
    const x = at(start - 1);
    if (spacing >= 9) {
      ctx.fillStyle = colors.canvas;
      ctx.fillRect(x - 1, bandTop, 2, bandHeight);
    }
    if (number !== 1 && number % step !== 0) continue;
    const text = number === 1 && step * spacing > 72 ? "iteration 1" : String(number);
    const wide = ctx.measureText(text).width;
    if (x < free || x + 4 + wide > width) continue;
    ctx.fillStyle = colors.border;
    ctx.fillRect(x - 0.5, 2, 1, bandTop - 2);
    ctx.fillStyle = colors.textMuted;
    ctx.fillText(text, x + 4, 6);
    free = x + wide + 12;
  }
}

function paintWords(
  ctx: CanvasRenderingContext2D,
  { summary, width }: TimelineScene,
  colors: Palette,
  at: (seq: number) => number,
): void {
  ctx.font = "10.5px Inter, system-ui, sans-serif";
  ctx.textBaseline = "middle";
  ctx.fillStyle = colors.text;
  let free = 0;
  for (const band of summary.bands) {
    const left = at(band.first - 1);
    const right = at(band.last);
    if (right - left < 58) continue;
    ctx.fillText(band.phase, left + 8, bandTop + bandHeight / 2 + 0.5);
  }
  // A gradient that every iteration clears is no special moment once these flags run together.
  const crowded = summary.flags.filter(({ kind }) => kind === "zero").length > width / 28;
  for (const flag of summary.flags) {
    if (flag.kind === "zero" && crowded) continue;
    const x = at(flag.seq);
    if (x < free) continue;
    const { glyph, color } = flagGlyphs[flag.kind];
    ctx.fillStyle = colors[color];
    ctx.fillRect(x - 0.5, bandTop + bandHeight, 1, 4);
    const wide = ctx.measureText(glyph).width;
    ctx.fillText(glyph, Math.min(width - wide, Math.max(0, x - wide / 2)), bandTop + bandHeight + 9);
    free = x + wide + 6;
  }
}

/** Which cell made which stretch: a line below, with its number and name where there is room. */
function paintCells(
  ctx: CanvasRenderingContext2D,
  { summary, height }: TimelineScene,
  colors: Palette,
  at: (seq: number) => number,
): void {
  ctx.font = "10px Inter, system-ui, sans-serif";
  ctx.textBaseline = "middle";
  const y = height - cellsHeight;
  for (const { first, last, cell, number } of summary.cells) {
    const left = at(first - 1);
    const wide = at(last) - left;
    ctx.fillStyle = colors.border;
    ctx.fillRect(left + 0.5, y, Math.max(0.5, wide - 1), 2);
    ctx.fillStyle = colors.textMuted;
    const words = [`[${number}] ${cellName(cell)}`, `[${number}]`].find(
      (text) => ctx.measureText(text).width + 8 < wide,
    );
    if (words) ctx.fillText(words, left + 4, y + 8);
  }
}

function paintFocus(
  ctx: CanvasRenderingContext2D,
  focus: { first: number; last: number },
  colors: Palette,
  at: (seq: number) => number,
): void {
  const left = at(focus.first - 1);
  const right = at(focus.last);
  ctx.strokeStyle = colors.current;
  ctx.lineWidth = 2;
  rounded(ctx, left, bandTop - 2, Math.max(3, right - left), bandHeight + 4, 3);
  ctx.stroke();
  ctx.lineWidth = 1;
}

function rounded(ctx: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, r: number): void {
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, r);
}
