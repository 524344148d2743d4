/** First stage of the layered layout: break cycles, then give every node a layer. Indices only; linear time; no recursion. */

/** A directed graph by index: edge e runs from `from[e]` to `to[e]`. */
export interface IndexGraph {
  nodeCount: number;
  from: Int32Array;
  to: Int32Array;
}

/** Adjacency as one array: the edges at node v are `edges[start[v]] … edges[start[v + 1] - 1]`, in edge order. */
export interface Adjacency {
  start: Int32Array;
  edges: Int32Array;
}

/** Edges grouped by one of their ends. */
export function adjacency(nodeCount: number, ends: Int32Array): Adjacency {
  const start = new Int32Array(nodeCount + 1);
  for (const v of ends) start[v + 1] = (start[v + 1] as number) + 1;
  for (let v = 0; v < nodeCount; v += 1) start[v + 1] = (start[v + 1] as number) + (start[v] as number);
  const fill = start.slice();
  const edges = new Int32Array(ends.length);
  for (let e = 0; e < ends.length; e += 1) {
    const v = ends[e] as number;
    edges[fill[v] as number] = e;
    fill[v] = (fill[v] as number) + 1;
  }
  return { start, edges };
}

/**
 * An order of the nodes in which edges point forward, except those that close a cycle (collapsed groups can make cycles): where
 * Kahn's algorithm gets stuck, the lowest remaining index goes next. Returns the position of every node in that order.
 */
export function topologicalOrder(graph: IndexGraph): { order: Int32Array; position: Int32Array } {
  const { nodeCount, from, to } = graph;
  const out = adjacency(nodeCount, from);
  const waiting = new Int32Array(nodeCount);
  for (const v of to) waiting[v] = (waiting[v] as number) + 1;
  const order = new Int32Array(nodeCount);
  const position = new Int32Array(nodeCount).fill(-1);
  let count = 0;
  let lowest = 0;
  const take = (v: number): void => {
    position[v] = count;
    order[count] = v;
    count += 1;
  };
  for (let v = 0; v < nodeCount; v += 1) if (waiting[v] === 0) take(v);
  for (let at = 0; at < nodeCount; at += 1) {
    if (at === count) {
      while (position[lowest] !== -1) lowest += 1;
      take(lowest);
    }
    const v = order[at] as number;
    for (let i = out.start[v] as number; i < (out.start[v + 1] as number); i += 1) {
      const w = to[out.edges[i] as number] as number;
      waiting[w] = (waiting[w] as number) - 1;
      if (waiting[w] === 0 && position[w] === -1) take(w);
    }
  }
  return { order, position };
}

/**
 * Longest-path layers, then everything that can move towards its consumer without lengthening more edges than it shortens
 * does so: parameters, data and what is computed from them alone end up right above where they are used.
 * Requires edges that point forward in `order`.
 */
export function assignLayers(graph: IndexGraph, order: Int32Array): Int32Array {
  const { nodeCount, from, to } = graph;
  const out = adjacency(nodeCount, from);
  const into = adjacency(nodeCount, to);
  const layer = longestPaths(graph, order, true);
  const movable = movableNodes(graph, order, out, into, layer);
  for (let at = nodeCount - 1; at >= 0; at -= 1) {
    const v = order[at] as number;
    const first = out.start[v] as number;
    const last = out.start[v + 1] as number;
    if (first === last) continue;
    let limit = 0x7fffffff;
    for (let i = first; i < last; i += 1)
      limit = Math.min(limit, layer[to[out.edges[i] as number] as number] as number);
    if (limit - 1 <= (layer[v] as number)) continue;
    let fixed = 0;
    for (let i = into.start[v] as number; i < (into.start[v + 1] as number); i += 1) {
      if (movable[from[into.edges[i] as number] as number] === 0) fixed += 1;
    }
    if (fixed <= last - first) layer[v] = limit - 1;
  }
  return dropEmptyLayers(layer);
}

/** Length of the longest path that ends (`upwards` false: starts) at each node: tells the trunk from side inputs. */
export function longestPaths(graph: IndexGraph, order: Int32Array, upwards: boolean): Int32Array {
  const ends = upwards ? graph.to : graph.from;
  const others = upwards ? graph.from : graph.to;
  const edges = adjacency(graph.nodeCount, ends);
  const length = new Int32Array(graph.nodeCount);
  for (let at = 0; at < graph.nodeCount; at += 1) {
    const v = order[upwards ? at : graph.nodeCount - 1 - at] as number;
    let best = -1;
    for (let i = edges.start[v] as number; i < (edges.start[v + 1] as number); i += 1) {
      best = Math.max(best, length[others[edges.edges[i] as number] as number] as number);
    }
    length[v] = best + 1;
  }
  return length;
}

/** 1 for nodes that follow their only consumer: sources, and operators fed by such nodes alone. */
function movableNodes(
  graph: IndexGraph,
  order: Int32Array,
  out: Adjacency,
  into: Adjacency,
  layer: Int32Array,
): Uint8Array {
  const movable = new Uint8Array(graph.nodeCount);
  for (const v of order) {
    const outputs = (out.start[v + 1] as number) - (out.start[v] as number);
    if (layer[v] === 0) {
      movable[v] = outputs <= 1 ? 1 : 0;
      continue;
    }
    let all = outputs <= 1 ? 1 : 0;
    for (let i = into.start[v] as number; i < (into.start[v + 1] as number) && all === 1; i += 1) {
      all = movable[graph.from[into.edges[i] as number] as number] as number;
    }
    movable[v] = all;
  }
  return movable;
}

function dropEmptyLayers(layer: Int32Array): Int32Array {
  let top = 0;
  for (const l of layer) top = Math.max(top, l);
  const used = new Int32Array(top + 2);
  for (const l of layer) used[l + 1] = 1;
  for (let l = 0; l <= top; l += 1) used[l + 1] = (used[l + 1] as number) + (used[l] as number);
  return layer.map((l) => used[l] as number);
}
