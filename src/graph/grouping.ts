/** Groups of nodes (module calls, notebook cells) and what is visible when some of them are collapsed. */

import type { SourceLocation } from "../trace/events.ts";
import type { GraphEdge, GraphNode, SceneGraph } from "../trace/graph-model.ts";
import { cellName } from "../trace/place-name.ts";
import { typeText } from "./node-label.ts";
import type { GroupInfo, VisibleEdge, VisibleGraph, VisibleNode } from "./picture.ts";

export interface GroupingOptions {
  /** What groups are made of: module calls (default), notebook cells, or cells with modules inside; "none" for no groups. */
  by?: "module" | "cell" | "cell+module" | "none";
  /** The trace's location table: needed for cells. */
  locations?: readonly SourceLocation[];
}

interface Grouped {
  groups: GroupInfo[];
  /** Per node (same order as graph.nodes): ids of its groups, outermost first. */
  paths: string[][];
}

/** All groups of a scene, and each node's path of groups. A module called again later in the scene is a group of its own. */
export function groupsOf(graph: SceneGraph, options: GroupingOptions = {}): Grouped {
  const by = options.by ?? "module";
  const segments = graph.nodes.map((node) => (by === "none" ? [] : segmentsOf(node, by, options.locations)));
  adoptTensors(graph, segments);
  const paths = numberCalls(graph, segments);
  return pruneSmall(graph, segments, paths);
}

function segmentsOf(node: GraphNode, by: string, locations: readonly SourceLocation[] | undefined): string[] {
  const cell = by === "module" ? null : (locations?.[node.loc]?.cell ?? null);
  const modules = by === "cell" ? [] : node.modules;
  return cell === null ? modules : [cellName(cell), ...modules];
}

/** A parameter or data tensor belongs to the innermost group that holds all its consumers. */
function adoptTensors(graph: SceneGraph, segments: string[][]): void {
  const position = new Map(graph.nodes.map((node, index) => [node.id, index]));
  const common = new Map<number, string[]>();
  for (const edge of graph.edges) {
    const from = position.get(edge.from);
    const to = position.get(edge.to);
    if (from === undefined || to === undefined || graph.nodes[from]?.kind === "op") continue;
    const path = segments[to] as string[];
    const known = common.get(from);
    common.set(from, known ? commonPrefix(known, path) : path);
  }
  for (const [index, path] of common) if ((segments[index] as string[]).length === 0) segments[index] = path;
}

function commonPrefix(a: readonly string[], b: readonly string[]): string[] {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

/** Turns names into group ids: the second call of a module (other operators ran in between) gets "#2" behind its name. */
function numberCalls(graph: SceneGraph, segments: string[][]): string[][] {
  const calls = new Map<string, number>();
  const paths: string[][] = graph.nodes.map(() => []);
  let open: { name: string; id: string }[] = [];
  graph.nodes.forEach((node, index) => {
    if (node.kind !== "op" || node.madeInPass !== null) return;
    const path = segments[index] as string[];
    let keep = 0;
    while (keep < open.length && keep < path.length && open[keep]?.name === path[keep]) keep += 1;
    open = open.slice(0, keep);
    for (let depth = keep; depth < path.length; depth += 1) {
      const name = path[depth] as string;
      const base = `${open[depth - 1]?.id ?? "m:"}/${name}`;
      const call = (calls.get(base) ?? 0) + 1;
      calls.set(base, call);
      open.push({ name, id: call === 1 ? base : `${base}#${call}` });
    }
    paths[index] = open.map((entry) => entry.id);
  });
  // Tensors follow the first consumer among the operators that share their segments.
  const position = new Map(graph.nodes.map((node, index) => [node.id, index]));
  for (const edge of graph.edges) {
    const from = position.get(edge.from);
    const to = position.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const wanted = (segments[from] as string[]).length;
    if (graph.nodes[from]?.kind === "op" || wanted === 0) continue;
    const path = (paths[to] as string[]).slice(0, wanted);
    const known = paths[from] as string[];
    paths[from] = known.length === 0 ? path : commonPrefix(known, path);
  }
  return paths;
}

/** Groups of fewer than two members only add lines to the picture: drop them, then describe the rest. */
function pruneSmall(graph: SceneGraph, segments: string[][], paths: string[][]): Grouped {
  const members = new Map<string, number[]>();
  const titles = new Map<string, string>();
  paths.forEach((path, index) => {
    path.forEach((id, depth) => {
      const list = members.get(id);
      if (list) list.push((graph.nodes[index] as GraphNode).id);
      else members.set(id, [(graph.nodes[index] as GraphNode).id]);
      if (!titles.has(id)) titles.set(id, groupTitle(id, (segments[index] as string[])[depth] ?? id));
    });
  });
  const kept = paths.map((path) => path.filter((id) => (members.get(id) as number[]).length > 1));
  const groups = new Map<string, GroupInfo>();
  const position = new Map(graph.nodes.map((node, index) => [node.id, index]));
  for (const path of kept) {
    path.forEach((id, depth) => {
      if (groups.has(id)) return;
      const title = titles.get(id) as string;
      const kind = /^cell \d+$/.test(title) ? "cell" : "module";
      const list = members.get(id) as number[];
      const parent = path[depth - 1] ?? null;
      groups.set(id, { id, title, kind, parent, depth, members: list, ...emptyPorts(list, graph, position) });
    });
  }
  findPorts(graph, kept, groups, position);
  return { groups: [...groups.values()], paths: kept };
}

function emptyPorts(
  members: readonly number[],
  graph: SceneGraph,
  position: ReadonlyMap<number, number>,
): Pick<GroupInfo, "outputs" | "inputs" | "inType" | "outType" | "operators" | "parameters"> {
  const kinds = members.map((id) => graph.nodes[position.get(id) as number]?.kind);
  const count = (kind: GraphNode["kind"]): number => kinds.filter((each) => each === kind).length;
  return { outputs: [], inputs: [], inType: "", outType: "", operators: count("op"), parameters: count("leaf") };
}

/** Fills in what enters and leaves each group. */
function findPorts(
  graph: SceneGraph,
  kept: readonly string[][],
  groups: ReadonlyMap<string, GroupInfo>,
  position: ReadonlyMap<number, number>,
): void {
  const outputs = new Map([...groups.keys()].map((id) => [id, new Set<number>()]));
  const inputs = new Map([...groups.keys()].map((id) => [id, new Set<number>()]));
  for (const edge of graph.edges) {
    const from = kept[position.get(edge.from) ?? -1];
    const to = kept[position.get(edge.to) ?? -1];
    if (!from || !to) continue;
    for (const id of from) if (!to.includes(id)) outputs.get(id)?.add(edge.from);
    for (const id of to) if (!from.includes(id)) inputs.get(id)?.add(edge.from);
  }
  const type = (id: number | undefined): string => {
    const node = id === undefined ? undefined : graph.nodes[position.get(id) ?? -1];
    return node ? typeText(node) : "";
  };
  for (const group of groups.values()) {
    group.outputs = [...(outputs.get(group.id) ?? [])];
    group.inputs = [...(inputs.get(group.id) ?? [])];
    // Where nothing else enters, it is data that only this group uses: it stands inside, before the operators.
    const data = group.members.find((id) => graph.nodes[position.get(id) as number]?.kind === "data");
    if (group.inputs.length === 0 && data !== undefined) group.inputs = [data];
    group.inType = type(group.inputs[0]);
    group.outType = type(group.outputs[0] ?? group.members[group.members.length - 1]);
  }
}

function groupTitle(id: string, name: string): string {
  const call = /#(\d+)$/.exec(id)?.[1];
  return call ? `${name} (call ${call})` : name;
}

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
    const path = paths[index] as string[];
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

/** Nodes beyond which a scene opens with groups closed, and how many are shown then at most. */
const readable = { all: 150, some: 80 } as const;

/**
 * Groups closed until a person opens them: none in a scene of few nodes; in a larger one whole levels of nesting open, outermost
 * first, while what is visible stays readable, so that equal modules look alike.
 */
export function defaultCollapsed(graph: SceneGraph, options: GroupingOptions = {}): Set<string> {
  if (graph.nodes.length <= readable.all) return new Set();
  const { groups, paths } = groupsOf(graph, options);
  /** Of each level of nesting: groups that stand in it, and nodes directly in one of its groups. */
  const levels = Array.from({ length: Math.max(0, ...groups.map(({ depth }) => depth + 1)) }, () => ({
    groups: [] as string[],
    nodes: 0,
  }));
  let visible = 0;
  for (const { id, depth } of groups) levels[depth]?.groups.push(id);
  for (const { length } of paths) {
    const level = levels[length - 1];
    if (level) level.nodes += 1;
    else visible += 1;
  }
  visible += levels[0]?.groups.length ?? 0;
  const collapsed = new Set(groups.map(({ id }) => id));
  for (const [depth, level] of levels.entries()) {
    visible += level.nodes - level.groups.length + (levels[depth + 1]?.groups.length ?? 0);
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
