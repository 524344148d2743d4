/** A picture from questions to a trace, for whoever has no window: the command line, tests, exports of many steps. */
import type { TraceEvent } from "../trace/events.ts";
import type { SceneGraph } from "../trace/graph-model.ts";
import type { TraceSource, TraceSummary, ValueSummary } from "../trace/query.ts";
import { type ViewState, viewOf } from "../trace/view-state.ts";
import { buildPicture } from "./build-picture.ts";
import { collapse, defaultCollapsed, withoutSecondOrder } from "./grouping.ts";
import { layoutScene } from "./layout.ts";
import { neededValues } from "./needed-values.ts";
import type { Layout, Picture, VisibleGraph } from "./picture.ts";
import { PictureMemo } from "./picture-memo.ts";

const valuesPerQuestion = 512;

export interface PictureOptions {
  direction?: "down" | "right";
  /** Show the operators that `create_graph` added (default true). */
  secondOrder?: boolean;
  /** Groups shown closed; default: what keeps the picture readable. */
  collapsed?: ReadonlySet<string>;
}

export interface PictureAt {
  picture: Picture;
  view: ViewState;
  event: TraceEvent | null;
  graph: VisibleGraph;
  layout: Layout;
  /** Pictures with equal keys share their layout. */
  layoutKey: string;
}

/** Makes pictures of one finished trace; scenes of equal structure are laid out once. */
export interface Picturer {
  readonly summary: TraceSummary;
  /** The picture after event `cursor` (-1 = before the first). */
  at(cursor: number): Promise<PictureAt>;
  /** Summaries of values, each asked once. */
  values(ids: Iterable<number>): Promise<(id: number) => ValueSummary | undefined>;
}

export async function createPicturer(source: TraceSource, options: PictureOptions = {}): Promise<Picturer> {
  const summary = await source.ask("summary", {});
  const known = new Map<number, ValueSummary>();
  const graphs = new Map<number, Promise<VisibleGraph>>();
  const layouts = new Map<string, Layout>();
  const placed = new Map<VisibleGraph, Layout>();
  const memo = new PictureMemo();
  const grouping = { by: "call", locations: summary.locations } as const;

  const values = async (ids: Iterable<number>): Promise<(id: number) => ValueSummary | undefined> => {
    const missing = [...new Set(ids)].filter((id) => !known.has(id));
    for (let at = 0; at < missing.length; at += valuesPerQuestion)
      for (const value of await source.ask("values", { ids: missing.slice(at, at + valuesPerQuestion) }))
        known.set(value.id, value);
    return (id) => known.get(id);
  };
  const visible = (scene: SceneGraph): VisibleGraph => {
    const shown = options.secondOrder === false ? withoutSecondOrder(scene) : scene;
    return collapse(shown, options.collapsed ?? defaultCollapsed(shown, grouping), grouping);
  };
  const graphOf = (scene: number): Promise<VisibleGraph> => {
    let graph = graphs.get(scene);
    if (graph === undefined) {
      graph = source.ask("scene", { scene }).then(visible);
      graphs.set(scene, graph);
    }
    return graph;
  };

  return {
    summary,
    values,
    async at(cursor) {
      const view = viewOf(await source.ask("view", { cursor }));
      const events = cursor < 0 ? [] : await source.ask("events", { first: cursor, last: cursor + 1 });
      const event = events[0] ?? null;
      const graph = await graphOf(view.scene);
      const { structure } = graph.scene;
      const layoutKey = `${structure}|${graph.nodes.length}|${graph.collapsed.join("\n")}`;
      let layout = layouts.get(layoutKey);
      if (layout === undefined) {
        layout = layoutScene(graph, { direction: options.direction ?? "down" });
        layouts.set(layoutKey, layout);
      }
      layout = placed.get(graph) ?? withKeysOf(layout, graph);
      placed.set(graph, layout);
      const value = await values(neededValues(graph, view, event));
      const picture = buildPicture(graph, layout, view, value, { event, eventCount: summary.events, memo });
      return { picture, view, event, graph, layout, layoutKey };
    },
  };
}

/** A layout shared by scenes of equal structure, under the keys of this one (nodes and edges come in the same order). */
export function withKeysOf(layout: Layout, graph: VisibleGraph): Layout {
  const same = layout.nodes[0]?.key === graph.nodes[0]?.key && layout.edges[0]?.key === graph.edges[0]?.key;
  if (same || layout.nodes.length !== graph.nodes.length) return layout;
  return {
    ...layout,
    nodes: layout.nodes.map((node, i) => ({ ...node, key: graph.nodes[i]?.key ?? node.key })),
    edges: layout.edges.map((edge, i) => ({ ...edge, key: graph.edges[i]?.key ?? edge.key })),
  };
}
