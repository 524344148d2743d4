import type { LineIndex } from "./text-edits.ts";

/** A piece of the stripped text that the source has too: a token or comment, by offset. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** A piece's column in the stripped text and in the source. */
interface Anchor {
  readonly column: number;
  readonly sourceColumn: number;
}

const WORD = /[\w$]/;

/**
 * Columns of the source for columns of the text without types. Lines are the same in both, and each line of the stripped text
 * is the source's with pieces left out, so its tokens are found again one after the other. (sucrase's own source map loses its
 * way after a template literal that ends in `}`.)
 */
export class ColumnMap {
  private readonly sourceLines: readonly string[];
  private readonly code: string;
  private readonly lines: LineIndex;
  private readonly byLine = new Map<number, Piece[]>();
  private readonly anchors = new Map<number, readonly Anchor[]>();

  constructor(source: string, code: string, lines: LineIndex, pieces: readonly Piece[]) {
    this.sourceLines = source.split("\n");
    this.code = code;
    this.lines = lines;
    for (const piece of pieces) {
      if (piece.start === piece.end) continue;
      const { line } = lines.position(piece.start);
      const list = this.byLine.get(line);
      if (list === undefined) this.byLine.set(line, [piece]);
      else list.push(piece);
    }
  }

  /** Line and column 0-based, as the result. */
  source(line: number, column: number): number {
    let anchors = this.anchors.get(line);
    if (anchors === undefined) {
      anchors = this.align(line);
      this.anchors.set(line, anchors);
    }
    let found: Anchor | null = null;
    for (const a of anchors) {
      if (a.column > column) break;
      found = a;
    }
    const length = this.sourceLines[line]?.length ?? 0;
    return found === null ? Math.min(column, length) : Math.min(found.sourceColumn + (column - found.column), length);
  }

  private align(line: number): Anchor[] {
    const source = this.sourceLines[line] ?? "";
    const anchors: Anchor[] = [];
    let from = 0;
    const pieces = (this.byLine.get(line) ?? []).sort((a, b) => a.start - b.start);
    for (const piece of pieces) {
      const text = this.code.slice(piece.start, piece.end).split("\n", 1)[0];
      if (text === "") continue;
      const sourceColumn = find(source, text, from);
      // What sucrase added (`this.x = x` of a parameter property) has no place of its own.
      if (sourceColumn < 0) continue;
      from = sourceColumn + text.length;
      anchors.push({ column: this.lines.position(piece.start).column, sourceColumn });
    }
    return anchors;
  }
}

/** First place of a token at or after `from`; words only as whole words. */
function find(line: string, text: string, from: number): number {
  for (let at = line.indexOf(text, from); at >= 0; at = line.indexOf(text, at + 1)) {
    const before = at > 0 && WORD.test(line[at - 1]) && WORD.test(text[0]);
    const after = WORD.test(line[at + text.length] ?? "") && WORD.test(text[text.length - 1]);
    if (!before && !after) return at;
  }
  return -1;
}
