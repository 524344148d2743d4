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
import type { Layout, NodeKey, VisibleGraph } from "../../graph/picture.ts";
import { type Camera, zoomLimits } from "./camera.ts";

export function createStage(): Core {
  return cytoscape({ headless: true, styleEnabled: false, minZoom: zoomLimits.min, maxZoom: zoomLimits.max });
}

/**
 * Puts a graph on the stage in place of what stood there. Elements are named by their places in the picture's lists, so that scenes of
 * equal structure are one graph.
 */
export function setUp(stage: Core, graph: VisibleGraph, layout: Layout): void {
  const places = new Map(graph.nodes.map(({ key }, place) => [key, place]));
  const nodeId = (key: NodeKey): string => elementId("nodes", places.get(key) ?? -1);
  const nodes = layout.nodes.map(({ x, y, width, height }, place): ElementDefinition => {
    const position = { x: x + width / 2, y: y + height / 2 };
    return { group: "nodes", data: { id: elementId("nodes", place), place }, position };
  });
  const edges = graph.edges.map(({ from, to }, place): ElementDefinition => {
    const ends = { source: nodeId(from), target: nodeId(to) };
    return { group: "edges", data: { id: elementId("edges", place), place, ...ends } };
  });
  stage.batch(() => {
    stage.elements().remove();
    stage.add([...nodes, ...edges]);
  });
}

/** The element at a place; an empty collection where there is none. */
export function elementAt(stage: Core, group: "nodes" | "edges", place: number | undefined): CollectionReturnValue {
  return stage.getElementById(elementId(group, place ?? -1));
}

/** The element's place in the picture's list of its kind. */
export function placeOf(element: NodeSingular | EdgeSingular): number {
  return element.data("place");
}

function elementId(group: "nodes" | "edges", place: number): string {
  return `${group} ${place}`;
}

export function cameraOf(stage: Core): Camera {
  const { x, y } = stage.pan();
  return { zoom: stage.zoom(), x, y };
}

export function moveCamera(stage: Core, { zoom, x, y }: Camera): void {
  stage.viewport({ zoom, pan: { x, y } });
}
