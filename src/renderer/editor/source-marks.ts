/** What the text shows of the run: a pure function of the state, per cell. */
import type { SourceLocation } from "../../trace/events.ts";
import type { HitCount } from "../../trace/query.ts";
import { type AppState, isStale, type PartRun } from "../state/app-state.ts";
import { hasCells, partsOf } from "../state/parts.ts";

export interface CellMarks {
  /** Made the event at the cursor. */
  done: SourceLocation | null;
  /** Makes the next event. */
  next: SourceLocation | null;
  selected: SourceLocation | null;
  error: { line: number; message: string } | null;
  /** Line at which the paused program stands. */
  paused: number | null;
  breakpoints: { line: number; enabled: boolean; only: HitCount | null }[];
  /** Sections of a script, at the line where each begins: what its execution is called, and whether it was edited since. */
  sections: { line: number; index: number; mark: string; state: PartState; stale: boolean }[];
}

export type PartState = PartRun["status"] | "waiting" | "fresh";

export const stateWords: Record<PartState, string> = {
  fresh: "Has not run in this session",
  waiting: "Waits for its turn",
  running: "Runs",
  finished: "Ran",
  failed: "Ended with an error",
  stopped: "Was stopped",
};

/** "[3]" as in Jupyter; a star while it has no number yet. */
export function executionMark(number: number | null, state: PartState): string {
  return state === "waiting" || state === "running" ? "[*]" : `[${number ?? " "}]`;
}

function sectionMarks({ document, run }: AppState): CellMarks["sections"] {
  if (document?.kind !== "python" || !hasCells(document)) return [];
  return partsOf(document).flatMap(({ index, line }) => {
    if (line === null) return [];
    const waits = run.waiting.some((part) => part.index === index);
    const state: PartState = waits ? "waiting" : (run.parts[index]?.status ?? "fresh");
    const mark = executionMark(run.parts[index]?.number ?? null, state);
    return [{ line, index, mark, state, stale: run.stale.includes(index) }];
  });
}

/** Marks of the cell at `index` (position in the document). A script's locations carry no cell. */
export function marksOf(state: AppState, index: number): CellMarks {
  const { run, shown, selection, breakpoints, document } = state;
  const cellOf = (cell: number | null): number => cell ?? 0;
  const fits = (line: number): boolean => document !== null && !isStale(state, index, line);
  const here = (location: SourceLocation | undefined): SourceLocation | null =>
    location && location.line > 0 && !location.elsewhere && cellOf(location.cell) === index && fits(location.line)
      ? location
      : null;
  const locations = run.summary?.locations ?? [];
  const at = (loc: number | undefined): SourceLocation | null => (loc === undefined ? null : here(locations[loc]));
  const node = shown?.lookup.node(selection.node);
  const failure = run.failure;
  const failed = failure?.line && cellOf(failure.cell) === index && fits(failure.line);
  const stands = run.pause?.line && cellOf(run.pause.cell) === index && fits(run.pause.line);
  return {
    sections: sectionMarks(state),
    done: at(shown?.event?.loc),
    next: at(shown?.next?.loc),
    selected: at(node?.loc),
    // Below a notebook's cell stands the traceback.
    error: failed
      ? {
          line: failure.line as number,
          message: document?.kind === "notebook" ? failure.type : `${failure.type}: ${failure.message}`,
        }
      : null,
    paused: stands ? (run.pause?.line ?? null) : null,
    breakpoints: breakpoints.flatMap(({ place, enabled, only }) =>
      place.by === "line" && cellOf(place.cell) === index ? [{ line: place.line, enabled, only }] : [],
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
    a.paused === b.paused &&
    JSON.stringify(a.sections) === JSON.stringify(b.sections) &&
    JSON.stringify(a.breakpoints) === JSON.stringify(b.breakpoints)
  );
}
