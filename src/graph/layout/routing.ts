/** Fifth stage: smooth edges through their dummies. Ports are spread along a node's side in the order of where edges come from. */
import type { ProperGraph } from "./proper.ts";

export interface RoutingInput {
  graph: ProperGraph;
  edgeFrom: Int32Array;
  edgeTo: Int32Array;
  /** Centre of every item along the layer (x when data flows down). */
  center: Float64Array;
  size: Float64Array;
  /** Per node: first and last coordinate across layers (y when data flows down). */
  nodeStart: Float64Array;
  nodeEnd: Float64Array;
  /** Per layer: first and last coordinate. */
  layerStart: Float64Array;
  layerEnd: Float64Array;
}

/** For every edge its path as start point and cubic Béziers, flattened (see LayoutEdge). */
export function routeEdges(input: RoutingInput): number[][] {
  const { graph, edgeFrom, edgeTo } = input;
  const outPorts = spreadPorts(input, edgeFrom, true);
  const inPorts = spreadPorts(input, edgeTo, false);
  const paths: number[][] = [];
  for (let e = 0; e < edgeFrom.length; e += 1) {
    const from = edgeFrom[e] as number;
    const to = edgeTo[e] as number;
    const path = [outPorts[e] as number, input.nodeEnd[from] as number];
    const fromLayer = graph.layerOf[from] as number;
    const chain = graph.chainLength[e] as number;
    if (chain >= 0) {
      straightTo(path, input.layerEnd[fromLayer] as number);
      for (let i = 0; i < chain; i += 1) {
        const dummy = (graph.chainFirst[e] as number) + i;
        const layer = graph.layerOf[dummy] as number;
        curveTo(path, input.center[dummy] as number, input.layerStart[layer] as number);
        straightTo(path, input.layerEnd[layer] as number);
      }
      curveTo(path, inPorts[e] as number, input.layerStart[graph.layerOf[to] as number] as number);
      straightTo(path, input.nodeStart[to] as number);
    } else {
      curveTo(path, inPorts[e] as number, input.nodeStart[to] as number);
    }
    paths.push(path);
  }
  return paths;
}

/** Where each edge touches its node, along the node's side. */
function spreadPorts(input: RoutingInput, ends: Int32Array, leaving: boolean): Float64Array {
  const { graph, edgeFrom, edgeTo, center, size } = input;
  const edgeCount = ends.length;
  const towards = new Float64Array(edgeCount);
  for (let e = 0; e < edgeCount; e += 1) {
    const chain = graph.chainLength[e] as number;
    const first = graph.chainFirst[e] as number;
    const neighbour = chain > 0 ? (leaving ? first : first + chain - 1) : leaving ? edgeTo[e] : edgeFrom[e];
    towards[e] = center[neighbour as number] as number;
  }
  const start = new Int32Array(graph.nodeCount + 1);
  for (const v of ends) start[v + 1] = (start[v + 1] as number) + 1;
  for (let v = 0; v < graph.nodeCount; v += 1) start[v + 1] = (start[v + 1] as number) + (start[v] as number);
  const fill = start.slice();
  const edges = new Int32Array(edgeCount);
  for (let e = 0; e < edgeCount; e += 1) {
    const v = ends[e] as number;
    edges[fill[v] as number] = e;
    fill[v] = (fill[v] as number) + 1;
  }
  const ports = new Float64Array(edgeCount);
  for (let v = 0; v < graph.nodeCount; v += 1) {
    const own = edges.subarray(start[v] as number, start[v + 1] as number);
    if (own.length === 0) continue;
    own.sort((a, b) => (towards[a] as number) - (towards[b] as number) || a - b);
    const step = own.length > 1 ? Math.min(24, ((size[v] as number) * 0.7) / (own.length - 1)) : 0;
    const middle = center[v] as number;
    own.forEach((e, i) => {
      ports[e] = middle + (i - (own.length - 1) / 2) * step;
    });
  }
  return ports;
}

function straightTo(path: number[], y: number): void {
  const x0 = path[path.length - 2] as number;
  const y0 = path[path.length - 1] as number;
  if (Math.abs(y - y0) < 0.01) return;
  path.push(x0, y0 + (y - y0) / 3, x0, y0 + ((y - y0) * 2) / 3, x0, y);
}

function curveTo(path: number[], x: number, y: number): void {
  const x0 = path[path.length - 2] as number;
  const y0 = path[path.length - 1] as number;
  const bend = (y - y0) * 0.5;
  path.push(x0, y0 + bend, x, y - bend, x, y);
}

/** Joins pieces that run straight along one line, so that a long straight edge is one Bézier. */
export function mergeStraight(path: readonly number[]): number[] {
  const merged: number[] = [path[0] as number, path[1] as number];
  let straight = false;
  for (let i = 2; i + 5 < path.length; i += 6) {
    const x0 = merged[merged.length - 2] as number;
    const isLine = [path[i], path[i + 2], path[i + 4]].every((x) => Math.abs((x as number) - x0) < 0.01);
    if (isLine && straight) {
      const y = path[i + 5] as number;
      const y0 = merged[merged.length - 7] as number;
      merged.splice(merged.length - 6, 6, x0, y0 + (y - y0) / 3, x0, y0 + ((y - y0) * 2) / 3, x0, y);
    } else {
      for (let j = 0; j < 6; j += 1) merged.push(path[i + j] as number);
    }
    straight = isLine;
  }
  return merged;
}

/** Point of the Bézier that starts at `path[at]`, at parameter `t`. */
export function pointAt(path: readonly number[], at: number, t: number): { x: number; y: number } {
  const s = 1 - t;
  const weights = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  let x = 0;
  let y = 0;
  weights.forEach((w, i) => {
    x += w * (path[at + 2 * i] as number);
    y += w * (path[at + 2 * i + 1] as number);
  });
  return { x, y };
}
