/** The gradient table: one row per leaf, as CSV (RFC 4180) or aligned text for a terminal. */
import type { GraphNode } from "../trace/graph-model.ts";
import type { ValueSummary } from "../trace/query.ts";
import { nodeName } from "./describe.ts";
import { escapeCsv } from "./escape.ts";
import { formatDtype } from "./format-number.ts";
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

/** One row per leaf (`TraceQueries["leaves"]`), in the same order. */
export function gradientRows(
  leaves: readonly { node: GraphNode; grad: number | null }[],
  values: (id: number) => ValueSummary | undefined,
): GradientRow[] {
  return leaves.map(({ node, grad }) => {
    const value = grad === null ? undefined : values(grad);
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

const columns: { title: string; cell: (row: GradientRow) => string }[] = [
  { title: "name", cell: (row) => row.name },
  { title: "shape", cell: (row) => row.shape.join("x") },
  { title: "dtype", cell: (row) => row.dtype },
  { title: "grad norm", cell: (row) => number(row.norm) },
  { title: "grad min", cell: (row) => number(row.min) },
  { title: "grad max", cell: (row) => number(row.max) },
  { title: "grad mean", cell: (row) => number(row.mean) },
  { title: "zeros", cell: (row) => number(row.zeros) },
];

function number(value: number | null): string {
  return value === null ? "" : String(value);
}

/** CSV with a header line; numbers in full precision, empty cells for None. */
export function gradientCsv(rows: readonly GradientRow[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => cell(row)))];
  return lines.map((cells) => `${cells.map(escapeCsv).join(",")}\r\n`).join("");
}

/** Aligned text for a terminal, one line per leaf: name, shape as Python writes it, norm of `.grad`. */
export function gradientTable(rows: readonly GradientRow[]): string {
  const lines = rows.map((row) => {
    const shape = `(${row.shape.join(", ")}${row.shape.length === 1 ? "," : ""})`;
    return [row.name, shape, gradientWords(row)];
  });
  const widths = [0, 1].map((i) => Math.max(0, ...lines.map((cells) => (cells[i] as string).length)));
  return lines
    .map(
      ([name = "", shape = "", grad]) =>
        `${name.padEnd(widths[0] as number)}  ${shape.padEnd(widths[1] as number)}  ${grad}\n`,
    )
    .join("");
}

function gradientWords(row: GradientRow): string {
  if (row.norm === null) return row.notFinite ? "grad is not finite" : "grad None";
  return `grad norm ${Number(row.norm.toPrecision(6))}${row.notFinite ? " (not all finite)" : ""}`;
}
