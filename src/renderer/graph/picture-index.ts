/** Where the elements of a picture are. Made once per layout: elements are named by their place in the picture's lists. */
import type { Sight } from "../../graph/needed-values.ts";
import type { Box, Layout, Picture } from "../../graph/picture.ts";
import type { Point } from "./camera.ts";

/** Edges are drawn wider than their path (width, halo, number). */
const edgeMargin = 40;
/** Straight pieces by which a Bézier is approached when it is clicked on. */
const pieces = 12;

export class PictureIndex {
  /** Left, top, right, bottom of each. */
  readonly #nodes: Float64Array;
  readonly #edges: Float64Array;
  readonly #paths: readonly (readonly number[])[];

  constructor({ nodes, edges }: Layout) {
    this.#paths = edges.map(({ path }) => path);
    this.#nodes = boxesOf(nodes.length, (i) => nodes[i] as Box);
    this.#edges = boxesOf(edges.length, (i) => pathBounds(this.#paths[i] ?? [], edgeMargin));
  }

  within(box: Box): Sight {
    const near = { x: box.x - edgeMargin, y: box.y - edgeMargin, ...grown(box) };
    const edges = placesIn(this.#edges, box).filter((place) => comesInto(this.#paths[place] ?? [], near));
    return { nodes: placesIn(this.#nodes, box), edges };
  }

  /** Place of the node drawn on top at a point; -1 for none. */
  nodeAt({ x, y }: Point): number {
    return placesIn(this.#nodes, { x, y, width: 0, height: 0 }).at(-1) ?? -1;
  }

  /** Place of the edge nearest to a point, at most `reach` away; -1 for none. */
  edgeAt(picture: Picture, { x, y }: Point, reach: number): number {
    let best = -1;
    let least = reach;
    for (const place of placesIn(this.#edges, { x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach })) {
      const away = distanceToPath(picture.edge(place)?.path ?? [], x, y);
      if (away > least) continue;
      least = away;
      best = place;
    }
    return best;
  }
}

function boxesOf(count: number, boxOf: (i: number) => Box): Float64Array {
  const out = new Float64Array(4 * count);
  for (let i = 0; i < count; i++) {
    const { x, y, width, height } = boxOf(i);
    out.set([x, y, x + width, y + height], 4 * i);
  }
  return out;
}

/** A walk over all boxes: at 100,000 a fraction of a millisecond. */
function placesIn(boxes: Float64Array, { x, y, width, height }: Box): number[] {
  const found: number[] = [];
  const right = x + width;
  const bottom = y + height;
  for (let i = 0; i < boxes.length; i += 4) {
    const meets =
      (boxes[i] as number) <= right &&
      (boxes[i + 2] as number) >= x &&
      (boxes[i + 1] as number) <= bottom &&
      (boxes[i + 3] as number) >= y;
    if (meets) found.push(i >> 2);
  }
  return found;
}

function grown({ width, height }: Box): Pick<Box, "width" | "height"> {
  return { width: width + 2 * edgeMargin, height: height + 2 * edgeMargin };
}

/** Whether one of the path's Béziers may: a long edge goes around most of what its bounds hold. */
function comesInto(path: readonly number[], { x, y, width, height }: Box): boolean {
  for (let i = 0; i + 7 < path.length; i += 6) {
    let beside = 0b1111;
    for (let k = i; k < i + 8; k += 2) {
      const px = path[k] as number;
      const py = path[k + 1] as number;
      beside &= (px < x ? 1 : 0) | (px > x + width ? 2 : 0) | (py < y ? 4 : 0) | (py > y + height ? 8 : 0);
    }
    if (beside === 0) return true;
  }
  return false;
}

/** A Bézier stays within the hull of its points. */
function pathBounds(path: readonly number[], margin: number): Box {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let i = 0; i + 1 < path.length; i += 2) {
    const x = path[i] as number;
    const y = path[i + 1] as number;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { x: left - margin, y: top - margin, width: right - left + 2 * margin, height: bottom - top + 2 * margin };
}

function distanceToPath(path: readonly number[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 7 < path.length; i += 6) {
    const [x0, y0, x1, y1, x2, y2, x3, y3] = path.slice(i, i + 8) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    let fromX = x0;
    let fromY = y0;
    for (let k = 1; k <= pieces; k++) {
      const t = k / pieces;
      const u = 1 - t;
      const toX = u * u * u * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * x3;
      const toY = u * u * u * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t * t * t * y3;
      least = Math.min(least, distanceToPiece(x, y, fromX, fromY, toX, toY));
      fromX = toX;
      fromY = toY;
    }
  }
  return least;
}

function distanceToPiece(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
