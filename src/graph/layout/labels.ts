/**
 * Places for edge labels. They depend on the layout only, so that a label does not jump while stepping: a spot is reserved for
 * every edge, with room for a number where nothing is in the way, else with room for the sign glyph alone.
 */
import type { Box, LayoutEdge } from "../picture.ts";
import { pointAt } from "./routing.ts";

/** Size reserved for glyph and number, and for the glyph alone. */
const labelSize = { width: 74, height: 17, glyph: 15 } as const;

const cell = 80;

/** Graphs with more edges than this get glyphs only: their numbers would be too small to read. */
const labelledEdges = 1500;

/** Sets `labelAt` of every edge. Looks things up in a grid, so the time stays linear. */
export function placeLabels(nodes: readonly Box[], edges: readonly LayoutEdge[]): void {
  if (edges.length > labelledEdges) {
    for (const edge of edges)
      edge.labelAt = { ...(candidates(edge.path)[0] as { x: number; y: number }), roomy: false };
    return;
  }
  const grid = new Map<string, Box[]>();
  for (const node of nodes) insert(grid, node);
  for (const edge of edges) {
    const spots = candidates(edge.path);
    const roomy = spots.find((spot) => free(grid, around(spot, labelSize.width, labelSize.height)));
    const spot = roomy ?? spots.find((each) => free(grid, around(each, labelSize.glyph, labelSize.glyph))) ?? spots[0];
    if (!spot) continue;
    edge.labelAt = { ...spot, roomy: roomy !== undefined };
    insert(grid, around(spot, roomy ? labelSize.width : labelSize.glyph, labelSize.height));
  }
}

/** Points along the longest piece of the path, the middle first. */
function candidates(path: readonly number[]): { x: number; y: number }[] {
  let best = 0;
  let longest = -1;
  for (let at = 0; at + 7 < path.length; at += 6) {
    const dx = (path[at + 6] as number) - (path[at] as number);
    const dy = (path[at + 7] as number) - (path[at + 1] as number);
    const length = Math.hypot(dx, dy);
    if (length > longest + 0.01) {
      longest = length;
      best = at;
    }
  }
  if (longest < 0) return [{ x: path[0] ?? 0, y: path[1] ?? 0 }];
  return [0.5, 0.36, 0.64, 0.24, 0.76].map((t) => pointAt(path, best, t));
}

function around(center: { x: number; y: number }, width: number, height: number): Box {
  return { x: center.x - width / 2, y: center.y - height / 2, width, height };
}

function cellsOf(box: Box): string[] {
  const names: string[] = [];
  for (let cx = Math.floor(box.x / cell); cx <= Math.floor((box.x + box.width) / cell); cx += 1) {
    for (let cy = Math.floor(box.y / cell); cy <= Math.floor((box.y + box.height) / cell); cy += 1)
      names.push(`${cx},${cy}`);
  }
  return names;
}

function insert(grid: Map<string, Box[]>, box: Box): void {
  for (const name of cellsOf(box)) {
    const list = grid.get(name);
    if (list) list.push(box);
    else grid.set(name, [box]);
  }
}

function free(grid: ReadonlyMap<string, readonly Box[]>, box: Box): boolean {
  return cellsOf(box).every((name) =>
    (grid.get(name) ?? []).every(
      (other) =>
        other.x >= box.x + box.width ||
        other.x + other.width <= box.x ||
        other.y >= box.y + box.height ||
        other.y + other.height <= box.y,
    ),
  );
}
