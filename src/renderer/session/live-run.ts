/** The program itself: starting it, cell by cell too, and holding it while its trace grows. */
import type { RunRequest } from "../../ipc/documents.ts";
import type { EventOf } from "../../ipc/events.ts";
import type { EventMatch } from "../../trace/query.ts";
import type { Backend } from "../backend/backend.ts";
import { type AppState, type DocumentState, eventCount, isLive, runFile } from "../state/app-state.ts";
import { hasCells, type Part, partsOf } from "../state/parts.ts";
import { type Store, watch } from "../state/store.ts";
import { breakpointMatch } from "./navigation.ts";

/** A step of the program is usually over in a moment: only one that takes longer (milliseconds) is shown as running. */
const moment = 150;

export interface LiveRun {
  /** Runs the whole document afresh. `keepGraphs`: as if every backward pass had retain_graph=True. */
  start(keepGraphs?: boolean): Promise<void>;
  /** Runs parts in the session that there is, after what runs now; without one they begin it. */
  runParts(parts: readonly Part[]): Promise<void>;
  /** Ends the session: what ran is forgotten. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  pause(): Promise<void>;
  /** A paused program goes on, up to the next event that fits. Resolves when it stands again, or when that takes its time. */
  resume(until: EventMatch | null): Promise<void>;
  /** What the runner tells of the program. */
  readonly heard: {
    readonly [K in "progress" | "cell" | "paused" | "ended"]: (event: EventOf<K>) => void;
  };
}

export interface LiveRunParts {
  readonly store: Store;
  readonly backend: Backend;
  /** A trace begins: what was known of the old one is dropped. */
  newTrace(): void;
  report(error: unknown): void;
}

export function createLiveRun({ store, backend, newTrace, report }: LiveRunParts): LiveRun {
  /** Breakpoints as the runner knows them, by position. */
  let known: string[] = [];
  /** Called when the program stands still or is over. */
  const standing: (() => void)[] = [];
  /** Where the cursor stood when cells went on. */
  let continued: { cursor: number; events: number } | null = null;

  const breakpoints = (): EventMatch[] => {
    const { breakpoints: all, prefs } = store.get();
    const file = runFile(store.get());
    const active = prefs.breakpointsPause ? all.filter(({ enabled }) => enabled) : [];
    known = active.map(({ id }) => id);
    return active.map((one) => breakpointMatch(one, file));
  };
  const stands = (): void => {
    for (const tell of standing.splice(0)) tell();
  };

  const begin = async (
    document: DocumentState,
    parts: readonly Part[],
    { continues = false, keepGraphs = false },
  ): Promise<void> => {
    const whole = parts.length === partsOf(document).length;
    if (continues) {
      continued = { cursor: store.get().cursor.target, events: eventCount(store.get()) };
      store.dispatch("run/continued", { parts });
    } else {
      continued = null;
      newTrace();
      store.dispatch("run/started", { id: store.get().run.id + 1, parts });
      // What is not parted tells of no cell.
      if (!hasCells(document)) store.dispatch("run/part", { index: 0, number: null });
    }
    try {
      // As Python does, a script that runs as a whole shows no values of its own.
      const echo = document.kind === "notebook" || !whole || continues;
      await backend.run({ ...runRequest(document, parts), echo, continues, keepGraphs, breakpoints: breakpoints() });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const failure = { type: "Backstep", message, cell: null, line: null, traceback: "" };
      store.dispatch("run/ended", {
        id: store.get().run.id,
        status: "failed",
        failure,
        milliseconds: null,
        lives: false,
      });
      report(error);
    }
  };

  const stop = async (): Promise<void> => {
    if (isLive(store.get())) await backend.stop().catch(report);
  };

  watch(
    store,
    (state) => activeBreakpoints(state),
    () => {
      if (isLive(store.get())) backend.breakpoints(breakpoints()).catch(report);
    },
  );

  return {
    async start(keepGraphs = false) {
      if (isLive(store.get())) return;
      store.dispatch("cells/numbered", {});
      const { document } = store.get();
      if (document) await begin(document, partsOf(document), { keepGraphs });
    },
    async runParts(parts) {
      const state = store.get();
      if (!state.document || parts.length === 0) return;
      if (isLive(state)) store.dispatch("run/queued", { parts });
      else await begin(state.document, parts, { continues: state.run.lives });
    },
    async restart() {
      await stop();
      newTrace();
      store.dispatch("run/cleared", {});
    },
    stop,
    async pause() {
      if (store.get().run.status !== "running") return;
      store.dispatch("run/pausing", {});
      await backend.pause().catch(report);
    },
    async resume(until) {
      if (store.get().run.status !== "paused") return;
      const stood = new Promise<boolean>((resolve) => standing.push(() => resolve(true)));
      const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), until === null ? 0 : moment));
      const { id } = store.get().run;
      try {
        await backend.resume(until);
        if (!(await Promise.race([stood, late]))) store.dispatch("run/resumed", { id });
      } catch (error) {
        report(error);
      }
    },
    heard: {
      progress({ summary, eventsPerSecond, bytes }) {
        const { id } = store.get().run;
        store.dispatch("run/summary", { id, summary });
        store.dispatch("run/pace", { id, pace: { eventsPerSecond, bytes } });
      },
      cell({ cell, number }) {
        store.dispatch("run/part", { index: cell, number });
      },
      paused({ summary, seq, cell, line, reason, breakpoint }) {
        const { id } = store.get().run;
        const met = breakpoint === null ? undefined : known[breakpoint];
        store.dispatch("run/summary", { id, summary });
        store.dispatch("run/paused", { id, pause: { cell, line, reason, breakpoint: met ?? null } });
        if (met !== undefined) store.dispatch("breakpoint/hit", { id: met });
        store.dispatch("cursor/target", { target: seq });
        stands();
      },
      ended({ status, failure, milliseconds, summary, lives }) {
        const { id } = store.get().run;
        if (summary) store.dispatch("run/summary", { id, summary });
        store.dispatch("run/ended", { id, status, failure, milliseconds, lives });
        stands();
        const { document, run, cursor } = store.get();
        // To what the cells did, unless the person has gone somewhere meanwhile.
        if (continued && cursor.target === continued.cursor && continued.events < eventCount(store.get()))
          store.dispatch("cursor/target", { target: continued.events });
        if (document && run.waiting.length > 0) void begin(document, run.waiting, { continues: run.lives });
      },
    },
  };
}

/** Changes when the runner must be told of breakpoints anew. */
function activeBreakpoints({ breakpoints, prefs }: AppState): string {
  const active = prefs.breakpointsPause ? breakpoints.filter(({ enabled }) => enabled) : [];
  return JSON.stringify(active.map(({ id, only }) => [id, only]));
}

/** What the runner gets of a document: these parts of it. */
function runRequest(
  { name, kind, token }: DocumentState,
  parts: readonly Part[],
): Pick<RunRequest, "name" | "kind" | "token" | "cells"> {
  const cells = parts.map(({ index, source, line }) => ({ index, source, ...(line === null ? {} : { line }) }));
  return { name, kind, token, cells };
}
