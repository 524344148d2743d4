/**
 * Layout of autograd-like graphs: our own at 2,000, 10,000 and 50,000 nodes, and dagre's at 2,000 in the same run; prints times
 * and the ratio. `npm run bench -- layout`, or alone: `node bench/layout.mjs`.
 */
import dagre from "@dagrejs/dagre";
import { collapse } from "../src/graph/grouping.ts";
import { layoutScene } from "../src/graph/layout.ts";
import { nodeLabel } from "../src/graph/node-label.ts";
import { scalarNetScene, sharedParameterScene, transformerScene } from "../src/graph/scenes.fixture.ts";
import type { SceneGraph } from "../src/trace/graph-model.ts";

export interface LayoutRow {
  graph: string;
  nodes: number;
  edges: number;
  ours: number;
  dagre: number | null;
}

const kinds: {
  name: string;
  make: (size: number) => SceneGraph;
  sizes: { nodes: number; size: number; peer: boolean }[];
}[] = [
  {
    name: "training loop, shared parameters",
    make: sharedParameterScene,
    sizes: [
      { nodes: 2_000, size: 160, peer: true },
      { nodes: 10_000, size: 800, peer: false },
      { nodes: 50_000, size: 3_850, peer: false },
    ],
  },
  {
    name: "transformer blocks",
    make: transformerScene,
    sizes: [
      { nodes: 2_000, size: 50, peer: true },
      { nodes: 10_000, size: 250, peer: false },
      { nodes: 50_000, size: 1_250, peer: false },
    ],
  },
  {
    name: "scalar network",
    make: (size) => scalarNetScene([16, size, size, 1]),
    sizes: [
      { nodes: 2_000, size: 19, peer: true },
      { nodes: 10_000, size: 51, peer: false },
      { nodes: 50_000, size: 121, peer: false },
    ],
  },
];

/** Milliseconds of one call after a warm-up, best of `rounds`. */
function time(run: () => void, rounds: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function dagreTime(scene: SceneGraph): number | null {
  const visible = collapse(scene);
  try {
    return time(() => {
      const graph = new dagre.graphlib.Graph({ multigraph: true });
      graph.setGraph({ ranker: "longest-path" });
      graph.setDefaultEdgeLabel(() => ({}));
      for (const node of visible.nodes) graph.setNode(node.key, { ...nodeLabel(node, 1, "compact") });
      for (const edge of visible.edges) graph.setEdge(edge.from, edge.to, {}, edge.key);
      dagre.layout(graph);
    }, 1);
  } catch {
    return null;
  }
}

/** Runs the benchmark and prints a table. */
export function layoutBenchmark(): LayoutRow[] {
  layoutScene(transformerScene(20));
  layoutScene(scalarNetScene([8, 16, 1]));
  const rows: LayoutRow[] = [];
  console.log("layout                              nodes   edges    ours ms   dagre ms   dagre/ours");
  for (const { name, make, sizes } of kinds) {
    for (const { size, peer } of sizes) {
      const scene = make(size);
      const ours = time(() => layoutScene(scene), 3);
      const theirs = peer ? dagreTime(scene) : null;
      rows.push({ graph: name, nodes: scene.nodes.length, edges: scene.edges.length, ours, dagre: theirs });
      const cells = [
        name.padEnd(33),
        String(scene.nodes.length).padStart(7),
        String(scene.edges.length).padStart(8),
        ours.toFixed(0).padStart(10),
        (peer ? (theirs === null ? "fails" : theirs.toFixed(0)) : "–").padStart(11),
        (theirs === null ? "" : `${(theirs / ours).toFixed(0)} ×`).padStart(12),
      ];
      console.log(cells.join(""));
    }
  }
  return rows;
}
