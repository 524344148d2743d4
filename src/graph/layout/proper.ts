/** Second stage: a proper layered graph, in which every segment joins neighbouring layers, long edges running through dummies. */
import { type Adjacency, adjacency, type IndexGraph } from "./layering.ts";

/**
 * Items 0 … nodeCount-1 are nodes, the others dummies. Edge e runs from its node through the dummies
 * `chainFirst[e] … chainFirst[e] + chainLength[e] - 1` (consecutive layers) to its other node. `chainLength[e] < 0`: the edge is
 * too long for the budget and is drawn straight through, without dummies.
 */
export interface ProperGraph {
  nodeCount: number;
  itemCount: number;
  layerOf: Int32Array;
  layerCount: number;
  chainFirst: Int32Array;
  chainLength: Int32Array;
  /** For a dummy (index - nodeCount): the edge it first was made for. */
  dummyEdge: Int32Array;
  segmentFrom: Int32Array;
  segmentTo: Int32Array;
  down: Adjacency;
  up: Adjacency;
}

/** How many dummies a graph may get: above it long edges out of one node share their way, then the longest get none. */
function dummyBudget(graph: IndexGraph): number {
  return 2000 + 4 * (graph.nodeCount + graph.from.length);
}

/** Adds dummies; linear in nodes + edges + dummies, and the number of dummies is bounded linearly. */
export function makeProper(graph: IndexGraph, layer: Int32Array): ProperGraph {
  const { nodeCount, from, to } = graph;
  const edgeCount = from.length;
  const length = new Int32Array(edgeCount);
  let total = 0;
  for (let e = 0; e < edgeCount; e += 1) {
    length[e] = (layer[to[e] as number] as number) - (layer[from[e] as number] as number) - 1;
    total += length[e] as number;
  }
  const budget = dummyBudget(graph);
  const shared = total > budget;
  // A chain is one run of dummies: an edge's own, or the one all edges out of a node share.
  const chainOf = new Int32Array(edgeCount);
  const wanted = new Int32Array(shared ? nodeCount : edgeCount);
  for (let e = 0; e < edgeCount; e += 1) {
    const chain = shared ? (from[e] as number) : e;
    chainOf[e] = chain;
    wanted[chain] = Math.max(wanted[chain] as number, length[e] as number);
  }
  const limit = lengthLimit(wanted, budget);
  const base = new Int32Array(wanted.length);
  let itemCount = nodeCount;
  for (let chain = 0; chain < wanted.length; chain += 1) {
    base[chain] = itemCount;
    if ((wanted[chain] as number) <= limit) itemCount += wanted[chain] as number;
  }
  return connect(graph, layer, { chainOf, wanted, base, limit, length, itemCount });
}

/** Longest chain that may have dummies so that all such chains together stay in the budget. */
function lengthLimit(wanted: Int32Array, budget: number): number {
  let longest = 0;
  for (const w of wanted) longest = Math.max(longest, w);
  const count = new Float64Array(longest + 1);
  for (const w of wanted) count[w] = (count[w] as number) + 1;
  let used = 0;
  for (let l = 1; l <= longest; l += 1) {
    used += l * (count[l] as number);
    if (used > budget) return l - 1;
  }
  return longest;
}

interface Chains {
  chainOf: Int32Array;
  wanted: Int32Array;
  base: Int32Array;
  limit: number;
  length: Int32Array;
  itemCount: number;
}

function connect(graph: IndexGraph, layer: Int32Array, chains: Chains): ProperGraph {
  const { nodeCount, from, to } = graph;
  const { chainOf, wanted, base, limit, length, itemCount } = chains;
  const edgeCount = from.length;
  const layerOf = new Int32Array(itemCount);
  layerOf.set(layer);
  const dummyEdge = new Int32Array(itemCount - nodeCount);
  const chainFirst = new Int32Array(edgeCount);
  const chainLength = new Int32Array(edgeCount);
  const built = new Uint8Array(wanted.length);
  const segmentFrom: number[] = [];
  const segmentTo: number[] = [];
  for (let e = 0; e < edgeCount; e += 1) {
    const chain = chainOf[e] as number;
    const source = from[e] as number;
    const own = length[e] as number;
    const first = base[chain] as number;
    chainFirst[e] = first;
    if (own > 0 && (wanted[chain] as number) > limit) {
      chainLength[e] = -1;
      continue;
    }
    chainLength[e] = own;
    if (own > 0 && built[chain] === 0) {
      built[chain] = 1;
      for (let i = 0; i < (wanted[chain] as number); i += 1) {
        layerOf[first + i] = (layer[source] as number) + 1 + i;
        dummyEdge[first + i - nodeCount] = e;
        segmentFrom.push(i === 0 ? source : first + i - 1);
        segmentTo.push(first + i);
      }
    }
    segmentFrom.push(own > 0 ? first + own - 1 : source);
    segmentTo.push(to[e] as number);
  }
  let layerCount = 0;
  for (const l of layer) layerCount = Math.max(layerCount, l + 1);
  const fromArray = Int32Array.from(segmentFrom);
  const toArray = Int32Array.from(segmentTo);
  return {
    nodeCount,
    itemCount,
    layerOf,
    layerCount,
    chainFirst,
    chainLength,
    dummyEdge,
    segmentFrom: fromArray,
    segmentTo: toArray,
    down: adjacency(itemCount, fromArray),
    up: adjacency(itemCount, toArray),
  };
}
