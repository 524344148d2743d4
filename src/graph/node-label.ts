/**
 * The part of a node's face that does not change while stepping: its words and rows, and the size they need. The layout reads
 * the size, the picture fills in values; both call `nodeLabel`, so a box always fits what is written in it.
 */
import type { GraphNode } from "../trace/graph-model.ts";
import { elementCount, formatCount, formatDtype, formatShape } from "./format-number.ts";
import type { Detail, GroupInfo, VisibleNode } from "./picture.ts";
import { textWidth } from "./text-metrics.ts";

/** A line in the lower part of a node: what it shows is filled in from the view state. */
export type RowKind = "value" | "grad" | "slots" | "incoming" | "stored" | "pair" | "groupIn" | "groupOut";

export interface NodeLabel {
  /** Operator or tensor name, bold. */
  title: string;
  /** Arguments behind the title, muted ("dim=1"). */
  attrs: string;
  /** Variable that holds the result, at the right of the title. */
  name: string;
  /** Second line: backward node at the left, type at the right. */
  left: string;
  right: string;
  rows: RowKind[];
  width: number;
  height: number;
}

/** Measures of a node's face, in pixels: shared by layout and picture. */
export const face = {
  padX: 10,
  padTop: 7,
  padBottom: 6,
  titleSize: 13,
  titleLine: 18,
  smallSize: 10.5,
  smallLine: 15,
  rowSize: 11.5,
  rowLine: 16,
  ruleGap: 7,
  maxWidth: 250,
  iconRoom: 14,
} as const;

/** Room for the value of a row: numbers are cut with "…" rather than widening the node while stepping. */
function valueRoom(node: GraphNode, detail: Detail): number {
  const count = elementCount(node.outputs[0]?.shape ?? []);
  if (detail === "compact") return count === 1 ? 88 : 124;
  if (count === 1) return 68;
  return count === 2 ? 112 : count === 3 ? 138 : 112;
}

/** Static words of a visible node; `fanOut` is the number of gradient contributions it waits for. */
export function nodeLabel(visible: VisibleNode, fanOut: number, detail: Detail): NodeLabel {
  const label = visible.node ? plainLabel(visible.node, fanOut, detail) : groupLabel(visible);
  return { ...label, ...sizeOf(label, visible.node, detail) };
}

function plainLabel(node: GraphNode, fanOut: number, detail: Detail): Omit<NodeLabel, "width" | "height"> {
  const name = node.names[0] ?? "";
  const type = typeText(node);
  if (node.kind !== "op") {
    const gradient: RowKind[] = detail === "compact" ? ["pair"] : ["value", "incoming", "stored"];
    return {
      title: name || (node.kind === "leaf" ? "leaf" : "tensor"),
      attrs: "",
      name: "",
      left: detail === "compact" ? "" : node.kind === "leaf" ? (node.gradFn ?? "AccumulateGrad") : "no gradient",
      right: detail === "compact" ? "" : type,
      rows: node.kind === "leaf" ? withSlots(gradient, fanOut) : ["value"],
    };
  }
  const stored: RowKind[] = node.storesGrad ? ["stored"] : [];
  const gradient: RowKind[] = detail === "compact" ? ["pair"] : ["value", "grad", ...stored];
  return {
    title: node.op,
    attrs: attrsText(node.attrs),
    name,
    left: detail === "compact" ? "" : (node.gradFn ?? boundaryLabels[node.boundary ?? "none"]),
    right: detail === "compact" ? "" : type,
    rows: node.gradFn ? withSlots(gradient, fanOut) : ["value"],
  };
}

const boundaryLabels = {
  no_grad: "no_grad",
  detach: "detached",
  integer: "integer",
  inference: "inference",
  none: "no gradient",
} as const;

function withSlots(rows: RowKind[], fanOut: number): RowKind[] {
  if (fanOut < 2) return rows;
  const at = rows.indexOf("stored");
  return at < 0 ? [...rows, "slots"] : [...rows.slice(0, at), "slots", ...rows.slice(at)];
}

function groupLabel(visible: VisibleNode): Omit<NodeLabel, "width" | "height"> {
  const { title = "", kind = "", operators = 0, parameters = 0, inType = "" } = visible.group ?? {};
  return {
    title,
    attrs: "",
    name: "",
    left: groupContents({ operators, parameters }),
    right: kind,
    rows: inType === "" ? ["groupOut"] : ["groupIn", "groupOut"],
  };
}

/** "6 operators, 2 parameters". */
export function groupContents({ operators, parameters }: Pick<GroupInfo, "operators" | "parameters">): string {
  const parts = operators > 0 || parameters === 0 ? [plural(operators, "operator")] : [];
  if (parameters > 0) parts.push(plural(parameters, "parameter"));
  return parts.join(", ");
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** "float32 [4×3]", with the number of outputs when there are several. */
export function typeText(node: GraphNode): string {
  const first = node.outputs[0];
  if (!first) return "";
  const shape = first.shape.length === 0 ? "" : ` ${formatShape(first.shape)}`;
  const more = node.outputs.length > 1 ? ` ×${node.outputs.length}` : "";
  return `${formatDtype(first.dtype)}${shape}${more}`;
}

/** { dim: 1, keepdim: true } → "dim=1, keepdim=True", as one would write it. Nulls and undefined are left out. */
export function attrsText(attrs: Record<string, unknown>): string {
  return Object.entries(attrs)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key}=${pythonText(value)}`)
    .join(", ");
}

function pythonText(value: unknown): string {
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(pythonText).join(", ")}]`;
  return typeof value === "object" ? "…" : String(value);
}

function sizeOf(
  label: Omit<NodeLabel, "width" | "height">,
  node: GraphNode | null,
  detail: Detail,
): { width: number; height: number } {
  const attrs = label.attrs ? 5 + Math.min(90, textWidth(label.attrs, face.smallSize)) : 0;
  const icon = node === null || label.rows.includes("grad") || label.rows.includes("pair") ? face.iconRoom : 0;
  const name = label.name ? 12 + Math.min(110, textWidth(label.name, face.smallSize + 1)) : 0;
  const header = textWidth(label.title, face.titleSize, 600) + attrs + name + icon;
  const second =
    textWidth(label.left, face.smallSize) + (label.right ? 12 + textWidth(label.right, face.smallSize) : 0);
  const room = node ? valueRoom(node, detail) : 156;
  const prefix = detail === "compact" && node ? 0 : label.rows.includes("incoming") ? 54 : 38;
  const rows = label.rows.length > 0 ? prefix + room : 0;
  const width = Math.min(face.maxWidth, Math.max(header, second, rows, 56) + 2 * face.padX);
  const lines = label.rows.filter((row) => row !== "slots").length;
  const slots = label.rows.includes("slots") ? (detail === "compact" ? 9 : face.rowLine) : 0;
  const height =
    face.padTop +
    face.titleLine +
    (label.left || label.right ? face.smallLine : 0) +
    (lines > 0 ? (detail === "compact" && node ? 1 : face.ruleGap) + lines * face.rowLine : 0) +
    slots +
    face.padBottom;
  return { width: Math.ceil(width / 2) * 2, height: Math.ceil(height / 2) * 2 };
}
