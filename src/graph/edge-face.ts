/** The look of an edge at one step: stroke by magnitude, colour by sign, glyph, number, scissors. */
import type { GraphEdge } from "../trace/graph-model.ts";
import type { ValueSummary } from "../trace/query.ts";
import type { ViewState } from "../trace/view-state.ts";
import type { DescribeContext } from "./describe.ts";
import { formatNumber, formatValue } from "./format-number.ts";
import { type GradientSign, gradientMagnitude, gradientSign, gradientWidth, signStyles } from "./gradient-style.ts";
import { arrowHead, circleMark, rectMark, scissorsMarks, textMark } from "./marks.ts";
import type { ColorToken } from "./palette.ts";
import type { EdgeClass, GradientScale, LayoutEdge, Mark, PictureEdge, VisibleEdge } from "./picture.ts";
import { textWidth } from "./text-metrics.ts";

/** What the edges of one picture share. */
export interface FlowState {
  view: ViewState;
  values(id: number): ValueSummary | undefined;
  touched: ReadonlySet<number>;
  current: number | null;
  /** Graph edges at which a skip event said that detach() stops the gradient. */
  cuts: ReadonlySet<number>;
  /** Graph nodes that detach what they are given. */
  detaching: ReadonlySet<number>;
  scale: GradientScale;
  labels: boolean;
  sideways: boolean;
  name(key: string): string;
}

interface Flow {
  sign: GradientSign;
  magnitude: number;
  text: string;
}

/** One edge, drawn. */
export function edgeFace(
  edge: VisibleEdge,
  place: LayoutEdge,
  context: DescribeContext,
  state: FlowState,
): PictureEdge {
  const ids = edge.edges.map(({ id }) => id);
  const flow = flowOf(ids, state);
  const cut = isCut(edge, context, state);
  const classes: EdgeClass[] = [edge.differentiable ? "differentiable" : "data-only"];
  if (flow) classes.push("flowed", flow.sign);
  if (cut) classes.push("cut");
  if (edge.edges.length > 1) classes.push("bundle");
  const touched = ids.some((id) => state.touched.has(id));
  if (touched) classes.push("touched");
  const current = state.current !== null && ids.includes(state.current);
  if (current) classes.push("current");
  const base = edge.differentiable
    ? { color: "edge" as const, width: 1.5, dash: null }
    : { color: "edgeData" as const, width: 1.3, dash: [1.5, 4] };
  const color: ColorToken = flow ? signStyles[flow.sign].stroke : base.color;
  const width = flow ? (flow.sign === "nan" ? 4 : gradientWidth(flow.magnitude, state.scale)) : base.width;
  const arrow = flow ? "start" : "end";
  const head = arrowHead(place.path, arrow, width);
  return {
    key: edge.key,
    ids,
    from: edge.from,
    to: edge.to,
    classes,
    path: head.path,
    color,
    width: Math.round(width * 100) / 100,
    dash: flow ? null : base.dash,
    hatched: flow?.sign === "nan",
    opacity: 1,
    halo: current ? { color: "current", width: width + 6 } : touched ? { color: "touched", width: width + 6 } : null,
    arrow,
    title: edgeTitle(edge, flow, cut, state),
    marks: [
      { shape: "path", commands: head.commands, fill: color },
      ...(flow ? flowMarks(flow, place, state, edge.edges.length) : []),
      ...(cut ? cutMarks(place, state) : []),
    ],
  };
}

/** The contribution on this edge; for a bundle their total in size and common sign. */
function flowOf(ids: readonly number[], state: FlowState): Flow | null {
  const values: ValueSummary[] = [];
  for (const id of ids) {
    const value = state.values(state.view.flows.get(id) ?? -1);
    if (value) values.push(value);
  }
  const first = values[0];
  if (!first) return null;
  if (values.length === 1)
    return { sign: gradientSign(first), magnitude: gradientMagnitude(first), text: labelText(first) };
  const signs = new Set(values.map(gradientSign));
  const sign = signs.has("nan") ? "nan" : signs.size === 1 ? ([...signs][0] as GradientSign) : "mixed";
  const magnitude = Math.sqrt(values.reduce((sum, value) => sum + gradientMagnitude(value) ** 2, 0));
  return { sign, magnitude, text: `${values.length}×` };
}

function labelText(value: ValueSummary): string {
  const sign = gradientSign(value);
  if (sign === "nan") return "NaN/∞";
  return value.preview.length === 1
    ? formatNumber(value.preview[0] as number)
    : formatNumber(gradientMagnitude(value), { digits: 3 });
}

/** True where detach() stops the gradient: a skip event said so, or the consumer detaches something that needs a gradient. */
function isCut(edge: VisibleEdge, context: DescribeContext, state: FlowState): boolean {
  if (state.cuts.size > 0 && edge.edges.some(({ id }) => state.cuts.has(id))) return true;
  if (state.detaching.size === 0) return false;
  return edge.edges.some((each: GraphEdge) => {
    const producer = context.node(each.from);
    return state.detaching.has(each.to) && producer !== undefined && producer.gradFn !== null;
  });
}

function edgeTitle(edge: VisibleEdge, flow: Flow | null, cut: boolean, state: FlowState): string {
  const only = edge.edges.length === 1 ? edge.edges[0] : undefined;
  const through = only?.inputName ? ` (${only.inputName})` : "";
  const pair = `${state.name(edge.from)} → ${state.name(edge.to)}${through}`;
  if (cut) return `${pair}: the gradient stops here`;
  if (!edge.differentiable) return `${pair}: data only, no gradient flows here`;
  if (!flow) return `${pair}: no gradient yet`;
  const value = only ? state.values(state.view.flows.get(only.id) ?? -1) : undefined;
  return `${pair}: gradient contribution ${value ? formatValue(value, "gradient") : flow.text}, ${signStyles[flow.sign].word}`;
}

function flowMarks(flow: Flow, place: LayoutEdge, state: FlowState, count: number): Mark[] {
  const style = signStyles[flow.sign];
  const { x, y, roomy } = place.labelAt;
  const withNumber = state.labels && roomy && flow.sign !== "zero";
  if (!withNumber) {
    if (!state.labels && count === 1 && !roomy) return [];
    return [
      circleMark(x, y, 6, { fill: style.fill, stroke: style.stroke, lineWidth: 1 }),
      glyph(x, y, style.glyph, style.text),
    ];
  }
  // The number already has its minus sign; plus and ± are written before it.
  const text = flow.sign === "negative" && flow.text.startsWith("−") ? flow.text : `${style.glyph}${flow.text}`;
  const size = 10.5;
  const width = textWidth(text, size, 600) + 10;
  return [
    rectMark(x - width / 2, y - 8, width, 16, { radius: 8, fill: style.fill, stroke: style.stroke, lineWidth: 1 }),
    textMark(x, y + 3.8, text, { size, weight: 600, anchor: "middle", fill: style.text }),
  ];
}

function glyph(x: number, y: number, text: string, fill: ColorToken): Mark {
  return textMark(x, y + 3.6, text, { size: 10, weight: 700, anchor: "middle", fill });
}

function cutMarks(place: LayoutEdge, state: FlowState): Mark[] {
  const { x, y } = place.labelAt;
  return [
    circleMark(x, y, 11, { fill: "canvas", stroke: "boundary", lineWidth: 1.2 }),
    ...scissorsMarks(state.sideways ? x : x + 0.5, y, "boundary"),
  ];
}
