/** The picture of the graph on screen, behind an interface of our own: nothing outside this folder knows how it is drawn. */
import type { Sight } from "../../graph/needed-values.ts";
import type { Palette } from "../../graph/palette.ts";
import type { EdgeKey, Layout, NodeKey, Picture, VisibleGraph } from "../../graph/picture.ts";

export interface PointerTarget {
  kind: "node" | "edge" | "canvas";
  key: string | null;
  /** In CSS pixels of the window. */
  x: number;
  y: number;
}

export interface GraphViewEvents {
  /** Clicked, with Alt or double click where they mean something else. */
  pick(target: PointerTarget, how: { alt: boolean; double: boolean }): void;
  hover(target: PointerTarget | null): void;
  menu(target: PointerTarget): void;
  /** The camera moved: other elements are in sight. */
  looked(zoom: number): void;
}

export interface PulseRequest {
  edges: EdgeKey[];
  milliseconds: number;
}

/** Elements that stand out while the others fade; null: a label is not needed. */
export interface HighlightedElements {
  nodes: ReadonlySet<NodeKey>;
  edges: ReadonlyMap<EdgeKey, string | null>;
}

export interface GraphView {
  /** Shows a picture of a graph in this layout. Elements stand where the layout says; nothing moves by itself. */
  show(picture: Picture, layout: Layout, graph: VisibleGraph): void;
  clear(): void;
  setPalette(palette: Palette): void;
  select(keys: { node: NodeKey | null; edge: EdgeKey | null }): void;
  /** Brings them into sight at a readable size, if they are not. */
  highlight(elements: HighlightedElements | null): void;
  /** Runs a dot upstream along edges, from the consumer to the producer. */
  pulse(request: PulseRequest): void;
  fit(): void;
  actualSize(): void;
  zoomBy(factor: number): void;
  panBy(dx: number, dy: number): void;
  /** Moves the camera only if the node is not in sight. */
  reveal(key: NodeKey): void;
  /** Where a node is on the window, for overlays. */
  screenBox(key: NodeKey): { x: number; y: number; width: number; height: number } | null;
  /** What is in sight of the picture shown, if it has this layout. */
  inSight(layout: Layout): Sight;
  camera(): { zoom: number; x: number; y: number };
  dispose(): void;
}
