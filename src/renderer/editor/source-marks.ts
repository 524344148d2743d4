/** What the text shows of the run: a pure function of the state, per cell. */
import type { SourceLocation } from "../../trace/events.ts";
import type { AppState } from "../state/app-state.ts";

export interface CellMarks {
  /** Made the event at the cursor. */
  done: SourceLocation | null;
  /** Makes the next event. */
  next: SourceLocation | null;
  selected: SourceLocation | null;
  error: { line: number; message: string } | null;
  breakpoints: { line: number; enabled: boolean }[];
}

/** Marks of the cell at `index` (position in the document). A script's locations carry no cell. */
export function marksOf(state: AppState, index: number): CellMarks {
  const { run, shown, selection, breakpoints, document } = state;
  const cellOf = (cell: number | null): number => cell ?? 0;
  const here = (location: SourceLocation | undefined): SourceLocation | null =>
    location && location.line > 0 && cellOf(location.cell) === index ? location : null;
  const locations = run.summary?.locations ?? [];
  const at = (loc: number | undefined): SourceLocation | null => (loc === undefined ? null : here(locations[loc]));
  const fits = !run.stale && document !== null;
  const node = selection.node === null ? undefined : shown?.graph.source.nodes.find(({ id }) => id === selection.node);
  const failure = run.failure;
  const failed = fits && failure?.line && cellOf(failure.cell) === index;
  return {
    done: fits ? at(shown?.event?.loc) : null,
    next: fits ? at(shown?.next?.loc) : null,
    selected: fits ? at(node?.loc) : null,
    error: failed ? { line: failure.line as number, message: `${failure.type}: ${failure.message}` } : null,
    breakpoints: breakpoints.flatMap(({ place, enabled }) =>
      place.by === "line" && cellOf(place.cell) === index ? [{ line: place.line, enabled }] : [],
    ),
  };
}

/** Equal marks need no new decorations. */
export function sameMarks(a: CellMarks, b: CellMarks): boolean {
  return (
    a.done === b.done &&
    a.next === b.next &&
    a.selected === b.selected &&
    a.error?.line === b.error?.line &&
    a.error?.message === b.error?.message &&
    a.breakpoints.length === b.breakpoints.length &&
    a.breakpoints.every((one, i) => one.line === b.breakpoints[i]?.line && one.enabled === b.breakpoints[i]?.enabled)
  );
}
