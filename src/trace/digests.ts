import { Float64List, Int32List } from "./growable.ts";
import type { ValueStats } from "./query.ts";
import { HISTOGRAM_BINS, jsonNumber } from "./statistics.ts";

/** First elements kept of a value. */
export const PREVIEW = 16;
const NUMBERS = 8;

/** What is kept of a value whose numbers were dropped. */
export interface Digest {
  stats: ValueStats;
  /** First elements; complex ones as "1+2j". */
  preview: (number | string)[];
}

export interface DigestColumns {
  /** Value that each digest is of. */
  ids: Int32List;
  /** Per digest: min, max, mean, std, norm (NaN = none), then how many NaN, infinite, zero. */
  numbers: Float64List;
  /** Per digest 32 counts; all 0 when nothing is finite. */
  histogram: Int32List;
  previewCount: Int32List;
  /** Per digest 16 numbers. */
  preview: Float64List;
}

/** Digests of dropped values, compactly: there may be as many as values. */
export class DigestTable {
  readonly columns: DigestColumns;
  /** Previews of complex values, by value. */
  readonly texts: Map<number, readonly string[]>;
  /** Row + 1 by value. */
  private readonly rows = new Int32List();

  constructor(columns?: DigestColumns, texts: Map<number, readonly string[]> = new Map()) {
    this.columns = columns ?? {
      ids: new Int32List(),
      numbers: new Float64List(),
      histogram: new Int32List(),
      previewCount: new Int32List(),
      preview: new Float64List(),
    };
    this.texts = texts;
    this.columns.ids.view().forEach((id, row) => {
      this.rows.set(id, row + 1);
    });
  }

  get size(): number {
    return this.columns.ids.length;
  }

  /** A table of its own with the same digests. */
  copy(): DigestTable {
    const { ids, numbers, histogram, previewCount, preview } = this.columns;
    return new DigestTable(
      {
        ids: Int32List.from(ids.view()),
        numbers: Float64List.from(numbers.view()),
        histogram: Int32List.from(histogram.view()),
        previewCount: Int32List.from(previewCount.view()),
        preview: Float64List.from(preview.view()),
      },
      new Map(this.texts),
    );
  }

  set(id: number, { stats, preview }: Digest): void {
    const { columns } = this;
    if (this.rows.get(id) !== 0) return;
    columns.ids.push(id);
    this.rows.set(id, columns.ids.length);
    for (const x of [stats.min, stats.max, stats.mean, stats.std, stats.norm]) columns.numbers.push(x ?? Number.NaN);
    for (const x of [stats.nan, stats.inf, stats.zero]) columns.numbers.push(x);
    for (let i = 0; i < HISTOGRAM_BINS; i++) columns.histogram.push(stats.histogram[i] ?? 0);
    columns.previewCount.push(preview.length);
    const complex = preview.some((x) => typeof x === "string" && x.endsWith("j"));
    if (complex) this.texts.set(id, preview.map(String));
    for (let i = 0; i < PREVIEW; i++) columns.preview.push(complex ? 0 : numberOf(preview[i] ?? 0));
  }

  get(id: number): Digest | null {
    const stats = this.stats(id);
    if (stats === null) return null;
    const row = this.rows.get(id) - 1;
    const texts = this.texts.get(id);
    const { preview, previewCount } = this.columns;
    const count = Math.min(PREVIEW, previewCount.get(row));
    return {
      stats,
      preview:
        texts !== undefined
          ? [...texts]
          : Array.from({ length: count }, (_, i) => jsonNumber(preview.get(PREVIEW * row + i))),
    };
  }

  stats(id: number): ValueStats | null {
    const row = id < 0 ? -1 : this.rows.get(id) - 1;
    if (row < 0) return null;
    const { numbers, histogram } = this.columns;
    const at = (i: number): number | null => {
      const x = numbers.get(NUMBERS * row + i);
      return x !== x ? null : x;
    };
    const min = at(0);
    return {
      min,
      max: at(1),
      mean: at(2),
      std: at(3),
      norm: at(4),
      nan: at(5) ?? 0,
      inf: at(6) ?? 0,
      zero: at(7) ?? 0,
      histogram:
        min === null ? [] : Array.from(histogram.view().subarray(HISTOGRAM_BINS * row, HISTOGRAM_BINS * (row + 1))),
    };
  }
}

function numberOf(x: number | string): number {
  return typeof x === "number" ? x : x === "inf" ? Infinity : x === "-inf" ? -Infinity : Number.NaN;
}
