/**
 * How entries of an array or object are laid out: the behaviour of Node's `util.inspect` with its defaults (lines of 80, up to
 * three inner levels on one line, more than six array entries in columns).
 */
export const LINE = 80;
const COMPACT = 3;
const GAP = 2;

export interface Block {
  readonly entries: readonly string[];
  readonly open: string;
  readonly close: string;
  /** Text before the braces; "" for none. */
  readonly base: string;
  readonly indent: number;
  /** Levels of objects below this one in what was formatted last. */
  readonly levels: number;
  /** For arrays: the value, and how many entries stand for elements or extra keys (a last "more items" does not). */
  readonly array: { readonly values: readonly unknown[]; readonly more: boolean } | null;
}

export function layOut(block: Block): string {
  const { open, close, base, indent } = block;
  let { entries } = block;
  const prefix = base === "" ? "" : `${base} `;
  const count = entries.length;
  if (block.array !== null && count > 6) entries = columns(entries, block.array.values, block.array.more, indent);
  if (block.levels < COMPACT && entries.length === count) {
    const start = count + indent + open.length + base.length + 10;
    if (fits(entries, start) && !base.includes("\n")) {
      const joined = entries.join(", ");
      if (!joined.includes("\n")) return `${prefix}${open} ${joined} ${close}`;
    }
  }
  const line = `\n${" ".repeat(indent)}`;
  return `${prefix}${open}${line}  ${entries.join(`,${line}  `)}${line}${close}`;
}

function fits(entries: readonly string[], start: number): boolean {
  let total = entries.length + start;
  if (total + entries.length > LINE) return false;
  for (const e of entries) {
    total += e.length;
    if (total > LINE) return false;
  }
  return true;
}

/** Joins many short entries to rows of equal columns; numbers are aligned to the right. */
function columns(
  entries: readonly string[],
  values: readonly unknown[],
  more: boolean,
  indent: number,
): readonly string[] {
  const n = more ? entries.length - 1 : entries.length;
  const lengths = entries.slice(0, n).map((e) => e.length);
  const longest = Math.max(...lengths);
  const total = lengths.reduce((sum, l) => sum + l + GAP, 0);
  const widest = longest + GAP;
  if (widest * 3 + indent >= LINE || !(total / widest > 5 || longest <= 6)) return entries;
  const bias = Math.sqrt(widest - total / entries.length);
  const typical = Math.max(widest - 3 - bias, 1);
  // Rows about 2.5 times as wide as high look square.
  const perRow = Math.min(
    Math.round(Math.sqrt(2.5 * typical * n) / typical),
    Math.floor((LINE - indent) / widest),
    COMPACT * 4,
    15,
  );
  if (perRow <= 1) return entries;
  const widths: number[] = [];
  for (let c = 0; c < perRow; c++) {
    let width = 0;
    for (let i = c; i < n; i += perRow) width = Math.max(width, lengths[i]);
    widths.push(width + GAP);
  }
  const numeric = values.slice(0, entries.length).every((v) => typeof v === "number" || typeof v === "bigint");
  const rows: string[] = [];
  for (let from = 0; from < n; from += perRow) {
    const to = Math.min(from + perRow, n);
    let row = "";
    for (let i = from; i < to; i++) {
      const width = widths[i - from];
      if (i === to - 1) row += numeric ? entries[i].padStart(width - GAP) : entries[i];
      else row += numeric ? `${entries[i]}, `.padStart(width) : `${entries[i]}, `.padEnd(width);
    }
    rows.push(row);
  }
  if (more) rows.push(entries[n]);
  return rows;
}
