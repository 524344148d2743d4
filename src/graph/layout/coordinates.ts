/**
 * Fourth stage: coordinates along the layers, after Brandes & Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2001):
 * four extreme alignments with median neighbours, compacted by longest paths over blocks, then the mean of the two middle values
 * of each item. Chains and long edges come out straight. One change: neighbours on much shorter
 * paths (parameters) do not pull an item out of the trunk's line.
 */
import { index } from "./ordering.ts";
import type { ProperGraph } from "./proper.ts";

export interface CoordinateInput {
  graph: ProperGraph;
  layers: readonly Int32Array[];
  /** Extent along the layer. */
  size: Float64Array;
  /** Least distance between the centres of two neighbours. */
  separation: (left: number, right: number) => number;
  /** Longest path above and below each item: of several neighbours those on much shorter paths do not pull. */
  above: Float64Array;
  below: Float64Array;
}

interface Neighbours {
  start: Int32Array;
  items: Int32Array;
  segments: Int32Array;
}

/** Centre of every item along its layer; neighbours keep their separation. Linear in items + segments (but for small sorts). */
export function assignCoordinates(input: CoordinateInput): Float64Array {
  const { graph, layers } = input;
  const position = new Int32Array(graph.itemCount);
  index(layers, position);
  const above = sortedNeighbours(graph, position, input.above, true);
  const below = sortedNeighbours(graph, position, input.below, false);
  const conflicts = markConflicts(graph, layers, position, above);
  const results: Float64Array[] = [];
  for (const upper of [true, false]) {
    for (const mirrored of [false, true]) {
      const root = align(graph, layers, position, upper ? above : below, conflicts, upper, mirrored);
      results.push(compact(input, root, mirrored));
    }
  }
  return balance(input, results);
}

/** Neighbours on one side that an item may align with, left to right: those on the trunk, not tensors that hang on its side. */
function sortedNeighbours(graph: ProperGraph, position: Int32Array, path: Float64Array, above: boolean): Neighbours {
  const { start, edges } = above ? graph.up : graph.down;
  const ends = above ? graph.segmentFrom : graph.segmentTo;
  const newStart = new Int32Array(graph.itemCount + 1);
  const segments = new Int32Array(edges.length);
  let count = 0;
  for (let item = 0; item < graph.itemCount; item += 1) {
    newStart[item] = count;
    const all = [...edges.subarray(start[item] as number, start[item + 1] as number)];
    let longest = 0;
    for (const segment of all) longest = Math.max(longest, path[ends[segment] as number] as number);
    const used = all.filter((segment) => longest === 0 || 2 * (path[ends[segment] as number] as number) > longest);
    used.sort((a, b) => (position[ends[a] as number] as number) - (position[ends[b] as number] as number) || a - b);
    for (const segment of used) {
      segments[count] = segment;
      count += 1;
    }
  }
  newStart[graph.itemCount] = count;
  const kept = segments.subarray(0, count);
  return { start: newStart, segments: kept, items: kept.map((segment) => ends[segment] as number) };
}

/** Type-1 conflicts: a segment that crosses one between two dummies gives way, so that long edges stay straight. */
function markConflicts(
  graph: ProperGraph,
  layers: readonly Int32Array[],
  position: Int32Array,
  above: Neighbours,
): Uint8Array {
  const conflicts = new Uint8Array(graph.segmentFrom.length);
  for (let l = 1; l < layers.length; l += 1) {
    const layer = layers[l] as Int32Array;
    const width = (layers[l - 1] as Int32Array).length;
    let scanned = 0;
    let leftLimit = 0;
    layer.forEach((item, at) => {
      const inner = innerNeighbour(graph, item, above);
      if (inner < 0 && at < layer.length - 1) return;
      const rightLimit = inner < 0 ? width : (position[inner] as number);
      for (; scanned <= at; scanned += 1) {
        const other = layer[scanned] as number;
        for (let i = above.start[other] as number; i < (above.start[other + 1] as number); i += 1) {
          const upper = above.items[i] as number;
          const p = position[upper] as number;
          const bothDummies = upper >= graph.nodeCount && other >= graph.nodeCount;
          if ((p < leftLimit || p > rightLimit) && !bothDummies) conflicts[above.segments[i] as number] = 1;
        }
      }
      leftLimit = rightLimit;
    });
  }
  return conflicts;
}

function innerNeighbour(graph: ProperGraph, item: number, above: Neighbours): number {
  if (item < graph.nodeCount) return -1;
  const upper = above.items[above.start[item] as number] as number;
  return upper >= graph.nodeCount ? upper : -1;
}

/** Root of the block of every item for one of the four alignments. */
function align(
  graph: ProperGraph,
  layers: readonly Int32Array[],
  position: Int32Array,
  neighbours: Neighbours,
  conflicts: Uint8Array,
  downwards: boolean,
  mirrored: boolean,
): Int32Array {
  const root = Int32Array.from({ length: graph.itemCount }, (_, item) => item);
  const aligned = root.slice();
  for (let step = 1; step < layers.length; step += 1) {
    const layer = layers[downwards ? step : layers.length - 1 - step] as Int32Array;
    let limit = mirrored ? Number.POSITIVE_INFINITY : -1;
    for (let i = 0; i < layer.length; i += 1) {
      const item = layer[mirrored ? layer.length - 1 - i : i] as number;
      const first = neighbours.start[item] as number;
      const count = (neighbours.start[item + 1] as number) - first;
      if (count === 0) continue;
      const low = (count - 1) >> 1;
      const high = count >> 1;
      for (const at of mirrored ? [high, low] : [low, high]) {
        if (aligned[item] !== item) break;
        const other = neighbours.items[first + at] as number;
        const p = position[other] as number;
        if (conflicts[neighbours.segments[first + at] as number] === 1) continue;
        if (mirrored ? p >= limit : p <= limit) continue;
        aligned[other] = item;
        root[item] = root[other] as number;
        aligned[item] = root[item] as number;
        limit = p;
      }
    }
  }
  return root;
}

/** Longest-path coordinates of blocks from the left (from the right when mirrored), then gaps closed towards the far side. */
function compact(input: CoordinateInput, root: Int32Array, mirrored: boolean): Float64Array {
  const { graph, layers, separation } = input;
  const edgesFrom: number[] = [];
  const edgesTo: number[] = [];
  const gaps: number[] = [];
  for (const layer of layers) {
    for (let at = 0; at + 1 < layer.length; at += 1) {
      const left = layer[at] as number;
      const right = layer[at + 1] as number;
      edgesFrom.push(root[mirrored ? right : left] as number);
      edgesTo.push(root[mirrored ? left : right] as number);
      gaps.push(separation(left, right));
    }
  }
  const out = lists(graph.itemCount, edgesFrom);
  const waiting = new Int32Array(graph.itemCount);
  for (const to of edgesTo) waiting[to] = (waiting[to] as number) + 1;
  const order: number[] = [];
  for (let item = 0; item < graph.itemCount; item += 1)
    if (root[item] === item && waiting[item] === 0) order.push(item);
  const x = new Float64Array(graph.itemCount);
  for (let at = 0; at < order.length; at += 1) {
    const block = order[at] as number;
    for (let i = out.start[block] as number; i < (out.start[block + 1] as number); i += 1) {
      const edge = out.edges[i] as number;
      const to = edgesTo[edge] as number;
      x[to] = Math.max(x[to] as number, (x[block] as number) + (gaps[edge] as number));
      waiting[to] = (waiting[to] as number) - 1;
      if (waiting[to] === 0) order.push(to);
    }
  }
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const block = order[at] as number;
    let limit = Number.POSITIVE_INFINITY;
    for (let i = out.start[block] as number; i < (out.start[block + 1] as number); i += 1) {
      const edge = out.edges[i] as number;
      limit = Math.min(limit, (x[edgesTo[edge] as number] as number) - (gaps[edge] as number));
    }
    if (limit !== Number.POSITIVE_INFINITY) x[block] = Math.max(x[block] as number, limit);
  }
  return x.map((_, item) => (mirrored ? -1 : 1) * (x[root[item] as number] as number));
}

function lists(count: number, ends: readonly number[]): { start: Int32Array; edges: Int32Array } {
  const start = new Int32Array(count + 1);
  for (const v of ends) start[v + 1] = (start[v + 1] as number) + 1;
  for (let v = 0; v < count; v += 1) start[v + 1] = (start[v + 1] as number) + (start[v] as number);
  const fill = start.slice();
  const edges = new Int32Array(ends.length);
  ends.forEach((v, e) => {
    edges[fill[v] as number] = e;
    fill[v] = (fill[v] as number) + 1;
  });
  return { start, edges };
}

/** Shifts the four results to the narrowest one and takes the mean of the two middle values of each item. */
function balance(input: CoordinateInput, results: readonly Float64Array[]): Float64Array {
  const extents = results.map((x) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    x.forEach((value, item) => {
      const half = (input.size[item] as number) / 2;
      low = Math.min(low, value - half);
      high = Math.max(high, value + half);
    });
    return { low, high };
  });
  let narrowest = 0;
  extents.forEach(({ low, high }, i) => {
    const best = extents[narrowest] as { low: number; high: number };
    if (high - low < best.high - best.low) narrowest = i;
  });
  const frame = extents[narrowest] as { low: number; high: number };
  // Results 1 and 3 are packed to the right, 0 and 2 to the left.
  const shifts = extents.map(({ low, high }, i) => (i % 2 === 1 ? frame.high - high : frame.low - low));
  const values = [0, 0, 0, 0];
  return new Float64Array(input.graph.itemCount).map((_, item) => {
    for (let i = 0; i < 4; i += 1) values[i] = (results[i]?.[item] as number) + (shifts[i] as number);
    values.sort((a, b) => a - b);
    return ((values[1] as number) + (values[2] as number)) / 2;
  });
}
