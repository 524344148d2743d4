import { type InspectOptions, inspect } from "./inspect.ts";

/** `console.table` of an array or object of rows; null for what is no table. */
export function table(value: unknown, options: InspectOptions): string | null {
  if (typeof value !== "object" || value === null) return null;
  const rows = Object.entries(value);
  const columns: string[] = [];
  let single = false;
  for (const [, row] of rows)
    if (isRow(row, options)) {
      for (const key of Object.keys(row)) if (!columns.includes(key)) columns.push(key);
    } else single = true;
  const head = ["(index)", ...columns, ...(single ? ["Values"] : [])];
  const body = rows.map(([key, row]) => {
    const isObject = isRow(row, options);
    const cells = columns.map((c) => (isObject && Object.hasOwn(row, c) ? inspect(row[c], options) : ""));
    return [key, ...cells, ...(single ? [isObject ? "" : inspect(row, options)] : [])];
  });
  const widths = head.map((h, i) => Math.max(h.length, ...body.map((r) => r[i].length)) + 2);
  const line = (cells: readonly string[]): string => `│${cells.map((c, i) => ` ${c}`.padEnd(widths[i])).join("│")}│`;
  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map((w) => "─".repeat(w)).join(middle) + right;
  return [rule("┌", "┬", "┐"), line(head), rule("├", "┼", "┤"), ...body.map(line), rule("└", "┴", "┘")].join("\n");
}

function isRow(row: unknown, options: InspectOptions): row is Record<string, unknown> {
  return typeof row === "object" && row !== null && options.custom(row) === null;
}
