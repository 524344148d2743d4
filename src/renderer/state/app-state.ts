/** Everything the window knows, as plain data. What a person sees is a function of this. */

import type { Layout, VisibleGraph } from "../../graph/picture.ts";
import type { SceneLookup } from "../../graph/scene-lookup.ts";
import type { DocumentCell, DocumentKind } from "../../ipc/documents.ts";
import type { EventOf } from "../../ipc/events.ts";
import type { TraceEvent } from "../../trace/events.ts";
import type { Finding, HitCount, TraceSummary, Verification } from "../../trace/query.ts";
import type { ViewState } from "../../trace/view-state.ts";
import type { CellHistory } from "./cell-edits.ts";
import type { Part } from "./parts.ts";

export interface Cell {
  /** Stable while the document is open. */
  id: string;
  /** What the runner calls it, and the run's places are told by: its position when the session began. */
  index: number;
  kind: DocumentCell["kind"];
  source: string;
}

export interface DocumentState {
  /** Changes when another document is opened. */
  id: string;
  name: string;
  kind: DocumentKind;
  /** A script is one code cell. */
  cells: Cell[];
  cellHistory: CellHistory;
  /** Token main gave out for the file; null for a document that was never saved. */
  token: string | null;
  dirty: boolean;
}

/** `paused`: the program stands still and can go on. `lost`: the runner died, and the trace with it. */
export type RunStatus = "idle" | "running" | "paused" | "finished" | "failed" | "stopped" | "lost";

export interface RunFailure {
  type: string;
  message: string;
  cell: number | null;
  line: number | null;
  /** As Python prints it; empty when there is none. */
  traceback: string;
}

export interface RunState {
  status: RunStatus;
  /** Increases with every run: answers about an older run are dropped. */
  id: number;
  summary: TraceSummary | null;
  failure: RunFailure | null;
  milliseconds: number | null;
  /** The running program was asked to stand still, and does not yet. */
  pausing: boolean;
  /** Why and where the paused program stands. */
  pause: PauseState | null;
  /** How fast the running program is; null before it is known. */
  pace: { eventsPerSecond: number; bytes: number } | null;
  /** Further cells can run in what it left. */
  lives: boolean;
  /** Parts that ran in this session, by their index. */
  parts: Readonly<Record<number, PartRun>>;
  /** Parts that are to run, in order, as they were when that was asked for. */
  waiting: readonly Part[];
  /** Indexes of parts that ran and whose text was edited since: positions in them may not match. */
  stale: readonly number[];
}

export interface PauseState {
  cell: number | null;
  line: number | null;
  reason: EventOf<"paused">["reason"];
  /** Id of the breakpoint that was met. */
  breakpoint: string | null;
}

/** A part as it ran last. */
export interface PartRun {
  source: string;
  line: number | null;
  /** Which execution of the session it was, from 1; null for a program that runs as a whole. */
  number: number | null;
  status: "running" | "finished" | "failed" | "stopped";
}

export type Grain = "phase" | "node" | "edge";

export interface CursorState {
  /** Where the person wants to be: -1 is before the first event. */
  target: number;
  grain: Grain;
  playing: boolean;
  speed: number;
  /** Events that play loops over and exports cover. */
  focus: { first: number; last: number } | null;
}

/** One complete answer: everything in it belongs to the same cursor of the same run. */
export interface Shown {
  run: number;
  view: ViewState;
  /** The scene by ids. */
  lookup: SceneLookup;
  event: TraceEvent | null;
  /** The event after it: what a step would do. */
  next: TraceEvent | null;
  graph: VisibleGraph;
  layout: Layout;
}

export interface ConsoleEntry {
  id: number;
  /** "figure": not text but a document to show, of type `mime`. */
  stream: "out" | "err" | "info" | "figure";
  text: string;
  cell: number | null;
  mime?: EventOf<"display">["mime"];
}

export type BreakpointPlace =
  | { by: "line"; cell: number | null; line: number }
  | { by: "node"; node: number; label: string }
  | { by: "op"; op: string }
  | { by: "nan" }
  | { by: "grad"; above: number }
  | { by: "leafGrad" };

export interface Breakpoint {
  id: string;
  place: BreakpointPlace;
  enabled: boolean;
  hits: number;
  /** Of a line: the executions that it waits for; null for each. */
  only: HitCount | null;
}

export const breakpointId = (place: BreakpointPlace): string => JSON.stringify(place);

export interface SelectionState {
  node: number | null;
  edge: number | null;
}

/** An answer about gradients, shown in the picture: elements in it stand out. It is about one cursor and goes with it. */
export interface Highlight {
  title: string;
  text: string;
  /** Graph ids. */
  nodes: number[];
  edges: number[];
  /** Per edge, the part of the gradient that came through it; empty where there is nothing to share. */
  shares: number[];
}

/** A scalar over iterations. */
export type PlotSeries =
  | { what: "loss" }
  | { what: "gradNorm"; node: number; label: string }
  /** `index`: row-major. */
  | { what: "element"; node: number; index: number; label: string };

export const lossSeries: PlotSeries = { what: "loss" };

export type PanelTab = "console" | "findings" | "breakpoints" | "events" | "nodes";
export type ThemeChoice = "system" | "light" | "dark" | "contrast";

export interface Prefs {
  theme: ThemeChoice;
  /** 1 is as designed. */
  interfaceScale: number;
  /** Sizes of panes in CSS pixels. */
  editorWidth: number;
  inspectorWidth: number;
  panelHeight: number;
  panelOpen: boolean;
  direction: "down" | "right";
  follow: boolean;
  /** Second-order operators made by create_graph are shown. */
  secondOrder: boolean;
  /** The plot over iterations is unfolded, and logarithmic. */
  plotOpen: boolean;
  plotLog: boolean;
  /** A breakpoint that a running program meets makes it stand still. */
  breakpointsPause: boolean;
}

export type DialogName = "export" | "palette" | "shortcuts" | null;

export interface Notice {
  id: number;
  tone: "info" | "error";
  text: string;
}

export interface AppState {
  document: DocumentState | null;
  /** Where the caret was sent last: a part, and its line in a script. A new object each time. */
  caret: { index: number; line: number | null } | null;
  /** The cell that was taken in hand last, as a whole. A new object each time. */
  chosenCell: { index: number } | null;
  run: RunState;
  cursor: CursorState;
  shown: Shown | null;
  /** Scene key → ids of collapsed groups, chosen by the person (missing: the default). */
  collapsed: Record<string, string[]>;
  console: ConsoleEntry[];
  breakpoints: Breakpoint[];
  /** Id of the one whose hit count a person wants to write. A new object each time. */
  breakpointInHand: { id: string } | null;
  selection: SelectionState;
  /** What a person chose to plot; it means nothing in another run. */
  plot: { run: number; series: PlotSeries };
  highlight: Highlight | null;
  /** Element level: the cell (row-major) of the current step's result that is looked at; null: closed. It goes with the step. */
  element: number | null;
  /** The check of a gradient asked for last; it stays until it is put away, or the run is another. */
  verification: Verification | null;
  /** What the ended run should tell its person, in order of steps. */
  findings: readonly Finding[];
  panelTab: PanelTab;
  prefs: Prefs;
  systemTheme: "light" | "dark" | "contrast";
  dialog: DialogName;
  notices: Notice[];
}

/** What holds until a person chooses otherwise. The side panes take their part of a window of this width. */
export function defaultPrefs(windowWidth: number): Prefs {
  const part = (share: number, least: number, most: number): number =>
    Math.round(Math.min(most, Math.max(least, share * windowWidth)));
  return {
    theme: "system",
    interfaceScale: 1,
    editorWidth: part(0.3, 380, 760),
    inspectorWidth: part(0.24, 310, 520),
    panelHeight: 150,
    panelOpen: true,
    direction: "down",
    follow: true,
    secondOrder: false,
    plotOpen: true,
    plotLog: false,
    breakpointsPause: true,
  };
}

export const noRun: RunState = {
  status: "idle",
  id: 0,
  summary: null,
  failure: null,
  milliseconds: null,
  pausing: false,
  pause: null,
  pace: null,
  lives: false,
  parts: {},
  waiting: [],
  stale: [],
};

export function initialState(prefs: Prefs): AppState {
  return {
    document: null,
    caret: null,
    chosenCell: null,
    run: noRun,
    cursor: { target: -1, grain: "node", playing: false, speed: 1, focus: null },
    shown: null,
    collapsed: {},
    console: [],
    breakpoints: [],
    breakpointInHand: null,
    selection: { node: null, edge: null },
    plot: { run: 0, series: lossSeries },
    highlight: null,
    element: null,
    verification: null,
    findings: [],
    panelTab: "console",
    prefs,
    systemTheme: "light",
    dialog: null,
    notices: [],
  };
}

/** Number of events of the run. */
export function eventCount(state: AppState): number {
  return state.run.summary?.events ?? 0;
}

/** The file that positions of the run are in: the document as it was called when it ran. */
export function runFile({ run, document }: AppState): string {
  return run.summary?.locations.find(({ line, elsewhere }) => line > 0 && !elsewhere)?.file ?? document?.name ?? "";
}

/** Is there a program that is not over? */
export function isLive({ run }: AppState): boolean {
  return run.status === "running" || run.status === "paused";
}

/**
 * Does the trace not match the text any more at a line of a cell of a notebook, or of a script (`cell` 0)? A line of a script is
 * counted as it stood when it ran; without one the answer is about the whole text.
 */
export function isStale({ run, document }: AppState, cell: number, line: number | null): boolean {
  if (run.stale.length === 0) return false;
  if (document?.kind === "notebook") return run.stale.includes(cell);
  const before = Object.entries(run.parts).filter(([, part]) => line !== null && (part.line ?? 1) <= line);
  const last = before.sort(([, a], [, b]) => (a.line ?? 1) - (b.line ?? 1)).at(-1);
  return last === undefined || run.stale.includes(Number(last[0]));
}

/** What is plotted over iterations: the loss until something else is chosen in this run. */
export function plotSeries(state: AppState): PlotSeries {
  return state.plot.run === state.run.id ? state.plot.series : lossSeries;
}

/** The theme in force. */
export function themeOf(state: AppState): "light" | "dark" | "contrast" {
  return state.prefs.theme === "system" ? state.systemTheme : state.prefs.theme;
}
