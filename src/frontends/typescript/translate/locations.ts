import type { ColumnMap } from "./column-map.ts";
import type { LineIndex } from "./text-edits.ts";

/** Where an operator stands in the person's source. Lines 1-based, columns 0-based, end exclusive. */
export interface ProgramLocation {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Function the code is in: "train", "Net.forward", "<module>" at top level. */
  readonly scope: string;
}

/** Numbers source positions; the first gets 1. */
export class LocationTable {
  readonly list: ProgramLocation[] = [];
  private readonly lines: LineIndex;
  private readonly columns: ColumnMap;

  /** `lines` are those of the text that offsets count in, `columns` leads from its columns to the person's. */
  constructor(lines: LineIndex, columns: ColumnMap) {
    this.lines = lines;
    this.columns = columns;
  }

  /** The person's position of an offset: line 1-based, column 0-based. */
  at(offset: number): { line: number; column: number } {
    const { line, column } = this.lines.position(offset);
    return { line: line + 1, column: this.columns.source(line, column) };
  }

  /** The last character decides the end: what follows it may be a type that was removed. */
  add(start: number, end: number, scope: string): number {
    const from = this.at(start);
    const to = this.at(Math.max(end - 1, start));
    this.list.push({ ...from, endLine: to.line, endColumn: to.column + 1, scope });
    return this.list.length;
  }
}
