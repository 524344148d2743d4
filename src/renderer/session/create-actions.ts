/** Puts store, backend and cursor together to what a person can do. */
import { elementCount } from "../../graph/format-number.ts";
import type { OpenedDocument } from "../../ipc/documents.ts";
import type { EventMatch } from "../../trace/query.ts";
import type { Backend } from "../backend/backend.ts";
import type { LayoutClient } from "../graph/layout-client.ts";
import { collapsedGroups } from "../graph/layout-client.ts";
import {
  type AppState,
  type BreakpointPlace,
  breakpointId,
  eventCount,
  type Grain,
  isStale,
  runFile,
  type Shown,
} from "../state/app-state.ts";
import { partAt, partsOf } from "../state/parts.ts";
import type { Store } from "../state/store.ts";
import type { Actions, LinePlace } from "./actions-context.ts";
import { createCellActions } from "./cell-actions.ts";
import { type CursorController, loadShown } from "./cursor-controller.ts";
import { documentText, emptyScript, newDocument, viewOf } from "./documents.ts";
import type { LiveRun } from "./live-run.ts";
import { continueTarget, findEvent, intoTarget, nodeOf, outTarget, stopOf } from "./navigation.ts";
import type { TraceClient } from "./trace-client.ts";

export interface Session {
  store: Store;
  backend: Backend;
  cursor: CursorController;
  layouts: LayoutClient;
  live: LiveRun;
  client(): TraceClient | null;
  /** A new run begins: what was known of the old trace is dropped. */
  newTrace(): void;
  /** Tells the person what went wrong. */
  report(error: unknown): void;
}

/** Nodes up to which the picture of another step comes fast enough to be shown in passing. */
const quickNodes = 2000;
const explainTitles = { none: "Why None?", contributors: "Who contributed?" } as const;

export function createActions(session: Session): Actions {
  const { store, backend, cursor, layouts, live, client, report } = session;
  let editorPlace: LinePlace | null = null;
  let opened = 0;

  const count = (): number => eventCount(store.get());
  const target = (): number => store.get().cursor.target;
  const stopPlaying = (): void => {
    if (store.get().cursor.playing) store.dispatch("cursor/playing", { playing: false });
  };
  /** A command that needs a trace; without one nothing happens. */
  const move = (find: (trace: TraceClient) => Promise<number | null>): Promise<void> => {
    const trace = client();
    return trace && (count() > 0 || isPaused()) ? cursor.queue(() => find(trace)) : Promise.resolve();
  };
  const isPaused = (): boolean => store.get().run.status === "paused";
  /** Where nothing more is recorded: a paused program goes on until an event fits, and the cursor follows; else to `end`. */
  const beyond = async (until: EventMatch | null, end: number | null): Promise<number | null> => {
    if (!isPaused()) return end;
    await live.resume(until);
    return null;
  };
  const lineMatch = ({ cell, line }: LinePlace): EventMatch => ({ by: "line", file: runFile(store.get()), cell, line });
  const show = (document: OpenedDocument): void => {
    stopPlaying();
    session.newTrace();
    opened += 1;
    const shown = newDocument(document, opened);
    store.dispatch("document/opened", { document: shown });
    if (!document.snapshot) return;
    const { id } = store.get().run;
    const parts = partsOf(shown);
    store.dispatch("run/started", { id, parts });
    for (const { index } of parts) store.dispatch("run/part", { index, number: null });
    store.dispatch("run/summary", { id, summary: document.snapshot.summary });
    store.dispatch("run/ended", { id, status: "finished", failure: null, milliseconds: null, lives: false });
    store.dispatch("cursor/target", { target: document.snapshot.cursor });
  };
  const toggle = (place: BreakpointPlace): void => {
    const id = breakpointId(place);
    if (store.get().breakpoints.some((one) => one.id === id)) store.dispatch("breakpoint/removed", { id });
    else store.dispatch("breakpoint/added", { breakpoint: { id, place, enabled: true, hits: 0, only: null } });
  };
  const step = (direction: 1 | -1, grain: Grain = store.get().cursor.grain): Promise<void> =>
    move(async (trace) => {
      const stop = await findEvent(trace, target(), direction, stopOf[grain], count());
      return stop ?? (direction === 1 ? beyond(stopOf[grain], count() - 1) : -1);
    });

  const save = async (ask: boolean): Promise<boolean> => {
    const { document } = store.get();
    if (!document) return false;
    try {
      const { token, name, kind } = document;
      const saved = await backend.save({ token, name, kind, text: documentText(document) }, ask);
      if (saved) store.dispatch("document/saved", saved);
      return saved !== null;
    } catch (error) {
      report(error);
      return false;
    }
  };
  const settleUnsaved = async (): Promise<boolean> => {
    const { document } = store.get();
    if (!document?.dirty) return true;
    const answer = await backend.askUnsaved(document.name);
    return answer === "save" ? save(false) : answer === "discard";
  };
  /** Another document takes the place of this one, once its text is saved or given up. */
  const open = async (find: () => Promise<OpenedDocument | null>): Promise<void> => {
    try {
      const document = (await settleUnsaved()) ? await find() : null;
      if (document) show(document);
    } catch (error) {
      report(error);
    }
  };

  const cells = createCellActions(store, () => editorPlace?.cell ?? null);
  return {
    run: live.start,
    stop: live.stop,
    pause: live.pause,
    restart: live.restart,
    runCell: (goOn) => {
      const { document } = store.get();
      const part = document && partAt(document, editorPlace?.cell ?? null, editorPlace?.line ?? 1);
      if (!part && document?.cells.some(({ index }) => index === editorPlace?.cell)) {
        // Text runs by being read.
        cells.chooseCell(0);
        if (goOn) cells.chooseCell(1);
        return Promise.resolve();
      }
      if (!part) {
        store.dispatch("notice/shown", { tone: "info", text: "Put the caret into a cell first." });
        return Promise.resolve();
      }
      const next = goOn
        ? partsOf(document)[partsOf(document).findIndex(({ index }) => index === part.index) + 1]
        : undefined;
      if (next) store.dispatch("caret/part", { index: next.index, line: next.line });
      return live.runParts([part]);
    },
    ...cells,
    runPart: async (index) => {
      const { document } = store.get();
      await live.runParts(document ? partsOf(document).filter((part) => part.index === index) : []);
    },
    step: (direction, grain) => {
      stopPlaying();
      return step(direction, grain);
    },
    stepInto: () => {
      stopPlaying();
      const element = nextElement(store.get(), client());
      if (element === null)
        return move(async (trace) => (await intoTarget(trace, target(), count())) ?? beyond(stopOf.edge, null));
      store.dispatch("element/chosen", { element });
      return Promise.resolve();
    },
    stepOut: () => {
      stopPlaying();
      if (store.get().element !== null) {
        store.dispatch("element/chosen", { element: null });
        return Promise.resolve();
      }
      return move(async (trace) => (await outTarget(trace, target(), count())) ?? beyond(stopOf.node, count() - 1));
    },
    first: () => store.dispatch("cursor/target", { target: -1 }),
    last: () => store.dispatch("cursor/target", { target: count() - 1 }),
    goTo: (seq) => store.dispatch("cursor/target", { target: seq }),
    async shownAt(seq) {
      const trace = client();
      const nodes = store.get().shown?.graph.source.nodes.length ?? 0;
      return trace && nodes <= quickNodes ? loadShown(trace, layouts, store.get(), seq) : null;
    },
    goToNext: (match, direction) =>
      move(async (trace) => {
        const seq = await findEvent(trace, target(), direction, match, count());
        if (seq === null) store.dispatch("notice/shown", { tone: "info", text: "Nothing more in that direction." });
        return seq;
      }),
    continueRun: (direction) => {
      stopPlaying();
      return move(async (trace) => {
        const hit = await continueTarget(trace, store.get(), target(), direction);
        if (hit) store.dispatch("breakpoint/hit", { id: hit.breakpoint });
        return hit?.seq ?? (direction === 1 ? beyond(null, count() - 1) : -1);
      });
    },
    runToCursor: () => {
      stopPlaying();
      const { node } = store.get().selection;
      const place = editorPlace;
      if (node === null && !place) return Promise.resolve();
      const match: EventMatch = node !== null ? { by: "node", node } : lineMatch(place as LinePlace);
      return move(
        async (trace) =>
          (await findEvent(trace, target(), 1, match, count())) ??
          beyond(match, await findEvent(trace, target(), -1, match, count())),
      );
    },
    togglePlay: () => {
      if (count() === 0) return;
      const { playing } = store.get().cursor;
      const end = store.get().cursor.focus?.last ?? count() - 1;
      if (!playing && target() >= end) {
        store.dispatch("cursor/target", { target: store.get().cursor.focus?.first ?? -1 });
      }
      store.dispatch("cursor/playing", { playing: !playing });
    },
    toggleLineBreakpoint: ({ cell, line }) => toggle({ by: "line", cell, line }),
    toggleBreakpointHere: () => {
      const { selection, shown } = store.get();
      const node = shown?.lookup.node(selection.node);
      if (node) toggle({ by: "node", node: node.id, label: node.names[0] ?? node.op });
      else if (editorPlace) toggle({ by: "line", ...editorPlace });
    },
    addBreakpoint: toggle,
    editLineBreakpoint: (given) => {
      const where = given ?? editorPlace;
      if (!where) return;
      const place: BreakpointPlace = { by: "line", cell: where.cell, line: where.line };
      const id = breakpointId(place);
      if (!store.get().breakpoints.some((one) => one.id === id)) toggle(place);
      store.dispatch("breakpoint/inHand", { id });
    },
    goToLineHit: (place, direction) => {
      stopPlaying();
      return move(
        async (trace) =>
          (await findEvent(trace, target(), direction, lineMatch(place), count())) ??
          (await findEvent(trace, direction === 1 ? -1 : count(), direction, lineMatch(place), count())),
      );
    },
    selectLine: ({ cell, line }) => {
      const { shown, run } = store.get();
      if (!shown || isStale(store.get(), cell ?? 0, line)) return;
      const node = shown.graph.source.nodes.findLast(({ loc }) => {
        const at = run.summary?.locations[loc];
        return at?.line === line && (at.cell ?? null) === cell && !at.elsewhere;
      });
      store.dispatch("select/node", { node: node?.id ?? null });
    },
    noteEditorPlace: (place) => {
      editorPlace = place;
    },
    selectNode: (node) => store.dispatch("select/node", { node }),
    explain: async (node, question) => {
      const trace = client();
      if (!trace || count() === 0) return;
      stopPlaying();
      await cursor.settled();
      const at = target();
      try {
        const answer = await trace.source.ask("explain", { node, question, cursor: at });
        // The person went on, or to another run.
        if (at !== target() || trace !== client()) return;
        const title = explainTitles[question];
        store.dispatch("select/node", { node });
        store.dispatch("highlight/shown", { highlight: { title, ...answer } });
      } catch (error) {
        report(error);
      }
    },
    verify: async (node) => {
      const trace = client();
      if (!trace || count() === 0) return;
      stopPlaying();
      await cursor.settled();
      try {
        const verification = await trace.source.ask("verify", { node, cursor: target() });
        if (trace !== client()) return;
        store.dispatch("select/node", { node });
        store.dispatch("verification/shown", { verification });
      } catch (error) {
        report(error);
      }
    },
    toggleGroup: (id, key) => {
      const { shown } = store.get();
      if (!shown) return;
      const scene = shown.graph.source;
      const collapsed = new Set(collapsedGroups(scene, store.get()));
      const box = shown.layout.nodes.find((node) => node.key === key);
      if (box) layouts.anchorNext({ key, x: box.x, y: box.y });
      if (!collapsed.delete(id)) collapsed.add(id);
      store.dispatch("groups/collapsed", { scene: scene.scene.structure, ids: [...collapsed] });
      cursor.refresh();
    },
    setAllGroups: (collapsed) => {
      const { shown } = store.get();
      if (!shown) return;
      const ids = collapsed ? shown.graph.groups.map(({ id }) => id) : [];
      store.dispatch("groups/collapsed", { scene: shown.graph.scene.structure, ids });
      cursor.refresh();
    },
    examples: () => backend.examples(),
    openExample: (id) => open(() => backend.openExample(id)),
    openFile: () => open(() => backend.openDialog()),
    closeDocument: async () => {
      if (!(await settleUnsaved())) return;
      stopPlaying();
      await live.stop();
      session.newTrace();
      store.dispatch("document/closed", {});
    },
    newScript: () => open(async () => emptyScript),
    openDropped: (file) => open(() => backend.openDropped(file)),
    openToken: (token) => open(() => backend.openToken(token)),
    show,
    save,
    settleUnsaved,
    saveExport: async (name, bytes) => {
      try {
        return (await backend.saveExport(name, bytes)) !== null;
      } catch (error) {
        report(error);
        return false;
      }
    },
    snapshot: () => backend.snapshot(target(), viewOf(store.get())),
    tile: (request) => backend.ask("tile", request),
    client,
    report,
  };
}

/** The next cell of the element level, opened where a contribution has several; null: the next step is another event. */
function nextElement({ shown, cursor, element }: AppState, client: TraceClient | null): number | null {
  if (shown?.event?.kind !== "bwd.edge" || shown.view.cursor !== cursor.target) return null;
  const count = elementCount(client?.value(shown.event.contribution)?.shape ?? []);
  const next = element === null ? 0 : element + 1;
  return count > 1 && next < count ? next : null;
}

/** Whether a node of the shown picture is a leaf that gradients are kept for. */
export function isLeaf(shown: Shown | null, node: number): boolean {
  return shown?.lookup.node(node)?.kind === "leaf";
}

/** The node the current event is about, else the selected one. */
export function focusedNode(store: Store): number | null {
  const { selection, shown } = store.get();
  return selection.node ?? (shown?.event ? nodeOf(shown.event) : null);
}
