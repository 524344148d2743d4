/** Which values a picture and the inspector must know to show one state. */

import type { TraceEvent } from "../trace/events.ts";
import type { ViewState } from "../trace/view-state.ts";
import { shownPorts } from "./groups.ts";
import type { VisibleGraph } from "./picture.ts";

/** Places of nodes and edges of a visible graph. */
export interface Sight {
  nodes: readonly number[];
  edges: readonly number[];
}

/** Ids of the values of everything in sight (null: of the whole graph), and of what the event itself mentions. */
export function neededValues(
  graph: VisibleGraph,
  view: ViewState,
  event: TraceEvent | null,
  sight: Sight | null = null,
): Set<number> {
  const ids = new Set<number>();
  const add = (id: number | null | undefined): void => {
    if (id !== null && id !== undefined) ids.add(id);
  };
  const nodes = sight === null ? graph.nodes : sight.nodes.flatMap((place) => graph.nodes[place] ?? []);
  const edges = sight === null ? graph.edges : sight.edges.flatMap((place) => graph.edges[place] ?? []);
  for (const visible of nodes) {
    const { node, group } = visible;
    for (const one of node ? [node.id] : group ? shownPorts(group) : [])
      for (const id of view.grads.get(one)?.sum ?? []) add(id);
    if (node === null) continue;
    for (const id of view.values.get(node.id) ?? []) add(id);
    add(view.leafGrads.get(node.id));
  }
  for (const edge of edges) for (const one of edge.edges) add(view.flows.get(one.id));
  for (const id of eventValues(event)) add(id);
  return ids;
}

/** Ids an event mentions. */
export function eventValues(event: TraceEvent | null): number[] {
  const ids: (number | null)[] = [];
  switch (event?.kind) {
    case "fwd.op":
      ids.push(...event.values, event.before);
      break;
    case "bwd.seed":
      for (const root of event.roots) ids.push(root.value, root.seed);
      break;
    case "bwd.enter":
      ids.push(...event.upstream, ...(event.gathered ?? []));
      break;
    case "bwd.edge":
      ids.push(event.upstream, event.contribution);
      break;
    case "bwd.accumulate":
      ids.push(event.before, event.sum);
      break;
    case "leaf.accumulate":
      ids.push(event.before, event.delta, event.after);
      break;
    case "grad.zero":
      ids.push(event.before, event.after);
      break;
    case "opt.step":
      for (const update of event.updates) ids.push(update.before, update.after);
      break;
  }
  return ids.filter((id): id is number => id !== null);
}
