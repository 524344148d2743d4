/**
 * What the last picture can give to the next one. Stepping changes few nodes and edges; the faces of all others are taken over, so
 * that a step costs what it changes. A face is taken over when everything it was drawn from is the same; values never change, so
 * their ids stand for them.
 */
import type { ValueSummary } from "../trace/query.ts";
import type { ViewState } from "../trace/view-state.ts";
import type {
  GradientScale,
  Layout,
  PictureEdge,
  PictureNode,
  VisibleEdge,
  VisibleGraph,
  VisibleNode,
} from "./picture.ts";

type Values = (id: number) => ValueSummary | undefined;

/** Faces of one kind by their place in the graph, and from what they were drawn. */
class Faces<T> {
  private readonly keys: (string | undefined)[] = [];
  private readonly faces: (T | undefined)[] = [];

  /** The face at a place, drawn anew when its key is another one; a null key is never taken over. */
  take(place: number, key: string | null, draw: () => T): T {
    const known = this.faces[place];
    if (key !== null && known !== undefined && this.keys[place] === key) return known;
    const made = draw();
    this.keys[place] = key ?? undefined;
    this.faces[place] = made;
    return made;
  }
}

/** One per place where pictures are shown. */
export class PictureMemo {
  private graph: VisibleGraph | null = null;
  private layout: Layout | null = null;
  private scale: GradientScale | null = null;
  private statics: unknown = null;
  nodes = new Faces<PictureNode>();
  edges = new Faces<PictureEdge>();

  /** Called before each picture; returns what `make` found out about the graph and its layout, as long as they stay the same. */
  begin<T>(graph: VisibleGraph, layout: Layout, scale: GradientScale, make: () => T): T {
    if (this.graph !== graph || this.layout !== layout || this.scale !== scale) {
      this.graph = graph;
      this.layout = layout;
      this.scale = scale;
      this.statics = make();
      this.nodes = new Faces();
      this.edges = new Faces();
    }
    return this.statics as T;
  }
}

/** What the face of a node shows, as a text; null for collapsed groups, which show many things. */
export function nodeKey(
  { node }: VisibleNode,
  view: ViewState,
  values: Values,
  contributions: readonly number[],
  stopped: boolean,
): string | null {
  if (node === null) return null;
  const { id } = node;
  let key = stopped ? "s" : "";
  for (const value of view.values.get(id) ?? []) key += mark(value, values);
  const gradient = view.grads.get(id);
  if (gradient !== undefined) {
    key += `|${gradient.state} ${gradient.received} ${gradient.expected}`;
    for (const sum of gradient.sum) key += sum === null ? "-" : mark(sum, values);
  }
  const stored = view.leafGrads.get(id);
  key += stored === undefined ? "|" : `|${mark(stored, values)}`;
  key += view.saved.get(id) ?? "";
  for (const edge of contributions) key += flowMark(edge, view, values);
  return key;
}

/** The same for an edge; null for bundles of many. */
export function edgeKey(
  { edges }: VisibleEdge,
  view: ViewState,
  values: Values,
  cut: boolean,
  labels: boolean,
): string | null {
  if (edges.length > 4) return null;
  let key = `${cut ? "c" : ""}${labels ? "l" : ""}`;
  for (const { id } of edges) key += flowMark(id, view, values);
  return key;
}

/** A value, and whether its numbers are here to be shown. */
function mark(value: number, values: Values): string {
  return values(value) === undefined ? ` ?${value}` : ` ${value}`;
}

function flowMark(edge: number, view: ViewState, values: Values): string {
  const flow = view.flows.get(edge);
  return flow === undefined ? " -" : mark(flow, values);
}
