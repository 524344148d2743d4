/** A matrix as coloured cells: blue positive, orange negative, hatched red not finite; the scale is symmetric around zero. */
import { useEffect, useRef, useState } from "preact/hooks";
import { formatNumber, parseNumber } from "../../graph/format-number.ts";
import { type Palette, palettes } from "../../graph/palette.ts";
import type { Tile, ValueSummary } from "../../trace/query.ts";
import { useActions } from "../session/actions-context.ts";
import { themeOf } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";

const most = 128;

/** The first (at most 128 × 128) cells of a value seen as a matrix; a vector is a row. */
export function useTile(value: ValueSummary | undefined): Tile | null {
  const { tile, report } = useActions();
  const [known, setKnown] = useState<{ id: number; tile: Tile } | null>(null);
  useEffect(() => {
    if (!value || value.shape.length === 0 || !value.full) return;
    const { shape } = value;
    const columns = shape[shape.length - 1] ?? 1;
    const rows = shape.length > 1 ? (shape[shape.length - 2] ?? 1) : 1;
    let gone = false;
    tile({
      id: value.id,
      rowDim: shape.length > 1 ? shape.length - 2 : null,
      colDim: shape.length - 1,
      at: shape.map(() => 0),
      row: 0,
      column: 0,
      rows: Math.min(rows, most),
      columns: Math.min(columns, most),
    }).then((found) => {
      if (!gone) setKnown({ id: value.id, tile: found });
    }, report);
    return () => {
      gone = true;
    };
  }, [value, tile, report]);
  return known && value && known.id === value.id ? known.tile : null;
}

interface Props {
  tile: Tile;
  label: string;
  height?: number;
  hover?: ((cell: { row: number; column: number } | null) => void) | undefined;
  lit?: { row?: number | null; column?: number | null } | undefined;
}

export function Heatmap({ tile, label, height = 96, hover, lit }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useSelect(themeOf);
  const size = Math.max(1, Math.min(22, Math.floor(270 / tile.columns), Math.floor(height / tile.rows)));
  useEffect(() => {
    const ctx = canvas.current?.getContext("2d");
    if (ctx) paint(ctx, tile, size, palettes[theme], lit);
  }, [tile, size, theme, lit]);
  return (
    <canvas
      ref={canvas}
      class="heatmap"
      width={tile.columns * size}
      height={tile.rows * size}
      role="img"
      aria-label={label}
      onPointerMove={(event) => {
        const rect = event.currentTarget.getBoundingClientRect();
        const column = Math.floor(((event.clientX - rect.left) / rect.width) * tile.columns);
        const row = Math.floor(((event.clientY - rect.top) / rect.height) * tile.rows);
        hover?.({ row: Math.min(row, tile.rows - 1), column: Math.min(column, tile.columns - 1) });
      }}
      onPointerLeave={() => hover?.(null)}
    />
  );
}

function paint(ctx: CanvasRenderingContext2D, tile: Tile, size: number, colors: Palette, lit: Props["lit"]): void {
  const numbers = tile.data.map(parseNumber);
  const peak = Math.max(1e-30, ...numbers.filter(Number.isFinite).map(Math.abs));
  ctx.globalAlpha = 1;
  ctx.fillStyle = colors.surfaceMuted;
  ctx.fillRect(0, 0, tile.columns * size, tile.rows * size);
  numbers.forEach((x, i) => {
    const row = Math.floor(i / tile.columns);
    const column = i % tile.columns;
    ctx.globalAlpha = Number.isFinite(x) ? Math.sqrt(Math.abs(x) / peak) : 1;
    ctx.fillStyle = Number.isFinite(x) ? (x >= 0 ? colors.positive : colors.negative) : colors.bad;
    ctx.fillRect(column * size, row * size, size, size);
  });
  ctx.globalAlpha = 1;
  if (!lit) return;
  ctx.strokeStyle = colors.text;
  ctx.lineWidth = 1.5;
  if (lit.row !== undefined && lit.row !== null)
    ctx.strokeRect(1, lit.row * size + 1, tile.columns * size - 2, size - 2);
  if (lit.column !== undefined && lit.column !== null) {
    ctx.strokeRect(lit.column * size + 1, 1, size - 2, tile.rows * size - 2);
  }
}

/** "[1, 2] = 0.25" for a cell. */
export function cellText(tile: Tile, row: number, column: number): string {
  return `[${row}, ${column}] = ${formatNumber(tile.data[row * tile.columns + column] ?? 0)}`;
}
