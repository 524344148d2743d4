/** Draws a picture on a 2-D canvas: the screen and PNG export use the same strokes as the SVG writer. */
import type { Sight } from "../../graph/needed-values.ts";
import type { ColorToken, Palette } from "../../graph/palette.ts";
import type { Box, Mark, Paint, PathCommand, Picture, PictureEdge, PictureNode } from "../../graph/picture.ts";
import { fontStack } from "../../graph/text-metrics.ts";

export type Ctx = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface PaintOptions {
  palette: Palette;
  /** What is seen, in picture coordinates. */
  visible: Box;
  /** Device pixels per picture pixel: text too small to read is left out. */
  scale: number;
}

/** Below this many device pixels text is grey noise. */
const readableText = 4.5;
/** Below this scale a node is only its body. */
const bodyOnlyScale = 0.22;

export class Painter {
  #hatches = new Map<string, CanvasPattern | null>();

  /** Colours changed. */
  reset(): void {
    this.#hatches.clear();
  }

  /** The context's transform must map picture coordinates to device pixels. With a sight nothing else is drawn. */
  picture(ctx: Ctx, picture: Picture, options: PaintOptions, sight?: Sight): void {
    const edges = sight?.edges.flatMap((place) => picture.edge(place) ?? []) ?? picture.edges;
    const nodes = sight?.nodes.flatMap((place) => picture.node(place) ?? []) ?? picture.nodes;
    for (const group of picture.groups) if (meets(group, options.visible)) this.marks(ctx, group.marks, options);
    for (const edge of edges) this.edge(ctx, edge, options);
    for (const node of nodes) this.node(ctx, node, options);
  }

  node(ctx: Ctx, node: PictureNode, options: PaintOptions): void {
    if (options.scale >= bodyOnlyScale) {
      this.marks(ctx, node.marks, options);
      return;
    }
    const body = node.marks.find((mark) => mark.shape !== "text");
    if (body) this.#mark(ctx, body, options);
  }

  edge(ctx: Ctx, edge: PictureEdge, options: PaintOptions): void {
    const { palette } = options;
    // Each state is put back by name: to save and restore the whole of it for each edge took a third of a large picture's time.
    const alpha = ctx.globalAlpha;
    ctx.globalAlpha = edge.opacity;
    tracePath(ctx, edge.path);
    ctx.lineCap = "round";
    ctx.lineJoin = "round";
    const stroke = (color: ColorToken, width: number): void => {
      ctx.strokeStyle = palette[color];
      ctx.lineWidth = width;
      ctx.stroke();
    };
    if (edge.halo) {
      ctx.globalAlpha = 0.45 * edge.opacity;
      stroke(edge.halo.color, edge.halo.width);
      ctx.globalAlpha = edge.opacity;
    }
    if (edge.hatched) {
      stroke("badFill", edge.width + 2);
      ctx.lineCap = "butt";
      ctx.setLineDash([3, 3]);
      stroke(edge.color, edge.width);
    } else {
      if (edge.dash) ctx.setLineDash(edge.dash);
      stroke(edge.color, edge.width);
    }
    ctx.setLineDash([]);
    if (options.scale >= bodyOnlyScale) this.marks(ctx, edge.marks, options);
    ctx.globalAlpha = alpha;
  }

  marks(ctx: Ctx, marks: readonly Mark[], options: PaintOptions): void {
    for (const mark of marks) this.#mark(ctx, mark, options);
  }

  #mark(ctx: Ctx, mark: Mark, options: PaintOptions): void {
    if (mark.shape === "text") {
      if (mark.size * options.scale >= readableText) drawText(ctx, mark, options.palette);
      return;
    }
    const alpha = ctx.globalAlpha;
    if (mark.opacity !== undefined) ctx.globalAlpha = alpha * mark.opacity;
    ctx.beginPath();
    if (mark.shape === "rect") {
      ctx.roundRect(
        mark.x,
        mark.y,
        mark.width,
        mark.height,
        Math.min(mark.radius ?? 0, mark.width / 2, mark.height / 2),
      );
    } else {
      for (const command of mark.commands) follow(ctx, command);
    }
    if (mark.fill !== undefined) this.#fill(ctx, mark.fill, options.palette);
    if (mark.stroke) {
      ctx.strokeStyle = options.palette[mark.stroke];
      ctx.lineWidth = mark.lineWidth ?? 1;
      ctx.lineJoin = "round";
      ctx.lineCap = mark.dash ? "butt" : "round";
      if (mark.dash) ctx.setLineDash(mark.dash);
      ctx.stroke();
      if (mark.dash) ctx.setLineDash([]);
    }
    ctx.globalAlpha = alpha;
  }

  #fill(ctx: Ctx, fill: Paint, palette: Palette): void {
    if (typeof fill === "string") {
      ctx.fillStyle = palette[fill];
      ctx.fill();
      return;
    }
    if (fill.back) {
      ctx.fillStyle = palette[fill.back];
      ctx.fill();
    }
    const pattern = this.#hatch(ctx, palette[fill.hatch]);
    if (!pattern) return;
    ctx.fillStyle = pattern;
    ctx.fill();
  }

  #hatch(ctx: Ctx, color: string): CanvasPattern | null {
    const known = this.#hatches.get(color);
    if (known !== undefined) return known;
    // 7 px between lines, turned by 45°, as in the SVG writer; drawn at twice the size to stay crisp.
    const tile = new OffscreenCanvas(14, 14);
    const pen = tile.getContext("2d");
    if (!pen) return null;
    pen.fillStyle = color;
    pen.fillRect(0, 0, 4, 14);
    const pattern = ctx.createPattern(tile, "repeat");
    pattern?.setTransform(new DOMMatrix().rotate(45).scale(0.5));
    this.#hatches.set(color, pattern);
    return pattern;
  }
}

/** Is anything of a group in sight? Half of its border lies outside of its box. */
function meets(group: Box, sight: Box): boolean {
  const border = 1;
  const across = group.x - border <= sight.x + sight.width && group.x + group.width + border >= sight.x;
  return across && group.y - border <= sight.y + sight.height && group.y + group.height + border >= sight.y;
}

function drawText(ctx: Ctx, mark: Extract<Mark, { shape: "text" }>, palette: Palette): void {
  if (mark.text === "") return;
  const alpha = ctx.globalAlpha;
  if (mark.opacity !== undefined) ctx.globalAlpha = alpha * mark.opacity;
  ctx.font = `${mark.italic ? "italic " : ""}${mark.weight ?? 400} ${mark.size}px ${fontStack.sans}`;
  ctx.textAlign = mark.anchor === "middle" ? "center" : mark.anchor === "end" ? "right" : "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillStyle = palette[mark.fill];
  // Another font than the measured one may be wider: maxWidth keeps the text in its box.
  ctx.fillText(mark.text, mark.x, mark.y, mark.width + 1);
  if (mark.strike) {
    const left =
      mark.anchor === "middle" ? mark.x - mark.width / 2 : mark.anchor === "end" ? mark.x - mark.width : mark.x;
    ctx.fillRect(left, mark.y - mark.size * 0.3, mark.width, Math.max(1, mark.size / 12));
  }
  ctx.globalAlpha = alpha;
}

function follow(ctx: Ctx, command: PathCommand): void {
  switch (command[0]) {
    case "M":
      ctx.moveTo(command[1], command[2]);
      break;
    case "L":
      ctx.lineTo(command[1], command[2]);
      break;
    case "C":
      ctx.bezierCurveTo(command[1], command[2], command[3], command[4], command[5], command[6]);
      break;
    case "Z":
      ctx.closePath();
      break;
  }
}

/** Begins a path along a flattened Bézier. */
export function tracePath(ctx: Ctx, path: readonly number[]): void {
  ctx.beginPath();
  ctx.moveTo(path[0] ?? 0, path[1] ?? 0);
  for (let i = 2; i + 5 < path.length; i += 6) {
    ctx.bezierCurveTo(
      path[i] as number,
      path[i + 1] as number,
      path[i + 2] as number,
      path[i + 3] as number,
      path[i + 4] as number,
      path[i + 5] as number,
    );
  }
}

/** Point at `t` (0…1) of a flattened Bézier path, by arc count: each segment takes an equal share. */
export function pointAt(path: readonly number[], t: number): { x: number; y: number } {
  const segments = Math.max(1, Math.floor((path.length - 2) / 6));
  const at = Math.min(segments - 1e-9, Math.max(0, t * segments));
  const segment = Math.floor(at);
  const u = at - segment;
  const start = 6 * segment;
  const p = (i: number): number => path[start + i] ?? 0;
  const mix = (a: number, b: number, c: number, d: number): number => {
    const v = 1 - u;
    return v * v * v * a + 3 * v * v * u * b + 3 * v * u * u * c + u * u * u * d;
  };
  return { x: mix(p(0), p(2), p(4), p(6)), y: mix(p(1), p(3), p(5), p(7)) };
}
