/** GraphView on two canvases: the picture's own marks below, motion above. A step paints what is in sight, however large the graph is. */
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

const nothing: Sight = { nodes: [], edges: [] };
/** Pixels on screen beside an edge that still hit it. */
const edgeReach = 5;

export function createCanvasGraphView(host: HTMLElement, palette: Palette, events: GraphViewEvents): GraphView {
  const base = addCanvas(host, "graph-base");
  const overlay = addCanvas(host, "graph-overlay");
  const painter = new Painter();

  let colors = palette;
  let picture: Picture | null = null;
  let index: PictureIndex | null = null;
  let selected: { node: NodeKey | null; edge: EdgeKey | null } = { node: null, edge: null };
  let highlighted: HighlightedElements | null = null;
  let hovered: NodeKey | null = null;
  let pulses: Pulse[] = [];
  let frame = 0;
  let motionFrame = 0;
  let seen: Sight & Box & { index: PictureIndex | null } = { index, x: 0, y: 0, width: 0, height: 0, ...nothing };
  let camera: Camera = { zoom: 1, x: 0, y: 0 };
  /** The camera follows the size of pane and picture, until a person moves it. */
  let framing: "readable" | "whole" | "free" = "readable";

  const pane = (): Pane => ({ width: host.clientWidth, height: host.clientHeight });
  const nodeOf = (key: NodeKey | null): PictureNode | undefined =>
    picture?.node((key === null ? undefined : picture.places.nodes.get(key)) ?? -1);
  const edgeOf = (key: EdgeKey | null): PictureEdge | undefined =>
    picture?.edge((key === null ? undefined : picture.places.edges.get(key)) ?? -1);

  /** What is in sight: the same for all steps, as long as nothing moves. */
  const sight = (): Sight => {
    const { x, y, width, height } = inSight(camera, pane());
    if (seen.index !== index || seen.x !== x || seen.y !== y || seen.width !== width || seen.height !== height)
      seen = { index, x, y, width, height, ...(index?.within({ x, y, width, height }) ?? nothing) };
    return seen;
  };

  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };

  const look = (next: Camera): void => {
    if (next === camera) return;
    camera = next;
    schedule();
    events.looked(next.zoom);
  };
  /** What a person, or a command, chose to look at stays. */
  const lookFreely = (next: Camera): void => {
    if (next === camera) return;
    framing = "free";
    look(next);
  };
  const settle = (): void => {
    if (!picture || framing === "free") return;
    const current = picture.node(picture.current) ?? null;
    look(framed(picture.bounds, pane(), framing === "whole" ? 0 : readableZoom, current));
  };

  const paint = (): void => {
    frame = 0;
    const ctx = begin(base, camera);
    if (!ctx) return;
    if (picture && index) {
      const options = { palette: colors, visible: inSight(camera, pane()), scale: camera.zoom };
      painter.picture(ctx, picture, options, sight());
      if (highlighted) drawHighlight(ctx, painter, { node: nodeOf, edge: edgeOf }, highlighted, options);
      drawSelection(ctx);
    }
    paintMotion();
  };

  const drawSelection = (ctx: CanvasRenderingContext2D): void => {
    ctx.strokeStyle = colors.text;
    ctx.lineWidth = 2 / Math.min(1, Math.max(camera.zoom, 0.2));
    for (const [key, alpha] of [
      [hovered, 0.45],
      [selected.node, 1],
    ] as const) {
      const node = nodeOf(key);
      if (!node) continue;
      ctx.globalAlpha = alpha;
      ctx.beginPath();
      ctx.roundRect(node.x - 4, node.y - 4, node.width + 8, node.height + 8, node.radius + 4);
      ctx.stroke();
    }
    const edge = edgeOf(selected.edge);
    if (edge) {
      ctx.globalAlpha = 0.35;
      ctx.lineWidth = edge.width + 8;
      tracePath(ctx, edge.path);
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
  };

  const paintMotion = (): void => {
    const ctx = begin(overlay, camera);
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

  /** What is at a point of the pane. */
  const targetAt = (at: Point): PointerTarget => {
    const { left, top } = host.getBoundingClientRect();
    const place = { x: left + at.x, y: top + at.y };
    const point = toPicture(camera, at);
    const node = picture?.node(index?.nodeAt(point) ?? -1);
    if (node) return { kind: "node", key: node.key, ...place };
    const edge = picture?.edge((picture && index?.edgeAt(picture, point, edgeReach / camera.zoom)) ?? -1);
    return edge ? { kind: "edge", key: edge.key, ...place } : { kind: "canvas", key: null, ...place };
  };

  let under: string | null = null;
  const hover = (target: PointerTarget | null): void => {
    const key = target?.key ?? null;
    if (key === under) return;
    under = key;
    hovered = target?.kind === "node" ? key : null;
    host.style.cursor = key === null ? "" : "pointer";
    events.hover(key === null ? null : target);
    schedule();
  };

  const stopGestures = followGestures(host, {
    camera: () => camera,
    move: lookFreely,
    pick: (at, how) => events.pick(targetAt(at), how),
    menu: (at) => events.menu(targetAt(at)),
    hover: (at) => hover(at === null ? null : targetAt(at)),
  });
  const observer = new ResizeObserver(() => {
    settle();
    schedule();
  });
  observer.observe(host);

  const middle = (): Point => ({ x: host.clientWidth / 2, y: host.clientHeight / 2 });
  return {
    show(next, layout) {
      const before = picture;
      picture = next;
      // Scenes of equal structure share a layout: nothing has moved.
      if (next.bounds !== before?.bounds) {
        index = new PictureIndex(layout);
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
      hover(null);
      schedule();
    },
    setPalette(next) {
      colors = next;
      painter.reset();
      schedule();
    },
    select(keys) {
      selected = keys;
      schedule();
    },
    highlight(elements) {
      highlighted = elements;
      const box = boxAround([...(elements?.nodes ?? [])].flatMap((key) => nodeOf(key) ?? []));
      if (box) lookFreely(answering(camera, box, pane()));
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
    actualSize: () => lookFreely(zoomedAt(camera, 1, middle())),
    zoomBy: (factor) => lookFreely(zoomedAt(camera, camera.zoom * factor, middle())),
    panBy: (dx, dy) => lookFreely({ ...camera, x: camera.x + dx, y: camera.y + dy }),
    reveal(key) {
      const node = nodeOf(key);
      if (node) lookFreely(revealing(camera, node, pane()));
    },
    screenBox(key) {
      const node = nodeOf(key);
      if (!node) return null;
      const { left, top } = host.getBoundingClientRect();
      const { zoom, x, y } = camera;
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
    camera: () => camera,
    dispose() {
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
