/**
 * The graph on screen as Cytoscape holds it: elements where the layout put them, camera, selection, and what happens to elements as its
 * events. It runs headless: its own canvas walks all elements at every move of the camera, ours paints and hits only what is in sight.
 */
import cytoscape, {
  type CollectionReturnValue,
  type Core,
  type EdgeSingular,
  type ElementDefinition,
  type NodeSingular,
} from "cytoscape";
import type { Sight } from "../../graph/needed-values.ts";
import type { Layout, NodeKey, VisibleGraph } from "../../graph/picture.ts";
import { type Camera, zoomLimits } from "./camera.ts";

export interface Stage {
  readonly cy: Core;
  /** Another graph: nothing of it has entered yet. `places`: of its nodes in the picture's list. */
  setUp(graph: VisibleGraph, layout: Layout, places: ReadonlyMap<NodeKey, number>): void;
  clear(): void;
  /** Elements enter as they come into sight: all at once they are seconds of work in a graph of 100,000. */
  enter(sight: Sight): void;
  /** The element at a place, in sight or not; an empty collection where there is none. */
  elementAt(group: "nodes" | "edges", place: number | undefined): CollectionReturnValue;
}

export function createStage(): Stage {
  const cy = cytoscape({ headless: true, styleEnabled: false, minZoom: zoomLimits.min, maxZoom: zoomLimits.max });
  let scene: { graph: VisibleGraph; layout: Layout; places: ReadonlyMap<NodeKey, number> } | null = null;

  // Elements are named by their places in the picture's lists, so that scenes of equal structure are one graph.
  const idOf = (group: "nodes" | "edges", place: number): string => `${group} ${place}`;
  const enter = (sight: Sight): void => {
    const coming = new Map<string, ElementDefinition>();
    const isNew = (id: string): boolean => !coming.has(id) && cy.getElementById(id).empty();
    const enterNode = (place: number): string => {
      const id = idOf("nodes", place);
      const box = scene?.layout.nodes[place];
      if (box && isNew(id)) {
        const position = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
        coming.set(id, { group: "nodes", data: { id, place }, position });
      }
      return id;
    };
    for (const place of sight.nodes) enterNode(place);
    for (const place of sight.edges) {
      const id = idOf("edges", place);
      const edge = scene?.graph.edges[place];
      if (!scene || !edge || !isNew(id)) continue;
      const source = enterNode(scene.places.get(edge.from) ?? -1);
      const target = enterNode(scene.places.get(edge.to) ?? -1);
      coming.set(id, { group: "edges", data: { id, place, source, target } });
    }
    if (coming.size > 0) cy.add([...coming.values()]);
  };
  const clear = (): void => {
    scene = null;
    cy.elements().remove();
  };

  return {
    cy,
    setUp(graph, layout, places) {
      clear();
      scene = { graph, layout, places };
    },
    clear,
    enter,
    elementAt(group, place = -1) {
      enter(group === "nodes" ? { nodes: [place], edges: [] } : { nodes: [], edges: [place] });
      return cy.getElementById(idOf(group, place));
    },
  };
}

/** The element's place in the picture's list of its kind. */
export function placeOf(element: NodeSingular | EdgeSingular): number {
  return element.data("place");
}

export function cameraOf({ cy }: Stage): Camera {
  const { x, y } = cy.pan();
  return { zoom: cy.zoom(), x, y };
}

export function moveCamera({ cy }: Stage, { zoom, x, y }: Camera): void {
  cy.viewport({ zoom, pan: { x, y } });
}
