/** Small constructors for the primitives of a picture, and its icons. */
import type { ColorToken } from "./palette.ts";
import type { Mark, Paint, PathCommand } from "./picture.ts";
import { type FontWeight, fitText, textWidth } from "./text-metrics.ts";

export interface TextStyle {
  size: number;
  weight?: FontWeight;
  anchor?: "start" | "middle" | "end";
  fill: ColorToken;
  italic?: boolean;
  strike?: boolean;
  /** Cut to this many pixels, with "…". */
  room?: number;
}

/** A line of text; the whole text is kept as `full` when it had to be cut. */
export function textMark(x: number, y: number, text: string, style: TextStyle): Mark {
  const { room, weight = 400, ...rest } = style;
  const shown = room === undefined ? text : fitText(text, Math.max(0, room), style.size, weight);
  const mark: Mark = {
    shape: "text",
    x: round(x),
    y: round(y),
    text: shown,
    width: round(textWidth(shown, style.size, weight)),
    weight,
    ...rest,
  };
  if (shown !== text) mark.full = text;
  return mark;
}

export interface RectStyle {
  radius?: number;
  fill?: Paint;
  stroke?: ColorToken;
  lineWidth?: number;
  dash?: number[];
  opacity?: number;
}

export function rectMark(x: number, y: number, width: number, height: number, style: RectStyle): Mark {
  return { shape: "rect", x: round(x), y: round(y), width: round(width), height: round(height), ...style };
}

export function lineMark(x1: number, y1: number, x2: number, y2: number, stroke: ColorToken, lineWidth = 1): Mark {
  const commands: PathCommand[] = [
    ["M", round(x1), round(y1)],
    ["L", round(x2), round(y2)],
  ];
  return { shape: "path", commands, stroke, lineWidth };
}

/** Circle as four Béziers. */
export function circleMark(x: number, y: number, r: number, style: Omit<RectStyle, "radius">): Mark {
  return { shape: "rect", x: round(x - r), y: round(y - r), width: 2 * r, height: 2 * r, radius: r, ...style };
}

/** A closed padlock, 9 × 10, its top-left corner at (x, y). */
export function padlockMarks(x: number, y: number, color: ColorToken): Mark[] {
  return [
    {
      shape: "path",
      commands: [
        ["M", x + 2, y + 5],
        ["L", x + 2, y + 3.2],
        ["C", x + 2, y + 1.6, x + 3.1, y + 0.6, x + 4.5, y + 0.6],
        ["C", x + 5.9, y + 0.6, x + 7, y + 1.6, x + 7, y + 3.2],
        ["L", x + 7, y + 5],
      ],
      stroke: color,
      lineWidth: 1.4,
    },
    rectMark(x + 0.5, y + 4.6, 8, 5.6, { radius: 1.2, fill: color }),
  ];
}

/** Two stacked sheets: saved tensors are held. */
export function heldMarks(x: number, y: number, color: ColorToken): Mark[] {
  return [
    rectMark(x + 2.5, y + 1, 6, 6, { radius: 1, stroke: color, lineWidth: 1.1 }),
    rectMark(x + 0.5, y + 3, 6, 6, { radius: 1, fill: color }),
  ];
}

/** Open scissors, pointing right, centred at (x, y), about 16 × 12. */
export function scissorsMarks(x: number, y: number, color: ColorToken): Mark[] {
  const ring = (dy: number): Mark => ({
    ...circleMark(x - 5.5, y + dy, 2.3, { stroke: color, lineWidth: 1.4 }),
  });
  return [
    ring(-3.6),
    ring(3.6),
    lineMark(x - 3.6, y - 2.6, x + 7.5, y + 3.6, color, 1.5),
    lineMark(x - 3.6, y + 2.6, x + 7.5, y - 3.6, color, 1.5),
  ];
}

/**
 * The arrow head at one end of an edge path, sized by the stroke, and the path cut back to the head's base. The curve's ends keep
 * their direction because the neighbouring control point moves along.
 */
export function arrowHead(
  path: readonly number[],
  end: "start" | "end",
  width: number,
): { commands: PathCommand[]; path: number[] } {
  const cut = [...path];
  const tip = end === "end" ? path.length - 2 : 0;
  const control = end === "end" ? tip - 2 : 2;
  const tipX = path[tip] ?? 0;
  const tipY = path[tip + 1] ?? 0;
  const fromX = path[control] ?? tipX;
  const fromY = path[control + 1] ?? tipY - 1;
  const distance = Math.hypot(tipX - fromX, tipY - fromY) || 1;
  const ux = (tipX - fromX) / distance;
  const uy = (tipY - fromY) / distance;
  const length = Math.min(5 + 1.5 * width, 14);
  const half = Math.min(2.6 + 0.85 * width, 8.5);
  const baseX = tipX - ux * length;
  const baseY = tipY - uy * length;
  for (const at of [tip, control]) {
    cut[at] = (cut[at] ?? 0) - ux * length * 0.8;
    cut[at + 1] = (cut[at + 1] ?? 0) - uy * length * 0.8;
  }
  const commands: PathCommand[] = [
    ["M", round(tipX), round(tipY)],
    ["L", round(baseX - uy * half), round(baseY + ux * half)],
    ["L", round(baseX + uy * half), round(baseY - ux * half)],
    ["Z"],
  ];
  return { commands, path: cut };
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
