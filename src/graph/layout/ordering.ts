/**
 * Third stage: the order of items in each layer. Starts from a depth-first walk (so that arguments stand left to right), then
 * barycentre sweeps down and up, keeping the best order, then transposition of neighbours. Items of one open group stay together.
 */
import type { ProperGraph } from "./proper.ts";

export interface OrderingInput {
  graph: ProperGraph;
  /** Extent of each item along the layer. */
  size: Float64Array;
  /** Group path of each item (indices, outermost first), or null when the scene has no open groups. */
  groups: (readonly number[])[] | null;
  groupCount: number;
  sweeps: number;
}

/** Items per layer, left to right. `work` counts elementary steps. */
export function orderLayers(input: OrderingInput): { layers: Int32Array[]; work: number } {
  const { graph } = input;
  let layers = initialOrder(graph);
  const position = new Int32Array(graph.itemCount);
  const x = new Float64Array(graph.itemCount);
  for (const layer of layers) place(layer, input.size, x, null);
  if (input.groups) {
    const means = groupMeans(input, x);
    for (const layer of layers) sortLayer(layer, x, input, means, position);
  }
  index(layers, position);
  let best = layers.map((layer) => layer.slice());
  let work = graph.itemCount;
  let fewest = crossings(graph, layers, position);
  for (let sweep = 0; sweep < input.sweeps && fewest > 0; sweep += 1) {
    sweepOnce(input, layers, position, x, sweep % 2 === 0);
    const count = crossings(graph, layers, position);
    work += graph.itemCount + graph.segmentFrom.length;
    if (count < fewest) {
      fewest = count;
      best = layers.map((layer) => layer.slice());
    }
  }
  layers = best;
  index(layers, position);
  if (fewest > 0) work += transpose(input, layers, position);
  return { layers, work };
}

/** Writes every item's place in its layer. */
export function index(layers: readonly Int32Array[], position: Int32Array): void {
  for (const layer of layers) {
    for (let at = 0; at < layer.length; at += 1) position[layer[at] as number] = at;
  }
}

/** Depth-first from the results upwards through inputs in order: an expression tree comes out without a crossing. */
function initialOrder(graph: ProperGraph): Int32Array[] {
  const { itemCount, layerOf, layerCount, up, down, segmentFrom } = graph;
  const lists: number[][] = Array.from({ length: layerCount }, () => []);
  const seen = new Uint8Array(itemCount);
  const next = up.start.slice(0, itemCount);
  const stack: number[] = [];
  const visit = (item: number): void => {
    seen[item] = 1;
    (lists[layerOf[item] as number] as number[]).push(item);
    stack.push(item);
  };
  const walk = (root: number): void => {
    if (seen[root] === 1) return;
    visit(root);
    while (stack.length > 0) {
      const item = stack[stack.length - 1] as number;
      const at = next[item] as number;
      if (at >= (up.start[item + 1] as number)) {
        stack.pop();
        continue;
      }
      next[item] = at + 1;
      const above = segmentFrom[up.edges[at] as number] as number;
      if (seen[above] === 0) visit(above);
    }
  };
  for (let item = 0; item < itemCount; item += 1) {
    if (down.start[item] === down.start[item + 1]) walk(item);
  }
  for (let item = 0; item < itemCount; item += 1) walk(item);
  return lists.map((list) => Int32Array.from(list));
}

/** Rough coordinates of one layer: packed side by side, then moved so that its items are where `wish` has them on average. */
function place(layer: Int32Array, size: Float64Array, x: Float64Array, wish: Float64Array | null): void {
  let cursor = 0;
  let shift = 0;
  for (const item of layer) {
    const half = (size[item] as number) / 2;
    cursor += half;
    x[item] = cursor;
    cursor += half;
    if (wish) shift += (wish[item] as number) - (x[item] as number);
  }
  const move = wish && layer.length > 0 ? shift / layer.length : -cursor / 2;
  for (const item of layer) x[item] = (x[item] as number) + move;
}

function sweepOnce(
  input: OrderingInput,
  layers: Int32Array[],
  position: Int32Array,
  x: Float64Array,
  downwards: boolean,
): void {
  const { graph } = input;
  const wish = new Float64Array(graph.itemCount);
  const means = groupMeans(input, x);
  for (let step = 0; step < layers.length; step += 1) {
    const layer = layers[downwards ? step : layers.length - 1 - step] as Int32Array;
    for (const item of layer) wish[item] = barycentre(graph, item, x, downwards);
    sortLayer(layer, wish, input, means, position);
    place(layer, input.size, x, wish);
  }
  index(layers, position);
}

/** Mean coordinate of the neighbours on the fixed side; of the other side where there are none (parameters going down). */
function barycentre(graph: ProperGraph, item: number, x: Float64Array, downwards: boolean): number {
  for (const above of [downwards, !downwards]) {
    const { start, edges } = above ? graph.up : graph.down;
    const ends = above ? graph.segmentFrom : graph.segmentTo;
    const first = start[item] as number;
    const last = start[item + 1] as number;
    if (first === last) continue;
    let sum = 0;
    for (let i = first; i < last; i += 1) sum += x[ends[edges[i] as number] as number] as number;
    return sum / (last - first);
  }
  return x[item] as number;
}

/** Mean coordinate of every open group over all layers: keeps groups in the same order in each layer. */
function groupMeans(input: OrderingInput, x: Float64Array): Float64Array {
  const sum = new Float64Array(input.groupCount);
  const count = new Float64Array(input.groupCount);
  input.groups?.forEach((path, item) => {
    for (const group of path) {
      sum[group] = (sum[group] as number) + (x[item] as number);
      count[group] = (count[group] as number) + 1;
    }
  });
  return sum.map((value, group) => value / Math.max(1, count[group] as number));
}

function sortLayer(
  layer: Int32Array,
  key: Float64Array,
  input: OrderingInput,
  means: Float64Array,
  position: Int32Array,
): void {
  index([layer], position);
  const plain = (a: number, b: number): number =>
    (key[a] as number) - (key[b] as number) || (position[a] as number) - (position[b] as number);
  const { groups } = input;
  if (!groups) {
    layer.sort(plain);
    return;
  }
  layer.sort((a, b) => {
    const pathA = groups[a] as readonly number[];
    const pathB = groups[b] as readonly number[];
    let depth = 0;
    while (depth < pathA.length && depth < pathB.length && pathA[depth] === pathB[depth]) depth += 1;
    const groupA = pathA[depth];
    const groupB = pathB[depth];
    if (groupA === undefined && groupB === undefined) return plain(a, b);
    const keyA = groupA === undefined ? (key[a] as number) : (means[groupA] as number);
    const keyB = groupB === undefined ? (key[b] as number) : (means[groupB] as number);
    return keyA - keyB || (groupA ?? -1 - a) - (groupB ?? -1 - b);
  });
}

/** Edge crossings between all neighbouring layers (accumulator tree, O(segments · log width)). */
function crossings(graph: ProperGraph, layers: readonly Int32Array[], position: Int32Array): number {
  let total = 0;
  const ends: number[] = [];
  for (let l = 0; l + 1 < layers.length; l += 1) {
    ends.length = 0;
    for (const item of layers[l] as Int32Array) {
      const first = ends.length;
      for (let i = graph.down.start[item] as number; i < (graph.down.start[item + 1] as number); i += 1) {
        ends.push(position[graph.segmentTo[graph.down.edges[i] as number] as number] as number);
      }
      if (ends.length - first > 1) {
        const part = ends.slice(first).sort((a, b) => a - b);
        for (let i = 0; i < part.length; i += 1) ends[first + i] = part[i] as number;
      }
    }
    total += inversions(ends, (layers[l + 1] as Int32Array).length);
  }
  return total;
}

function inversions(ends: readonly number[], width: number): number {
  const tree = new Int32Array(width + 1);
  let total = 0;
  for (let i = 0; i < ends.length; i += 1) {
    const end = ends[i] as number;
    let notAfter = 0;
    for (let at = end + 1; at > 0; at -= at & -at) notAfter += tree[at] as number;
    total += i - notAfter;
    for (let at = end + 1; at <= width; at += at & -at) tree[at] = (tree[at] as number) + 1;
  }
  return total;
}

/** Swaps neighbours while that removes crossings, a few rounds; very wide fans are left alone to stay linear. */
function transpose(input: OrderingInput, layers: Int32Array[], position: Int32Array): number {
  const { graph, groups } = input;
  let work = 0;
  for (let round = 0; round < 3; round += 1) {
    let improved = false;
    for (const layer of layers) {
      for (let at = 0; at + 1 < layer.length; at += 1) {
        const a = layer[at] as number;
        const b = layer[at + 1] as number;
        if (groups && !samePath(groups[a] as readonly number[], groups[b] as readonly number[])) continue;
        const size = degree(graph, a) + degree(graph, b);
        if (size > 24) continue;
        work += size;
        if (pairCrossings(graph, a, b, position) > pairCrossings(graph, b, a, position)) {
          layer[at] = b;
          layer[at + 1] = a;
          position[b] = at;
          position[a] = at + 1;
          improved = true;
        }
      }
    }
    if (!improved) break;
  }
  return work;
}

function samePath(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((group, depth) => group === b[depth]);
}

function degree(graph: ProperGraph, item: number): number {
  const { up, down } = graph;
  return (
    (up.start[item + 1] as number) -
    (up.start[item] as number) +
    (down.start[item + 1] as number) -
    (down.start[item] as number)
  );
}

/** Crossings between the segments of `left` and `right` if they stand in this order. */
function pairCrossings(graph: ProperGraph, left: number, right: number, position: Int32Array): number {
  let count = 0;
  for (const above of [true, false]) {
    const { start, edges } = above ? graph.up : graph.down;
    const ends = above ? graph.segmentFrom : graph.segmentTo;
    for (let i = start[left] as number; i < (start[left + 1] as number); i += 1) {
      const p = position[ends[edges[i] as number] as number] as number;
      for (let j = start[right] as number; j < (start[right + 1] as number); j += 1) {
        if (p > (position[ends[edges[j] as number] as number] as number)) count += 1;
      }
    }
  }
  return count;
}
