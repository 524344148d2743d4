/** The face of a node at one step: its box, words, values, gradient, fan-in slots and marks of state. */
import type { TraceEvent } from "../trace/events.ts";
import type { GraphNode } from "../trace/graph-model.ts";
import type { ValueSummary } from "../trace/query.ts";
import type { NodeGradState, ViewState } from "../trace/view-state.ts";
import { formatValue } from "./format-number.ts";
import { type GradientSign, gradientSign, signStyles } from "./gradient-style.ts";
import { heldMarks, lineMark, padlockMarks, rectMark, textMark } from "./marks.ts";
import { face, type NodeLabel, type RowKind } from "./node-label.ts";
import type { ColorToken } from "./palette.ts";
import type { Box, Detail, Mark, NodeClass, Paint, VisibleNode } from "./picture.ts";

/** All that a node's face depends on. */
export interface FaceInput {
  visible: VisibleNode;
  box: Box;
  label: NodeLabel;
  detail: Detail;
  view: ViewState;
  value(id: number): ValueSummary | undefined;
  event: TraceEvent | null;
  classes: readonly NodeClass[];
  /** Graph edges that bring this node its gradient contributions, in order. */
  contributions: readonly number[];
}

export const nodeRadius = { op: 7, leaf: 12, data: 12, group: 9 } as const;

interface RowPlace {
  left: number;
  right: number;
  /** Top of the line and baseline of its text. */
  top: number;
  baseline: number;
}

/** Everything drawn for a node, back to front. */
export function nodeFace(input: FaceInput): Mark[] {
  return [...rings(input), ...body(input), ...header(input), ...rows(input)];
}

function has(input: FaceInput, name: NodeClass): boolean {
  return input.classes.includes(name);
}

function radiusOf(input: FaceInput): number {
  return nodeRadius[input.visible.group ? "group" : (input.visible.node as GraphNode).kind];
}

function rings(input: FaceInput): Mark[] {
  const ring = (color: ColorToken, grow: number): Mark =>
    rectMark(input.box.x - grow, input.box.y - grow, input.box.width + 2 * grow, input.box.height + 2 * grow, {
      radius: radiusOf(input) + grow,
      stroke: color,
      lineWidth: 2.5,
    });
  const marks: Mark[] = [];
  if (has(input, "touched")) marks.push(ring("touched", has(input, "current") ? 6.5 : 3));
  if (has(input, "current")) marks.push(ring("current", 3));
  if (has(input, "error")) marks.push(ring("bad", 3));
  return marks;
}

function body(input: FaceInput): Mark[] {
  const { x, y, width, height } = input.box;
  const radius = radiusOf(input);
  const leaf = has(input, "leaf");
  const hollow = has(input, "hollow");
  const freed = has(input, "saved-freed");
  const hidden = has(input, "no-grad");
  const back: ColorToken = backOf(input);
  const fill: Paint = hidden ? { hatch: "hatch", back } : back;
  const stroke: ColorToken = has(input, "nan") ? "bad" : leaf ? "borderLeaf" : hidden ? "boundary" : "border";
  const marks: Mark[] = [
    rectMark(x, y, width, height, {
      radius,
      fill,
      stroke,
      lineWidth: leaf || has(input, "nan") ? 1.5 : 1.1,
      ...(hollow || has(input, "not-run") || hidden ? { dash: [4, 3] } : {}),
    }),
  ];
  // Freed: faded, with a hatched foot where the saved tensors were.
  if (freed) marks.push(rectMark(x + 2, y + height - 6.5, width - 4, 5, { radius: 3, fill: { hatch: "freed" } }));
  if (has(input, "group")) {
    // A second outline behind tells that there is more inside.
    marks.unshift(
      rectMark(x + 4, y + 4, width, height, { radius, fill: "surfaceGroup", stroke: "border", lineWidth: 1.1 }),
    );
  }
  return marks;
}

function backOf(input: FaceInput): ColorToken {
  if (has(input, "group")) return "surfaceGroup";
  if (has(input, "leaf")) return "surfaceLeaf";
  if (has(input, "hollow")) return "canvas";
  return has(input, "saved-freed") ? "surfaceMuted" : "surface";
}

function header(input: FaceInput): Mark[] {
  const { box, label } = input;
  const left = box.x + face.padX;
  const right = box.x + box.width - face.padX;
  const baseline = box.y + face.padTop + 13;
  const leaf = has(input, "leaf");
  const nameMark = label.name
    ? textMark(right, baseline, label.name, {
        size: face.smallSize + 1,
        anchor: "end",
        fill: "textMuted",
        italic: true,
        room: Math.min(110, (right - left) * 0.6),
      })
    : null;
  const iconRight = right - (nameMark?.shape === "text" ? nameMark.width + 5 : 0);
  const marks: Mark[] = savedIcon(input, iconRight, baseline - 10);
  const nameWidth =
    (nameMark?.shape === "text" ? nameMark.width + 8 : 0) +
    (label.rows.includes("grad") || label.rows.includes("pair") ? face.iconRoom : 0);
  const title = textMark(left, baseline, label.title, {
    size: face.titleSize,
    weight: 600,
    fill: leaf ? "textLeaf" : has(input, "saved-freed") ? "textMuted" : "text",
    room: right - left - nameWidth,
  });
  marks.push(title);
  if (label.attrs && title.shape === "text") {
    const start = left + title.width + 5;
    const room = right - nameWidth - start;
    if (room > 14)
      marks.push(textMark(start, baseline, label.attrs, { size: face.smallSize, fill: "textMuted", room }));
  }
  if (nameMark) marks.push(nameMark);
  if (label.left || label.right) marks.push(...secondLine(input, baseline + face.smallLine));
  return marks;
}

function secondLine(input: FaceInput, baseline: number): Mark[] {
  const { box, label } = input;
  const boundary = has(input, "no-grad") || has(input, "detached");
  const left = box.x + face.padX;
  const right = box.x + box.width - face.padX;
  const type = textMark(right, baseline, label.right, {
    size: face.smallSize,
    anchor: "end",
    fill: "textMuted",
    room: right - left,
  });
  const width = type.shape === "text" ? type.width : 0;
  const fill = boundary ? "boundaryText" : "textMuted";
  const style = { size: face.smallSize, fill, room: right - left - (width ? width + 8 : 0) } as const;
  return [textMark(left, baseline, label.left, style), ...(label.right ? [type] : [])];
}

function savedIcon(input: FaceInput, right: number, top: number): Mark[] {
  if (has(input, "saved-kept")) return padlockMarks(right - 9, top, "saved");
  return has(input, "saved-held") ? heldMarks(right - 9, top, "saved") : [];
}

function rows(input: FaceInput): Mark[] {
  const { box, label, detail } = input;
  if (label.rows.length === 0) return [];
  const compact = detail === "compact" && !input.visible.group;
  let top = box.y + face.padTop + face.titleLine + (label.left || label.right ? face.smallLine : 0);
  const marks: Mark[] = [];
  if (!compact) {
    marks.push(
      lineMark(box.x + 1, top + 3.5, box.x + box.width - 1, top + 3.5, has(input, "leaf") ? "borderLeaf" : "gridLine"),
    );
    top += face.ruleGap;
  }
  for (const row of label.rows) {
    const height = row === "slots" && compact ? 9 : face.rowLine;
    const place = { left: box.x + face.padX, right: box.x + box.width - face.padX, top, baseline: top + 12 };
    marks.push(...rowMarks[row](input, place));
    top += height;
  }
  return marks;
}

/** One entry per kind of row. */
const rowMarks: Record<RowKind, (input: FaceInput, place: RowPlace) => Mark[]> = {
  value: (input, place) => [caption("value", place), ...valueText(input, place)],
  grad: (input, place) => {
    const sum = sumOf(input);
    return [...tint(place, sum), caption("grad", place), ...gradientText(sum, place, "grad", waitingText(input))];
  },
  incoming: (input, place) => {
    const sum = sumOf(input);
    return [
      ...tint(place, sum),
      caption("incoming", place),
      ...gradientText(sum, place, "incoming", waitingText(input)),
    ];
  },
  stored: (input, place) => storedRow(input, place),
  slots: (input, place) => slotRow(input, place),
  pair: (input, place) => pairRow(input, place),
  groupIn: (input, place) =>
    groupRow(input, place, "in", input.visible.group?.inType ?? "", input.visible.group?.inputs[0]),
  groupOut: (input, place) =>
    groupRow(input, place, "out", input.visible.group?.outType ?? "", input.visible.group?.outputs[0]),
};

function caption(text: string, place: RowPlace): Mark {
  return textMark(place.left, place.baseline, text, { size: face.smallSize, fill: "textMuted" });
}

function captionWidth(text: string): number {
  const mark = textMark(0, 0, text, { size: face.smallSize, fill: "textMuted" });
  return mark.shape === "text" ? mark.width + 8 : 0;
}

function valueText(input: FaceInput, place: RowPlace): Mark[] {
  const id = input.visible.node ? input.view.values.get(input.visible.node.id)?.[0] : undefined;
  const value = id === undefined ? undefined : input.value(id);
  const text = value ? formatValue(value) : "·";
  const bad = value !== undefined && gradientSign(value) === "nan";
  return [
    textMark(place.right, place.baseline, text, {
      size: face.rowSize,
      anchor: "end",
      fill: value ? (bad ? "badText" : "text") : "textMuted",
      room: place.right - place.left - captionWidth("value"),
    }),
  ];
}

function gradOf(input: FaceInput): NodeGradState | undefined {
  return input.visible.node ? input.view.grads.get(input.visible.node.id) : undefined;
}

function sumOf(input: FaceInput): ValueSummary | undefined {
  const id = gradOf(input)?.sum.find((each) => each !== null);
  return id === null || id === undefined ? undefined : input.value(id);
}

function waitingText(input: FaceInput): string {
  const state = gradOf(input)?.state;
  return state === "waiting" ? "waiting" : "·";
}

/** A soft band in the colour of the sign: the gradient is visible from afar. */
function tint(place: RowPlace, value: ValueSummary | undefined): Mark[] {
  if (!value) return [];
  const { fill } = signStyles[gradientSign(value)];
  return [
    rectMark(place.left - 4, place.top + 0.5, place.right - place.left + 8, face.rowLine - 1, { radius: 4, fill }),
  ];
}

function gradientText(value: ValueSummary | undefined, place: RowPlace, label: string, missing: string): Mark[] {
  const style = value ? signStyles[gradientSign(value)] : null;
  return [
    textMark(place.right, place.baseline, value ? formatValue(value, "gradient") : missing, {
      size: face.rowSize,
      weight: value ? 600 : 400,
      anchor: "end",
      fill: style?.text ?? "textMuted",
      room: place.right - place.left - captionWidth(label),
    }),
  ];
}

/** `.grad` of a leaf, or of a result that retains it: a slot with a border; while the event changes it, the old value stands struck out beside the new one. */
function storedRow(input: FaceInput, place: RowPlace): Mark[] {
  const node = input.visible.node as GraphNode;
  const id = input.view.leafGrads.get(node.id);
  const value = id === null || id === undefined ? undefined : input.value(id);
  const changed = storedChange(input, node.id);
  const left = place.left + captionWidth(".grad");
  const sign = value ? gradientSign(value) : null;
  const marks: Mark[] = [
    caption(".grad", place),
    rectMark(left - 2, place.top + 0.5, place.right - left + 6, face.rowLine - 1, {
      radius: 4,
      fill: sign ? signStyles[sign].fill : "surface",
      stroke: sign ? signStyles[sign].stroke : "border",
      lineWidth: 1,
    }),
  ];
  const text = value ? formatValue(value, "gradient") : id === undefined || id === null ? "None" : "·";
  const main = textMark(place.right, place.baseline, text, {
    size: face.rowSize,
    weight: value ? 600 : 400,
    anchor: "end",
    fill: sign ? signStyles[sign].text : "textMuted",
    room: place.right - left - 4,
  });
  marks.push(main);
  if (changed !== null && main.shape === "text") {
    const old = input.value(changed);
    const room = place.right - main.width - 6 - left - 2;
    const ghost = old
      ? textMark(left + 2, place.baseline, formatValue(old, "gradient"), {
          size: face.smallSize,
          fill: "textMuted",
          strike: true,
          room,
        })
      : null;
    if (ghost?.shape === "text" && ghost.full === undefined) marks.push(ghost);
  }
  return marks;
}

/** Value id of `.grad` before the current event, if that event changes this node's `.grad`. */
function storedChange(input: FaceInput, node: number): number | null {
  const event = input.event;
  if (event?.kind !== "leaf.accumulate" && event?.kind !== "grad.zero") return null;
  return event.node === node ? event.before : null;
}

/** "2 of 3": one slot per consumer, each in the colour of the contribution that filled it. */
function slotRow(input: FaceInput, place: RowPlace): Mark[] {
  const compact = input.detail === "compact";
  const state = gradOf(input);
  const expected = Math.max(state?.expected ?? 0, input.contributions.length);
  const received = state?.received ?? 0;
  const text = `${received} of ${expected}`;
  const label = textMark(place.right, place.baseline, text, { size: face.smallSize, anchor: "end", fill: "textMuted" });
  const right = compact ? place.right : place.right - (label.shape === "text" ? label.width : 0) - 8;
  const gap = expected > 10 ? 1 : 2;
  const width = Math.min(14, (right - place.left - gap * (expected - 1)) / expected);
  const height = compact ? 4 : 8;
  const top = compact ? place.top + 3 : place.top + 4;
  const marks: Mark[] = compact ? [] : [label];
  if (width < 1.5) {
    marks.push(rectMark(place.left, top, right - place.left, height, { radius: 2, fill: "slotEmpty" }));
    const share = ((right - place.left) * received) / Math.max(1, expected);
    if (received > 0) marks.push(rectMark(place.left, top, share, height, { radius: 2, fill: "mixed" }));
    return marks;
  }
  const signs = contributionSigns(input).slice(0, received);
  for (let slot = 0; slot < expected; slot += 1) {
    const sign = signs[slot];
    const x = place.left + slot * (width + gap);
    const fill: ColorToken = slot < received ? (sign ? signStyles[sign].stroke : "mixed") : "slotEmpty";
    marks.push(
      rectMark(x, top, width, height, { radius: 1.5, fill, stroke: slot < received ? fill : "border", lineWidth: 0.8 }),
    );
  }
  return marks;
}

function contributionSigns(input: FaceInput): GradientSign[] {
  const signs: GradientSign[] = [];
  for (const edge of input.contributions) {
    const id = input.view.flows.get(edge);
    const value = id === undefined ? undefined : input.value(id);
    if (value) signs.push(gradientSign(value));
  }
  return signs;
}

/** Compact: value at the left, gradient (a leaf's `.grad`, else the sum so far) at the right. */
function pairRow(input: FaceInput, place: RowPlace): Mark[] {
  const node = input.visible.node as GraphNode;
  const stored = input.view.leafGrads.get(node.id);
  const gradient = (stored !== undefined && stored !== null ? input.value(stored) : undefined) ?? sumOf(input);
  const id = input.view.values.get(node.id)?.[0];
  const value = id === undefined ? undefined : input.value(id);
  const half = (place.right - place.left) / 2;
  const split = { ...place, left: place.left + half + 2 };
  const style = gradient ? signStyles[gradientSign(gradient)] : null;
  return [
    ...tint(split, gradient),
    textMark(place.left, place.baseline, value ? formatValue(value, "value", 3) : "·", {
      size: face.smallSize,
      fill: value ? "text" : "textMuted",
      room: half - 4,
    }),
    textMark(place.right, place.baseline, gradient ? formatValue(gradient, "gradient", 3).replace("norm ", "") : "·", {
      size: face.smallSize,
      weight: gradient ? 600 : 400,
      anchor: "end",
      fill: style?.text ?? "textMuted",
      room: half - 4,
    }),
  ];
}

function groupRow(input: FaceInput, place: RowPlace, side: string, type: string, id: number | undefined): Mark[] {
  const sum = id === undefined ? undefined : input.view.grads.get(id)?.sum.find((each) => each !== null);
  const gradient = sum === undefined || sum === null ? undefined : input.value(sum);
  const style = gradient ? signStyles[gradientSign(gradient)] : null;
  const label = textMark(place.right, place.baseline, gradient ? `grad ${formatValue(gradient, "gradient")}` : "", {
    size: face.smallSize,
    weight: 600,
    anchor: "end",
    fill: style?.text ?? "textMuted",
  });
  const used = label.shape === "text" && gradient ? label.width + 8 : 0;
  const left = place.left + captionWidth("out");
  return [
    ...tint(place, gradient),
    caption(side, place),
    textMark(left, place.baseline, type || "–", {
      size: face.smallSize,
      fill: "text",
      room: place.right - left - used,
    }),
    ...(gradient ? [label] : []),
  ];
}
