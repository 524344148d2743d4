/**
 * GraphView on Cytoscape: it owns the camera, the gestures and the hit tests; bodies, edges and text are drawn from the picture's own
 * marks on a canvas beneath it, and motion on a canvas above it. Both follow its pan and zoom.
 */
import cytoscape, { type Core, type ElementDefinition, type EventObject } from "cytoscape";
import type { Palette } from "../../graph/palette.ts";
import type { Picture, PictureEdge, PictureNode } from "../../graph/picture.ts";
import type { GraphView, GraphViewEvents, HighlightedElements, PointerTarget } from "./graph-view.ts";
import { drawHighlight } from "./highlight.ts";
import { Painter, pointAt, tracePath } from "./painter.ts";

/** Kept free around a fitted picture: the caption stands above it, the legend and the buttons below and beside it. */
const fitPadding = { top: 52, bottom: 52, side: 28 } as const;
/** What an answer takes of the upper edge. */
const answerHeight = 120;
const zoomLimits = { min: 0.02, max: 4 } as const;
/** Below this names and numbers are no longer drawn: a large picture opens at it rather than as a whole. */
const readableZoom = 0.55;

/** Cytoscape draws nothing itself: its elements are the areas that can be hit. */
const invisible: cytoscape.StylesheetJson = [
  {
    selector: "node",
    style: {
      shape: "round-rectangle",
      width: "data(width)",
      height: "data(height)",
      opacity: 0,
      "overlay-opacity": 0,
    },
  },
  { selector: "edge", style: { "curve-style": "straight", width: 8, opacity: 0, "overlay-opacity": 0 } },
];

interface Pulse {
  path: number[];
  color: string;
  width: number;
  start: number;
  milliseconds: number;
}

export function createCytoscapeGraphView(host: HTMLElement, palette: Palette, events: GraphViewEvents): GraphView {
  const base = addCanvas(host, "graph-base");
  const stage = document.createElement("div");
  stage.className = "graph-stage";
  host.append(stage);
  const overlay = addCanvas(host, "graph-overlay");
  const painter = new Painter();
  const cy: Core = cytoscape({
    container: stage,
    elements: [],
    style: invisible,
    layout: { name: "preset" },
    minZoom: zoomLimits.min,
    maxZoom: zoomLimits.max,
    autoungrabify: true,
    boxSelectionEnabled: false,
    selectionType: "single",
  });

  let colors = palette;
  let picture: Picture | null = null;
  let shape = "";
  let nodes = new Map<string, PictureNode>();
  let edges = new Map<string, PictureEdge>();
  let selected: { node: string | null; edge: string | null } = { node: null, edge: null };
  let highlighted: HighlightedElements | null = null;
  let hovered: string | null = null;
  let pulses: Pulse[] = [];
  let frame = 0;
  let motionFrame = 0;
  /** Follows the size of pane and picture, until a person moves it. */
  let camera: "readable" | "whole" | "free" = "readable";

  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };

  const paint = (): void => {
    frame = 0;
    const ctx = begin(base, cy);
    if (!ctx) return;
    const { zoom, visible } = seen(host, cy);
    if (picture) {
      const options = { palette: colors, visible, scale: zoom };
      painter.picture(ctx, picture, options);
      if (highlighted) drawHighlight(ctx, painter, { nodes, edges }, highlighted, options);
      drawSelection(ctx, zoom);
    }
    paintMotion();
  };

  const drawSelection = (ctx: CanvasRenderingContext2D, zoom: number): void => {
    const line = 2 / Math.min(1, Math.max(zoom, 0.2));
    for (const [key, alpha] of [
      [hovered, 0.45],
      [selected.node, 1],
    ] as const) {
      const node = key === null ? undefined : nodes.get(key);
      if (!node) continue;
      ctx.globalAlpha = alpha;
      ctx.strokeStyle = colors.text;
      ctx.lineWidth = line;
      ctx.beginPath();
      ctx.roundRect(node.x - 4, node.y - 4, node.width + 8, node.height + 8, node.radius + 4);
      ctx.stroke();
      ctx.globalAlpha = 1;
    }
    const edge = selected.edge === null ? undefined : edges.get(selected.edge);
    if (!edge) return;
    ctx.globalAlpha = 0.35;
    ctx.strokeStyle = colors.text;
    ctx.lineWidth = edge.width + 8;
    tracePath(ctx, edge.path);
    ctx.stroke();
    ctx.globalAlpha = 1;
  };

  const paintMotion = (): void => {
    const ctx = begin(overlay, cy);
    if (!ctx || pulses.length === 0) return;
    const now = performance.now();
    pulses = pulses.filter((pulse) => now - pulse.start < pulse.milliseconds);
    for (const pulse of pulses) {
      const t = (now - pulse.start) / pulse.milliseconds;
      // Gradient runs from the consumer (end of the data edge) to the producer (its start); a short tail shows the direction.
      for (let tail = 5; tail >= 0; tail -= 1) {
        const { x, y } = pointAt(pulse.path, 1 - ease(Math.max(0, t - tail * 0.025)));
        ctx.globalAlpha = 0.9 - tail * 0.14;
        ctx.fillStyle = pulse.color;
        ctx.beginPath();
        ctx.arc(x, y, Math.max(5, pulse.width * 0.9) * (1 - tail * 0.1), 0, 2 * Math.PI);
        ctx.fill();
      }
    }
    ctx.globalAlpha = 1;
    if (pulses.length > 0 && motionFrame === 0) {
      motionFrame = requestAnimationFrame(() => {
        motionFrame = 0;
        paintMotion();
      });
    }
  };

  const target = (event: EventObject): PointerTarget => {
    const element = event.target === cy ? null : event.target;
    const pointer = event.originalEvent as MouseEvent | undefined;
    return {
      kind: element === null ? "canvas" : element.isNode() ? "node" : "edge",
      key: element === null ? null : (element.id() as string),
      x: pointer?.clientX ?? 0,
      y: pointer?.clientY ?? 0,
    };
  };

  cy.on("viewport", () => {
    schedule();
    events.zoomed(cy.zoom());
  });
  cy.on("scrollzoom dragpan pinchzoom", () => {
    camera = "free";
  });
  cy.on("tap", (event) => {
    const pointer = event.originalEvent as MouseEvent | undefined;
    events.pick(target(event), { alt: pointer?.altKey ?? false, double: false });
  });
  cy.on("dbltap", (event) => events.pick(target(event), { alt: false, double: true }));
  cy.on("cxttap", (event) => events.menu(target(event)));
  cy.on("mouseover", "node, edge", (event) => {
    const found = target(event);
    hovered = found.kind === "node" ? found.key : null;
    stage.style.cursor = "pointer";
    events.hover(found);
    schedule();
  });
  cy.on("mouseout", "node, edge", () => {
    hovered = null;
    stage.style.cursor = "";
    events.hover(null);
    schedule();
  });

  const observer = new ResizeObserver(() => {
    cy.resize();
    if (picture) settle();
    schedule();
  });
  observer.observe(host);

  /** Shows the whole picture, or (`least`) as much of it as can be read, around the current node or from its beginning. */
  const place = (least: number): void => {
    if (!picture) return;
    const { bounds } = picture;
    const width = Math.max(1, host.clientWidth - 2 * fitPadding.side);
    const height = Math.max(1, host.clientHeight - fitPadding.top - fitPadding.bottom);
    const whole = Math.min(1.25, width / Math.max(1, bounds.width), height / Math.max(1, bounds.height));
    const zoom = Math.max(zoomLimits.min, whole, Math.min(least, 1.25));
    const current = picture.nodes.find(({ classes }) => classes.includes("current"));
    /** Middle of what is shown along one side: the picture's, when it fits. */
    const middle = (start: number, size: number, room: number, at: number): number => {
      const seen = room / zoom;
      if (size <= seen) return start + size / 2;
      return Math.min(start + size - seen / 2, Math.max(start + seen / 2, at));
    };
    const x = middle(
      bounds.x,
      bounds.width,
      width,
      current ? current.x + current.width / 2 : bounds.x + bounds.width / 2,
    );
    const y = middle(bounds.y, bounds.height, height, current ? current.y + current.height / 2 : bounds.y);
    cy.viewport({
      zoom,
      pan: { x: host.clientWidth / 2 - x * zoom, y: fitPadding.top + height / 2 - y * zoom },
    });
    schedule();
  };
  const settle = (): void => {
    if (camera !== "free") place(camera === "whole" ? 0 : readableZoom);
  };
  const fit = (): void => {
    camera = "whole";
    settle();
  };

  /** Moves the camera so that these nodes are in sight and can be read, if they are not. */
  const show = (keys: ReadonlySet<string>): void => {
    const found = [...keys].flatMap((key) => nodes.get(key) ?? []);
    if (found.length === 0) return;
    const left = Math.min(...found.map(({ x }) => x));
    const top = Math.min(...found.map(({ y }) => y));
    const width = Math.max(...found.map((node) => node.x + node.width)) - left;
    const height = Math.max(...found.map((node) => node.y + node.height)) - top;
    const { visible, zoom } = seen(host, cy);
    // The answer in words covers the upper edge.
    const covered = answerHeight / zoom;
    const inside =
      left >= visible.x &&
      top >= visible.y + covered &&
      left + width <= visible.x + visible.width &&
      top + height <= visible.y + visible.height;
    if (inside && zoom >= readableZoom) return;
    const room = {
      width: host.clientWidth - 2 * fitPadding.side,
      height: host.clientHeight - answerHeight - fitPadding.bottom,
    };
    const next = Math.max(zoomLimits.min, Math.min(1, room.width / width, room.height / height));
    camera = "free";
    cy.viewport({
      zoom: next,
      pan: {
        x: host.clientWidth / 2 - (left + width / 2) * next,
        y: answerHeight + room.height / 2 - (top + height / 2) * next,
      },
    });
  };

  return {
    show(next) {
      const nextShape = shapeOf(next);
      const moved = nextShape !== shape;
      const sameWorld = moved && picture !== null && shares(next, nodes);
      picture = next;
      nodes = new Map(next.nodes.map((node) => [node.key, node]));
      edges = new Map(next.edges.map((edge) => [edge.key, edge]));
      if (moved) {
        shape = nextShape;
        cy.batch(() => {
          cy.elements().remove();
          cy.add(elementsOf(next));
        });
        if (!sameWorld) camera = "readable";
        settle();
      }
      schedule();
    },
    clear() {
      picture = null;
      shape = "";
      nodes = new Map();
      edges = new Map();
      pulses = [];
      highlighted = null;
      camera = "readable";
      cy.elements().remove();
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
      if (elements) show(elements.nodes);
      schedule();
    },
    pulse({ edges: keys, milliseconds }) {
      const start = performance.now();
      pulses = keys.flatMap((key): Pulse[] => {
        const edge = edges.get(key);
        return edge ? [{ path: edge.path, color: colors[edge.color], width: edge.width, start, milliseconds }] : [];
      });
      paintMotion();
    },
    fit,
    actualSize() {
      camera = "free";
      cy.zoom({ level: 1, renderedPosition: { x: host.clientWidth / 2, y: host.clientHeight / 2 } });
    },
    zoomBy(factor) {
      camera = "free";
      const level = Math.min(zoomLimits.max, Math.max(zoomLimits.min, cy.zoom() * factor));
      cy.zoom({ level, renderedPosition: { x: host.clientWidth / 2, y: host.clientHeight / 2 } });
    },
    panBy(dx, dy) {
      camera = "free";
      cy.panBy({ x: dx, y: dy });
    },
    reveal(key) {
      const node = nodes.get(key);
      if (!node) return;
      const { visible } = seen(host, cy);
      // What the caption or the legend covers is not in sight.
      const { top, bottom, side } = fitPadding;
      const unit = 1 / cy.zoom();
      const inner = {
        x: visible.x + side * unit * 0.5,
        y: visible.y + top * unit * 0.85,
        width: visible.width - side * unit,
        height: visible.height - (top + bottom) * unit * 0.85,
      };
      const inside =
        node.x >= inner.x &&
        node.y >= inner.y &&
        node.x + node.width <= inner.x + inner.width &&
        node.y + node.height <= inner.y + inner.height;
      if (inside) return;
      camera = "free";
      const zoom = cy.zoom();
      cy.pan({
        x: host.clientWidth / 2 - (node.x + node.width / 2) * zoom,
        y: host.clientHeight / 2 - (node.y + node.height / 2) * zoom,
      });
    },
    screenBox(key) {
      const node = nodes.get(key);
      if (!node) return null;
      const rect = host.getBoundingClientRect();
      const zoom = cy.zoom();
      const pan = cy.pan();
      return {
        x: rect.left + pan.x + node.x * zoom,
        y: rect.top + pan.y + node.y * zoom,
        width: node.width * zoom,
        height: node.height * zoom,
      };
    },
    camera: () => ({ zoom: cy.zoom(), ...cy.pan() }),
    dispose() {
      observer.disconnect();
      if (frame) cancelAnimationFrame(frame);
      if (motionFrame) cancelAnimationFrame(motionFrame);
      cy.destroy();
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
function begin(canvas: HTMLCanvasElement, cy: Core): CanvasRenderingContext2D | null {
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
  const zoom = cy.zoom() * ratio;
  const pan = cy.pan();
  ctx.setTransform(zoom, 0, 0, zoom, pan.x * ratio, pan.y * ratio);
  return ctx;
}

function seen(
  host: HTMLElement,
  cy: Core,
): { zoom: number; visible: { x: number; y: number; width: number; height: number } } {
  const zoom = cy.zoom();
  const pan = cy.pan();
  return {
    zoom,
    visible: {
      x: -pan.x / zoom,
      y: -pan.y / zoom,
      width: host.clientWidth / zoom,
      height: host.clientHeight / zoom,
    },
  };
}

/** Equal for pictures whose elements stand at the same places. */
function shapeOf(picture: Picture): string {
  const { bounds } = picture;
  const some = picture.nodes.map((node) => `${node.key}@${node.x},${node.y}`);
  return `${bounds.x},${bounds.y},${bounds.width},${bounds.height};${some.join(";")}`;
}

function shares(picture: Picture, nodes: ReadonlyMap<string, PictureNode>): boolean {
  return (
    picture.nodes.some((node) => nodes.has(node.key) && node.group !== null) ||
    picture.nodes.some(({ key }) => nodes.has(key))
  );
}

function elementsOf(picture: Picture): ElementDefinition[] {
  const keys = new Set(picture.nodes.map(({ key }) => key));
  return [
    ...picture.nodes.map((node) => ({
      group: "nodes" as const,
      data: { id: node.key, width: node.width, height: node.height },
      position: { x: node.x + node.width / 2, y: node.y + node.height / 2 },
    })),
    ...picture.edges
      .filter((edge) => keys.has(edge.from) && keys.has(edge.to))
      .map((edge) => ({
        group: "edges" as const,
        data: { id: edge.key, source: edge.from, target: edge.to },
      })),
  ];
}

function ease(t: number): number {
  const x = Math.min(1, t);
  return x < 0.5 ? 2 * x * x : 1 - (-2 * x + 2) ** 2 / 2;
}
