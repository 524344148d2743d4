/** An answer in the picture: everything fades, and what the answer is about is drawn again, with the share on each edge. */
import type { EdgeKey, NodeKey, PictureEdge, PictureNode, VisibleGraph } from "../../graph/picture.ts";
import { fontStack } from "../../graph/text-metrics.ts";
import type { Highlight } from "../state/app-state.ts";
import type { HighlightedElements } from "./graph-view.ts";
import { type Painter, type PaintOptions, pointAt, tracePath } from "./painter.ts";

/**
 * A highlight in terms of what is visible: collapsed groups stand for their members, bundles add up their shares. null: the answer is
 * about nothing in sight, so nothing has to fade.
 */
export function visibleHighlight(highlight: Highlight, graph: VisibleGraph): HighlightedElements | null {
  const ids = new Set(highlight.nodes);
  const shares = new Map(highlight.edges.map((id, i) => [id, highlight.shares[i] ?? null]));
  const edges = new Map<string, string | null>();
  for (const { key, edges: members } of graph.edges) {
    const found = members.filter(({ id }) => shares.has(id)).map(({ id }) => shares.get(id) ?? null);
    if (found.length === 0) continue;
    const share = found.reduce<number | null>((sum, one) => (one === null ? sum : (sum ?? 0) + one), null);
    edges.set(key, share === null ? null : percent(share));
  }
  const nodes = graph.nodes.filter(({ members }) => members.some((id) => ids.has(id))).map(({ key }) => key);
  return nodes.length === 0 && edges.size === 0 ? null : { nodes: new Set(nodes), edges };
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? "<1 %" : `${Math.round(100 * share)} %`;
}

export function drawHighlight(
  ctx: CanvasRenderingContext2D,
  painter: Painter,
  find: { node(key: NodeKey): PictureNode | undefined; edge(key: EdgeKey): PictureEdge | undefined },
  { nodes, edges }: HighlightedElements,
  options: PaintOptions,
): void {
  const { visible, palette } = options;
  ctx.globalAlpha = 0.72;
  ctx.fillStyle = palette.canvas;
  ctx.fillRect(visible.x, visible.y, visible.width, visible.height);
  ctx.globalAlpha = 1;
  for (const key of edges.keys()) {
    const edge = find.edge(key);
    if (!edge) continue;
    ctx.globalAlpha = 0.4;
    ctx.strokeStyle = palette.current;
    ctx.lineWidth = edge.width + 8;
    ctx.lineCap = "round";
    tracePath(ctx, edge.path);
    ctx.stroke();
    ctx.globalAlpha = 1;
    painter.edge(ctx, { ...edge, opacity: 1 }, options);
  }
  for (const key of nodes) {
    const node = find.node(key);
    if (!node) continue;
    painter.node(ctx, node, options);
    ctx.strokeStyle = palette.current;
    ctx.lineWidth = 2.5;
    ctx.beginPath();
    ctx.roundRect(node.x - 3, node.y - 3, node.width + 6, node.height + 6, node.radius + 3);
    ctx.stroke();
  }
  for (const [key, label] of edges) {
    const edge = find.edge(key);
    if (edge && label !== null) chip(ctx, label, pointAt(edge.path, 0.3), options);
  }
}

/** A share, at the same size on screen at every zoom that is not tiny. */
function chip(ctx: CanvasRenderingContext2D, text: string, at: { x: number; y: number }, options: PaintOptions): void {
  const size = Math.min(22, Math.max(11, 11 / options.scale));
  ctx.font = `600 ${size}px ${fontStack.sans}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const width = ctx.measureText(text).width + size;
  const height = 1.6 * size;
  ctx.fillStyle = options.palette.surface;
  ctx.strokeStyle = options.palette.current;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.roundRect(at.x - width / 2, at.y - height / 2, width, height, height / 2);
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = options.palette.currentText;
  ctx.fillText(text, at.x, at.y + size * 0.05);
}
