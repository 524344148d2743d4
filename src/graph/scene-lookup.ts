/** Nodes and edges of a scene by id: made once per scene, asked at every step. */
import type { CallInfo, GraphEdge, GraphNode, SceneGraph } from "../trace/graph-model.ts";

export class SceneLookup {
  readonly graph: SceneGraph;
  #nodes: Map<number, GraphNode> | null = null;
  #calls: Map<number, CallInfo> | null = null;
  #edges: Map<number, GraphEdge> | null = null;
  #into: Map<number, GraphEdge[]> | null = null;
  #out: Map<number, GraphEdge[]> | null = null;

  constructor(graph: SceneGraph) {
    this.graph = graph;
  }

  readonly node = (id: number | null): GraphNode | undefined => {
    this.#nodes ??= new Map(this.graph.nodes.map((node) => [node.id, node]));
    return id === null ? undefined : this.#nodes.get(id);
  };

  readonly edge = (id: number | null): GraphEdge | undefined => {
    this.#edges ??= new Map(this.graph.edges.map((edge) => [edge.id, edge]));
    return id === null ? undefined : this.#edges.get(id);
  };

  /** Names of the modules and functions whose calls a node is part of, outermost first. */
  readonly callsAround = ({ call }: GraphNode): string[] => {
    this.#calls ??= new Map(this.graph.calls.map((one) => [one.id, one]));
    const names: string[] = [];
    for (let at = this.#calls.get(call); at !== undefined; at = this.#calls.get(at.within))
      if (at.kind === "module" || at.kind === "function") names.unshift(at.name);
    return names;
  };

  /** Edges into a node, in the order of its operands. */
  readonly inputs = (node: number): readonly GraphEdge[] => {
    if (this.#into === null) {
      this.#into = edgesBy(this.graph, ({ to }) => to);
      for (const list of this.#into.values()) list.sort((a, b) => a.input - b.input);
    }
    return this.#into.get(node) ?? [];
  };

  /** Edges out of a node, to its consumers as they ran. */
  readonly outputs = (node: number): readonly GraphEdge[] => {
    this.#out ??= edgesBy(this.graph, ({ from }) => from);
    return this.#out.get(node) ?? [];
  };
}

function edgesBy(graph: SceneGraph, end: (edge: GraphEdge) => number): Map<number, GraphEdge[]> {
  const lists = new Map<number, GraphEdge[]>();
  for (const edge of graph.edges) {
    const list = lists.get(end(edge));
    if (list) list.push(edge);
    else lists.set(end(edge), [edge]);
  }
  return lists;
}
