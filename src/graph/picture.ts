/**
 * The types between trace and screen. Coordinates: x to the right, y down, unit = CSS pixel at zoom 1, (x, y) of a box is its
 * top-left corner. Everything here is plain data (JSON), so it crosses a worker boundary as it is.
 *
 * The way of a picture:
 *   SceneGraph ──collapse──► VisibleGraph ──layoutScene──► Layout ──buildPicture(view, values)──► Picture ──► canvas, SVG, PNG
 * The layout depends on structure only: stepping changes the picture, never the layout.
 */
import type { TraceEvent } from "../trace/events.ts";
import type { CallInfo, GraphEdge, GraphNode, SceneGraph, SceneInfo } from "../trace/graph-model.ts";
import type { ColorToken } from "./palette.ts";
import type { PictureMemo } from "./picture-memo.ts";

/** Key of a drawable node: "n12" for graph node 12, "g:…" for a collapsed group. */
export type NodeKey = string;
/** Key of a drawable edge: "e7" for graph edge 7, "x3" for a bundle of edges between groups. */
export type EdgeKey = string;

// ---------------------------------------------------------------------------------------------------------------------
// What is visible (after collapsing)

/** A node as drawn: one graph node, or a collapsed group of them. */
export interface VisibleNode {
  key: NodeKey;
  /** The graph node, null for a group. */
  node: GraphNode | null;
  /** The collapsed group, null for a plain node. */
  group: GroupInfo | null;
  /** Ids of all graph nodes it stands for. */
  members: number[];
  /** Path of open groups that contain it, outermost first (group ids). */
  groups: readonly string[];
}

export interface VisibleEdge {
  key: EdgeKey;
  from: NodeKey;
  to: NodeKey;
  /** The graph edges it stands for (one, or several between collapsed groups). */
  edges: GraphEdge[];
  differentiable: boolean;
}

export interface GroupInfo {
  /** "m:0/MLP/0: Linear": stable over runs of the same program. */
  id: string;
  title: string;
  /** A call, a range of a long loop's iterations, or a cell. */
  kind: CallInfo["kind"] | "iterations" | "cell";
  /** Enclosing group id or null. */
  parent: string | null;
  depth: number;
  /** Graph nodes inside, nested groups included. */
  members: number[];
  /** Graph nodes inside whose result leaves the group / graph nodes outside whose result enters it. */
  outputs: number[];
  inputs: number[];
  /** Types of the first tensor that enters (parameters inside the group do not count) and leaves: "float32 [100×16]". */
  inType: string;
  outType: string;
  operators: number;
  parameters: number;
}

export interface VisibleGraph {
  scene: SceneInfo;
  /** The scene it is a view of. */
  source: SceneGraph;
  nodes: VisibleNode[];
  edges: VisibleEdge[];
  /** Every group of the scene, collapsed or open. */
  groups: GroupInfo[];
  /** Ids of the groups that are collapsed. */
  collapsed: string[];
}

// ---------------------------------------------------------------------------------------------------------------------
// Layout

export interface LayoutOptions {
  /** Data flows down (default) or to the right. */
  direction?: "down" | "right";
  /** Lines in a node: full (name, grad_fn, shape, value, gradient), compact (name, value, gradient), or picked by size. */
  detail?: Detail | "auto";
  /** Keep this node where it was (top-left corner): used when a group opens or closes. */
  anchor?: { key: NodeKey; x: number; y: number };
  /** Gap between neighbours in a layer and between layers, in pixels. */
  nodeGap?: number;
  layerGap?: number;
}
export type Detail = "full" | "compact";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface LayoutNode extends Box {
  key: NodeKey;
  layer: number;
}
/** A smooth path: start point, then cubic Béziers as triples (control, control, end), flattened: [x0,y0, c1x,c1y,c2x,c2y,x,y, …]. */
export interface LayoutEdge {
  key: EdgeKey;
  path: number[];
  /** Centre of the label or glyph on this edge, and whether a number fits there beside the glyph. */
  labelAt: { x: number; y: number; roomy: boolean };
}
export interface LayoutGroup extends Box {
  id: string;
  title: string;
  depth: number;
  /** Its shape: closed paths around the members, which cover no other node. */
  outline: PathCommand[];
  /** Top-left corner of the room for the title, and how wide it is. */
  titleAt: { x: number; y: number; room: number };
}
export interface Layout {
  direction: "down" | "right";
  detail: Detail;
  /** Same order as the visible nodes / edges it was made from. */
  nodes: LayoutNode[];
  edges: LayoutEdge[];
  /** Boxes of open groups, outermost first. */
  groups: LayoutGroup[];
  bounds: Box;
  /** Number of elementary steps taken: grows linearly with the graph (tests look at it, nobody else). */
  work: number;
}

// ---------------------------------------------------------------------------------------------------------------------
// Picture

/** Paint is a token of the palette (never a raw colour), or a hatch of one. */
export type Paint = ColorToken | { hatch: ColorToken; back?: ColorToken };

/** A drawable primitive in absolute coordinates. */
export type Mark =
  | {
      shape: "rect";
      x: number;
      y: number;
      width: number;
      height: number;
      radius?: number;
      fill?: Paint;
      stroke?: ColorToken;
      lineWidth?: number;
      dash?: number[];
      opacity?: number;
    }
  | {
      shape: "path";
      /** Absolute path: M/L take x,y; C takes three points; Z closes. */
      commands: PathCommand[];
      fill?: Paint;
      stroke?: ColorToken;
      lineWidth?: number;
      dash?: number[];
      opacity?: number;
    }
  | {
      shape: "text";
      /** Anchor x and the baseline. */
      x: number;
      y: number;
      text: string;
      /** Measured width of `text` in pixels (SVG textLength). */
      width: number;
      size: number;
      weight?: 400 | 600 | 700;
      anchor?: "start" | "middle" | "end";
      italic?: boolean;
      fill: ColorToken;
      opacity?: number;
      strike?: boolean;
      /** The whole text when `text` was shortened. */
      full?: string;
    };
export type PathCommand = ["M" | "L", number, number] | ["C", number, number, number, number, number, number] | ["Z"];

/** Semantic classes of a node, for style sheets, tests and the accessible mirror. */
export type NodeClass =
  | "op"
  | "leaf"
  | "data"
  | "group"
  | "hollow"
  | "no-grad"
  | "detached"
  | "view"
  | "inplace"
  | "second-order"
  | "optimizer"
  | "not-run"
  | "touched"
  | "current"
  | "waiting"
  | "partial"
  | "ready"
  | "entered"
  | "done"
  | "saved-held"
  | "saved-kept"
  | "saved-freed"
  | "stopped"
  | "nan"
  | "error";
export type EdgeClass =
  | "differentiable"
  | "data-only"
  | "flowed"
  | "positive"
  | "negative"
  | "mixed"
  | "zero"
  | "nan"
  | "touched"
  | "current"
  | "cut"
  | "bundle";

export interface PictureNode extends Box {
  key: NodeKey;
  /** Graph node id, null for a collapsed group. */
  id: number | null;
  group: string | null;
  classes: NodeClass[];
  /** Corner radius of the body, for hit areas and focus rings. */
  radius: number;
  /** What a person sees in words (tooltip, title element). */
  title: string;
  /** Everything drawn for it, back to front. */
  marks: Mark[];
}
export interface PictureEdge {
  key: EdgeKey;
  /** Graph edge ids. */
  ids: number[];
  from: NodeKey;
  to: NodeKey;
  classes: EdgeClass[];
  /**
   * As in LayoutEdge, shortened where the arrow head (the first mark) stands: data runs from start to end, gradient from end to
   * start. Use the layout's path for hit areas and for a pulse that travels along.
   */
  path: number[];
  color: ColorToken;
  width: number;
  dash: number[] | null;
  /** True: hatch it (NaN or infinite). */
  hatched: boolean;
  opacity: number;
  /** Wider stroke to draw beneath: rings what the event touched. */
  halo: { color: ColorToken; width: number } | null;
  /** Which end has the arrow head: data edges at their end; once a gradient flowed, at the start (gradient goes upstream). */
  arrow: "end" | "start";
  title: string;
  /** Glyphs and labels on it (sign, scissors, gradient number), back to front. */
  marks: Mark[];
}
export interface PictureGroup extends Box {
  id: string;
  title: string;
  depth: number;
  marks: Mark[];
}
export interface LegendEntry {
  label: string;
  sample: "edge" | "node";
  color: ColorToken;
  width: number;
  dash: number[] | null;
  hatched: boolean;
}
/** Where elements stand in the lists of a picture. */
export interface PicturePlaces {
  nodes: ReadonlyMap<NodeKey, number>;
  edges: ReadonlyMap<EdgeKey, number>;
  /** By the ids that they stand for. */
  members: ReadonlyMap<number, number>;
  flows: ReadonlyMap<number, number>;
}
export interface Picture {
  bounds: Box;
  /** One object for all pictures that a memo makes of a graph in a layout. */
  places: PicturePlaces;
  /** Place of the node that the event is about; -1 for none. */
  current: number;
  /** All elements, drawn now. */
  readonly nodes: PictureNode[];
  readonly edges: PictureEdge[];
  /** One element, drawn when it is asked for: of a large picture only what is in sight. */
  node(place: number): PictureNode | undefined;
  edge(place: number): PictureEdge | undefined;
  groups: PictureGroup[];
  legend: LegendEntry[];
  /** "step 412: mul: contribution to a −6.0, 2 of 3 received". */
  caption: string;
  title: string;
}

/** Gradient magnitude → stroke width. Fixed for a run (and by default for all runs), so pictures of two steps compare. */
export interface GradientScale {
  /** log10 of the magnitude at minimal and maximal width. */
  minExponent: number;
  maxExponent: number;
  minWidth: number;
  maxWidth: number;
}

export interface PicturePrefs {
  scale?: GradientScale;
  /** Event at the cursor: marks the current node and edge, and fills the caption. */
  event?: TraceEvent | null;
  /** Number of events in the run, for "step 12 of 1 870". */
  eventCount?: number;
  /** Show gradient numbers on edges (default true for up to 150 edges). */
  edgeLabels?: boolean;
  /** Takes over what did not change since the picture before; the pictures are the same as without. */
  memo?: PictureMemo;
}
