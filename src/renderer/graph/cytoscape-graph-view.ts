/**
 * GraphView on a Cytoscape stage and two canvases: the picture's own marks below, motion above. A step paints what is in sight, however
 * large the graph is.
 */
import type { CollectionReturnValue, Core, EventObject } from "cytoscape";
import type { Sight } from "../../graph/needed-values.ts";
import type { Palette } from "../../graph/palette.ts";
import type { Box, EdgeKey, NodeKey, Picture, PictureEdge, PictureNode } from "../../graph/picture.ts";
import {
  answering,
  type Camera,
  framed,
  inSight,
  type Pane,
  type Point,
  readableZoom,
  revealing,
  toPicture,
  zoomedAt,
} from "./camera.ts";
import { followGestures } from "./gestures.ts";
import type { GraphView, GraphViewEvents, HighlightedElements, PointerTarget } from "./graph-view.ts";
import { drawHighlight } from "./highlight.ts";
import { Painter, tracePath } from "./painter.ts";
import { PictureIndex } from "./picture-index.ts";
import { drawPulse, type Pulse } from "./pulse.ts";
import { cameraOf, createStage, moveCamera, placeOf } from "./stage.ts";

const nothing: Sight = { nodes: [], edges: [] };
/** Pixels on screen beside an edge that still hit it. */
const edgeReach = 5;

export function createCytoscapeGraphView(host: HTMLElement, palette: Palette, events: GraphViewEvents): GraphView {
  const base = addCanvas(host, "graph-base");
  const overlay = addCanvas(host, "graph-overlay");
  const painter = new Painter();
  const stage = createStage();

  let colors = palette;
  let picture: Picture | null = null;
  let index: PictureIndex | null = null;
  let selected: CollectionReturnValue = stage.cy.collection();
  let highlighted: HighlightedElements | null = null;
  let hovered: NodeKey | null = null;
  let pulses: Pulse[] = [];
  let frame = 0;
  let motionFrame = 0;
  let seen: Sight & Box & { index: PictureIndex | null } = { index, x: 0, y: 0, width: 0, height: 0, ...nothing };
  /** The camera follows the size of pane and picture, until a person moves it. */
  let framing: "readable" | "whole" | "free" = "readable";

  const pane = (): Pane => ({ width: host.clientWidth, height: host.clientHeight });
  const nodeOf = (key: NodeKey | null): PictureNode | undefined =>
    picture?.node((key === null ? undefined : picture.places.nodes.get(key)) ?? -1);
  const edgeOf = (key: EdgeKey | null): PictureEdge | undefined =>
    picture?.edge((key === null ? undefined : picture.places.edges.get(key)) ?? -1);

  /** What is in sight: the same for all steps, as long as nothing moves. */
  const sight = (): Sight => {
    const { x, y, width, height } = inSight(cameraOf(stage), pane());
    if (seen.index !== index || seen.x !== x || seen.y !== y || seen.width !== width || seen.height !== height) {
      seen = { index, x, y, width, height, ...(index?.within({ x, y, width, height }) ?? nothing) };
      stage.enter(seen);
    }
    return seen;
  };

  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };

  stage.cy.on("viewport", () => {
    schedule();
    events.looked(stage.cy.zoom());
  });
  /** What a person, or a command, chose to look at stays. */
  const lookFreely = (change: (now: Camera) => Camera): void => {
    const now = cameraOf(stage);
    const next = change(now);
    if (next === now) return;
    framing = "free";
    moveCamera(stage, next);
  };
  const settle = (): void => {
    if (!picture || framing === "free") return;
    const current = picture.node(picture.current) ?? null;
    moveCamera(stage, framed(picture.bounds, pane(), framing === "whole" ? 0 : readableZoom, current));
  };

  const paint = (): void => {
    frame = 0;
    const camera = cameraOf(stage);
    const ctx = begin(base, camera);
    if (!ctx) return;
    if (picture && index) {
      const options = { palette: colors, visible: inSight(camera, pane()), scale: camera.zoom };
      painter.picture(ctx, picture, options, sight());
      if (highlighted) drawHighlight(ctx, painter, { node: nodeOf, edge: edgeOf }, highlighted, options);
      drawSelection(ctx, camera.zoom);
    }
    paintMotion();
  };

  const drawSelection = (ctx: CanvasRenderingContext2D, zoom: number): void => {
    ctx.strokeStyle = colors.text;
    ctx.lineWidth = 2 / Math.min(1, Math.max(zoom, 0.2));
    const ring = ({ x, y, width, height, radius }: PictureNode, alpha: number): void => {
      ctx.globalAlpha = alpha;
      ctx.beginPath();
      ctx.roundRect(x - 4, y - 4, width + 8, height + 8, radius + 4);
      ctx.stroke();
    };
    const pointed = nodeOf(hovered);
    if (pointed) ring(pointed, 0.45);
    for (const element of selected.nodes().toArray()) {
      const node = picture?.node(placeOf(element));
      if (node) ring(node, 1);
    }
    for (const element of selected.edges().toArray()) {
      const edge = picture?.edge(placeOf(element));
      if (!edge) continue;
      ctx.globalAlpha = 0.35;
      ctx.lineWidth = edge.width + 8;
      tracePath(ctx, edge.path);
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
  };

  const paintMotion = (): void => {
    const ctx = begin(overlay, cameraOf(stage));
    if (!ctx || pulses.length === 0) return;
    const now = performance.now();
    pulses = pulses.filter(({ start, milliseconds }) => now - start < milliseconds);
    for (const pulse of pulses) drawPulse(ctx, pulse, now);
    if (pulses.length > 0 && motionFrame === 0) {
      motionFrame = requestAnimationFrame(() => {
        motionFrame = 0;
        paintMotion();
      });
    }
  };

  /** What is at a point of the pane: an element, or the stage itself. */
  const hit = (at: Point): CollectionReturnValue | Core => {
    const camera = cameraOf(stage);
    const point = toPicture(camera, at);
    const node = index?.nodeAt(point) ?? -1;
    if (node >= 0) return stage.elementAt("nodes", node);
    const edge = (picture && index?.edgeAt(picture, point, edgeReach / camera.zoom)) ?? -1;
    return edge >= 0 ? stage.elementAt("edges", edge) : stage.cy;
  };
  const targetOf = ({ target }: EventObject, at: Point): PointerTarget => {
    const { left, top } = host.getBoundingClientRect();
    const where = { x: left + at.x, y: top + at.y };
    if (target === stage.cy) return { kind: "canvas", key: null, ...where };
    const place = placeOf(target);
    return target.isNode()
      ? { kind: "node", key: picture?.node(place)?.key ?? null, ...where }
      : { kind: "edge", key: picture?.edge(place)?.key ?? null, ...where };
  };

  stage.cy.on("tap", (event, at: Point, alt: boolean) => events.pick(targetOf(event, at), { alt, double: false }));
  stage.cy.on("dbltap", (event, at: Point) => events.pick(targetOf(event, at), { alt: false, double: true }));
  stage.cy.on("cxttap", (event, at: Point) => events.menu(targetOf(event, at)));
  stage.cy.on("mouseover", "*", (event, at: Point) => hover(targetOf(event, at)));
  stage.cy.on("mouseout", "*", () => hover(null));
  const hover = (target: PointerTarget | null): void => {
    hovered = target?.kind === "node" ? target.key : null;
    host.style.cursor = target === null ? "" : "pointer";
    events.hover(target);
    schedule();
  };

  let under: CollectionReturnValue | Core = stage.cy;
  const stopGestures = followGestures(host, {
    camera: () => cameraOf(stage),
    move: (camera) => lookFreely(() => camera),
    pick: (at, { alt, double }) => hit(at).emit(double ? "dbltap" : "tap", [at, alt]),
    menu: (at) => hit(at).emit("cxttap", [at]),
    hover(at) {
      const now = at === null ? stage.cy : hit(at);
      if (now === under) return;
      under.emit("mouseout");
      under = now;
      under.emit("mouseover", [at]);
    },
  });
  const observer = new ResizeObserver(() => {
    settle();
    schedule();
  });
  observer.observe(host);

  const middle = (): Point => ({ x: host.clientWidth / 2, y: host.clientHeight / 2 });
  return {
    show(next, layout, graph) {
      const before = picture;
      picture = next;
      // Scenes of equal structure share a layout: nothing has moved.
      if (next.bounds !== before?.bounds) {
        index = new PictureIndex(layout);
        stage.setUp(graph, layout, next.places.nodes);
        if (!before || !layout.nodes.some(({ key }) => before.places.nodes.has(key))) framing = "readable";
        settle();
      }
      schedule();
    },
    clear() {
      picture = null;
      index = null;
      pulses = [];
      highlighted = null;
      framing = "readable";
      stage.clear();
      hover(null);
      schedule();
    },
    setPalette(next) {
      colors = next;
      painter.reset();
      schedule();
    },
    select({ node, edge }) {
      selected.unselect();
      selected = stage
        .elementAt("nodes", picture?.places.nodes.get(node ?? ""))
        .union(stage.elementAt("edges", picture?.places.edges.get(edge ?? "")))
        .select();
      schedule();
    },
    highlight(elements) {
      highlighted = elements;
      const box = boxAround([...(elements?.nodes ?? [])].flatMap((key) => nodeOf(key) ?? []));
      if (box) lookFreely((now) => answering(now, box, pane()));
      schedule();
    },
    pulse({ edges, milliseconds }) {
      const start = performance.now();
      pulses = edges.flatMap((key): Pulse[] => {
        const edge = edgeOf(key);
        return edge ? [{ path: edge.path, color: colors[edge.color], width: edge.width, start, milliseconds }] : [];
      });
      paintMotion();
    },
    fit() {
      framing = "whole";
      settle();
    },
    actualSize: () => lookFreely((now) => zoomedAt(now, 1, middle())),
    zoomBy: (factor) => lookFreely((now) => zoomedAt(now, now.zoom * factor, middle())),
    panBy: (dx, dy) => lookFreely((now) => ({ ...now, x: now.x + dx, y: now.y + dy })),
    reveal(key) {
      const node = nodeOf(key);
      if (node) lookFreely((now) => revealing(now, node, pane()));
    },
    screenBox(key) {
      const node = nodeOf(key);
      if (!node) return null;
      const { left, top } = host.getBoundingClientRect();
      const { zoom, x, y } = cameraOf(stage);
      return {
        x: left + x + node.x * zoom,
        y: top + y + node.y * zoom,
        width: node.width * zoom,
        height: node.height * zoom,
      };
    },
    inSight(layout) {
      if (!index || layout.bounds !== picture?.bounds) return nothing;
      return sight();
    },
    camera: () => cameraOf(stage),
    dispose() {
      stage.cy.destroy();
      stopGestures();
      observer.disconnect();
      if (frame) cancelAnimationFrame(frame);
      if (motionFrame) cancelAnimationFrame(motionFrame);
      host.replaceChildren();
    },
  };
}

function addCanvas(host: HTMLElement, name: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.className = name;
  host.append(canvas);
  return canvas;
}

/** A cleared context whose transform maps picture coordinates to device pixels. */
function begin(canvas: HTMLCanvasElement, { zoom, x, y }: Camera): CanvasRenderingContext2D | null {
  const ratio = globalThis.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const ctx = canvas.getContext("2d");
  if (!ctx) return null;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio);
  return ctx;
}

/** null around nothing. */
function boxAround(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
