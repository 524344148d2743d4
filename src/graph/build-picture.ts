/** From (structure, layout, state at a step, values) to a picture: a pure function, called at every step. */
import type { TraceEvent } from "../trace/events.ts";
import type { GraphNode, SceneGraph } from "../trace/graph-model.ts";
import type { ValueSummary } from "../trace/query.ts";
import type { ViewState } from "../trace/view-state.ts";
import { describeContext, describeStep, nodeName } from "./describe.ts";
import { edgeFace, type FlowState } from "./edge-face.ts";
import { formatShape, formatValue } from "./format-number.ts";
import { defaultScale, gradientSign } from "./gradient-style.ts";
import { visibleGraph } from "./grouping.ts";
import { portsShown, shownPorts } from "./groups.ts";
import { gradientLegend } from "./legend.ts";
import { textMark } from "./marks.ts";
import { nodeFace, nodeRadius } from "./node-face.ts";
import { groupContents, type NodeLabel, nodeLabel, typeText } from "./node-label.ts";
import type {
  GroupInfo,
  Layout,
  LayoutEdge,
  LayoutGroup,
  LayoutNode,
  NodeClass,
  Picture,
  PictureEdge,
  PictureGroup,
  PictureNode,
  PicturePlaces,
  PicturePrefs,
  VisibleEdge,
  VisibleGraph,
  VisibleNode,
} from "./picture.ts";
import { edgeKey, type FaceSources, nodeKey, PictureMemo } from "./picture-memo.ts";
import { SceneLookup } from "./scene-lookup.ts";

type Values = (id: number) => ValueSummary | undefined;

/** The picture of a scene after event `view.cursor`. `layout` must have been made from the same (visible) graph. */
export function buildPicture(
  scene: SceneGraph | VisibleGraph,
  layout: Layout,
  view: ViewState,
  values: Values,
  prefs: PicturePrefs = {},
): Picture {
  const graph = visibleGraph(scene);
  const event = prefs.event ?? null;
  const scale = prefs.scale ?? defaultScale;
  const memo = prefs.memo ?? new PictureMemo();
  const { feeds, labels, names, lookup, places, groups, sources, detaching } = memo.begin(graph, layout, scale, () =>
    staticsOf(graph, layout),
  );
  const showsNumbers = prefs.edgeLabels ?? graph.edges.length <= 150;
  memo.follow(view, showsNumbers, sources);
  const placesOf = (ids: readonly number[]): Set<number> => new Set(ids.map((id) => places.members.get(id) ?? -1));
  const touched = { nodes: placesOf(view.touched.nodes), edges: new Set(view.touched.edges) };
  const current = currentOf(event);
  const currentPlace = places.members.get(current.node ?? -1) ?? -1;
  const stopped = placesOf(view.skips.map(({ node }) => node));
  const failedPlace = places.members.get(view.error?.node ?? -1) ?? -1;
  const drawNode = (visible: VisibleNode, i: number): PictureNode => {
    const box = layout.nodes[i] as LayoutNode;
    const feeding = feeds[i] as number[];
    const label = labels[i] as NodeLabel;
    const classes = nodeClasses(visible, view, values, {
      touched: touched.nodes.has(i),
      current: i === currentPlace,
      stopped: stopped.has(i),
      error: i === failedPlace,
    });
    const input = {
      visible,
      box,
      label,
      detail: layout.detail,
      view,
      value: values,
      event,
      classes,
      contributions: feeding,
    };
    return {
      key: visible.key,
      id: visible.node?.id ?? null,
      group: visible.group?.id ?? null,
      classes,
      x: box.x,
      y: box.y,
      width: box.width,
      height: box.height,
      radius: nodeRadius[visible.group ? "group" : (visible.node as GraphNode).kind],
      title: nodeTitle(visible, view, values),
      marks: nodeFace(input),
    };
  };
  const node = (i: number): PictureNode | undefined => {
    const visible = graph.nodes[i];
    if (visible === undefined) return undefined;
    const draw = (): PictureNode => drawNode(visible, i);
    // What the event is about is drawn in its own way.
    if (touched.nodes.has(i) || i === currentPlace || i === failedPlace) return memo.nodes.draw(i, draw);
    return memo.nodes.take(i, () => nodeKey(visible, view, values, feeds[i] as number[], stopped.has(i)), draw);
  };
  const context = describeContext(lookup, values, view);
  const cuts = new Set(view.skips.flatMap(({ reason, edge }) => (reason === "detach" && edge !== null ? [edge] : [])));
  const flow: FlowState = {
    view,
    values,
    touched: touched.edges,
    current: current.edge,
    cuts,
    detaching,
    scale,
    labels: showsNumbers,
    sideways: layout.direction === "right",
    name: (key) => names.get(key) ?? key,
  };
  const specialEdges = new Set([...view.touched.edges, current.edge ?? -1].map((id) => places.flows.get(id) ?? -1));
  const edge = (i: number): PictureEdge | undefined => {
    const visible = graph.edges[i];
    if (visible === undefined) return undefined;
    const draw = (): PictureEdge => edgeFace(visible, layout.edges[i] as LayoutEdge, context, flow);
    if (specialEdges.has(i)) return memo.edges.draw(i, draw);
    const cut = (): boolean => cuts.size > 0 && visible.edges.some(({ id }) => cuts.has(id));
    return memo.edges.take(i, () => edgeKey(visible, view, values, cut(), showsNumbers), draw);
  };
  return {
    bounds: layout.bounds,
    places,
    current: currentPlace,
    get nodes() {
      return graph.nodes.map((_, i) => node(i) as PictureNode);
    },
    get edges() {
      return graph.edges.map((_, i) => edge(i) as PictureEdge);
    },
    node,
    edge,
    groups,
    legend: gradientLegend(flow.scale),
    caption: describeStep(event, context, prefs.eventCount),
    title: graph.scene.title,
  };
}

/** What of a picture depends on the graph and its layout alone. */
function staticsOf(graph: VisibleGraph, layout: Layout) {
  const contributions = contributionEdges(graph);
  const places: PicturePlaces = {
    nodes: new Map(graph.nodes.map(({ key }, place) => [key, place])),
    edges: new Map(graph.edges.map(({ key }, place) => [key, place])),
    members: new Map(graph.nodes.flatMap(({ members }, place) => members.map((id) => [id, place] as const))),
    flows: new Map(graph.edges.flatMap(({ edges }, place) => edges.map(({ id }) => [id, place] as const))),
  };
  const feeds = graph.nodes.map(({ key }) => contributions.get(key) ?? []);
  return {
    feeds,
    labels: graph.nodes.map((visible, i) => nodeLabel(visible, (feeds[i] as number[]).length, layout.detail)),
    names: nodeNames(graph),
    lookup: new SceneLookup(graph.source),
    places,
    sources: faceSources(graph, places),
    detaching: new Set(graph.source.nodes.flatMap(({ id, boundary }) => (boundary === "detach" ? [id] : []))),
    groups: layout.groups.map(groupFace),
  };
}

function faceSources(graph: VisibleGraph, places: PicturePlaces): FaceSources {
  const entered = new Map<number, number[]>();
  for (const [place, { group }] of graph.nodes.entries())
    for (const id of group === null ? [] : shownPorts(group))
      if (places.members.get(id) !== place) entered.set(id, [...(entered.get(id) ?? []), place]);
  return {
    ofNode: (id) => [places.members.get(id) ?? -1, ...(entered.get(id) ?? [])],
    ofFlow(id) {
      const edge = places.flows.get(id);
      if (edge === undefined) return null;
      return { edge, node: places.nodes.get((graph.edges[edge] as VisibleEdge).from) ?? -1 };
    },
  };
}

function nodeNames(graph: VisibleGraph): Map<string, string> {
  return new Map(graph.nodes.map(({ key, node, group }) => [key, node ? nodeName(node) : (group?.title ?? "")]));
}

/** Node and edge the event is about. */
function currentOf(event: TraceEvent | null): { node: number | null; edge: number | null } {
  if (!event) return { node: null, edge: null };
  const node = event.kind === "bwd.seed" ? (event.roots[0]?.node ?? null) : "node" in event ? event.node : null;
  const edge = "edge" in event ? event.edge : null;
  return { node, edge };
}

/** Graph edges over which each visible node gets its gradient: the differentiable edges out of it. */
function contributionEdges(graph: VisibleGraph): Map<string, number[]> {
  const lists = new Map<string, number[]>();
  for (const edge of graph.edges) {
    if (!edge.differentiable) continue;
    const list = lists.get(edge.from) ?? [];
    lists.set(edge.from, list);
    for (const each of edge.edges) if (each.differentiable) list.push(each.id);
  }
  return lists;
}

function nodeClasses(
  visible: VisibleNode,
  view: ViewState,
  values: Values,
  marks: { touched: boolean; current: boolean; stopped: boolean; error: boolean },
): NodeClass[] {
  const classes: NodeClass[] = [];
  const add = (name: NodeClass, when: boolean): void => {
    if (when) classes.push(name);
  };
  const { node } = visible;
  add("touched", marks.touched);
  add("current", marks.current);
  add("stopped", marks.stopped);
  add("error", marks.error);
  if (!node) {
    classes.unshift("group");
    return classes;
  }
  classes.unshift(node.kind);
  add("hollow", node.kind === "data");
  add("no-grad", node.boundary === "no_grad" || node.boundary === "inference");
  add("detached", node.boundary === "detach");
  add("view", node.view);
  add("inplace", node.inplace);
  add("second-order", node.madeInPass !== null);
  add("optimizer", node.inOptimizer);
  add("not-run", node.kind === "op" && view.values.get(node.id) === undefined);
  const state = view.grads.get(node.id)?.state;
  if (state) classes.push(state);
  const saved = view.saved.get(node.id);
  if (saved) classes.push(`saved-${saved}`);
  const value = view.values.get(node.id)?.[0];
  const gradient = view.grads.get(node.id)?.sum.find((id) => id !== null);
  add(
    "nan",
    [value, gradient].some((id) => isBad(id, values)),
  );
  return classes;
}

function isBad(id: number | null | undefined, values: Values): boolean {
  const value = id === null || id === undefined ? undefined : values(id);
  return value !== undefined && gradientSign(value) === "nan";
}

const savedWords = {
  held: "saved tensors held",
  kept: "saved tensors kept (retain_graph)",
  freed: "saved tensors freed",
} as const;

/** A node in words, for its tooltip. */
function nodeTitle(visible: VisibleNode, view: ViewState, values: Values): string {
  const { node, group } = visible;
  if (!node) return group ? groupTitle(group, view, values) : "";
  const parts = [node.op && node.names[0] ? `${node.names[0]} = ${node.op}` : nodeName(node)];
  if (node.gradFn) parts.push(node.gradFn);
  parts.push(node.outputs[0]?.shape.length === 0 ? `${typeText(node)} scalar` : typeText(node));
  if (node.boundary) parts.push(boundaryWords[node.boundary]);
  const value = values(view.values.get(node.id)?.[0] ?? -1);
  if (value) parts.push(`value ${valueWords(value, "value")}`);
  const state = view.grads.get(node.id);
  const gradient = values(state?.sum.find((id) => id !== null) ?? -1);
  if (gradient) parts.push(`gradient ${valueWords(gradient, "gradient")}`);
  if (state && state.expected > 1) parts.push(`${state.received} of ${state.expected} contributions received`);
  if (node.storesGrad) {
    const stored = values(view.leafGrads.get(node.id) ?? -1);
    parts.push(`.grad ${stored ? valueWords(stored, "gradient") : "None"}`);
  }
  const saved = view.saved.get(node.id);
  if (saved) parts.push(savedWords[saved]);
  return parts.filter((part) => part !== "").join(", ");
}

/** A closed group in words: what is inside, what enters and leaves, and the gradients on its boundary. */
function groupTitle(group: GroupInfo, view: ViewState, values: Values): string {
  const parts = [groupContents(group), "collapsed"];
  const gradient = (nodes: readonly number[]): string => {
    const sums = nodes.slice(0, portsShown).map((id) => view.grads.get(id)?.sum.find((sum) => sum !== null) ?? -1);
    const known = sums.map((id) => values(id)).filter((value) => value !== undefined);
    if (known.length === 0) return "";
    const more = nodes.length > portsShown ? ` and ${nodes.length - portsShown} more` : "";
    return `, gradient ${known.map((value) => valueWords(value, "gradient")).join(" and ")}${more}`;
  };
  if (group.inType) parts.push(`in ${group.inType}${gradient(group.inputs)}`);
  if (group.outType) parts.push(`out ${group.outType}${gradient(group.outputs)}`);
  return `${group.title}: ${parts.join(", ")}`;
}

const boundaryWords = {
  no_grad: "under no_grad",
  detach: "detached",
  integer: "integer, no gradient",
  inference: "in inference mode",
} as const;

function valueWords(value: ValueSummary, as: "value" | "gradient"): string {
  const shape = value.shape.length === 0 ? "" : ` ${formatShape(value.shape)}`;
  return `${formatValue(value, as)}${shape}`;
}

function groupFace(group: LayoutGroup): PictureGroup {
  const { id, title, depth, x, y, width, height, outline, titleAt } = group;
  const style = { size: 11, weight: 600, fill: "textMuted", room: titleAt.room - 20 } as const;
  return {
    id,
    title,
    depth,
    x,
    y,
    width,
    height,
    marks: [
      { shape: "path", commands: outline, fill: "surfaceGroup", stroke: "borderGroup", lineWidth: 1 },
      textMark(titleAt.x + 10, titleAt.y + 17, title, style),
    ],
  };
}
