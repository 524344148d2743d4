/** What is visible of a scene when some of its groups are collapsed. */

import type { GraphEdge, SceneGraph } from "../trace/graph-model.ts";
import { type GroupingOptions, groupsOf, readable } from "./groups.ts";
import type { GroupInfo, VisibleEdge, VisibleGraph, VisibleNode } from "./picture.ts";

/**
 * What is visible when `collapsed` groups are shown as one node each. An inner collapsed group inside an outer collapsed one
 * stays remembered but invisible. Edges between the same two visible nodes are bundled only if one of them is a group.
 */
export function collapse(
  graph: SceneGraph,
  collapsed: ReadonlySet<string> = new Set(),
  options: GroupingOptions = {},
): VisibleGraph {
  const { groups, paths } = groupsOf(graph, options);
  const byId = new Map(groups.map((group) => [group.id, group]));
  const nodes: VisibleNode[] = [];
  const shown = new Map<string, VisibleNode>();
  const home = new Map<number, VisibleNode>();
  graph.nodes.forEach((node, index) => {
    const path = paths[index] as readonly string[];
    const depth = path.findIndex((id) => collapsed.has(id));
    const key = depth < 0 ? `n${node.id}` : `g:${path[depth]}`;
    let visible = shown.get(key);
    if (!visible) {
      const group = depth < 0 ? null : (byId.get(path[depth] as string) as GroupInfo);
      visible = { key, node: group ? null : node, group, members: [], groups: depth < 0 ? path : path.slice(0, depth) };
      shown.set(key, visible);
      nodes.push(visible);
    }
    visible.members.push(node.id);
    home.set(node.id, visible);
  });
  return {
    scene: graph.scene,
    source: graph,
    nodes,
    edges: visibleEdges(graph.edges, home),
    groups,
    collapsed: groups.filter((group) => collapsed.has(group.id)).map((group) => group.id),
  };
}

function visibleEdges(edges: readonly GraphEdge[], home: ReadonlyMap<number, VisibleNode>): VisibleEdge[] {
  const result: VisibleEdge[] = [];
  const bundles = new Map<string, VisibleEdge>();
  for (const edge of edges) {
    const from = home.get(edge.from);
    const to = home.get(edge.to);
    if (!from || !to || from === to) continue;
    const bundled = from.group !== null || to.group !== null;
    const name = `${from.key}\n${to.key}`;
    const known = bundled ? bundles.get(name) : undefined;
    if (known) {
      known.edges.push(edge);
      known.differentiable ||= edge.differentiable;
      continue;
    }
    const visible: VisibleEdge = {
      key: bundled ? `x${edge.id}` : `e${edge.id}`,
      from: from.key,
      to: to.key,
      edges: [edge],
      differentiable: edge.differentiable,
    };
    if (bundled) bundles.set(name, visible);
    result.push(visible);
  }
  return result;
}

/**
 * Groups closed until a person opens them: none in a scene of few nodes; in a larger one whole levels of nesting open, outermost
 * first, while what is visible stays readable, so that equal calls look alike. Groups of tensors alone stay closed.
 */
export function defaultCollapsed(graph: SceneGraph, options: GroupingOptions = {}): Set<string> {
  if (graph.nodes.length <= readable.all) return new Set();
  const { groups, paths } = groupsOf(graph, options);
  const byId = new Map(groups.map((group) => [group.id, group]));
  /** Of each level of nesting: groups that may open in it, and what stands directly in one of its groups and cannot. */
  const levels = Array.from({ length: Math.max(0, ...groups.map(({ depth }) => depth + 1)) }, () => ({
    groups: [] as string[],
    single: 0,
  }));
  let visible = 0;
  const count = (level: number): void => {
    if (level < 0) visible += 1;
    else (levels[level] as (typeof levels)[number]).single += 1;
  };
  const opens = (id: string | null | undefined): boolean => id == null || (byId.get(id)?.operators ?? 0) > 0;
  for (const { id, depth, parent } of groups) {
    if (opens(id)) levels[depth]?.groups.push(id);
    else if (opens(parent)) count(depth - 1);
  }
  for (const path of paths) if (opens(path.at(-1))) count(path.length - 1);
  visible += levels[0]?.groups.length ?? 0;
  const collapsed = new Set(groups.map(({ id }) => id));
  for (const [depth, level] of levels.entries()) {
    visible += level.single - level.groups.length + (levels[depth + 1]?.groups.length ?? 0);
    if (visible > readable.some) break;
    for (const id of level.groups) collapsed.delete(id);
  }
  return collapsed;
}

/** A scene or what is visible of it: functions take either. */
export function visibleGraph(graph: SceneGraph | VisibleGraph): VisibleGraph {
  return "groups" in graph ? graph : collapse(graph);
}

/** A scene without what `create_graph` added: the operators that backward passes ran. */
export function withoutSecondOrder(scene: SceneGraph): SceneGraph {
  if (scene.nodes.every((node) => node.madeInPass === null)) return scene;
  const nodes = scene.nodes.filter((node) => node.madeInPass === null);
  const kept = new Set(nodes.map(({ id }) => id));
  return { ...scene, nodes, edges: scene.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to)) };
}
