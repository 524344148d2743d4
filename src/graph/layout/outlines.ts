/**
 * Outlines of open groups. Members stand side by side in every layer, so a group is drawn as the union of its rows: a rectilinear
 * shape with rounded corners that never covers a node outside the group, where a bounding box would.
 */
import type { PathCommand } from "../picture.ts";

export interface OutlineInput {
  /** Group path of each item (nodes first, then dummies), outermost first. */
  paths: readonly (readonly number[])[];
  groupCount: number;
  nodeCount: number;
  layerOf: Int32Array;
  center: Float64Array;
  size: Float64Array;
  nodeStart: Float64Array;
  layerStart: Float64Array;
  layerEnd: Float64Array;
  sideways: boolean;
}

export interface Outline {
  group: number;
  commands: PathCommand[];
  box: { x: number; y: number; width: number; height: number };
  /** Top-left corner of the first row, where the title stands, and its width. */
  titleAt: { x: number; y: number; room: number };
}

/** Room between members and outline; the title stands in `title`. */
export const groupPad = { side: 12, title: 26 } as const;

interface Row {
  layer: number;
  low: number;
  high: number;
  start: number;
  end: number;
  /** Levels of groups in it, itself included. */
  nested: number;
}

/** One outline per group that has members here, in the order of group indices. */
export function groupOutlines(input: OutlineInput): Outline[] {
  const rows = collectRows(input);
  const outlines: Outline[] = [];
  for (let group = 0; group < input.groupCount; group += 1) {
    const own = [...(rows.get(group)?.values() ?? [])].sort((a, b) => a.layer - b.layer);
    if (own.length > 0) outlines.push(outline(group, own, input));
  }
  return outlines;
}

function collectRows(input: OutlineInput): Map<number, Map<number, Row>> {
  const { paths, center, size, layerOf, nodeCount, sideways } = input;
  const lowPad = sideways ? groupPad.title : groupPad.side;
  const startPad = sideways ? groupPad.side : groupPad.title;
  const rows = new Map<number, Map<number, Row>>();
  paths.forEach((path, item) => {
    const layer = layerOf[item] as number;
    const half = (size[item] as number) / 2;
    path.forEach((group, depth) => {
      const nested = path.length - depth;
      const byLayer = rows.get(group) ?? new Map<number, Row>();
      rows.set(group, byLayer);
      const start = item < nodeCount ? (input.nodeStart[item] as number) : (input.layerEnd[layer] as number);
      const row: Row = {
        layer,
        low: (center[item] as number) - half - lowPad * nested,
        high: (center[item] as number) + half + groupPad.side * nested,
        start: start - startPad * nested,
        end: (input.layerEnd[layer] as number) + groupPad.side * nested,
        nested,
      };
      const known = byLayer.get(layer);
      if (!known) byLayer.set(layer, row);
      else {
        known.low = Math.min(known.low, row.low);
        known.high = Math.max(known.high, row.high);
        known.start = Math.min(known.start, row.start);
        known.end = Math.max(known.end, row.end);
        known.nested = Math.max(known.nested, nested);
      }
    });
  });
  return rows;
}

function outline(group: number, rows: Row[], input: OutlineInput): Outline {
  // Small jogs are evened out; a layer without members starts a new part.
  for (let i = 0; i + 1 < rows.length; i += 1) {
    const [a, b] = [rows[i] as Row, rows[i + 1] as Row];
    if (Math.abs(a.low - b.low) < 14) a.low = b.low = Math.min(a.low, b.low);
    if (Math.abs(a.high - b.high) < 14) a.high = b.high = Math.max(a.high, b.high);
  }
  const parts: Row[][] = [];
  for (const row of rows) {
    const part = parts[parts.length - 1];
    const last = part?.[part.length - 1];
    if (part && last && row.layer === last.layer + 1) part.push(row);
    else parts.push([row]);
  }
  const { sideways } = input;
  const nested = Math.max(...rows.map((row) => row.nested));
  const commands = parts.flatMap((part) => roundedShape(corners(part, nested, input), sideways));
  const first = rows[0] as Row;
  const low = Math.min(...rows.map((row) => row.low));
  const high = Math.max(...rows.map((row) => row.high));
  const start = Math.min(...rows.map((row) => row.start));
  const end = Math.max(...rows.map((row) => row.end));
  return {
    group,
    commands,
    box: sideways
      ? { x: start, y: low, width: end - start, height: high - low }
      : { x: low, y: start, width: high - low, height: end - start },
    titleAt: sideways
      ? { x: first.start, y: first.low, room: first.end - first.start }
      : { x: first.low, y: first.start, room: first.high - first.low },
  };
}

/** Corners of a part in clockwise order (in layer coordinates: along, across), without repeated or straight ones. */
function corners(part: readonly Row[], nested: number, input: OutlineInput): [number, number][] {
  const first = part[0] as Row;
  const last = part[part.length - 1] as Row;
  const left: [number, number][] = [[first.low, first.start]];
  const right: [number, number][] = [[first.high, first.start]];
  for (let i = 0; i + 1 < part.length; i += 1) joinRows(left, right, part[i] as Row, part[i + 1] as Row, nested, input);
  left.push([last.low, last.end]);
  right.push([last.high, last.end]);
  const all = [...right, ...left.reverse()];
  const points = all.filter(([x, y], i) => {
    const [px, py] = all[(i + all.length - 1) % all.length] as [number, number];
    return x !== px || y !== py;
  });
  return points.filter((point, i) => {
    const before = points[(i + points.length - 1) % points.length] as [number, number];
    const after = points[(i + 1) % points.length] as [number, number];
    const straight = (axis: 0 | 1): boolean => before[axis] === point[axis] && point[axis] === after[axis];
    return !straight(0) && !straight(1);
  });
}

/**
 * The sides between two rows. A side steps in the gap between the layers; a group that holds others (`nested` levels) widens
 * earlier and narrows later than they do. Rows that do not stand below each other are joined by a bridge through the gap.
 */
function joinRows(
  left: [number, number][],
  right: [number, number][],
  row: Row,
  next: Row,
  nested: number,
  { layerStart, layerEnd }: OutlineInput,
): void {
  const from = layerEnd[row.layer] as number;
  const to = layerStart[next.layer] as number;
  const at = (share: number): number => from * (1 - share) + to * share;
  const shift = Math.min(0.35, 0.09 * (nested - 1));
  if (Math.min(row.high, next.high) - Math.max(row.low, next.low) >= 40) {
    const leftAt = at(0.5 + (next.low < row.low ? -shift : shift));
    const rightAt = at(0.5 + (next.high > row.high ? -shift : shift));
    left.push([row.low, leftAt], [next.low, leftAt]);
    right.push([row.high, rightAt], [next.high, rightAt]);
    return;
  }
  const low = Math.min(row.low, next.low);
  const high = Math.max(row.high, next.high);
  const start = at(Math.max(0, 0.3 - shift));
  const end = at(Math.min(1, 0.7 + shift));
  left.push([row.low, start], [low, start], [low, end], [next.low, end]);
  right.push([row.high, start], [high, start], [high, end], [next.high, end]);
}

function roundedShape(points: readonly [number, number][], sideways: boolean): PathCommand[] {
  const at = (i: number): [number, number] => points[(i + points.length) % points.length] as [number, number];
  const out = (along: number, across: number): [number, number] => (sideways ? [across, along] : [along, across]);
  const commands: PathCommand[] = [];
  points.forEach((corner, i) => {
    const before = at(i - 1);
    const after = at(i + 1);
    const inLength = Math.abs(corner[0] - before[0]) + Math.abs(corner[1] - before[1]);
    const outLength = Math.abs(after[0] - corner[0]) + Math.abs(after[1] - corner[1]);
    const r = Math.min(10, inLength / 2, outLength / 2);
    const towards = (other: [number, number], length: number, distance: number): [number, number] => [
      corner[0] + ((other[0] - corner[0]) * distance) / (length || 1),
      corner[1] + ((other[1] - corner[1]) * distance) / (length || 1),
    ];
    const enter = towards(before, inLength, r);
    const leave = towards(after, outLength, r);
    const c1 = towards(before, inLength, r * 0.45);
    const c2 = towards(after, outLength, r * 0.45);
    commands.push([i === 0 ? "M" : "L", ...out(...enter)]);
    commands.push(["C", ...out(...c1), ...out(...c2), ...out(...leave)]);
  });
  if (commands.length > 0) commands.push(["Z"]);
  return commands;
}
