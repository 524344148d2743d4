/** A matrix as coloured cells: blue positive, orange negative, hatched red not finite; the scale is symmetric around zero. */
import { useEffect, useRef } from "preact/hooks";
import { formatNumber, parseNumber } from "../../graph/format-number.ts";
import { type Palette, palettes } from "../../graph/palette.ts";
import type { Tile } from "../../trace/query.ts";
import { themeOf } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";

/** The most cells of a heatmap either way. */
export const mostCells = 128;

export interface CellPlace {
  row: number;
  column: number;
}

/** A cell, a whole row, a whole column, or a row and a column. */
export interface Lit {
  row?: number | null;
  column?: number | null;
  /** Only the cell where row and column meet. */
  cell?: boolean;
}

interface Props {
  /** Null: not here yet; the room of `rows` × `columns` is kept. */
  tile: Tile | null;
  rows: number;
  columns: number;
  label: string;
  /** The room it may take, in CSS pixels. */
  width?: number;
  height?: number;
  hover?: ((cell: CellPlace | null) => void) | undefined;
  pick?: ((cell: CellPlace) => void) | undefined;
  lit?: Lit | null | undefined;
  /** Magnitude of full colour, to compare heatmaps; by default the largest of this one. */
  peak?: number | undefined;
}

export function Heatmap(props: Props) {
  const { tile, rows, columns, label, width = 270, height = 96, hover, pick, lit, peak } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useSelect(themeOf);
  const { wide, high } = cellSize(rows, columns, width, height);
  useEffect(() => {
    const ctx = canvas.current?.getContext("2d");
    if (!ctx) return;
    ctx.clearRect(0, 0, columns * wide, rows * high);
    if (tile) paint(ctx, tile, { wide, high }, palettes[theme], lit ?? null, peak ?? peakOf(tile));
  }, [tile, rows, columns, wide, high, theme, lit, peak]);
  const cellAt = (event: PointerEvent & { currentTarget: Element }): CellPlace => {
    const rect = event.currentTarget.getBoundingClientRect();
    const column = Math.floor(((event.clientX - rect.left) / rect.width) * columns);
    const row = Math.floor(((event.clientY - rect.top) / rect.height) * rows);
    return { row: Math.max(0, Math.min(row, rows - 1)), column: Math.max(0, Math.min(column, columns - 1)) };
  };
  return (
    <canvas
      ref={canvas}
      class="heatmap"
      width={columns * wide}
      height={rows * high}
      role="img"
      aria-label={label}
      onPointerMove={(event) => hover?.(cellAt(event))}
      onPointerLeave={() => hover?.(null)}
      onPointerDown={(event) => pick?.(cellAt(event))}
    />
  );
}

interface CellSize {
  wide: number;
  high: number;
}

/** Square cells where that leaves something to see; of a long and narrow matrix they are drawn out. */
function cellSize(rows: number, columns: number, width: number, height: number): CellSize {
  const across = Math.max(1, Math.min(22, Math.floor(width / columns)));
  const down = Math.max(1, Math.min(22, Math.floor(height / rows)));
  const size = Math.min(across, down);
  return { wide: Math.max(size, Math.min(8, across)), high: Math.max(size, Math.min(8, down)) };
}

/** The largest finite magnitude. */
function peakOf(tile: Tile): number {
  let peak = 1e-30;
  for (const x of tile.data) {
    const a = Math.abs(cellNumber(x));
    if (a > peak && a < Number.POSITIVE_INFINITY) peak = a;
  }
  return peak;
}

const complex = /^([+-]?[^+-]*(?:e[+-]?\d+)?)([+-].*)j$/;

/** A complex number counts by its magnitude, as everywhere. */
function cellNumber(x: number | string): number {
  if (typeof x === "number") return x;
  const parts = complex.exec(x);
  return parts
    ? Math.hypot(parseNumber(parts[1] as string), parseNumber((parts[2] as string).replace("+", "")))
    : parseNumber(x);
}

function paint(
  ctx: CanvasRenderingContext2D,
  tile: Tile,
  { wide, high }: CellSize,
  colors: Palette,
  lit: Lit | null,
  peak: number,
): void {
  ctx.globalAlpha = 1;
  ctx.fillStyle = colors.surfaceMuted;
  ctx.fillRect(0, 0, tile.columns * wide, tile.rows * high);
  tile.data.forEach((cell, i) => {
    const x = cellNumber(cell);
    const row = Math.floor(i / tile.columns);
    const column = i % tile.columns;
    ctx.globalAlpha = Number.isFinite(x) ? Math.min(1, Math.sqrt(Math.abs(x) / peak)) : 1;
    ctx.fillStyle = Number.isFinite(x) ? (x >= 0 ? colors.positive : colors.negative) : colors.bad;
    ctx.fillRect(column * wide, row * high, wide, high);
    if (!Number.isFinite(x) && Math.min(wide, high) >= 5) {
      hatch(ctx, column * wide, row * high, Math.min(wide, high), colors.surface);
    }
  });
  ctx.globalAlpha = 1;
  if (lit) outline(ctx, tile, { wide, high }, lit, colors);
}

function hatch(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, color: string): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, size, size);
  ctx.clip();
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let at = -size; at < size; at += 4) {
    ctx.moveTo(x + at, y + size);
    ctx.lineTo(x + at + size, y);
  }
  ctx.stroke();
  ctx.restore();
}

/** A light line in a dark one, so that it shows on every colour. */
function outline(ctx: CanvasRenderingContext2D, tile: Tile, { wide, high }: CellSize, lit: Lit, colors: Palette): void {
  const row = lit.row ?? null;
  const column = lit.column ?? null;
  const boxes: [number, number, number, number][] = [];
  if (lit.cell && row !== null && column !== null) boxes.push(atLeast(column * wide, row * high, wide, high));
  else {
    if (row !== null) boxes.push(atLeast(0, row * high, tile.columns * wide, high));
    if (column !== null) boxes.push(atLeast(column * wide, 0, wide, tile.rows * high));
  }
  for (const [x, y, w, h] of boxes) {
    ctx.strokeStyle = colors.canvas;
    ctx.lineWidth = 3;
    ctx.strokeRect(x + 1.5, y + 1.5, w - 3, h - 3);
    ctx.strokeStyle = colors.text;
    ctx.lineWidth = 1.5;
    ctx.strokeRect(x + 1, y + 1, w - 2, h - 2);
  }
}

/** A box; around a thin one there is room for a line. */
function atLeast(x: number, y: number, wide: number, high: number): [number, number, number, number] {
  const across = Math.max(0, Math.ceil((7 - wide) / 2));
  const down = Math.max(0, Math.ceil((7 - high) / 2));
  return [x - across, y - down, wide + 2 * across, high + 2 * down];
}

/** "[1, 2] = 0.25" for a cell. */
export function cellText(tile: Tile, row: number, column: number): string {
  return `[${row}, ${column}] = ${formatNumber(tile.data[row * tile.columns + column] ?? 0)}`;
}
