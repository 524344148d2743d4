/** Text put at a place of the original; `drop` characters after it are replaced. */
interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly text: string;
}

/**
 * Insertions into a text, applied together. Those at the same place appear in the order in which they were made. Replaced text
 * keeps its line breaks, and inserted text has none, so that lines stay.
 */
export class TextEdits {
  private readonly source: string;
  private readonly edits: Edit[] = [];

  constructor(source: string) {
    this.source = source;
  }

  insert(at: number, text: string): void {
    this.edits.push({ at, drop: 0, text });
  }

  /** Replaces a range; its line breaks stay. */
  replace(from: number, to: number, text: string): void {
    const breaks = this.source.slice(from, to).replace(/[^\n]/g, "");
    this.edits.push({ at: from, drop: to - from, text: text + breaks });
  }

  /** The edited text, and the way back from its offsets to those of the original. */
  apply(): { text: string; originalOffset: (offset: number) => number } {
    const ordered = this.edits.map((edit, order) => ({ edit, order }));
    ordered.sort((a, b) => a.edit.at - b.edit.at || a.order - b.order);
    const parts: string[] = [];
    /** Pieces kept from the original: [start in the result, start in the original]. */
    const kept: [number, number][] = [];
    let length = 0;
    let from = 0;
    const keep = (to: number): void => {
      if (to <= from) return;
      kept.push([length, from]);
      parts.push(this.source.slice(from, to));
      length += to - from;
      from = to;
    };
    for (const { edit } of ordered) {
      keep(edit.at);
      parts.push(edit.text);
      length += edit.text.length;
      from = Math.max(from, edit.at + edit.drop);
    }
    keep(this.source.length);
    return {
      text: parts.join(""),
      originalOffset: (offset) => {
        let low = 0;
        let high = kept.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (kept[middle][0] <= offset) low = middle + 1;
          else high = middle;
        }
        if (low === 0) return 0;
        const [start, original] = kept[low - 1];
        const next = low < kept.length ? kept[low][1] : this.source.length;
        return Math.min(original + (offset - start), next);
      },
    };
  }
}

/** Offsets ↔ lines and columns (both 0-based) of one text. */
export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) this.starts.push(i + 1);
  }

  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return { line: low - 1, column: offset - this.starts[low - 1] };
  }

  offset(line: number, column: number): number {
    return (this.starts[line] ?? 0) + column;
  }

  get lines(): number {
    return this.starts.length;
  }
}
