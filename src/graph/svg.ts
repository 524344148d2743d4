/** A picture as a standalone SVG: no scripts, no foreignObject, no outside references; opens in any viewer. */

import { snapshotElement } from "./embedded-snapshot.ts";
import { escapeXml } from "./escape.ts";
import { describeFrame, type Room } from "./frame.ts";
import { round } from "./marks.ts";
import { type ColorToken, type Palette, palettes, type ThemeName } from "./palette.ts";
import type { Box, Mark, Paint, PathCommand, Picture, PictureEdge, PictureNode } from "./picture.ts";
import { fontStack } from "./text-metrics.ts";

export interface SvgOptions {
  theme?: ThemeName;
  /** Paint the background (default) or leave it transparent. */
  background?: "theme" | "transparent";
  /** Title above, caption and legend below (default true). */
  frame?: boolean;
  /** The least size of the document, so that pictures of different steps can be shown one after the other. */
  room?: Room;
  /** Snapshot to embed, so that the file can be opened again: any text, usually JSON. */
  metadata?: string;
  /** Prefix for ids, when several pictures share one document. */
  idPrefix?: string;
}

/** Serialises a picture. Every node and edge is one `<g>` with its key as id and its classes. */
export function pictureToSvg(picture: Picture, options: SvgOptions = {}): string {
  const writer = createSvgWriter(options.theme ?? "light", options.idPrefix ?? "");
  const frame = describeFrame(picture, options.frame ?? true, options.room);
  const inner = [...writer.elements(picture).map(({ markup }) => markup), writer.frame(frame.marks)].join("\n");
  const metadata = options.metadata === undefined ? "" : `<metadata>${snapshotElement(options.metadata)}</metadata>\n`;
  return writer.document(frame.box, {
    title: picture.title,
    caption: picture.caption,
    background: options.background !== "transparent",
    inner: `${metadata}${writer.defs()}`,
    body: inner,
  });
}

export interface SvgElement {
  /** Its id in the document. */
  id: string;
  markup: string;
}

/** Writes parts of SVG documents that share a palette and hatch patterns: the HTML export puts documents together from them. */
export interface SvgWriter {
  /** Groups, edges, nodes in drawing order. */
  elements(picture: Picture): SvgElement[];
  frame(marks: readonly Mark[]): string;
  /** Patterns used by everything written so far. */
  defs(): string;
  document(
    box: Box,
    parts: { title: string; caption: string; background: boolean; inner: string; body: string },
  ): string;
}

export function createSvgWriter(theme: ThemeName, prefix: string): SvgWriter {
  const palette = palettes[theme];
  const writer: Writer = { palette, prefix, hatches: new Map() };
  return {
    elements: (picture) => [
      ...picture.groups.map((group) => {
        const name = id(prefix, group.id);
        return { id: name, markup: `<g id="${name}" class="group-box">${marks(group.marks, writer)}</g>` };
      }),
      ...picture.edges.map((edge) => ({ id: id(prefix, edge.key), markup: edgeSvg(edge, writer) })),
      ...picture.nodes.map((node) => ({ id: id(prefix, node.key), markup: nodeSvg(node, writer) })),
    ],
    frame: (list) => (list.length === 0 ? "" : `<g class="frame">${marks(list, writer)}</g>`),
    defs: () => defs(writer),
    document: ({ x, y, width, height }, { title, caption, background, inner, body }) => {
      const titles = `<title id="${prefix}title">${escapeXml(title)}</title>\n<desc id="${prefix}caption">${escapeXml(caption)}</desc>`;
      const back = background
        ? `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${palette.canvas}"/>\n`
        : "";
      return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}" role="img" aria-labelledby="${prefix}title ${prefix}caption" font-family="${escapeXml(fontStack.sans)}">
${titles}
${inner}${back}${body}
</svg>
`;
    },
  };
}

function nodeSvg(node: PictureNode, writer: Writer): string {
  const classes = `node ${node.classes.join(" ")}`;
  return `<g id="${id(writer.prefix, node.key)}" class="${classes}"><title>${escapeXml(node.title)}</title>${marks(node.marks, writer)}</g>`;
}

interface Writer {
  palette: Palette;
  prefix: string;
  /** Hatch patterns in use, by id. */
  hatches: Map<string, { line: ColorToken; back: ColorToken | null }>;
}

function id(prefix: string, key: string): string {
  return escapeXml(prefix + key.replace(/\s/g, "_"));
}

function defs(writer: Writer): string {
  if (writer.hatches.size === 0) return "";
  const patterns = [...writer.hatches].map(([name, { line, back }]) => {
    const fill = back ? `<rect width="9" height="9" fill="${writer.palette[back]}"/>` : "";
    return `<pattern id="${name}" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">${fill}<rect width="1.1" height="9" fill="${writer.palette[line]}"/></pattern>`;
  });
  return `<defs>${patterns.join("")}</defs>\n`;
}

function paint(fill: Paint | undefined, writer: Writer): string {
  if (fill === undefined) return "none";
  if (typeof fill === "string") return writer.palette[fill];
  const name = `${writer.prefix}hatch-${fill.hatch}-${fill.back ?? "none"}`;
  writer.hatches.set(name, { line: fill.hatch, back: fill.back ?? null });
  return `url(#${name})`;
}

function edgeSvg(edge: PictureEdge, writer: Writer): string {
  const d = pathData(edge.path);
  const color = writer.palette;
  const stroke = (paintToken: ColorToken, width: number, extra = ""): string =>
    `<path d="${d}" fill="none" stroke="${color[paintToken]}" stroke-width="${round(width)}" stroke-linecap="round"${extra}/>`;
  const parts = [`<title>${escapeXml(edge.title)}</title>`];
  if (edge.halo) parts.push(stroke(edge.halo.color, edge.halo.width, ' stroke-opacity="0.45"'));
  if (edge.hatched) {
    parts.push(stroke("badFill", edge.width + 2));
    parts.push(
      `<path d="${d}" fill="none" stroke="${color[edge.color]}" stroke-width="${edge.width}" stroke-dasharray="3 3"/>`,
    );
  } else {
    parts.push(stroke(edge.color, edge.width, edge.dash ? ` stroke-dasharray="${edge.dash.join(" ")}"` : ""));
  }
  parts.push(marks(edge.marks, writer));
  const opacity = edge.opacity < 1 ? ` opacity="${edge.opacity}"` : "";
  return `<g id="${id(writer.prefix, edge.key)}" class="edge ${edge.classes.join(" ")}"${opacity}>${parts.join("")}</g>`;
}

/** "M… C…" of a flattened Bézier path. */
function pathData(path: readonly number[]): string {
  let d = `M${round(path[0] ?? 0)} ${round(path[1] ?? 0)}`;
  for (let i = 2; i + 5 < path.length; i += 6) {
    d += `C${path
      .slice(i, i + 6)
      .map(round)
      .join(" ")}`;
  }
  return d;
}

function marks(list: readonly Mark[], writer: Writer): string {
  return list.map((mark) => markSvg(mark, writer)).join("");
}

function markSvg(mark: Mark, writer: Writer): string {
  if (mark.shape === "text") return textSvg(mark, writer);
  const stroke = mark.stroke
    ? ` stroke="${writer.palette[mark.stroke]}" stroke-width="${mark.lineWidth ?? 1}"${mark.dash ? ` stroke-dasharray="${mark.dash.join(" ")}"` : ""}`
    : "";
  const common = `fill="${paint(mark.fill, writer)}"${stroke}${mark.opacity === undefined ? "" : ` opacity="${mark.opacity}"`}`;
  if (mark.shape === "rect") {
    const radius = mark.radius ? ` rx="${mark.radius}"` : "";
    return `<rect x="${mark.x}" y="${mark.y}" width="${mark.width}" height="${mark.height}"${radius} ${common}/>`;
  }
  return `<path d="${mark.commands.map(command).join("")}" stroke-linecap="round" stroke-linejoin="round" ${common}/>`;
}

function command(each: PathCommand): string {
  return each[0] === "Z"
    ? "Z"
    : `${each[0]}${each
        .slice(1)
        .map((n) => round(n as number))
        .join(" ")}`;
}

function textSvg(mark: Extract<Mark, { shape: "text" }>, writer: Writer): string {
  if (mark.text === "") return "";
  const anchor = mark.anchor && mark.anchor !== "start" ? ` text-anchor="${mark.anchor}"` : "";
  const weight = mark.weight && mark.weight !== 400 ? ` font-weight="${mark.weight}"` : "";
  const style = `${mark.italic ? ' font-style="italic"' : ""}${mark.strike ? ' text-decoration="line-through"' : ""}`;
  // One character has no spacing to stretch, and some viewers divide by it.
  const length = [...mark.text].length > 1 ? ` textLength="${mark.width}" lengthAdjust="spacingAndGlyphs"` : "";
  const full = mark.full === undefined ? "" : `<title>${escapeXml(mark.full)}</title>`;
  return `<text x="${mark.x}" y="${mark.y}" font-size="${mark.size}" fill="${writer.palette[mark.fill]}"${anchor}${weight}${style}${length}>${full}${escapeXml(mark.text)}</text>`;
}
