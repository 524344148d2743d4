import type { SourceLocation } from "./events.ts";

/** Numbers of executions by line: what was told of each line last. */
export type Visits = Map<number, number>;

/** Tells the first event of each execution of a line apart from the others. */
export class LineVisits {
  private readonly locations: readonly SourceLocation[];
  /** Number of the line of each location; -1 for those not asked for yet. */
  private readonly lineOf: number[] = [];
  private readonly lines = new Map<string, number>();

  constructor(locations: readonly SourceLocation[]) {
    this.locations = locations;
  }

  /** Is this the first that `seen` hears of execution `visit` of the line at `loc`? */
  isFirst(seen: Visits, loc: number, visit: number): boolean {
    const line = this.line(loc);
    if (line < 0 || seen.get(line) === visit) return false;
    seen.set(line, visit);
    return true;
  }

  private line(loc: number): number {
    const known = this.lineOf[loc] ?? -1;
    const at = this.locations[loc];
    if (known >= 0 || at === undefined || at.line === 0) return known;
    const key = `${at.cell}:${at.line}:${at.file}`;
    const line = this.lines.get(key) ?? this.lines.size;
    this.lines.set(key, line);
    while (this.lineOf.length < loc) this.lineOf.push(-1);
    this.lineOf[loc] = line;
    return line;
  }
}
