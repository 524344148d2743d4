/** The gradient table: one row per leaf, as CSV (RFC 4180) or aligned text for a terminal. */
import type { GraphNode } from "../trace/graph-model.ts";
import type { ValueSummary } from "../trace/query.ts";
import type { ViewState } from "../trace/view-state.ts";
import { nodeName } from "./describe.ts";
import { escapeCsv } from "./escape.ts";
import { formatDtype, formatNumber } from "./format-number.ts";
import { gradientSign } from "./gradient-style.ts";

export interface GradientRow {
  node: number;
  name: string;
  shape: number[];
  dtype: string;
  /** Null: `.grad` is None. */
  norm: number | null;
  min: number | null;
  max: number | null;
  mean: number | null;
  zeros: number | null;
  notFinite: boolean;
}

/** Rows of all leaves, in program order. */
export function gradientRows(
  nodes: readonly GraphNode[],
  view: Pick<ViewState, "leafGrads">,
  values: (id: number) => ValueSummary | undefined,
): GradientRow[] {
  return nodes
    .filter((node) => node.kind === "leaf")
    .map((node) => {
      const id = view.leafGrads[node.id];
      const value = id === null || id === undefined ? undefined : values(id);
      const stats = value?.stats ?? null;
      return {
        node: node.id,
        name: nodeName(node),
        shape: node.outputs[0]?.shape ?? [],
        dtype: formatDtype(node.outputs[0]?.dtype ?? ""),
        norm: stats?.norm ?? null,
        min: stats?.min ?? null,
        max: stats?.max ?? null,
        mean: stats?.mean ?? null,
        zeros: stats?.zero ?? null,
        notFinite: value !== undefined && gradientSign(value) === "nan",
      };
    });
}

const columns: { title: string; cell: (row: GradientRow) => string; text: (row: GradientRow) => string }[] = [
  { title: "name", cell: (row) => row.name, text: (row) => row.name },
  {
    title: "shape",
    cell: (row) => row.shape.join("x"),
    text: (row) => `(${row.shape.join(", ")}${row.shape.length === 1 ? "," : ""})`,
  },
  { title: "dtype", cell: (row) => row.dtype, text: (row) => row.dtype },
  { title: "grad norm", cell: (row) => number(row.norm), text: (row) => readable(row, row.norm) },
  { title: "grad min", cell: (row) => number(row.min), text: (row) => readable(row, row.min) },
  { title: "grad max", cell: (row) => number(row.max), text: (row) => readable(row, row.max) },
  { title: "grad mean", cell: (row) => number(row.mean), text: (row) => readable(row, row.mean) },
  { title: "zeros", cell: (row) => number(row.zeros), text: (row) => (row.zeros === null ? "" : String(row.zeros)) },
];

function number(value: number | null): string {
  return value === null ? "" : String(value);
}

function readable(row: GradientRow, value: number | null): string {
  if (value === null) return row.notFinite ? "not finite" : "None";
  return formatNumber(value).replace("−", "-");
}

/** CSV with a header line; numbers in full precision, empty cells for None. */
export function gradientCsv(rows: readonly GradientRow[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => cell(row)))];
  return lines.map((cells) => `${cells.map(escapeCsv).join(",")}\r\n`).join("");
}

/** The same as aligned text, one line per leaf. */
export function gradientTable(rows: readonly GradientRow[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ text }) => text(row)))];
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => (cells[i] as string).length)));
  const pad = (cell: string, i: number): string =>
    i < 3 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number);
  return `${lines.map((cells) => cells.map(pad).join("  ").trimEnd()).join("\n")}\n`;
}
