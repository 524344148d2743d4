/** What stands around a picture when it leaves the app: title above, caption and legend below. */
import { lineMark, rectMark, textMark } from "./marks.ts";
import type { Box, LegendEntry, Mark, Picture } from "./picture.ts";
import { textWidth } from "./text-metrics.ts";

export interface Frame {
  /** The whole document: picture and frame. */
  box: Box;
  marks: Mark[];
}

const pad = 24;
const sampleWidth = 26;
const captionSize = 13;
const legendSize = 11;

/** A size in picture pixels. */
export type Room = Pick<Box, "width" | "height">;

/**
 * Box and marks of the frame; without `wanted` the box is the picture's own. A box smaller than `room` grows: to both sides, so that
 * pictures of one width stay where they are, and downwards.
 */
export function describeFrame(picture: Picture, wanted: boolean, room: Room = { width: 0, height: 0 }): Frame {
  const { box, marks } = wanted ? framed(picture) : { box: whole(picture.bounds), marks: [] };
  const wider = Math.max(0, Math.ceil(room.width) - box.width);
  return {
    box: {
      x: box.x - Math.floor(wider / 2),
      y: box.y,
      width: box.width + wider,
      height: Math.max(box.height, Math.ceil(room.height)),
    },
    marks,
  };
}

function framed(picture: Picture): Frame {
  const { bounds } = picture;
  const width = Math.max(bounds.width, 560);
  const left = bounds.x - (width - bounds.width) / 2;
  const top = bounds.y - 34;
  const inner = width - 2 * pad;
  const marks: Mark[] = [
    textMark(left + pad, top + 32, picture.title, { size: 16, weight: 600, fill: "text", room: inner }),
  ];
  let y = bounds.y + bounds.height + 6;
  marks.push(lineMark(left + pad, y, left + width - pad, y, "gridLine"));
  y += 22;
  for (const line of wrapText(picture.caption, inner, captionSize)) {
    marks.push(textMark(left + pad, y, line, { size: captionSize, fill: "text" }));
    y += 19;
  }
  y += 2;
  const legend = legendMarks(picture.legend, left + pad, y, inner);
  marks.push(...legend.marks);
  return { box: whole({ x: left, y: top, width, height: legend.bottom + 16 - top }), marks };
}

function whole(box: Box): Box {
  return { x: Math.floor(box.x), y: Math.floor(box.y), width: Math.ceil(box.width), height: Math.ceil(box.height) };
}

/** The legend in rows of at most `width` pixels, starting at (x, y). */
export function legendMarks(
  entries: readonly LegendEntry[],
  x: number,
  y: number,
  width: number,
): { marks: Mark[]; bottom: number } {
  const marks: Mark[] = [];
  let cursor = x;
  let line = y;
  for (const entry of entries) {
    const need = sampleWidth + 6 + textWidth(entry.label, legendSize) + 18;
    if (cursor > x && cursor + need - 18 > x + width) {
      cursor = x;
      line += 19;
    }
    marks.push(...sample(entry, cursor, line + 8));
    marks.push(textMark(cursor + sampleWidth + 6, line + 12, entry.label, { size: legendSize, fill: "textMuted" }));
    cursor += need;
  }
  return { marks, bottom: line + 18 };
}

function sample(entry: LegendEntry, x: number, y: number): Mark[] {
  const path: Mark = {
    shape: "path",
    commands: [
      ["M", x, y],
      ["L", x + sampleWidth, y],
    ],
    stroke: entry.color,
    lineWidth: entry.width,
  };
  if (entry.hatched) {
    return [rectMark(x, y - 3, sampleWidth, 6, { fill: "badFill" }), { ...path, lineWidth: 4, dash: [3, 3] }];
  }
  return [entry.dash ? { ...path, dash: entry.dash } : path];
}

/** Breaks text at spaces so that each line fits; a single long word is left to be wide. */
function wrapText(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (line && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line ? [...lines, line] : lines;
}
