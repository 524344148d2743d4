/** An image-like tensor as an image: grey from its smallest to its largest number, or in colour from three channels. */
import { useEffect, useRef } from "preact/hooks";
import { parseNumber } from "../../graph/format-number.ts";
import type { Tile, TileRequest, ValueSummary } from "../../trace/query.ts";
import { defaultWindow, windowTile } from "./tensor-window.ts";
import { useTiles } from "./use-tiles.ts";

interface Props {
  value: ValueSummary;
  tile: Tile | null;
  request: TileRequest;
  width: number;
  label: string;
}

const side = 128;

export function ImageCells({ value, tile, request, width, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { shape } = value;
  const inColour = shape[shape.length - 3] === 3;
  const channels = useTiles([0, 1, 2].map((channel) => (inColour ? channelTile(value, request, channel) : null)));
  const planes = inColour ? channels : [tile, tile, tile];
  const high = planes[0]?.rows ?? request.rows;
  const wide = planes[0]?.columns ?? request.columns;
  useEffect(() => {
    const ctx = canvas.current?.getContext("2d");
    if (!ctx) return;
    ctx.clearRect(0, 0, wide, high);
    if (planes.every((plane) => plane !== null)) ctx.putImageData(pixels(planes as Tile[], value), 0, 0);
  }, [...planes, wide, high, value]);
  return (
    <canvas
      ref={canvas}
      class="heatmap"
      width={wide}
      height={high}
      style={{ width: `${Math.min(width, wide * Math.max(1, Math.floor(width / wide)))}px` }}
      role="img"
      aria-label={`${label} as an image`}
    />
  );
}

/** The picture's last two dimensions are its rows and columns; the sample is the one that the sliders point at. */
function channelTile({ id, shape }: ValueSummary, { at }: TileRequest, channel: number): TileRequest {
  const { length } = shape;
  const place = { ...defaultWindow(shape), at: shape.map((_, dim) => (dim < length - 3 ? (at[dim] ?? 0) : 0)) };
  place.at[length - 3] = channel;
  return windowTile(id, shape, place, { rows: side, columns: side });
}

/** Bytes are shown as they are; other numbers are stretched between the smallest and the largest of the tensor. */
function pixels(planes: readonly Tile[], { stats, dtype }: ValueSummary): ImageData {
  const { rows, columns } = planes[0] as Tile;
  const image = new ImageData(columns, rows);
  const low = dtype.endsWith("uint8") ? 0 : (stats?.min ?? 0);
  const high = dtype.endsWith("uint8") ? 255 : (stats?.max ?? 1);
  for (let i = 0; i < rows * columns; i += 1) {
    planes.forEach((plane, channel) => {
      const x = parseNumber(plane.data[i] ?? 0);
      image.data[4 * i + channel] = high > low ? (255 * (x - low)) / (high - low) : 128;
    });
    image.data[4 * i + 3] = 255;
  }
  return image;
}
