/** What can happen to the state: one entry per action, its payload and its pure reducer side by side. */

import type { EventOf } from "../../ipc/events.ts";
import { cellName } from "../../trace/place-name.ts";
import type { Finding, HitCount, TraceSummary, Verification } from "../../trace/query.ts";
import {
  type AppState,
  type Breakpoint,
  breakpointId,
  type ConsoleEntry,
  type DialogName,
  type DocumentState,
  eventCount,
  type Grain,
  type Highlight,
  noRun,
  type PanelTab,
  type PartRun,
  type PauseState,
  type PlotSeries,
  type Prefs,
  type RunFailure,
  type RunState,
  type RunStatus,
  type Shown,
} from "./app-state.ts";
import { type CellEdit, outOfTheWay, withEdit, withHistory } from "./cell-edits.ts";
import { type Part, partsOf } from "./parts.ts";

export interface Payloads {
  "document/opened": { document: DocumentState };
  "document/closed": Record<string, never>;
  "document/edited": { cell: string; source: string };
  "document/saved": { name: string; token: string | null };
  "cells/edited": { edit: CellEdit };
  "cells/history": { way: "undo" | "redo" };
  "cells/numbered": Record<string, never>;
  "cell/chosen": { index: number };
  "caret/part": { index: number; line: number | null };
  "run/started": { id: number; parts: readonly Part[] };
  "run/continued": { parts: readonly Part[] };
  "run/queued": { parts: readonly Part[] };
  "run/part": { index: number; number: number | null };
  "run/summary": { id: number; summary: TraceSummary };
  "run/pace": { id: number; pace: NonNullable<RunState["pace"]> };
  "run/pausing": Record<string, never>;
  "run/paused": { id: number; pause: PauseState };
  "run/resumed": { id: number };
  "run/ended": {
    id: number;
    status: RunStatus;
    failure: RunFailure | null;
    milliseconds: number | null;
    lives: boolean;
  };
  "run/cleared": Record<string, never>;
  "console/text": { stream: ConsoleEntry["stream"]; text: string; cell: number | null };
  "console/figure": { mime: EventOf<"display">["mime"]; data: string; cell: number | null };
  "console/cleared": Record<string, never>;
  "cursor/target": { target: number };
  "cursor/grain": { grain: Grain };
  "cursor/playing": { playing: boolean };
  "cursor/speed": { speed: number };
  "cursor/focus": { focus: { first: number; last: number } | null };
  "shown/loaded": { shown: Shown };
  "groups/collapsed": { scene: string; ids: string[] };
  "breakpoint/added": { breakpoint: Breakpoint };
  "breakpoint/removed": { id: string };
  "breakpoint/enabled": { id: string; enabled: boolean };
  "breakpoint/only": { id: string; only: HitCount | null };
  "breakpoint/inHand": { id: string };
  "breakpoint/hit": { id: string };
  "highlight/shown": { highlight: Highlight | null };
  "element/chosen": { element: number | null };
  "verification/shown": { verification: Verification | null };
  "findings/loaded": { id: number; findings: readonly Finding[] };
  "select/node": { node: number | null };
  "select/edge": { edge: number | null };
  "plot/chosen": { series: PlotSeries };
  "panel/tab": { tab: PanelTab };
  "prefs/changed": { prefs: Partial<Prefs> };
  "theme/system": { theme: AppState["systemTheme"] };
  "dialog/shown": { dialog: DialogName };
  "notice/shown": { tone: "info" | "error"; text: string };
  "notice/closed": { id: number };
}

export type ActionType = keyof Payloads;
export type Action = { [K in ActionType]: { type: K } & Payloads[K] }[ActionType];
export type Reducers = { [K in ActionType]: (state: AppState, payload: Payloads[K]) => AppState };

/** A console that printed without end keeps its last lines. */
const consoleLimit = 5000;

/** Another document, or none: nothing of the one before it stays. */
function withDocument(state: AppState, document: DocumentState | null): AppState {
  return {
    ...withoutRun(state),
    document,
    caret: null,
    chosenCell: null,
    collapsed: {},
    breakpoints: [],
    breakpointInHand: null,
  };
}

/** The trace and everything that was said of it are gone; the document stays. */
function withoutRun(state: AppState): AppState {
  return {
    ...state,
    run: { ...noRun, id: state.run.id + 1 },
    cursor: { ...state.cursor, target: -1, playing: false, focus: null },
    shown: null,
    console: [],
    selection: { node: null, edge: null },
    highlight: null,
    element: null,
    verification: null,
    findings: [],
  };
}

const reducers: Reducers = {
  "document/opened": (state, { document }) => withDocument(state, document),
  "document/closed": (state) => withDocument(state, null),
  "document/edited": (state, { cell, source }) => {
    const document = state.document;
    const old = document?.cells.find(({ id }) => id === cell);
    if (!document || !old || old.source === source) return state;
    const cells = document.cells.map((one) => (one.id === cell ? { ...one, source } : one));
    return withStale({ ...state, document: { ...document, cells, dirty: true } });
  },
  "document/saved": (state, { name, token }) =>
    state.document ? { ...state, document: { ...state.document, name, token, dirty: false } } : state,

  "cells/edited": (state, { edit }) => withCells(state, (document) => withEdit(document, edit)),
  "cells/history": (state, { way }) => withCells(state, (document) => withHistory(document, way)),
  "cells/numbered": (state) => numbered(state),
  "cell/chosen": (state, { index }) => ({ ...state, chosenCell: { index } }),
  "caret/part": (state, { index, line }) => ({ ...state, caret: { index, line } }),
  "run/started": (state, { id, parts }) => ({
    ...state,
    run: { ...noRun, id, status: "running", waiting: parts },
    cursor: { ...state.cursor, target: -1, playing: false, focus: null },
    shown: null,
    console: [],
    breakpoints: state.breakpoints.filter(({ place }) => place.by !== "node").map((one) => ({ ...one, hits: 0 })),
    selection: { node: null, edge: null },
    highlight: null,
    element: null,
    verification: null,
    findings: [],
  }),
  "run/continued": (state, { parts }) => ({
    ...state,
    run: { ...state.run, status: "running", failure: null, pace: null, milliseconds: null, waiting: parts },
    cursor: { ...state.cursor, playing: false },
  }),
  "run/queued": (state, { parts }) => {
    const { run } = state;
    const added = parts.filter(({ index }) => !run.waiting.some((part) => part.index === index));
    return { ...state, run: { ...run, waiting: [...run.waiting, ...added] } };
  },
  "run/part": (state, { index, number }) => {
    const { run } = state;
    const part = run.waiting.find((one) => one.index === index);
    if (!part) return state;
    const { source, line } = part;
    const parts = {
      ...partsEnded(run.parts, "finished"),
      [index]: { source, line, number, status: "running" as const },
    };
    // Its earlier output is not that of this execution.
    const kept = number === null ? state.console : state.console.filter(({ cell }) => cell !== index);
    const title = {
      id: nextEntry(state),
      stream: "info" as const,
      text: `[${number}] ${cellName(index)}\n`,
      cell: index,
    };
    return withStale({
      ...state,
      run: { ...run, parts, waiting: run.waiting.filter((one) => one !== part) },
      console: number === null ? kept : [...kept, title],
    });
  },
  "run/pace": (state, { id, pace }) => (id === state.run.id ? { ...state, run: { ...state.run, pace } } : state),
  "run/pausing": (state) => ({ ...state, run: { ...state.run, pausing: true } }),
  "run/paused": (state, { id, pause }) =>
    id === state.run.id
      ? { ...state, run: { ...state.run, status: "paused", pausing: false, pace: null, pause } }
      : state,
  "run/resumed": (state, { id }) =>
    id === state.run.id && state.run.status === "paused"
      ? { ...state, run: { ...state.run, status: "running", pause: null } }
      : state,
  "run/summary": (state, { id, summary }) =>
    id === state.run.id ? { ...state, run: { ...state.run, summary } } : state,
  "run/ended": (state, { id, status, failure, milliseconds, lives }) => {
    const { run } = state;
    if (id !== run.id) return state;
    const over = { status, failure, milliseconds, lives, pausing: false, pause: null, pace: null };
    const parts = partsEnded(run.parts, status === "finished" || status === "failed" ? status : "stopped");
    // As in Jupyter, an error takes back what was to run after it.
    return { ...state, run: { ...run, ...over, parts, waiting: status === "finished" ? run.waiting : [] } };
  },
  "run/cleared": (state) => numbered(withoutRun(state)),

  "console/text": (state, { stream, text, cell }) => {
    const last = state.console[state.console.length - 1];
    const joins = last?.stream === stream && stream !== "figure" && last.cell === cell && last.text.length < 20_000;
    const next = joins
      ? [...state.console.slice(0, -1), { ...last, text: last.text + text }]
      : [...state.console, { id: nextEntry(state), stream, text, cell }];
    return { ...state, console: next.length > consoleLimit ? next.slice(-consoleLimit) : next };
  },
  "console/figure": (state, { mime, data, cell }) => {
    const id = nextEntry(state);
    return {
      ...state,
      console: [...state.console, { id, stream: "figure" as const, text: data, cell, mime }].slice(-consoleLimit),
    };
  },
  "console/cleared": (state) => ({ ...state, console: [] }),

  "cursor/target": (state, { target }) => {
    const clamped = Math.max(-1, Math.min(eventCount(state) - 1, Math.round(target)));
    if (clamped === state.cursor.target) return state;
    return { ...state, cursor: { ...state.cursor, target: clamped }, highlight: null, element: null };
  },
  "cursor/grain": (state, { grain }) => ({ ...state, cursor: { ...state.cursor, grain } }),
  "cursor/playing": (state, { playing }) => ({ ...state, cursor: { ...state.cursor, playing } }),
  "cursor/speed": (state, { speed }) => ({
    ...state,
    cursor: { ...state.cursor, speed: Math.max(0.25, Math.min(32, speed)) },
  }),
  "cursor/focus": (state, { focus }) => ({ ...state, cursor: { ...state.cursor, focus } }),
  "shown/loaded": (state, { shown }) => (shown.run === state.run.id ? { ...state, shown } : state),
  "groups/collapsed": (state, { scene, ids }) => ({ ...state, collapsed: { ...state.collapsed, [scene]: ids } }),

  "breakpoint/added": (state, { breakpoint }) => ({
    ...state,
    breakpoints: [...state.breakpoints.filter(({ id }) => id !== breakpoint.id), breakpoint],
  }),
  "breakpoint/removed": (state, { id }) => ({
    ...state,
    breakpoints: state.breakpoints.filter((one) => one.id !== id),
  }),
  "breakpoint/enabled": (state, { id, enabled }) => ({
    ...state,
    breakpoints: state.breakpoints.map((one) => (one.id === id ? { ...one, enabled } : one)),
  }),
  "breakpoint/only": (state, { id, only }) => ({
    ...state,
    breakpoints: state.breakpoints.map((one) => (one.id === id ? { ...one, only } : one)),
  }),
  "breakpoint/inHand": (state, { id }) => ({
    ...reducers["panel/tab"](state, { tab: "breakpoints" }),
    breakpointInHand: { id },
  }),
  "breakpoint/hit": (state, { id }) => ({
    ...state,
    breakpoints: state.breakpoints.map((one) => (one.id === id ? { ...one, hits: one.hits + 1 } : one)),
  }),

  "highlight/shown": (state, { highlight }) => ({ ...state, highlight }),
  "element/chosen": (state, { element }) => ({ ...state, element }),
  "verification/shown": (state, { verification }) => ({ ...state, verification }),
  "findings/loaded": (state, { id, findings }) => (id === state.run.id ? { ...state, findings } : state),

  "select/node": (state, { node }) => ({ ...state, selection: { node, edge: null } }),
  "select/edge": (state, { edge }) => ({ ...state, selection: { node: null, edge } }),
  "plot/chosen": (state, { series }) => ({
    ...state,
    plot: { run: state.run.id, series },
    prefs: { ...state.prefs, plotOpen: true },
  }),
  "panel/tab": (state, { tab }) => ({ ...state, panelTab: tab, prefs: { ...state.prefs, panelOpen: true } }),
  "prefs/changed": (state, { prefs }) => ({ ...state, prefs: { ...state.prefs, ...prefs } }),
  "theme/system": (state, { theme }) => ({ ...state, systemTheme: theme }),
  "dialog/shown": (state, { dialog }) => ({ ...state, dialog }),
  "notice/shown": (state, { tone, text }) => ({
    ...state,
    notices: [...state.notices.slice(-3), { id: (state.notices[state.notices.length - 1]?.id ?? 0) + 1, tone, text }],
  }),
  "notice/closed": (state, { id }) => ({ ...state, notices: state.notices.filter((notice) => notice.id !== id) }),
};

function withCells(state: AppState, edit: (document: DocumentState) => DocumentState): AppState {
  const document = state.document && edit(state.document);
  return document === state.document ? state : withStale({ ...state, document });
}

/** No session knows the cells of the notebook by their indexes any more: they get those of their positions. */
function numbered(state: AppState): AppState {
  const { document } = state;
  if (document?.kind !== "notebook" || document.cells.every(({ index }, i) => index === i)) return state;
  const now = new Map(document.cells.map(({ index }, i) => [index, i]));
  const cells = document.cells.map((cell, index) => ({ ...cell, index }));
  const breakpoints = state.breakpoints.flatMap((one) => {
    if (one.place.by !== "line" || one.place.cell === null) return [one];
    const cell = now.get(one.place.cell);
    const place = { ...one.place, cell: cell ?? -1 };
    return cell === undefined ? [] : [{ ...one, id: breakpointId(place), place }];
  });
  return {
    ...state,
    document: { ...document, cells, cellHistory: outOfTheWay(document.cellHistory, cells) },
    breakpoints,
  };
}

const nextEntry = ({ console }: AppState): number => (console[console.length - 1]?.id ?? 0) + 1;

/** The part that ran is over. */
function partsEnded(parts: RunState["parts"], status: PartRun["status"]): RunState["parts"] {
  return Object.fromEntries(
    Object.entries(parts).map(([index, part]) => [index, part.status === "running" ? { ...part, status } : part]),
  );
}

/** Compares what ran with what stands in the document now. */
function withStale(state: AppState): AppState {
  const { document, run } = state;
  const now = new Map((document ? partsOf(document) : []).map((part) => [part.index, part]));
  const stale = Object.entries(run.parts).flatMap(([index, { source, line }]) => {
    const part = now.get(Number(index));
    return part?.source === source && part.line === line ? [] : [Number(index)];
  });
  return stale.join() === run.stale.join() ? state : { ...state, run: { ...run, stale } };
}

export function reduce(state: AppState, action: Action): AppState {
  const reducer = reducers[action.type] as (state: AppState, payload: Action) => AppState;
  return reducer(state, action);
}
