/**
 * What the last picture can give to the next one. Stepping changes few nodes and edges; the faces of all others are taken over, so
 * that a step costs what it changes. A face is taken over when everything it was drawn from is the same; values never change, so
 * their ids stand for them.
 */
import type { ValueSummary } from "../trace/query.ts";
import { MAX_CHANGE } from "../trace/view-change.ts";
import type { ViewState } from "../trace/view-state.ts";
import { shownPorts } from "./groups.ts";
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
  /** The round in which a face was found to be as it must be. */
  private readonly good: (number | undefined)[] = [];
  private round = 0;

  /** Something may have changed at a place, or everywhere. */
  changed(place?: number): void {
    if (place === undefined) this.round += 1;
    else if (place >= 0) this.good[place] = undefined;
  }

  /** The face at a place, drawn anew when something changed there and its key is another one. */
  take(place: number, key: () => string, draw: () => T): T {
    const known = this.faces[place];
    if (known !== undefined && this.good[place] === this.round) return known;
    const now = key();
    const face = known !== undefined && this.keys[place] === now ? known : draw();
    this.faces[place] = face;
    this.keys[place] = now;
    // Where numbers are missing, it is asked again whether they have come.
    this.good[place] = now.includes(MISSING) ? undefined : this.round;
    return face;
  }

  /** The face at a place, which is not taken over. */
  draw(place: number, draw: () => T): T {
    this.good[place] = undefined;
    this.keys[place] = undefined;
    const face = draw();
    this.faces[place] = face;
    return face;
  }
}

const MISSING = "?";

/** Which faces show an element of the scene, by their places. */
export interface FaceSources {
  /** By node: the face that it is part of, and closed groups that it enters. */
  ofNode(id: number): readonly number[];
  /** By edge: the face that it is part of, and the node that gets its gradient over it. */
  ofFlow(id: number): { edge: number; node: number } | null;
}

/** One per place where pictures are shown. */
export class PictureMemo {
  private graph: VisibleGraph | null = null;
  private layout: Layout | null = null;
  private scale: GradientScale | null = null;
  private statics: unknown = null;
  private view: ViewState | null = null;
  private labels: boolean | null = null;
  nodes = new Faces<PictureNode>();
  edges = new Faces<PictureEdge>();

  /** Called before each picture; returns what `make` found out about the graph and its layout, as long as they stay the same. */
  begin<T>(graph: VisibleGraph, layout: Layout, scale: GradientScale, make: () => T): T {
    if (this.graph !== graph || this.layout !== layout || this.scale !== scale) {
      this.graph = graph;
      this.layout = layout;
      this.scale = scale;
      this.statics = make();
      this.view = null;
      this.nodes = new Faces();
      this.edges = new Faces();
    }
    return this.statics as T;
  }

  /** Called next: what differs from the view before is looked at again. */
  follow(view: ViewState, labels: boolean, sources: FaceSources): void {
    const last = this.view;
    const near = last !== null && Math.abs(view.cursor - last.cursor) <= MAX_CHANGE;
    if (!near || last.skips !== view.skips || labels !== this.labels) {
      this.nodes.changed();
      this.edges.changed();
    } else {
      const ids = [
        ...view.values.changedSince(last.values),
        ...view.grads.changedSince(last.grads),
        ...view.leafGrads.changedSince(last.leafGrads),
        ...view.saved.changedSince(last.saved),
      ];
      for (const id of ids) for (const place of sources.ofNode(id)) this.nodes.changed(place);
      for (const id of view.flows.changedSince(last.flows)) {
        const places = sources.ofFlow(id);
        if (places === null) continue;
        this.edges.changed(places.edge);
        this.nodes.changed(places.node);
      }
    }
    this.view = view;
    this.labels = labels;
  }
}

/** What the face of a node shows, as a text. */
export function nodeKey(
  { node, group }: VisibleNode,
  view: ViewState,
  values: Values,
  contributions: readonly number[],
  stopped: boolean,
): string {
  let key = stopped ? "s" : "";
  if (group !== null) {
    for (const id of shownPorts(group)) for (const sum of view.grads.get(id)?.sum ?? []) key += sumMark(sum, values);
    return key;
  }
  if (node === null) return key;
  const { id } = node;
  for (const value of view.values.get(id) ?? []) key += mark(value, values);
  const gradient = view.grads.get(id);
  if (gradient !== undefined) {
    key += `|${gradient.state} ${gradient.received} ${gradient.expected}`;
    for (const sum of gradient.sum) key += sumMark(sum, values);
  }
  const stored = view.leafGrads.get(id);
  key += stored === undefined ? "|" : `|${mark(stored, values)}`;
  key += view.saved.get(id) ?? "";
  for (const edge of contributions) key += flowMark(edge, view, values);
  return key;
}

/** Contributions beyond which the key of an edge is a number made of them. */
const few = 4;

/** The same for an edge. */
export function edgeKey(
  { edges }: VisibleEdge,
  view: ViewState,
  values: Values,
  cut: boolean,
  labels: boolean,
): string {
  let key = `${cut ? "c" : ""}${labels ? "l" : ""}`;
  if (edges.length <= few) for (const { id } of edges) key += flowMark(id, view, values);
  else {
    // Two hashes of 32 bits side by side (multiplicative, constants of MurmurHash3).
    let [a, b, missing] = [0, 0, 0];
    for (const { id } of edges) {
      const flow = view.flows.get(id) ?? -1;
      a = Math.imul(a ^ flow, 0xcc9e2d51);
      b = Math.imul(b ^ (flow + 0x9e3779b9), 0x85ebca6b) ^ (b >>> 15);
      if (flow >= 0 && values(flow) === undefined) missing += 1;
    }
    // Values come, and never go: their number says which.
    key += ` ${a} ${b}${missing > 0 ? `${MISSING}${missing}` : ""}`;
  }
  return key;
}

/** A value, and whether its numbers are here to be shown. */
function mark(value: number, values: Values): string {
  return values(value) === undefined ? ` ${MISSING}${value}` : ` ${value}`;
}

function sumMark(sum: number | null, values: Values): string {
  return sum === null ? "-" : mark(sum, values);
}

function flowMark(edge: number, view: ViewState, values: Values): string {
  const flow = view.flows.get(edge);
  return flow === undefined ? " -" : mark(flow, values);
}
