/** Puts the window together: store, backend, trace, cursor, views. */
import { render } from "preact";
import type { Sight } from "../graph/needed-values.ts";
import type { Layout } from "../graph/picture.ts";
import type { EventName, EventOf, WindowEvent } from "../ipc/events.ts";
import { CodedError } from "../ipc/result.ts";
import { App } from "./app.tsx";
import type { Backend } from "./backend/backend.ts";
import { createKeyHandler } from "./commands/keys.ts";
import { createWindowCommands } from "./commands/window-commands.ts";
import { createEditorModels } from "./editor/editor-models.ts";
import { showTensorsOnHover } from "./editor/hover.ts";
import { setDeclarations, setUpMonaco, useMonacoTheme } from "./editor/monaco-setup.ts";
import type { GraphView } from "./graph/graph-view.ts";
import { createLayoutClient } from "./graph/layout-client.ts";
import { type Actions, ActionsContext } from "./session/actions-context.ts";
import { createActions } from "./session/create-actions.ts";
import { createCursorController } from "./session/cursor-controller.ts";
import { loadFindings } from "./session/findings.ts";
import { createLiveRun, type LiveRun } from "./session/live-run.ts";
import { noteCommands, noteDocument } from "./session/notes-to-main.ts";
import { createPlayer } from "./session/player.ts";
import { loadPrefs, savePrefs } from "./session/prefs-storage.ts";
import { TraceClient } from "./session/trace-client.ts";
import { initialState, themeOf } from "./state/app-state.ts";
import { createStore, type Store, StoreContext, watch } from "./state/store.ts";
import { applyTheme, followSystemTheme } from "./theme/apply-theme.ts";

export function startApp(root: HTMLElement, backend: Backend): Store {
  const store = createStore(initialState(loadPrefs(window.innerWidth)));
  let trace: TraceClient | null = null;
  let graph: GraphView | null = null;
  const client = (): TraceClient | null => trace;
  const report = (error: unknown): void => {
    // Asked about a run that another has taken the place of: nobody waits for that any more.
    if (error instanceof CodedError && error.code === "replaced") return;
    store.dispatch("notice/shown", { tone: "error", text: error instanceof Error ? error.message : String(error) });
  };

  setUpMonaco();
  watch(store, themeOf, (theme) => {
    applyTheme(theme);
    useMonacoTheme(theme);
  });
  applyTheme(themeOf(store.get()));
  useMonacoTheme(themeOf(store.get()));
  followSystemTheme((theme) => store.dispatch("theme/system", { theme }));
  watch(store, (state) => state.prefs, savePrefs);
  const scale = (factor: number): unknown => backend.scaleInterface(factor).catch(report);
  watch(store, (state) => state.prefs.interfaceScale, scale);
  scale(store.get().prefs.interfaceScale);
  backend.declarations().then(setDeclarations, report);

  // Before the cursor's own watchers: they ask the client, which must know how long the trace is.
  watch(
    store,
    (state) => state.run.summary,
    (summary) => {
      if (!summary) return;
      trace ??= new TraceClient(backend);
      trace.grow(summary.events);
    },
  );
  const layouts = createLayoutClient();
  const inSight = (layout: Layout): Sight => graph?.inSight(layout) ?? { nodes: [], edges: [] };
  const cursor = createCursorController(store, client, layouts, inSight, report);
  watch(store, (state) => state.prefs.direction, cursor.refresh);
  watch(store, (state) => state.prefs.secondOrder, cursor.refresh);
  const newTrace = (): void => {
    trace = null;
    layouts.forget();
  };
  const live = createLiveRun({ store, backend, newTrace, report });
  const actions = createActions({ store, backend, cursor, layouts, live, client, newTrace, report });
  loadFindings(store, client, report);
  createPlayer(store, cursor, live, client);
  const commands = createWindowCommands({ store, actions, graph: () => graph });
  window.addEventListener("keydown", createKeyHandler(store, commands), { capture: true });
  listen(backend, store, actions, live, (id) => void commands.run(id));
  noteDocument(store, backend, report);
  noteCommands(store, backend, commands, report);

  const models = createEditorModels(store);
  showTensorsOnHover(store, client, report);
  render(
    <StoreContext.Provider value={store}>
      <ActionsContext.Provider value={actions}>
        <App
          models={models}
          commands={commands}
          graphReady={(view) => {
            graph = view;
          }}
        />
      </ActionsContext.Provider>
    </StoreContext.Provider>,
    root,
  );
  backend.start().then(({ document, open, example }) => {
    if (document) {
      actions.show(document);
      store.dispatch("notice/shown", { tone: "info", text: `Text of ${document.name} that was not saved is back.` });
    } else if (open) void actions.openToken(open);
    else if (example) void actions.openExample(example);
  }, report);
  return store;
}

function listen(backend: Backend, store: Store, actions: Actions, live: LiveRun, command: (id: string) => void): void {
  const handlers: { [K in EventName]: (event: EventOf<K>) => void } = {
    output: ({ stream, text, cell }) => store.dispatch("console/text", { stream, text, cell }),
    display: ({ mime, data, cell }) => store.dispatch("console/figure", { mime, data, cell }),
    ...live.heard,
    command: ({ id }) => command(id),
    openFile: ({ token }) => void actions.openToken(token),
    openExample: ({ id }) => void actions.openExample(id),
    closing: () =>
      void actions
        .settleUnsaved()
        .then((mayClose) => (mayClose ? backend.close() : undefined))
        .catch(actions.report),
    failed: ({ message }) => store.dispatch("notice/shown", { tone: "error", text: message }),
  };
  backend.subscribe((event) => (handlers[event.kind] as (event: WindowEvent) => void)(event));
}
