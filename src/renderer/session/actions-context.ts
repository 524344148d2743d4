/** Everything a person can make the window do, as plain functions; views get them from this context. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ExampleInfo, OpenedDocument } from "../../ipc/documents.ts";
import type { EventMatch, Tile, TileRequest } from "../../trace/query.ts";

import type { BreakpointPlace, Grain, Shown } from "../state/app-state.ts";
import type { CellActions } from "./cell-actions.ts";
import type { TraceClient } from "./trace-client.ts";

export interface LinePlace {
  cell: number | null;
  line: number;
}

export interface Actions extends CellActions {
  /** `keepGraphs`: as if every backward pass that does not say otherwise had retain_graph=True. */
  run(keepGraphs?: boolean): Promise<void>;
  stop(): Promise<void>;
  pause(): Promise<void>;
  /** Ends the session: trace, counters and what the cells left are gone. */
  restart(): Promise<void>;
  /** Runs the part where the editor's caret is; `goOn`: the caret goes to the part after it. */
  runCell(goOn: boolean): Promise<void>;
  runPart(index: number): Promise<void>;
  /** One step at the grain in force, or at the given one. */
  step(direction: 1 | -1, grain?: Grain): Promise<void>;
  stepInto(): Promise<void>;
  stepOut(): Promise<void>;
  first(): void;
  last(): void;
  goTo(seq: number): void;
  /** What the picture would show at a step, without going there; null where there is none or it would take long. */
  shownAt(seq: number): Promise<Shown | null>;
  goToNext(match: EventMatch, direction: 1 | -1): Promise<void>;
  continueRun(direction: 1 | -1): Promise<void>;
  runToCursor(): Promise<void>;
  togglePlay(): void;
  toggleLineBreakpoint(place: LinePlace): void;
  toggleBreakpointHere(): void;
  /** How often a line's breakpoint is hit can be said then; it is made if there is none. Without a place: where the caret is. */
  editLineBreakpoint(place?: LinePlace): void;
  addBreakpoint(place: BreakpointPlace): void;
  goToLineHit(place: LinePlace, direction: 1 | -1): Promise<void>;
  selectLine(place: LinePlace): void;
  noteEditorPlace(place: LinePlace): void;
  selectNode(node: number | null): void;
  /** Answers in the picture: the elements that the answer is about stand out. */
  explain(node: number, question: "none" | "contributors"): Promise<void>;
  /** Compares the gradient of a leaf with its numeric derivative; the result is shown in the inspector. */
  verify(node: number): Promise<void>;
  toggleGroup(id: string, key: string): void;
  setAllGroups(collapsed: boolean): void;
  examples(): Promise<ExampleInfo[]>;
  openExample(id: string): Promise<void>;
  openFile(): Promise<void>;
  newScript(): void;
  /** Back to the empty state, once unsaved text is saved or given up. */
  closeDocument(): Promise<void>;
  openDropped(file: File): Promise<void>;
  show(document: OpenedDocument): void;
  /** Whether it was saved (not cancelled, no error). */
  save(ask: boolean): Promise<boolean>;
  openToken(token: string): Promise<void>;
  /** Asks what to do with unsaved text and does it; false: the person wants to stay. */
  settleUnsaved(): Promise<boolean>;
  saveExport(name: string, bytes: Uint8Array): Promise<boolean>;
  snapshot(): Promise<Uint8Array>;
  tile(request: TileRequest): Promise<Tile>;
  client(): TraceClient | null;
  report(error: unknown): void;
}

export const ActionsContext = createContext<Actions | null>(null);

export function useActions(): Actions {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error("no actions around this view");
  return actions;
}
