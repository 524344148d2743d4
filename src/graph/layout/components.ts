/** Connected components: each is laid out on its own, then they are put on shelves, in the order of their first node. */
import type { Box } from "../picture.ts";
import type { IndexGraph } from "./layering.ts";

export interface Component {
  /** Indices into the whole graph, ascending. */
  nodes: Int32Array;
  edges: Int32Array;
  /** The component alone, with indices into `nodes`. */
  graph: IndexGraph;
}

/** Components of a graph; nodes with the same non-negative `glue` value count as connected. */
export function splitComponents(graph: IndexGraph, glue: Int32Array): Component[] {
  const parent = Int32Array.from({ length: graph.nodeCount }, (_, i) => i);
  const find = (v: number): number => {
    let root = v;
    while (parent[root] !== root) root = parent[root] as number;
    for (let at = v; at !== root; ) {
      const next = parent[at] as number;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const join = (a: number, b: number): void => {
    const first = find(a);
    const second = find(b);
    parent[Math.max(first, second)] = Math.min(first, second);
  };
  for (let e = 0; e < graph.from.length; e += 1) join(graph.from[e] as number, graph.to[e] as number);
  const holder = new Map<number, number>();
  glue.forEach((group, v) => {
    if (group < 0) return;
    const known = holder.get(group);
    if (known === undefined) holder.set(group, v);
    else join(known, v);
  });
  const parts = new Map<number, { nodes: number[]; edges: number[] }>();
  const local = new Int32Array(graph.nodeCount);
  for (let v = 0; v < graph.nodeCount; v += 1) {
    const root = find(v);
    const part = parts.get(root) ?? { nodes: [], edges: [] };
    parts.set(root, part);
    local[v] = part.nodes.length;
    part.nodes.push(v);
  }
  for (let e = 0; e < graph.from.length; e += 1) parts.get(find(graph.from[e] as number))?.edges.push(e);
  return [...parts.values()].map(({ nodes, edges }) => ({
    nodes: Int32Array.from(nodes),
    edges: Int32Array.from(edges),
    graph: {
      nodeCount: nodes.length,
      from: Int32Array.from(edges, (e) => local[graph.from[e] as number] as number),
      to: Int32Array.from(edges, (e) => local[graph.to[e] as number] as number),
    },
  }));
}

/** Offsets that put boxes side by side on shelves; a shelf is as wide as the widest box or as makes the whole about 16:10. */
export function packComponents(boxes: readonly Box[]): { dx: number; dy: number }[] {
  const gap = 48;
  let area = 0;
  let widest = 0;
  for (const box of boxes) {
    area += (box.width + gap) * (box.height + gap);
    widest = Math.max(widest, box.width);
  }
  const shelf = Math.max(widest, Math.sqrt(area * 1.6));
  let x = 0;
  let y = 0;
  let height = 0;
  return boxes.map((box) => {
    if (x > 0 && x + box.width > shelf) {
      x = 0;
      y += height + gap;
      height = 0;
    }
    const offset = { dx: x - box.x, dy: y - box.y };
    x += box.width + gap;
    height = Math.max(height, box.height);
    return offset;
  });
}
