/**
 * Where everything stands: a layered layout (Sugiyama's framework) in time linear in the graph, deterministic, depending on
 * structure only. Data flows from operand to result; parameters and data stand right before their consumer. Stages: layering.ts,
 * proper.ts (dummies), ordering.ts, coordinates.ts, routing.ts; this file puts them together per connected component.
 */
import type { SceneGraph } from "../trace/graph-model.ts";
import { visibleGraph } from "./grouping.ts";
import { packComponents, splitComponents } from "./layout/components.ts";
import { assignCoordinates } from "./layout/coordinates.ts";
import { placeLabels } from "./layout/labels.ts";
import { assignLayers, type IndexGraph, longestPaths, topologicalOrder } from "./layout/layering.ts";
import { orderLayers } from "./layout/ordering.ts";
import { groupOutlines, groupPad } from "./layout/outlines.ts";
import { makeProper, type ProperGraph } from "./layout/proper.ts";
import { mergeStraight, routeEdges } from "./layout/routing.ts";
import { nodeLabel } from "./node-label.ts";
import type {
  Box,
  Detail,
  GroupInfo,
  Layout,
  LayoutEdge,
  LayoutGroup,
  LayoutNode,
  LayoutOptions,
  VisibleGraph,
} from "./picture.ts";

const margin = 24;

/** Beyond this many visible nodes "auto" leaves out type and backward names. */
const compactAbove = 120;

/** Positions, routes and boxes for a scene or what is visible of it. */
export function layoutScene(scene: SceneGraph | VisibleGraph, options: LayoutOptions = {}): Layout {
  const graph = visibleGraph(scene);
  const detail = chooseDetail(graph, options.detail);
  const direction = options.direction ?? "down";
  const sizes = measure(graph, detail);
  const whole = indexGraph(graph);
  const components = splitComponents(whole, outerGroups(graph));
  const nodes: LayoutNode[] = graph.nodes.map(({ key }, i) => ({ key, layer: 0, x: 0, y: 0, ...(sizes[i] as Size) }));
  const edges: LayoutEdge[] = graph.edges.map(({ key }) => ({ key, path: [], labelAt: { x: 0, y: 0, roomy: false } }));
  const placed: { box: Box; nodes: Int32Array; edges: Int32Array; groups: LayoutGroup[] }[] = [];
  let work = 0;
  for (const component of components) {
    const result = layoutComponent(graph, component, sizes, direction === "right", options);
    work += result.work;
    component.nodes.forEach((node, i) => {
      Object.assign(nodes[node] as LayoutNode, result.nodes[i]);
    });
    component.edges.forEach((edge, i) => {
      (edges[edge] as LayoutEdge).path = result.paths[i] as number[];
    });
    placed.push({ box: result.box, nodes: component.nodes, edges: component.edges, groups: result.groups });
  }
  const offsets = packComponents(placed.map(({ box }) => box));
  placed.forEach((part, i) => {
    const { dx, dy } = offsets[i] as { dx: number; dy: number };
    for (const node of part.nodes) move(nodes[node] as LayoutNode, dx, dy);
    for (const edge of part.edges) movePath((edges[edge] as LayoutEdge).path, dx, dy);
    for (const group of part.groups) moveGroup(group, dx, dy);
  });
  const groups = placed.flatMap((part) => part.groups).sort((a, b) => a.depth - b.depth);
  anchorTo(options, nodes, edges, groups);
  placeLabels(nodes, edges);
  return { direction, detail, nodes, edges, groups, bounds: boundsOf(nodes, edges, groups), work };
}

interface Size {
  width: number;
  height: number;
}

/** The detail "auto" stands for. */
function chooseDetail(graph: VisibleGraph, detail: LayoutOptions["detail"]): Detail {
  if (detail === "full" || detail === "compact") return detail;
  return graph.nodes.length > compactAbove ? "compact" : "full";
}

/** Number of gradient contributions each visible node waits for: one per differentiable edge out of it. */
function fanOuts(graph: VisibleGraph): Map<string, number> {
  const counts = new Map<string, number>();
  for (const edge of graph.edges) {
    if (edge.differentiable) counts.set(edge.from, (counts.get(edge.from) ?? 0) + edge.edges.length);
  }
  return counts;
}

function measure(graph: VisibleGraph, detail: Detail): Size[] {
  const fanOut = fanOuts(graph);
  return graph.nodes.map((node) => {
    const { width, height } = nodeLabel(node, fanOut.get(node.key) ?? 0, detail);
    return { width, height };
  });
}

function indexGraph(graph: VisibleGraph): IndexGraph {
  const position = new Map(graph.nodes.map(({ key }, i) => [key, i]));
  const from = Int32Array.from(graph.edges, (edge) => position.get(edge.from) as number);
  const to = Int32Array.from(graph.edges, (edge) => position.get(edge.to) as number);
  return { nodeCount: graph.nodes.length, from, to };
}

/** Index of the outermost open group of each node, or -1: a group is laid out as one piece. */
function outerGroups(graph: VisibleGraph): Int32Array {
  const ids = new Map(graph.groups.map(({ id }, i) => [id, i]));
  return Int32Array.from(graph.nodes, ({ groups }) => (groups[0] === undefined ? -1 : (ids.get(groups[0]) ?? -1)));
}

interface ComponentResult {
  nodes: { x: number; y: number; layer: number }[];
  paths: number[][];
  groups: LayoutGroup[];
  box: Box;
  work: number;
}

/** Lays out one component; coordinates are relative to its own box at (0, 0). */
function layoutComponent(
  graph: VisibleGraph,
  component: { nodes: Int32Array; edges: Int32Array; graph: IndexGraph },
  sizes: readonly Size[],
  sideways: boolean,
  options: LayoutOptions,
): ComponentResult {
  const raw = component.graph;
  const { order, position } = topologicalOrder(raw);
  const reversed = Uint8Array.from(raw.from, (from, e) =>
    (position[from] as number) > (position[raw.to[e] as number] as number) ? 1 : 0,
  );
  const index: IndexGraph = {
    nodeCount: raw.nodeCount,
    from: raw.from.map((from, e) => (reversed[e] === 1 ? (raw.to[e] as number) : from)),
    to: raw.to.map((to, e) => (reversed[e] === 1 ? (raw.from[e] as number) : to)),
  };
  const proper = makeProper(index, assignLayers(index, order));
  const trunk = trunkLengths(index, order, proper);
  const groups = itemGroups(graph, component, index, proper);
  const nodeGap = options.nodeGap ?? 24;
  const along = new Float64Array(proper.itemCount).fill(sideways ? 4 : 6);
  const across = new Float64Array(raw.nodeCount);
  component.nodes.forEach((node, i) => {
    const { width, height } = sizes[node] as Size;
    along[i] = sideways ? height : width;
    across[i] = sideways ? width : height;
  });
  const ordered = orderLayers({
    graph: proper,
    size: along.map((s) => s + nodeGap),
    groups: groups.paths,
    groupCount: groups.count,
    sweeps: 8,
  });
  const separation = (a: number, b: number): number => {
    const dummies = (a >= raw.nodeCount ? 1 : 0) + (b >= raw.nodeCount ? 1 : 0);
    const apart = groups.paths ? groupDistance(groups.paths[a] as number[], groups.paths[b] as number[]) : 0;
    return (
      ((along[a] as number) + (along[b] as number)) / 2 +
      nodeGap * (dummies === 2 ? 0.4 : dummies === 1 ? 0.7 : 1) +
      apart * groupPad.side
    );
  };
  const center = assignCoordinates({ graph: proper, layers: ordered.layers, size: along, separation, ...trunk }).map(
    Math.round,
  );
  const bands = layerBands(proper, across, center, groups, options.layerGap ?? (sideways ? 88 : 44));
  const nodeStart = across.map((size, i) => {
    const layer = proper.layerOf[i] as number;
    return (bands.end[layer] as number) - size;
  });
  const paths = routeEdges({
    graph: proper,
    edgeFrom: index.from,
    edgeTo: index.to,
    center,
    size: along,
    nodeStart,
    nodeEnd: nodeStart.map((start, i) => start + (across[i] as number)),
    layerStart: bands.start,
    layerEnd: bands.end,
  }).map((path, e) => finishPath(mergeStraight(path), reversed[e] === 1, sideways));
  const nodes = Array.from({ length: raw.nodeCount }, (_, i) => {
    const low = (center[i] as number) - (along[i] as number) / 2;
    const start = nodeStart[i] as number;
    return { x: sideways ? start : low, y: sideways ? low : start, layer: proper.layerOf[i] as number };
  });
  const outlines = groups.paths
    ? groupOutlines({
        paths: groups.paths,
        groupCount: groups.count,
        nodeCount: raw.nodeCount,
        layerOf: proper.layerOf,
        center,
        size: along,
        nodeStart,
        layerStart: bands.start,
        layerEnd: bands.end,
        sideways,
      })
    : [];
  const boxes = outlines.map(({ group, box, commands, titleAt }): LayoutGroup => {
    const { id, title, depth } = graph.groups[group] as GroupInfo;
    return { id, title, depth, ...box, outline: commands, titleAt };
  });
  return finishComponent(component.nodes, sizes, { nodes, paths, groups: boxes }, ordered.work + proper.itemCount);
}

/** Shifts a component so that its box, nodes and bends included, starts at (0, 0). */
function finishComponent(
  ids: Int32Array,
  sizes: readonly Size[],
  parts: Pick<ComponentResult, "nodes" | "paths" | "groups">,
  work: number,
): ComponentResult {
  const { nodes, paths, groups } = parts;
  const boxes = nodes.map((node, i) => ({ ...node, ...(sizes[ids[i] as number] as Size) }));
  const asEdges = paths.map((path) => ({ path }));
  const box = boundsOf(boxes, asEdges, groups, 0);
  const dx = -Math.round(box.x);
  const dy = -Math.round(box.y);
  for (const node of nodes) {
    node.x = Math.round(node.x + dx);
    node.y = Math.round(node.y + dy);
  }
  for (const path of paths) movePath(path, dx, dy);
  for (const group of groups) moveGroup(group, dx, dy);
  return { nodes, paths, groups, box: { x: 0, y: 0, width: box.width, height: box.height }, work };
}

function finishPath(path: number[], reversed: boolean, sideways: boolean): number[] {
  const points: number[] = reversed ? [] : path;
  if (reversed) for (let i = path.length - 2; i >= 0; i -= 2) points.push(path[i] as number, path[i + 1] as number);
  if (!sideways) return points;
  const swapped = new Array<number>(points.length);
  for (let i = 0; i < points.length; i += 2) {
    swapped[i] = points[i + 1] as number;
    swapped[i + 1] = points[i] as number;
  }
  return swapped;
}

/** Longest paths above and below every item; a dummy has those of its edge's ends. */
function trunkLengths(
  index: IndexGraph,
  order: Int32Array,
  proper: ProperGraph,
): { above: Float64Array; below: Float64Array } {
  const above = new Float64Array(proper.itemCount);
  const below = new Float64Array(proper.itemCount);
  above.set(longestPaths(index, order, true));
  below.set(longestPaths(index, order, false));
  proper.dummyEdge.forEach((edge, i) => {
    above[index.nodeCount + i] = above[index.from[edge] as number] as number;
    below[index.nodeCount + i] = below[index.to[edge] as number] as number;
  });
  return { above, below };
}

/** Group path of every item: nodes have their own, a dummy has what both ends of its edge share. Null without open groups. */
function itemGroups(
  graph: VisibleGraph,
  component: { nodes: Int32Array; edges: Int32Array },
  index: IndexGraph,
  proper: ProperGraph,
): { paths: number[][] | null; count: number } {
  const count = graph.groups.length;
  const ids = new Map(graph.groups.map(({ id }, i) => [id, i]));
  const paths: number[][] = [...component.nodes].map((node) =>
    (graph.nodes[node]?.groups ?? []).map((id) => ids.get(id) as number),
  );
  if (paths.every((path) => path.length === 0)) return { paths: null, count };
  for (const edge of proper.dummyEdge) {
    const a = paths[index.from[edge] as number] as number[];
    const b = paths[index.to[edge] as number] as number[];
    let depth = 0;
    while (depth < a.length && depth < b.length && a[depth] === b[depth]) depth += 1;
    paths.push(a.slice(0, depth));
  }
  return { paths, count };
}

/** How many group borders stand between two items. */
function groupDistance(a: readonly number[], b: readonly number[]): number {
  let depth = 0;
  while (depth < a.length && depth < b.length && a[depth] === b[depth]) depth += 1;
  return a.length + b.length - 2 * depth;
}

/** First and last coordinate of each layer: gaps grow where edges run far sideways and where group boxes begin or end. */
function layerBands(
  proper: ProperGraph,
  across: Float64Array,
  center: Float64Array,
  groups: { paths: number[][] | null; count: number },
  gap: number,
): { start: Float64Array; end: Float64Array } {
  const { layerCount, layerOf, nodeCount } = proper;
  const height = new Float64Array(layerCount);
  for (let i = 0; i < nodeCount; i += 1) {
    const layer = layerOf[i] as number;
    height[layer] = Math.max(height[layer] as number, across[i] as number);
  }
  const run = new Float64Array(layerCount + 1);
  proper.segmentFrom.forEach((from, s) => {
    const to = proper.segmentTo[s] as number;
    const layer = layerOf[to] as number;
    run[layer] = Math.max(run[layer] as number, Math.abs((center[from] as number) - (center[to] as number)));
  });
  const extra = groupGaps(proper, groups);
  const start = new Float64Array(layerCount);
  const end = new Float64Array(layerCount);
  let cursor = 0;
  for (let layer = 0; layer < layerCount; layer += 1) {
    if (layer > 0) cursor += Math.round(gap + Math.min(120, (run[layer] as number) * 0.1));
    cursor += extra[layer] as number;
    start[layer] = cursor;
    cursor += height[layer] as number;
    end[layer] = cursor;
  }
  return { start, end };
}

function groupGaps(proper: ProperGraph, groups: { paths: number[][] | null; count: number }): Float64Array {
  const extra = new Float64Array(proper.layerCount + 1);
  if (!groups.paths) return extra;
  const first = new Int32Array(groups.count).fill(0x7fffffff);
  const last = new Int32Array(groups.count).fill(-1);
  for (let i = 0; i < proper.nodeCount; i += 1) {
    const layer = proper.layerOf[i] as number;
    for (const group of groups.paths[i] as number[]) {
      first[group] = Math.min(first[group] as number, layer);
      last[group] = Math.max(last[group] as number, layer);
    }
  }
  const opens = new Float64Array(proper.layerCount + 1);
  const closes = new Float64Array(proper.layerCount + 1);
  for (let group = 0; group < groups.count; group += 1) {
    if ((last[group] as number) < 0) continue;
    opens[first[group] as number] = (opens[first[group] as number] as number) + groupPad.title;
    closes[(last[group] as number) + 1] = (closes[(last[group] as number) + 1] as number) + groupPad.side;
  }
  // Siblings that begin in the same layer share the room; more than four levels get no more.
  return extra.map(
    (_, l) => Math.min(opens[l] as number, 4 * groupPad.title) + Math.min(closes[l] as number, 4 * groupPad.side),
  );
}

function moveGroup(group: LayoutGroup, dx: number, dy: number): void {
  move(group, dx, dy);
  move(group.titleAt, dx, dy);
  for (const command of group.outline) {
    for (let i = 1; i < command.length; i += 2) {
      (command as number[])[i] = (command[i] as number) + dx;
      (command as number[])[i + 1] = (command[i + 1] as number) + dy;
    }
  }
}

function boundsOf(
  nodes: readonly Box[],
  edges: readonly { path: number[] }[],
  groups: readonly Box[],
  pad = margin,
): Box {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  const add = (x: number, y: number): void => {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  };
  for (const boxes of [nodes, groups]) {
    for (const box of boxes) {
      add(box.x, box.y);
      add(box.x + box.width, box.y + box.height);
    }
  }
  // Control points bound their curve.
  for (const { path } of edges)
    for (let i = 0; i + 1 < path.length; i += 2) add(path[i] as number, path[i + 1] as number);
  if (left === Number.POSITIVE_INFINITY) return { x: 0, y: 0, width: 2 * pad, height: 2 * pad };
  return { x: left - pad, y: top - pad, width: right - left + 2 * pad, height: bottom - top + 2 * pad };
}

function move(box: { x: number; y: number }, dx: number, dy: number): void {
  box.x += dx;
  box.y += dy;
}

function movePath(path: number[], dx: number, dy: number): void {
  for (let i = 0; i + 1 < path.length; i += 2) {
    path[i] = (path[i] as number) + dx;
    path[i + 1] = (path[i + 1] as number) + dy;
  }
}

function anchorTo(options: LayoutOptions, nodes: LayoutNode[], edges: LayoutEdge[], groups: LayoutGroup[]): void {
  const anchor = options.anchor;
  const node = anchor && nodes.find(({ key }) => key === anchor.key);
  if (!anchor || !node) return;
  const dx = anchor.x - node.x;
  const dy = anchor.y - node.y;
  for (const each of nodes) move(each, dx, dy);
  for (const edge of edges) movePath(edge.path, dx, dy);
  for (const group of groups) moveGroup(group, dx, dy);
}
